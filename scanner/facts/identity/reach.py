"""The places that one caller reaches by assuming roles, with the shortest way to each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.witness import walk
from scanner.model.facts import Step
from scanner.model.logic import Tri


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """A place, whether it is reached, and how."""

    place: str
    state: Tri
    steps: tuple[Step, ...]


def reached(graph: Graph, caller: Caller, places: Iterable[str]) -> list[Reached]:
    """Which of some places a caller reaches, itself aside: proven where it can be, else undecided."""
    wanted = set(places)
    proven = _search(graph, caller, wanted, sure=True)
    maybe = _search(graph, caller, wanted, sure=False)
    open_ways = {place: edges for place, edges in maybe.items() if place not in proven}
    return [
        Reached(place, state, walk(graph.world, edges, caller))
        for state, ways in ((Tri.YES, proven), (Tri.UNKNOWN, open_ways))
        for place, edges in sorted(ways.items())
    ]


def _search(graph: Graph, caller: Caller, wanted: set[str], *, sure: bool) -> dict[str, tuple[Edge, ...]]:
    start = graph.nodes[caller.arn]
    found: dict[str, tuple[Edge, ...]] = {}
    seen = {start.group}
    nodes: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
    while nodes:
        node, way = nodes.popleft()
        for edge in graph.out(node):
            target = edge.target
            if sure and (edge.state is not Tri.YES or target.hidden):
                continue
            if target.place in wanted and target.place not in found:
                found[target.place] = (*way, edge)
            if target.group not in seen:
                seen.add(target.group)
                nodes.append((target, (*way, edge)))
    return found
