"""Stores of environments that identities of other places use directly, by the store's policy and their own.

What everyone may use is nobody's in particular: that a store is public is not said of each person. Where
stores were not listed, whoever is granted such things may use some.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from scanner.facts.identity import levels
from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.callers import Caller, anonymous
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.requests import Ways
from scanner.facts.identity.store_ways import told
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

CHANGING = ("write", "delete", "admin")
"""Levels that change something."""


@dataclass(frozen=True, eq=False, slots=True)
class Used:
    """A place of which something is used, how surely, and the use."""

    place: str
    state: Tri
    use: Use


@dataclass(frozen=True, slots=True)
class _Lost:
    """Stores that were not listed: where they may be, and what stands for them in policies."""

    places: frozenset[str]
    patterns: tuple[str, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ForeignStores:
    """Answers for classes of callers at some levels, each once; ``ways``: how they sign in."""

    access: Access
    wanted: tuple[str, ...]
    ways: Ways | None = None
    _kept: dict[Group, tuple[Used, ...]] = field(default_factory=dict)
    _open: dict[tuple[str, str], bool] = field(default_factory=dict)
    _lost: list[_Lost] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.access.world
        for item in self.access.unlisted:
            asks = levels.anywhere(item.kind, item.scope.boundary, self.wanted, world.partition)
            patterns = tuple(sorted({ask.arn for ask in asks}))
            self._lost.append(_Lost(world.estate.places_of(item), patterns, item.gaps))

    def of(self, group: Group) -> tuple[Used, ...]:
        """The surest use in each environment that is not the caller's own, by place."""
        if group not in self._kept:
            best: dict[str, Used] = {}
            for item in self._uses(group):
                held = best.get(item.place)
                if held is None or (item.state is Tri.YES and held.state is not Tri.YES):
                    best[item.place] = item
            self._kept[group] = tuple(best[place] for place in sorted(best))
        return self._kept[group]

    @property
    def complete(self) -> bool:
        """Whether all stores were listed."""
        return not self._lost

    def hidden(self, group: Group, places: Collection[str]) -> Iterator[Gap]:
        """What hides stores of some places that a class of callers may be granted."""
        for lost in self._lost:
            if (lost.places - {group.place}).isdisjoint(places):
                continue
            granted = self.access.holdings.grants(group.first)
            if any(intersects(held, pattern) for held in granted for pattern in lost.patterns):
                yield from lost.gaps

    def _uses(self, group: Group) -> Iterator[Used]:
        environments = self.access.world.estate.environments
        if group.first.kind == "root":
            return
        for use in self.access.of(group):
            place = use.store.place
            if place is None or place == group.place or place not in environments:
                continue
            if use.held or use.level not in self.wanted or self._public(use):
                continue
            state = self._state(group.first, use)
            if state is not Tri.NO:
                yield Used(place, state, use)

    def _state(self, caller: Caller, use: Use) -> Tri:
        """Whether it is open the way they sign in, by any action of its level."""
        if self.ways is None:
            return use.state
        world = self.access.world
        state = use.state & any_of(
            world.ask(caller, action, target, ways=self.ways).state
            for level, action, target in use.store.asks
            if level == use.level
        )
        if use.key is not None and use.key.target is not None:
            state &= world.ask(caller, use.key.action, use.key.target, ways=self.ways).state
        return state

    def _public(self, use: Use) -> bool:
        key = (use.store.id, use.action)
        if key not in self._open:
            said = self.access.world.ask(anonymous(), use.action, use.target)
            self._open[key] = said.state is Tri.YES
        return self._open[key]


def steps(caller: Caller, used: Used) -> tuple[Step, ...]:
    """How a caller uses it."""
    return tuple(told(caller, used.use))
