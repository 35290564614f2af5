"""Every way from an environment to what another one holds, open, half-open or undecided.

Directly, by the store's policy and the caller's own; or after becoming another identity, where the border
is the grant that leaves the environment. A store that everyone may use is used from everywhere. Left out as
sources are the root users of accounts: what their account may do is told of its other identities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.bundles import Leaving, Way
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.meant import meant
from scanner.facts.identity.paths import MAYBE, PROVEN, Arrival, Paths, others, services
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.store_halves import Used, admitting, reaching
from scanner.facts.identity.store_open import open_to_all
from scanner.facts.identity.store_ways import apart, held, told
from scanner.facts.identity.witness import last, leaving, together, walk
from scanner.facts.identity.world import Group, World
from scanner.model.estate import Flow
from scanner.model.facts import Step
from scanner.model.logic import Tri


def ways(
    paths: Paths, access: Access, wanted: set[tuple[str, str]], flows: tuple[Flow, ...]
) -> Iterator[Way]:
    """All ways between pairs of environments, each to targets that no flow tells apart."""
    for way in _all(paths, access, sorted({home for home, _ in wanted})):
        if (way.home, way.place) in wanted:
            yield from apart(flows, way)


def _all(paths: Paths, access: Access, homes: list[str]) -> Iterator[Way]:
    used = Used()
    for home in homes:
        groups = [node.group for node in paths.starts(home) if node.group.first.kind != "root"]
        for group in groups:
            for use in access.of(group):
                yield from _direct(access, group, use)
                used.add(home, use)
        yield from _indirect(paths, access, home)
        yield from open_to_all(access, home)
        yield from reaching(access, groups)
    yield from admitting(access, used)


def _direct(access: Access, group: Group, use: Use) -> Iterator[Way]:
    """Uses of a store in another place by an environment's own identities."""
    if use.store.place == group.place or (use.held and not meant(access, group.first, use.store)):
        return
    for members in together(group, use.target, use.decision):
        yield held(group, members, use)


def _indirect(paths: Paths, access: Access, home: str) -> Iterator[Way]:
    """Uses after becoming another identity: per border and store the best way for each level."""
    found: dict[tuple[str, tuple[str, ...]], _Leaving] = {}
    for edge in paths.borders(home):
        for members in together(edge.group, edge.aim, edge.decision):
            sources = tuple(member.arn for member in members)
            named = leaving(edge, members[0])
            start = _Leaving(access.world, named, sources, tuple(members))
            found.setdefault((named.id, sources), start).edges.append(edge)
    for start in found.values():
        yield from _uses(paths, access, home, start)


def _uses(paths: Paths, access: Access, home: str, start: _Leaving) -> Iterator[Way]:
    """What identities that leave by one grant may use, proven ways first."""
    best: dict[object, Way] = {}
    leads: dict[object, list[list[Edge]]] = defaultdict(list)
    leading: dict[tuple[bool, Group, tuple[str, ...]], list[Edge]] = {}
    for level in (PROVEN, MAYBE):
        for edge in start.edges:
            for arrival in paths.reached(edge, home, level):
                kind = (level == PROVEN, arrival.target.group, arrival.passed_to(None))
                if kind in leading:
                    leading[kind].append(edge)
                    continue
                leading[kind] = [edge]
                for use in access.of(arrival.target.group):
                    if use.store.place != home and not use.held:
                        key = (use.stores, use.level, arrival.passed_to(use.store.place))
                        leads[key].append(leading[kind])
                        _keep(best, key, _borrowed(start, arrival, use, leads[key], sure=kind[0]))
    yield from best.values()


def _keep(best: dict[object, Way], key: object, way: Way) -> None:
    """Keep a way unless one that is proven, or no worse, goes by the same places."""
    kept = best.get(key)
    if kept is None or (way.state is Tri.YES and kept.state is not Tri.YES):
        best[key] = way


@dataclass(frozen=True, eq=False, slots=True)
class _Leaving:
    """Identities that leave by one grant, and all the edges that it makes."""

    world: World
    border: Grant
    sources: tuple[str, ...]
    members: tuple[Caller, ...]
    edges: list[Edge] = field(default_factory=list)

    @property
    def first(self) -> Caller:
        """The one that stands for all."""
        return self.members[0]


def _borrowed(start: _Leaving, arrival: Arrival, use: Use, leads: list[list[Edge]], *, sure: bool) -> Way:
    def tell() -> tuple[Step, ...]:
        user = last(start.world, arrival.edges, start.first)
        return (*walk(start.world, arrival.edges, start.first), *told(user, use))

    passed = arrival.passed_to(use.store.place)
    return Way(
        start.first.place or "",
        use.store.place or "",
        start.border,
        start.sources,
        use.store.id,
        (use.level,),
        Tri.YES if sure and use.decision.state is Tri.YES else Tri.UNKNOWN,
        tell,
        Leaving(
            start.members, start.edges[0].group, lambda: (edge.target.id for held in leads for edge in held)
        ),
        length=1 + len(arrival.edges),
        services=services(passed),
        through=others(passed),
        alike=tuple(store.id for store in use.stores),
    )
