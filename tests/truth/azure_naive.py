"""Effective access in Azure as its documentation says it, slowly and without a thought to anything else.

https://learn.microsoft.com/azure/role-based-access-control/overview (how access is determined)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product


@dataclass(frozen=True)
class Block:
    """A block of a role; ``condition`` is a tree of ``and``, ``or``, ``not``, ``is``, ``open``."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    not_data: tuple[str, ...] = ()
    condition: tuple | None = None  # type: ignore[type-arg]


@dataclass(frozen=True)
class Assignment:
    """A role held by a principal or a group at a scope."""

    holder: str
    scope: str
    blocks: tuple[Block, ...]
    condition: tuple | None = None  # type: ignore[type-arg]


@dataclass(frozen=True)
class Denial:
    """What is denied to some, others excepted."""

    scope: str
    blocks: tuple[Block, ...]
    denied: frozenset[str]
    excepted: frozenset[str]
    only_there: bool = False


@dataclass(frozen=True)
class Tenant:
    """Everything that decides; ``groups`` has direct members."""

    assignments: tuple[Assignment, ...]
    denials: tuple[Denial, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everybody: str = "00000000-0000-0000-0000-000000000000"


def access(tenant: Tenant, who: str, action: str, thing: str, *, data: bool = False) -> str:
    """``yes``, ``no`` or ``unknown``."""
    names = known_as(tenant.groups, who)
    given = [
        both(_block(block, action, data), _holds(one.condition, action))
        for one in tenant.assignments
        if one.holder in names and inside(thing, one.scope)
        for block in one.blocks
    ]
    denied = [
        _block(block, action, data)
        for one in tenant.denials
        if (thing == one.scope if one.only_there else inside(thing, one.scope))
        if (names & one.denied or tenant.everybody in one.denied) and not names & one.excepted
        for block in one.blocks
    ]
    allowed = "yes" if "yes" in given else "unknown" if "unknown" in given else "no"
    barred = "yes" if "yes" in denied else "unknown" if "unknown" in denied else "no"
    return both(allowed, {"yes": "no", "no": "yes", "unknown": "unknown"}[barred])


def known_as(groups: Mapping[str, frozenset[str]], who: str) -> set[str]:
    """Somebody, and every group that they are in, however deep."""
    names = {who}
    while True:
        more = {group for group, members in groups.items() if members & names} - names
        if not more:
            return names
        names |= more


def inside(thing: str, scope: str) -> bool:
    """Whether a thing is a scope, or lies in it."""
    return thing == scope or thing.startswith(f"{scope}/")


def both(one: str, other: str) -> str:
    """A conjunction."""
    return "no" if "no" in (one, other) else "unknown" if "unknown" in (one, other) else "yes"


def _block(block: Block, action: str, data: bool) -> str:
    given, left_out = (block.data, block.not_data) if data else (block.actions, block.not_actions)
    if not any(fits(pattern, action) for pattern in given):
        return "no"
    if any(fits(pattern, action) for pattern in left_out):
        return "no"
    return _holds(block.condition, action)


@cache
def fits(pattern: str, text: str) -> bool:
    """Whether a pattern names a text: character by character, and ``/*/`` is also a slash."""
    one = _fits(pattern.lower(), text.lower())
    return one or ("/*/" in pattern and any(_fits(each, text.lower()) for each in shorter(pattern.lower())))


def shorter(pattern: str) -> Iterable[str]:
    """A pattern with every choice of ``/*/`` made a slash."""
    parts = pattern.split("/*/")
    for joins in product(("/*/", "/"), repeat=len(parts) - 1):
        yield "".join(a + b for a, b in zip(parts, (*joins, ""), strict=True))


def _fits(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_fits(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] == text[0] and _fits(pattern[1:], text[1:])


def _holds(condition: tuple | None, action: str) -> str:  # type: ignore[type-arg]
    """True whatever the open parts are, false whatever they are, or neither."""
    if condition is None:
        return "yes"
    count = _open(condition)
    found = {_truth(condition, action, list(chosen)) for chosen in product((True, False), repeat=count)}
    return "unknown" if len(found) == 2 else "yes" if True in found else "no"


def _open(condition: tuple) -> int:  # type: ignore[type-arg]
    word, *rest = condition
    return 1 if word == "open" else 0 if word == "is" else sum(map(_open, rest))


def _truth(condition: tuple, action: str, chosen: list[bool]) -> bool:  # type: ignore[type-arg]
    word, *rest = condition
    if word == "open":
        return chosen.pop()
    if word == "is":
        return fits(rest[0], action)
    values = [_truth(each, action, chosen) for each in rest]
    return not values[0] if word == "not" else all(values) if word == "and" else any(values)
