"""The places that one caller reaches, by assuming roles or by stores there, with the shortest way to each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.foreign_stores import ForeignStores
from scanner.facts.identity.foreign_stores import steps as store_steps
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.witness import of_node, walk
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


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


def by_stores(graph: Graph, stores: ForeignStores, caller: Caller, places: Iterable[str]) -> list[Reached]:
    """Which of some places a caller reaches by stores there, itself or as whom it can become elsewhere."""
    wanted = set(places)
    found: dict[str, Reached] = {}
    for node, way, state in everybody(graph, graph.nodes[caller.arn]):
        for used in () if node.hidden else stores.of(node.group):
            sure = state & used.state
            held = found.get(used.place)
            if used.place in wanted and (held is None or (sure is Tri.YES and held.state is not Tri.YES)):
                last = of_node(graph.world, node)
                steps = (*walk(graph.world, way, caller), *store_steps(last, used))
                found[used.place] = Reached(used.place, sure, steps)
    return [found[place] for place in sorted(found)]


def hidden_stores(
    graph: Graph, stores: ForeignStores, callers: Iterable[Caller], places: Iterable[str]
) -> tuple[Gap, ...]:
    """What hides stores of some places that callers, or whom they can become, may use."""
    wanted, found = set(places), set[Gap]()
    for caller in () if stores.complete else callers:
        for node, _, _ in everybody(graph, graph.nodes[caller.arn]):
            if not node.hidden:
                found.update(stores.hidden(node.group, wanted))
    return tuple(sorted(found))


def everybody(graph: Graph, start: Node) -> Iterator[tuple[Node, tuple[Edge, ...], Tri]]:
    """Every class that can be become, itself first: by proven steps where it can be."""
    seen: set[Group] = set()
    for sure in (True, False):
        passed = {start.group}
        queue: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
        while queue:
            node, way = queue.popleft()
            if node.group not in seen:
                seen.add(node.group)
                yield node, way, Tri.YES if sure else Tri.UNKNOWN
            for edge in graph.out(node):
                if edge.target.group not in passed and (not sure or edge.state is Tri.YES):
                    passed.add(edge.target.group)
                    queue.append((edge.target, (*way, edge)))
