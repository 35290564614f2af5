import pytest

from scanner.errors import PolicyError
from scanner.findings.message import fill

FIELDS = {
    "name": "raw-data",
    "detail": {"days": 326, "on": True, "ports": ["tcp 22", "tcp 443"], "nil": None},
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{name} is public.", "raw-data is public."),
        ("{detail.days} days", "326 days"),
        ("{detail.on}, {detail.nil}", "yes, none"),
        ("open: {detail.ports}", "open: tcp 22, tcp 443"),
        ("nothing to fill", "nothing to fill"),
    ],
)
def test_fields_are_filled(template: str, expected: str) -> None:
    assert fill(template, FIELDS, origin="X-001/check") == expected


def test_long_lists_are_counted() -> None:
    assert fill("{ids}", {"ids": list("abcdefg")}, origin="X") == "a, b, c, d, e, 2 more"


@pytest.mark.parametrize(
    "template",
    [
        "{nobody}",
        "{detail.missing}",
        "{name.upper}",
        "{name.__class__.__mro__}",
        "{name[0]}",
        "{name!r}",
        "{name:>99999999}",
        "{}",
        "{0}",
        "{detail}",
        "a { brace",
        "a } brace",
        "{{name}}",
    ],
)
def test_anything_else_is_an_error_that_names_the_template(template: str) -> None:
    with pytest.raises(PolicyError) as caught:
        fill(template, FIELDS, origin="DAT-006/versioning")
    assert "DAT-006/versioning" in caught.value.what


def test_values_are_not_templates() -> None:
    assert fill("{name}", {"name": "{detail.days} {0} {"}, origin="X") == "{detail.days} {0} {"
