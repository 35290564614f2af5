"""Ways out of an environment: every edge that leaves it, and where each leads.

A path may pass services, other environments and outside accounts, any number of them, but does not
come back to where it started: what leaves from there again has a border edge of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.crossings import EXTERNAL
from scanner.facts.identity.graph import Edge, Graph, Node
from scanner.model.logic import Tri

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
        last = self.target.place
        return tuple(
            sorted({edge.target.place or "unassigned" for edge in self.edges if edge.target.place != last})
        )

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services passed."""
        return tuple(item.removeprefix("service:") for item in self.passed if item.startswith("service:"))

    @property
    def through(self) -> tuple[str, ...]:
        """Other places passed, which no flow covers."""
        return tuple(item for item in self.passed if not item.startswith("service:"))


class Paths:
    """Paths over a graph, with what lies behind each border edge kept."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._kept: dict[tuple[str, str, str], dict[str, tuple[Edge, ...]]] = {}
        self._by_place: dict[str | None, list[Node]] = {}
        for group in graph.world.groups:
            self._by_place.setdefault(group.place, []).append(graph.nodes[group.first.arn])

    def starts(self, place: str) -> list[Node]:
        """One node for each class of identities of a place."""
        return self._by_place.get(place, [])

    def borders(self, place: str) -> Iterator[Edge]:
        """Every edge that leaves a place."""
        for node in self.starts(place):
            yield from (edge for edge in self.graph.out(node) if edge.target.place != place)

    def arrivals(self, border: Edge, home: str, level: str) -> list[Arrival]:
        """Where a border edge leads on paths that rest on no more than ``level``."""
        if not _usable(border, level):
            return []
        key = (border.target.id, home, level)
        if key not in self._kept:
            self._kept[key] = self._reach(border.target, home, level)
        nodes = self._kept[key]
        return [Arrival(border, rest, rest[-1].target if rest else border.target) for rest in nodes.values()]

    def _reach(self, start: Node, home: str, level: str) -> dict[str, tuple[Edge, ...]]:
        """First identities entered of each place, with the shortest way there from ``start``."""
        entered: dict[str, tuple[Edge, ...]] = {start.id: ()}
        expanded = {start.group}
        queue: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
        while queue:
            node, way = queue.popleft()
            for edge in self.graph.out(node):
                target = edge.target
                if target.place == home or not _usable(edge, level):
                    continue
                if target.place != node.place and target.id not in entered:
                    entered[target.id] = (*way, edge)
                if target.group not in expanded:
                    expanded.add(target.group)
                    queue.append((target, (*way, edge)))
        return entered


def _usable(edge: Edge, level: str) -> bool:
    if level == PROVEN:
        return edge.decision.state is Tri.YES and not edge.target.hidden
    return level == BLIND or not (edge.target.hidden and edge.target.place != EXTERNAL)


def accounts_behind(paths: Paths, starts: list[Node], home: str) -> list[Node]:
    """Accounts that were not read and that paths from a place begin in, pass or end in."""
    found: dict[str, Node] = {node.id: node for node in starts if node.hidden}
    queue, seen = deque(starts), {node.group for node in starts}
    while queue:
        for edge in paths.graph.out(queue.popleft()):
            target = edge.target
            if target.place == home and not target.hidden:
                continue
            if target.hidden and target.place != EXTERNAL:
                found[target.id] = target
            if target.group not in seen:
                seen.add(target.group)
                queue.append(target)
    return [found[key] for key in sorted(found)]
