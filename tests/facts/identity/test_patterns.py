"""Wildcards, against brute force over short strings."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.facts.identity.patterns import covers, intersects, matches, meet, samples

PATTERN = st.text("ab*?", max_size=5)
WORDS = ["".join(letters) for size in range(6) for letters in product("ab", repeat=size)]


def language(pattern: str) -> set[str]:
    expression = re.compile("".join({"*": ".*", "?": "."}.get(item, re.escape(item)) for item in pattern))
    return {word for word in WORDS if expression.fullmatch(word)}


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("arn:aws:s3:::b/[ab]", "arn:aws:s3:::b/a", False),  # nothing but * and ? is special
        ("arn:aws:s3:::b/[ab]", "arn:aws:s3:::b/[ab]", True),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b/*/c", "arn:aws:s3:::b/x/y/c", True),  # * crosses slashes
        ("arn:aws:sqs:*", "arn:aws:sqs:eu-west-1:1:q", True),  # and colons, at the end of a segment
        ("", "", True),
        ("*", "", True),
        ("?", "", False),
    ],
)
def test_matches(pattern: str, value: str, *, expected: bool) -> None:
    assert matches(pattern, value) is expected


def test_a_hostile_pattern_is_answered_at_once() -> None:
    assert not matches("a*" * 400 + "b", "a" * 4000)


@given(PATTERN, st.text("ab", max_size=5))
def test_matches_as_a_regular_expression_does(pattern: str, word: str) -> None:
    assert matches(pattern, word) is (word in language(pattern))


@given(PATTERN, PATTERN)
@settings(max_examples=300)
def test_intersects_is_never_wrong_on_short_words(one: str, other: str) -> None:
    common = language(one) & language(other)
    if common:
        assert intersects(one, other)
    elif len(one.replace("*", "")) + len(other.replace("*", "")) <= 5:
        assert not intersects(one, other)


@given(PATTERN, PATTERN)
@settings(max_examples=300)
def test_covers_never_claims_too_much(wide: str, narrow: str) -> None:
    if covers(wide, narrow):
        assert language(narrow) <= language(wide)


@given(PATTERN, PATTERN)
@settings(max_examples=300)
def test_meet_is_the_intersection(one: str, other: str) -> None:
    met = meet(one, other)
    assert met is not None
    assert set().union(*(language(pattern) for pattern in met)) == language(one) & language(other)


@given(PATTERN, st.lists(PATTERN, max_size=3))
@settings(max_examples=300)
def test_samples_find_what_denials_leave(pattern: str, denials: list[str]) -> None:
    """If a word of a larger alphabet escapes all denials, a sample does."""
    longest = 1 + sum(denial.count("?") for denial in denials)
    escaped = [word for word in samples(pattern, longest) if not any(matches(d, word) for d in denials)]
    left = language(pattern) - set().union(*map(language, denials))
    if left:
        assert escaped
