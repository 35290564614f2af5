"""docs/guide-map.md names, for every statement of the guide, the controls that decide it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "guide-map.md"
STATEMENTS = Path(__file__).with_name("guide_statements.txt")
CATALOGUE = {
    "ISO": 12,
    "IMG": 7,
    "ACC": 7,
    "DAT": 8,
    "SRC": 5,
    "KEY": 7,
    "QTA": 2,
    "CST": 4,
    "HRD": 3,
    "PIP": 2,
}
"""Controls per family of the catalogue, numbered from 001."""

_ROW = re.compile(r"^\| `(?P<id>[0-9a-f]{10})` \| (?P<quote>.+) \| (?P<answer>[^|]+) \|$", re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)

sys.path.insert(0, str(ROOT / "scripts"))
from guide_statements import statement_id, statements  # noqa: E402


def _rows() -> list[re.Match[str]]:
    return list(_ROW.finditer(MAP.read_text("utf-8")))


def _controls() -> set[str]:
    return {f"{family}-{number:03}" for family, last in CATALOGUE.items() for number in range(1, last + 1)}


def test_every_statement_stands_in_the_map_once_and_in_order() -> None:
    extracted = [line.split("  ", 1)[0] for line in STATEMENTS.read_text("utf-8").splitlines()]
    assert len(extracted) > 100
    assert [row["id"] for row in _rows()] == extracted


def test_every_section_has_its_heading() -> None:
    sections = dict.fromkeys(line.split("  ", 1)[1] for line in STATEMENTS.read_text("utf-8").splitlines())
    assert _HEADING.findall(MAP.read_text("utf-8"))[1:] == list(sections)[1:]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in _rows()])
def test_a_statement_is_decided_by_controls_or_says_why_not(row: re.Match[str]) -> None:
    reason = row["answer"].removeprefix("nothing: ")
    if reason != row["answer"]:
        assert len(reason) > 10
        return
    named = row["answer"].split(", ")
    assert set(named) <= _controls()
    assert len(named) == len(set(named))


def test_a_quote_that_is_whole_has_the_id_of_its_words() -> None:
    whole = [row for row in _rows() if not row["quote"].endswith("…")]
    assert len(whole) > 80
    assert [row["id"] for row in whole if statement_id(row["quote"]) != row["id"]] == []


def test_every_control_of_the_catalogue_answers_some_statement() -> None:
    named = {control for row in _rows() for control in row["answer"].split(", ")}
    assert sorted(_controls() - named) == []


def test_every_rule_is_a_control_of_the_catalogue() -> None:
    rules = (ROOT / "policies" / "rego" / "rules").glob("*/*/*.rego")
    ids = {
        found[1]
        for path in rules
        if (found := re.search(r"^#   id: (\S+)$", path.read_text("utf-8"), re.MULTILINE))
    }
    assert ids
    assert ids <= _controls()


def test_the_guide_is_cut_at_items_sentences_and_names() -> None:
    text = "Part\n  • First\n\n  1. Second\nA sentence. Another.\nSetup:\nBest for: teams"
    assert list(statements(f"{text}\nPattern 1: Accounts\n • Last")) == [
        ("Part", "First"),
        ("Part", "Second"),
        ("Part", "A sentence. Another."),
        ("Part", "Best for: teams"),
        ("Pattern 1: Accounts", "Last"),
    ]
