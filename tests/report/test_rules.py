import io

from rich.console import Console

from scanner.report.terminal import render_rule, render_rules
from tests.findings.catalogue import RULES


def console() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=80, color_system=None, _environ={}), file


def test_a_list_shows_id_severity_title_and_providers() -> None:
    out, file = console()
    rows = [
        {
            "id": rule.id,
            "severity": rule.severity.value,
            "title": rule.title,
            "providers": list(rule.providers),
        }
        for rule in RULES.values()
    ]
    render_rules(rows, out)
    assert "KEY-002  low       aws  Keys are rotated in time" in file.getvalue().splitlines()
    assert not [row for row in file.getvalue().splitlines() if row.strip() == "aws"]
    assert all(rule.id in file.getvalue() for rule in RULES.values())


def test_one_rule_shows_everything_that_its_metadata_says() -> None:
    out, file = console()
    render_rule(RULES["DAT-006"], out)
    text = file.getvalue()
    for word in (
        "DAT-006  MEDIUM  Production stores protect integrity",
        "DAT-006/versioning  Objects are versioned",
    ):
        assert word in text
    for heading in ("CHECKS", "WHY IT MATTERS", "WHAT TO DO", "FRAMEWORKS", "READ ON"):
        assert f"\n{heading}\n" in text
    assert "READS" not in text
    assert "iso-27001-2022 A.8.31" in text
