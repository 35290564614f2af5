"""IAM wildcards: ``*`` any run of characters, ``?`` exactly one. Nothing else is special.

Patterns are compared as whole strings. AWS lets a ``*`` at the end of an ARN segment run across
colons; one inside a segment could only differ on names that contain a colon, which neither IAM names
nor bucket names may. Actions are compared case-insensitively: callers lower-case both sides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

FRESH = "\u2603"
"""A character that no policy contains: it stands for "some other character"."""

LIMIT = 64
"""How many alternatives an intersection may have before it is given up."""

LONGEST = 600
"""Patterns longer than this together are not intersected."""

_RUN = re.compile(r"[*?]+")


def wild(pattern: str) -> bool:
    """Whether a pattern has a wildcard."""
    return "*" in pattern or "?" in pattern


@lru_cache(maxsize=65536)
def normal(pattern: str) -> str:
    """Runs of wildcards in one order: every ``?`` first, then at most one ``*``."""
    return _RUN.sub(lambda run: "?" * run[0].count("?") + ("*" if "*" in run[0] else ""), pattern)


@lru_cache(maxsize=262144)
def matches(pattern: str, value: str) -> bool:
    """Whether a pattern matches a whole string (in which nothing is special)."""
    if not wild(pattern):
        return pattern == value
    if pattern.endswith("*") and not wild(pattern[:-1]):
        return value.startswith(pattern[:-1])
    return _greedy(pattern, value)


def _greedy(pattern: str, value: str) -> bool:
    """Match with one point of return: linear in the product of the lengths, whatever the pattern."""
    at = place = held = 0
    star = -1
    while place < len(value):
        if at < len(pattern) and pattern[at] == "*":
            star, held = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", value[place]):
            at += 1
            place += 1
        elif star >= 0:
            held += 1
            at, place = star + 1, held
        else:
            return False
    return not pattern[at:].strip("*")


@lru_cache(maxsize=65536)
def covers(wide: str, narrow: str) -> bool:
    """Whether everything that ``narrow`` matches, ``wide`` matches too.

    Reads the narrow pattern as text in which only the wide one's ``*`` absorbs a ``*``.
    """
    wide, narrow = normal(wide), normal(narrow)
    if wide in ("*", narrow):
        return True
    if not wild(narrow):
        return matches(wide, narrow)
    if wide.endswith("*") and not wild(wide[:-1]):
        return narrow.startswith(wide[:-1])
    row = [True] + [False] * len(narrow)
    for token in wide:
        row = _covers_row(token, narrow, row)
    return row[-1]


def _covers_row(token: str, narrow: str, above: list[bool]) -> list[bool]:
    """Which prefixes of ``narrow`` are covered once one more token of the wide pattern is read."""
    row = [token == "*" and above[0]]
    for place, letter in enumerate(narrow):
        if token == "*":
            row.append(above[place + 1] or row[place])
        else:
            row.append(above[place] and letter != "*" and token in ("?", letter))
    return row


@lru_cache(maxsize=262144)
def intersects(one: str, other: str) -> bool:
    """Whether some string matches both patterns: a walk through the product of the two automata."""
    if not wild(one):
        return matches(other, one)
    if not wild(other):
        return matches(one, other)
    if not _heads_agree(one, other):
        return False
    reached = _closed({(0, 0)}, one, other)
    while reached:
        if (len(one), len(other)) in reached:
            return True
        reached = _closed({pair for i, j in reached for pair in _advance(one, other, i, j)}, one, other)
    return False


def _heads_agree(one: str, other: str) -> bool:
    """A quick refusal: the literal beginnings must not contradict one another."""
    left, right = _RUN.split(one, maxsplit=1)[0], _RUN.split(other, maxsplit=1)[0]
    return left.startswith(right) or right.startswith(left)


def _closed(pairs: set[tuple[int, int]], one: str, other: str) -> set[tuple[int, int]]:
    """Add what is reached by letting a ``*`` match nothing more."""
    todo = list(pairs)
    while todo:
        i, j = todo.pop()
        for pair in (
            *([(i + 1, j)] if one[i : i + 1] == "*" else []),
            *([(i, j + 1)] if other[j : j + 1] == "*" else []),
        ):
            if pair not in pairs:
                pairs.add(pair)
                todo.append(pair)
    return pairs


def _advance(one: str, other: str, i: int, j: int) -> list[tuple[int, int]]:
    """Where one common character leads. Both staying on a ``*`` leads nowhere new."""
    if i == len(one) or j == len(other):
        return []
    a, b = one[i], other[j]
    if a == "*" and b == "*":
        return []
    if a not in "*?" and b not in "*?" and a != b:
        return []
    return [(i if a == "*" else i + 1, j if b == "*" else j + 1)]


@lru_cache(maxsize=16384)
def meet(one: str, other: str) -> tuple[str, ...] | None:
    """Patterns that together match exactly what both match, or ``None`` if there are too many."""
    one, other = normal(one), normal(other)
    if not _heads_agree(one, other):
        return ()
    if covers(one, other):
        return (other,)
    if covers(other, one):
        return (one,)
    if not intersects(one, other):
        return ()
    if len(one) + len(other) > LONGEST:
        return None
    found = _meet(one, other, {}, 0, 0)
    if found is None:
        return None
    return tuple(
        sorted(item for item in found if not any(item != wide and covers(wide, item) for wide in found))
    )


def _meet(
    one: str, other: str, seen: dict[tuple[int, int], frozenset[str] | None], i: int, j: int
) -> frozenset[str] | None:
    if (i, j) in seen:
        return seen[i, j]
    left, right = one[i : i + 1], other[j : j + 1]
    if not left and not right:
        found: list[tuple[str, frozenset[str] | None]] = [("", frozenset({""}))]
    elif left == "*" and right == "*":
        found = [("*", _meet(one, other, seen, i + 1, j)), ("*", _meet(one, other, seen, i, j + 1))]
    elif left == "*":
        found = [("", _meet(one, other, seen, i + 1, j))]
        found += [(right, _meet(one, other, seen, i, j + 1))] if right else []
    elif right == "*":
        found = [("", _meet(one, other, seen, i, j + 1))]
        found += [(left, _meet(one, other, seen, i + 1, j))] if left else []
    elif left and right and ("?" in (left, right) or left == right):
        found = [(right if left == "?" else left, _meet(one, other, seen, i + 1, j + 1))]
    else:
        found = []
    if any(tails is None for _, tails in found):
        seen[i, j] = None
    else:
        joined = frozenset(normal(head + tail) for head, tails in found for tail in tails or ())
        seen[i, j] = joined if len(joined) <= LIMIT else None
    return seen[i, j]


def exhaustive(pattern: str, longest: int) -> bool:
    """Whether `samples` tries every combination of lengths."""
    return int((longest + 1) ** normal(pattern).count("*")) <= LIMIT


def samples(pattern: str, longest: int = 1) -> tuple[str, ...]:
    """Strings that stand for everything a pattern matches.

    Every ``?`` becomes a fresh character and every ``*`` a run of 0 to ``longest`` of them. A fresh
    character is only ever matched by a wildcard, so a pattern that matches such a string matches
    every string of that shape: if each sample is denied, everything of up to that length is. With
    ``longest`` above the number of ``?`` in all denying patterns, so is everything longer.
    """
    parts = normal(pattern).replace("?", FRESH).split("*")
    lengths = range(longest + 1) if exhaustive(pattern, longest) else (0, longest)
    count = len(parts) - 1
    fills = product(lengths, repeat=count) if 2**count <= LIMIT else ((size,) * count for size in lengths)
    found = []
    for fill in fills:
        runs = [FRESH * n for n in fill] + [""]
        found.append("".join(part + run for part, run in zip(parts, runs, strict=True)))
    return tuple(sorted(set(found), key=lambda text: (-len(text), text)))
