import pytest

from scanner.errors import UsageError
from scanner.report import format_named, formats
from tests.report import examples


def test_formats_are_found_by_their_path() -> None:
    assert {name: module.FILE for name, module in formats().items()} == {
        "json": "findings.json",
        "sarif": "findings.sarif",
    }


@pytest.mark.parametrize("name", formats())
def test_every_format_renders_every_example_to_the_same_bytes_twice(name: str) -> None:
    for example in (examples.judgement, examples.clean, examples.hostile):
        data = format_named(name).render(example())
        assert isinstance(data, bytes)
        assert data == format_named(name).render(example())


@pytest.mark.parametrize(
    ("name", "hint"), [("sariff", "'sarif'"), ("JSON", "'json'"), ("html", "json, sarif")]
)
def test_an_unknown_format_gets_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        format_named(name)
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["terminal", "_sarif", "__init__"])
def test_what_is_no_format_is_none(name: str) -> None:
    with pytest.raises(UsageError):
        format_named(name)
