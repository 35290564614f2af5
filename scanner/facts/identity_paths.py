"""Who of one environment can become an identity of another, over any number of steps (ISO-004).

One crossing per pair and border grant. What was not read makes pairs `blind`: an account's identities
on, at the start or at the end of a possible path, as far as the other side would answer; a policy or a
trust policy between its own environment and any other, since one side is enough for a half-open path. Of
accounts outside the estate only those count that a policy names: a wildcard names nobody. What acts as a
role without being an identity counts as its environment's (`scanner.facts.identity.actors`): workloads, pods
of its clusters, runs of CI in its repositories, people whom it declares. Other federated sign-in (SAML, OIDC)
brings people from outside, not from another environment, and is left to other facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scanner.facts.crossings import pairs
from scanner.facts.identity import latent
from scanner.facts.identity.bundles import Leaving, Way, bundle
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.closing import Closer
from scanner.facts.identity.edges import Node
from scanner.facts.identity.half_blind import half_blind
from scanner.facts.identity.latent import Half
from scanner.facts.identity.paths import (
    BLIND,
    MAYBE,
    PROVEN,
    Arrival,
    Paths,
    others,
    services,
)
from scanner.facts.identity.shared import PATHS, shared
from scanner.facts.identity.witness import far_side, leaving, together, walk
from scanner.facts.identity.world import Group
from scanner.model.estate import Estate
from scanner.model.facts import Facts
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = PATHS


def derive(estate: Estate) -> Facts:
    """Crossings by assuming roles and by taking over identities, with access ``assume``."""
    paths = shared(estate).paths
    wanted = set(pairs(estate))
    ways = [way for way in _ways(paths, {home for home, _ in wanted}) if (way.home, way.place) in wanted]
    ways += [way for way in _halves(paths) if (way.home, way.place) in wanted]
    crossings = bundle("identity_paths", estate.flows, ways, Closer(paths.graph))
    return Facts(crossings, blind=_blind(paths, wanted))


def _ways(paths: Paths, homes: set[str]) -> Iterator[Way]:
    for home in sorted(homes):
        upstream = _Upstream(paths, home)
        for edge in paths.borders(home):
            proven = paths.arrivals(edge, home, PROVEN)
            known = {arrival.target.id for arrival in proven}
            maybe = [item for item in paths.arrivals(edge, home, MAYBE) if item.target.id not in known]
            for members in together(edge.group, edge.aim, edge.decision):
                for arrival in proven:
                    yield _way(paths, arrival, members, upstream.of(members), Tri.YES)
                for arrival in maybe:
                    if not arrival.target.hidden:
                        yield _way(paths, arrival, members, [item.arn for item in members], Tri.UNKNOWN)


def _way(paths: Paths, arrival: Arrival, members: list[Caller], sources: Sequence[str], state: Tri) -> Way:
    first, edge, world = members[0], arrival.border, paths.graph.world
    return Way(
        first.place or "",
        arrival.target.place or "",
        leaving(edge, first),
        tuple(sources),
        arrival.target.id,
        ("assume",),
        state,
        lambda: walk(world, arrival.edges, first),
        Leaving(tuple(members), edge.group, lambda: (edge.target.id,)),
        length=len(arrival.edges),
        services=services(arrival.passed),
        through=others(arrival.passed),
    )


class _Upstream:
    """Identities of a place that can become given others of it, by proven steps."""

    def __init__(self, paths: Paths, place: str) -> None:
        self._into: dict[str, set[Group]] = defaultdict(set)
        self._power: dict[Group, str] = {}
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}
        todo, seen = list(paths.starts(place)), set[Group]()
        while todo:
            node = todo.pop()
            if node.group in seen or node.group.first.kind == "root":
                continue
            seen.add(node.group)
            if node.power:
                self._power[node.group] = node.id
            for edge in paths.graph.out(node):
                target = edge.target
                if target.place == place and not target.hidden and edge.state is Tri.YES:
                    self._into[target.id].add(edge.group)
                    todo += [target] if target.power else []

    def of(self, members: list[Caller]) -> tuple[str, ...]:
        """The members and whoever can become one of them, sorted."""
        start = tuple(member.arn for member in members)
        if start not in self._kept:
            self._kept[start] = self._climb(start)
        return self._kept[start]

    def _climb(self, start: tuple[str, ...]) -> tuple[str, ...]:
        found, todo, seen = set(start), list(start), set[Group]()
        while todo:
            for group in self._into.get(todo.pop(), set()) - seen:
                seen.add(group)
                more = {self._power[group]} if group in self._power else {m.arn for m in group.members}
                more -= found
                found |= more
                todo += more
        return tuple(sorted(found - set(self._power.values())))


def _halves(paths: Paths) -> Iterator[Way]:
    for half in (*latent.reaching(paths.graph), *latent.unanswered(paths.graph)):
        yield _half_way(half)
    used = {Tri.YES: set[tuple[str, str]](), Tri.UNKNOWN: set[tuple[str, str]]()}
    for home in sorted(paths.graph.world.estate.environments):
        for edge in paths.borders(home):
            for ask in edge.asks:
                grants = far_side(ask.caller or edge.group.first, ask.aim, ask.decision)
                used[edge.state] |= {(home, name) for name in grants}
    used[Tri.UNKNOWN] |= used[Tri.YES]
    for half in latent.admitting(paths.graph):
        if (half.home, half.border.id) not in used[half.state]:
            yield _half_way(half)


def _half_way(half: Half) -> Way:
    return Way(
        half.home,
        half.place,
        half.border,
        half.sources,
        half.target,
        ("assume",),
        half.state,
        lambda: half.steps,
        closed=half.closed,
        latent=True,
    )


def _blind(paths: Paths, wanted: set[tuple[str, str]]) -> dict[str, tuple[Gap, ...]]:
    """Per pair, what was not read and may hide a path, or a half-open one."""
    found: dict[str, set[Gap]] = defaultdict(set)
    for home in sorted({home for home, _ in wanted}):
        for node in paths.behind(home)[1]:
            for place in _ends(paths, node, home):
                if (home, place) in wanted:
                    found[f"{home}->{place}"].update(node.gaps)
    for home, place in sorted(wanted):
        for gaps in half_blind(paths.graph, home, place):
            found[f"{home}->{place}"].update(gaps)
    return {pair: tuple(sorted(gaps)) for pair, gaps in sorted(found.items())}


def _ends(paths: Paths, node: Node, home: str) -> set[str]:
    """Environments that paths from a hidden account may enter, its own included."""
    places = set(paths.graph.places(node))
    for edge in paths.graph.out(node):
        if edge.target.place != home:
            for item in paths.arrivals(edge, home, BLIND):
                places |= paths.graph.places(item.target)
    return places - {home}
