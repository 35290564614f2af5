"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.config.durations import Age, Span


@pytest.mark.parametrize(("text", "days"), [("1d", 1), ("90d", 90), ("99999d", 99_999)])
def test_ages_are_whole_days(text: str, days: int) -> None:
    assert Age.read(text).days == days
    assert str(Age.read(text)) == text


@pytest.mark.parametrize(
    ("text", "seconds", "again"),
    [("45s", 45, "45s"), ("30m", 1800, "30m"), ("2h", 7200, "2h"), ("48h", 172_800, "2d")],
)
def test_spans_have_a_unit(text: str, seconds: int, again: str) -> None:
    assert Span.read(text) == timedelta(seconds=seconds)
    assert str(Span.read(text)) == again


@pytest.mark.parametrize(
    "value",
    ["", "90", "90 d", "-1d", "0d", "1.5d", "90D", "2h", "100000d", "\u0661d", "90d\n", 90, None, True],
)
def test_what_is_no_age(value: object) -> None:
    with pytest.raises(ValueError, match="whole days, such as 90d"):
        Age.read(value)


@pytest.mark.parametrize("value", ["", "h", "2 h", "2w", "0m", 30, None])
def test_what_is_no_span(value: object) -> None:
    with pytest.raises(ValueError, match="such as 30m, 2h or 1d"):
        Span.read(value)
