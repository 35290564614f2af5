"""Ways out of an environment: every edge that leaves it, and where each leads.

A path may pass services, other environments and outside accounts, any number of them, but does not
come back to where it started: what leaves from there again has a border edge of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.facts.crossings import EXTERNAL
from scanner.facts.identity.edges import Edge, Node, joined
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.world import Group
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

PROVEN, MAYBE, BLIND = "proven", "maybe", "blind"
"""How much a path may rest on: proven edges; also undecided ones; also accounts that were not read."""


@dataclass(frozen=True, eq=False, slots=True)
class Arrival:
    """A path that leaves by ``border``, goes on by ``rest``, and enters the place of ``target`` there."""

    border: Edge
    rest: tuple[Edge, ...]
    target: Node

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, in order."""
        return (self.border, *self.rest)

    @property
    def passed(self) -> tuple[str, ...]:
        """Places between, sorted; ``unassigned`` for what has none."""
        return self.passed_to(self.target.place)

    def passed_to(self, place: str | None) -> tuple[str, ...]:
        """Places entered on the way to something in ``place``, sorted."""
        entered = {edge.target.place or "unassigned" for edge in self.edges}
        return tuple(sorted(entered - {place}))


def services(passed: Iterable[str]) -> tuple[str, ...]:
    """Names of the services among places."""
    return tuple(item.removeprefix("service:") for item in passed if item.startswith("service:"))


def others(passed: Iterable[str]) -> tuple[str, ...]:
    """Places that are not services, by which no flow leads."""
    return tuple(item for item in passed if not item.startswith("service:"))


class Paths:
    """Paths over a graph, with what lies behind each border edge kept."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._kept: dict[tuple[str, str, str], _Reach] = {}
        self._borders: dict[str, tuple[Edge, ...]] = {}
        self._by_place: dict[str | None, list[Node]] = {}
        self._unplaced: dict[Group, Node] = {}
        for group in graph.world.groups:
            node = graph.nodes[group.first.arn]
            self._by_place.setdefault(group.place, []).append(node)
            if group.place is None and (gaps := _unassigned(group)):
                self._unplaced[group] = replace(node, gaps=gaps)

    def starts(self, place: str) -> list[Node]:
        """One node for each class of identities of a place."""
        return self._by_place.get(place, [])

    def actors(self, place: str) -> list[Node]:
        """One node for each class of what acts as a role of another place without being an identity."""
        return self.graph.actors.of(place)

    def behind(self, place: str) -> tuple[list[Group], list[Node]]:
        """Classes on any possible path from a place, its own included, and hidden nodes on them.

        Hidden are accounts and actors that were not read, and identities that may be anybody's.
        """
        hidden = [node for node in self.graph.hidden.values() if place in self.graph.places(node)]
        hidden += self.graph.actors.unseen(place)
        hidden += [
            replace(node, place=place) for node in self._unplaced.values() if place in self.graph.places(node)
        ]
        queue: deque[Node] = deque([*self.starts(place), *hidden])
        found = {node.id: node for node in hidden}
        seen = dict.fromkeys(node.group for node in queue)
        queue.extend(self.actors(place))
        while queue:
            for edge in self.graph.out(queue.popleft()):
                target = edge.target
                target = self._unplaced.get(target.group, target)
                if (target.hidden and target.place != EXTERNAL) or target.group in self._unplaced:
                    found[target.id] = target
                if target.group not in seen:
                    seen[target.group] = None
                    queue.append(target)
        return list(seen), [found[key] for key in sorted(found)]

    def borders(self, place: str) -> tuple[Edge, ...]:
        """Every edge that leaves a place; rights that one gives itself first are part of it.

        Where they are not needed for certain they are left out.
        """
        if place not in self._borders:
            self._borders[place] = tuple(self._crossing(place))
        return self._borders[place]

    def _crossing(self, place: str) -> Iterator[Edge]:
        for node in self.actors(place):
            yield from self.graph.out(node)
        for node in self.starts(place):
            direct = [edge for edge in self.graph.out(node) if not edge.target.power]
            sure = {edge.target.id for edge in direct if edge.state is Tri.YES}
            yield from (edge for edge in direct if edge.target.place != place)
            for edge in self.graph.out(node):
                if edge.target.power:
                    leaving = self._leaving(edge, place, (node,))
                    yield from (joined(edge, then) for then in leaving if then.target.id not in sure)

    def _leaving(self, first: Edge, place: str, before: tuple[Node, ...]) -> Iterator[Edge]:
        """What leaves a place after getting more rights of one's own."""
        for edge in self.graph.out(first.target):
            if not edge.target.power:
                if edge.target.place != place:
                    yield edge
            elif edge.target not in before:
                rest = self._leaving(edge, place, (*before, edge.target))
                yield from (joined(edge, then) for then in rest)

    def arrivals(self, border: Edge, home: str, level: str) -> list[Arrival]:
        """Where a border edge enters places, on paths that rest on no more than ``level``."""
        entered = self._reach(border, home, level).entered
        return [_arrival(border, rest) for rest in entered.values()]

    def reached(self, border: Edge, home: str, level: str) -> list[Arrival]:
        """Every class of identities that such paths reach, one path each."""
        return [_arrival(border, rest) for rest in self._reach(border, home, level).classes.values()]

    def _reach(self, border: Edge, home: str, level: str) -> _Reach:
        key = (border.target.id, home, level)
        if not _usable(border, level):
            return _Reach({}, {})
        if key not in self._kept:
            self._kept[key] = self._search(border.target, home, level)
        return self._kept[key]

    def _search(self, start: Node, home: str, level: str) -> _Reach:
        """Breadth first, so that the way to each is a shortest one."""
        entered: dict[str, tuple[Edge, ...]] = {start.id: ()}
        classes: dict[Group, tuple[Edge, ...]] = {start.group: ()}
        queue: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
        while queue:
            node, way = queue.popleft()
            for edge in self.graph.out(node):
                target = edge.target
                if target.place == home or not _usable(edge, level):
                    continue
                if target.place != node.place and target.id not in entered:
                    entered[target.id] = (*way, edge)
                if target.group not in classes:
                    classes[target.group] = (*way, edge)
                    queue.append((target, (*way, edge)))
        return _Reach(entered, classes)


@dataclass(frozen=True, eq=False, slots=True)
class _Reach:
    """What lies behind a border edge: identities by which places are entered, and classes reached."""

    entered: dict[str, tuple[Edge, ...]]
    classes: dict[Group, tuple[Edge, ...]]


def _unassigned(group: Group) -> tuple[Gap, ...]:
    """What hides whose the identities of a class are."""
    found = (gap for item in group.members for gap in item.resource.unknown.get("assigned_by", ()))
    return tuple(sorted(set(found)))


def _arrival(border: Edge, rest: tuple[Edge, ...]) -> Arrival:
    return Arrival(border, rest, rest[-1].target if rest else border.target)


def _usable(edge: Edge, level: str) -> bool:
    if level == PROVEN:
        return edge.state is Tri.YES and not edge.target.hidden
    return level == BLIND or not (edge.target.hidden and edge.target.place != EXTERNAL)
