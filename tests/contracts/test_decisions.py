"""Decisions are numbered in turn, and each says its number."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"


def test_each_has_a_number_of_its_own_and_says_it() -> None:
    files = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        assert path.read_text("utf-8").startswith(f"# {int(path.name[:4])}. "), path.name
