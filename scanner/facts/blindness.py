"""Pairs that a fact cannot clear: something of theirs lies where it follows nothing.

A fact knows some providers, each by itself. A boundary of another one may hold either end of a crossing,
or, as a service, a step between any two environments; and nothing follows what leads out of one provider
into another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations

from scanner.facts.crossings import pairs
from scanner.model.estate import Estate, Unlisted
from scanner.model.facts import Facts
from scanner.model.snapshot import Gap, Reason, Scope


def part(estate: Estate, provider: str) -> Estate | None:
    """What of an estate is of one provider, ``None`` if nothing is: another's access would be read amiss.

    What is left out keeps its attributes and gets no mark, which is unknown to every rule that asks for one.
    """
    by_id = {key: item for key, item in estate.by_id.items() if item.provider == provider}
    if not by_id and all(item.scope.provider != provider for item in estate.unlisted):
        return None
    unlisted = tuple(item for item in estate.unlisted if _may_matter(item, provider))
    if len(by_id) == len(estate.by_id) and len(unlisted) == len(estate.unlisted):
        return estate
    kinds = {
        kind: tuple(item for item in items if item.provider == provider)
        for kind, items in estate.resources.items()
    }
    return replace(estate, resources=kinds, by_id=by_id, unlisted=unlisted)


def _may_matter(item: Unlisted, provider: str) -> bool:
    """Whether it may matter to marks: of the provider, or of a boundary that was not read at all."""
    return item.scope.provider == provider or any(gap.kind == "*" for gap in item.gaps)


class Unfollowed:
    """What of an estate facts do not follow, by the providers that they know."""

    def __init__(self, estate: Estate) -> None:
        self._pairs = pairs(estate)
        self._hidden: dict[str, dict[str | None, set[Gap]]] = defaultdict(lambda: defaultdict(set))
        for unseen in estate.unlisted:
            self._hidden[unseen.scope.provider][unseen.environment].update(unseen.gaps)
        self._homes: dict[str, dict[str, Scope]] = defaultdict(dict)
        for items in estate.resources.values():
            for item in items:
                if item.environment is not None:
                    self._homes[item.provider].setdefault(item.environment, item.scope)

    def by(self, fact: str, known: frozenset[str]) -> dict[str, set[Gap]]:
        """Pair -> the gaps that may hold a crossing of it which a fact that knows these providers misses."""
        hidden: dict[str | None, set[Gap]] = defaultdict(set)
        for provider, places in self._hidden.items():
            for place, gaps in places.items() if provider not in known else ():
                hidden[place] |= gaps
        for provider, homes in self._homes.items():
            for place, scope in homes.items() if provider not in known else ():
                hidden[place].add(_not_followed(fact, scope))
        anywhere = hidden.get(None, set())
        found = {}
        for source, target in self._pairs:
            between = self._between(fact, known, source, target)
            if gaps := anywhere | hidden.get(source, set()) | hidden.get(target, set()) | between:
                found[f"{source}->{target}"] = gaps
        return found

    def _between(self, fact: str, known: frozenset[str], source: str, target: str) -> set[Gap]:
        """What leads out of one provider that a fact knows into another."""
        return {
            _not_followed(fact, self._homes[into][target])
            for out, into in permutations(sorted(known & self._homes.keys()), 2)
            if source in self._homes[out] and target in self._homes[into]
        }


def _not_followed(fact: str, scope: Scope) -> Gap:
    call, where = f"envsplit:{fact}", Scope(scope.provider, scope.boundary, "global")
    return Gap(where, fact, call, call, Reason.UNSUPPORTED, detail="NotFollowed")


def with_blind(facts: Facts, blind: Mapping[str, set[Gap]]) -> Facts:
    """Facts that are blind to some more."""
    if not blind:
        return facts
    merged = {pair: tuple(sorted({*facts.blind.get(pair, ()), *gaps})) for pair, gaps in blind.items()}
    return replace(facts, blind={**facts.blind, **merged})


def together(facts: list[Facts]) -> Facts:
    """What a fact finds in several providers."""
    first, *others = facts or [Facts()]
    for other in others:
        first = with_blind(
            replace(
                first,
                crossings=tuple(sorted((*first.crossings, *other.crossings), key=lambda each: each.id)),
                marks=(*first.marks, *other.marks),
            ),
            {pair: set(gaps) for pair, gaps in other.blind.items()},
        )
    return first
