"""Pairs that no fact can clear: something of theirs lies where nothing can be collected.

The facts follow what they know of AWS. A boundary of another provider may hold either end of a
crossing, or, as a service, a step between any two environments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from scanner.facts.crossings import pairs
from scanner.model.estate import Estate, Unlisted
from scanner.model.facts import Facts
from scanner.model.snapshot import Gap

COLLECTED = "aws"
"""The provider whose paths the facts know."""


def known_alone(estate: Estate) -> Estate:
    """The estate without what is of another provider: its access and networks would be read amiss.

    What is left out keeps its attributes, gets no mark, and so is unknown to every rule that asks for one.
    What could not be listed there leaves marks of `COLLECTED` alone; pairs of environments it makes blind
    (`uncollected`).
    """
    kinds = {
        kind: tuple(item for item in items if item.provider == COLLECTED)
        for kind, items in estate.resources.items()
    }
    unlisted = tuple(item for item in estate.unlisted if _may_matter(item))
    by_id = {key: item for key, item in estate.by_id.items() if item.provider == COLLECTED}
    if len(by_id) == len(estate.by_id) and len(unlisted) == len(estate.unlisted):
        return estate
    return replace(estate, resources=kinds, by_id=by_id, unlisted=unlisted)


def _may_matter(item: Unlisted) -> bool:
    """Whether it may matter to marks: of the facts' provider, or of a boundary that was not read at all."""
    return item.scope.provider == COLLECTED or any(gap.kind == "*" for gap in item.gaps)


def uncollected(estate: Estate) -> dict[str, set[Gap]]:
    """Pair -> the gaps of boundaries outside `COLLECTED` that may hold a crossing of it."""
    hidden: dict[str | None, set[Gap]] = defaultdict(set)
    for item in estate.unlisted:
        if item.scope.provider != COLLECTED:
            hidden[item.environment].update(item.gaps)
    anywhere = hidden.get(None, set())
    found: dict[str, set[Gap]] = {}
    for source, target in pairs(estate):
        if gaps := anywhere | hidden.get(source, set()) | hidden.get(target, set()):
            found[f"{source}->{target}"] = gaps
    return found


def with_blind(facts: Facts, blind: Mapping[str, set[Gap]]) -> Facts:
    """Facts that are blind to some more."""
    if not blind:
        return facts
    merged = {pair: tuple(sorted({*facts.blind.get(pair, ()), *gaps})) for pair, gaps in blind.items()}
    return replace(facts, blind={**facts.blind, **merged})
