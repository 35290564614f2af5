"""From single ways to crossings: one per pair of environments and border grant.

A proven way outranks others of its levels. Where one grant has proven, half-open and undecided ways,
each is a crossing of its own, told apart by a mark behind the grant's name. Ways that a declared flow
allows are told only where nothing else leaves by the same grant; levels that it allows do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.facts.crossings import covers
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.witness import assumed
from scanner.facts.identity.world import Group
from scanner.model.estate import Flow
from scanner.model.facts import ACCESS, Crossing, Step
from scanner.model.logic import Tri


@dataclass(frozen=True, slots=True)
class Closing:
    """Grants whose removal closes something, none to spare; ``smallest``: fewer would not, for certain."""

    grants: tuple[str, ...]
    smallest: bool


@dataclass(frozen=True, eq=False, slots=True)
class Leaving:
    """Who leaves an environment by a way, and whom they become by that: nobody where ``hops`` is empty.

    ``group`` is their class.
    """

    members: tuple[Caller, ...]
    group: Group
    hops: Callable[[], Iterable[str]] = tuple


Closer = Callable[[list["Way"]], Closing]
"""Finds what closes some ways together."""


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """One way from identities of an environment to one target in another, or to targets that are alike.

    ``tell`` makes the witness, to ``target``. ``leaving`` is by whom and whither it leaves, which says what
    has to be closed; ``closed`` are grants that have to go whatever else does.
    ``services`` and ``through`` are what it passes. ``alike`` are all the targets, if there are more.
    """

    home: str
    place: str
    border: Grant
    sources: tuple[str, ...]
    target: str
    access: tuple[str, ...]
    state: Tri
    tell: Callable[[], tuple[Step, ...]]
    leaving: Leaving | None = None
    closed: Callable[[], Iterable[str]] = tuple
    length: int = 1
    latent: bool = False
    services: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """All targets, sorted."""
        return self.alike or (self.target,)

    @property
    def order(self) -> tuple[int, str, str]:
        """Shortest first."""
        return (self.length, self.sources[0], self.target)


def bundle(fact: str, flows: Iterable[Flow], ways: Iterable[Way], closer: Closer) -> tuple[Crossing, ...]:
    """All crossings of some ways, sorted."""
    declared = sorted(flows, key=lambda flow: flow.name)
    found: list[Crossing] = []
    sorted_ways: dict[tuple[str, str, str], list[Way]] = defaultdict(list)
    for way in ways:
        sorted_ways[way.home, way.place, way.border.id].append(way)
    for (home, place, _), held in sorted_ways.items():
        between = [flow for flow in declared if (flow.source, flow.target) == (home, place)]
        for kind, border, flow in _of_border(held, between):
            found.append(_crossing(fact, kind, border, closer(kind), flow))
    return tuple(sorted(found, key=lambda crossing: crossing.id))


def _of_border(ways: list[Way], flows: list[Flow]) -> Iterator[tuple[list[Way], Grant, str | None]]:
    """The ways of each crossing by one border grant, the grant, and the flow that allows them."""
    left = [rest for way in ways if (rest := _left(way, flows)).access]
    if not left:
        names = {name for way in ways for name in _flows(way, flows)}
        best = [way for way in ways if way.state is Tri.YES and not way.latent] or ways
        yield best, best[0].border, min(names)
        return
    proven = [way for way in left if way.state is Tri.YES and not way.latent]
    told = {level for way in proven for level in way.access}
    half = _without([way for way in left if way.state is Tri.YES and way.latent], told)
    undecided = _without([way for way in left if way.state is Tri.UNKNOWN], told)
    taken = False
    for kind, mark in ((proven, ""), (half, " (half-open)"), (undecided, " (undecided)")):
        if kind:
            named = kind[0].border
            yield kind, replace(named, id=f"{named.id}{mark if taken else ''}"), None
            taken = True


def _without(ways: list[Way], levels: set[str]) -> list[Way]:
    """Ways with the levels that are not told of yet."""
    cut = (replace(way, access=tuple(level for level in way.access if level not in levels)) for way in ways)
    return [way for way in cut if way.access]


def _left(way: Way, flows: list[Flow]) -> Way:
    """A way with the levels of access that no flow allows."""
    kept = tuple(level for level in way.access if not _by(way, level, flows))
    return way if kept == way.access else replace(way, access=kept)


def _by(way: Way, level: str, flows: list[Flow]) -> str | None:
    if way.through:
        return None
    found = (flow for flow in flows if covers(flow, way.targets, (level,), way.services))
    return next((flow.name for flow in found), None)


def _flows(way: Way, flows: list[Flow]) -> set[str]:
    return {name for level in way.access if (name := _by(way, level, flows))}


def _crossing(fact: str, ways: list[Way], border: Grant, closing: Closing, flow: str | None) -> Crossing:
    """The crossing of ways that share a border, told by the shortest of them."""
    first = min(ways, key=lambda way: way.order)
    steps = first.tell()
    levels = {level for way in ways for level in way.access}
    told = {level: _first(ways, level) for level in levels}
    through = {place for way in ways for place in way.through}
    return Crossing(
        fact,
        first.home,
        first.place,
        border.id,
        first.state,
        tuple(level for level in ACCESS if level in levels),
        _together(way.sources for way in ways),
        _together(way.targets for way in ways),
        steps,
        latent=first.latent,
        closes=closing.grants,
        smallest=closing.smallest,
        assumed=assumed(steps),
        flow=flow,
        via=tuple(sorted({name for way in ways for name in way.services})),
        detail={"through": sorted(through)} if through else {},
        told={level: way.tell() for level, way in sorted(told.items()) if way is not first},
    )


def _first(ways: Iterable[Way], level: str) -> Way:
    """The shortest way that gives a level of access."""
    return min((way for way in ways if level in way.access), key=lambda way: way.order)


def _together(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Everything in some groups, sorted."""
    different = set(groups)
    return tuple(sorted(different.pop() if len(different) == 1 else set().union(*different)))
