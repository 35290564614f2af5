"""All that one identity can become, with the steps: the question an attacker asks first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.shared import shared
from scanner.facts.identity.witness import walk
from scanner.model.estate import Estate
from scanner.model.facts import Step
from scanner.model.logic import Tri


@dataclass(frozen=True, eq=False, slots=True)
class Became:
    """An identity that can be become, or with ``more_rights`` the same one with rights it gave itself."""

    id: str
    state: Tri
    steps: tuple[Step, ...]
    more_rights: bool = False


def becomes(estate: Estate, principal: str) -> tuple[Became, ...]:
    """Everything that an identity can become by any number of steps, sorted; proven where it can be.

    ``principal`` is the ARN of an identity of the estate. Raises `KeyError` for one that is none.
    """
    graph = shared(estate).paths.graph
    start = graph.nodes[principal]
    proven = _search(graph, start, sure=True)
    maybe = {key: way for key, way in _search(graph, start, sure=False).items() if key not in proven}
    caller = graph.world.callers[principal]
    found = [
        _became(graph, caller, way, state)
        for state, ways in ((Tri.YES, proven), (Tri.UNKNOWN, maybe))
        for way in ways.values()
    ]
    return tuple(sorted(found, key=lambda item: (item.id, item.more_rights, item.state)))


def _search(graph: Graph, start: Node, *, sure: bool) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, tuple[Edge, ...]] = {}
    nodes: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
    while nodes:
        node, way = nodes.popleft()
        for edge in graph.out(node):
            if edge.target.id in found or edge.target.id == start.id or (sure and edge.state is not Tri.YES):
                continue
            found[edge.target.id] = (*way, edge)
            nodes.append((edge.target, (*way, edge)))
    return found


def _became(graph: Graph, caller: Caller, way: tuple[Edge, ...], state: Tri) -> Became:
    target = way[-1].target
    steps = walk(graph.world, way, caller)
    return Became(steps[-1].target_id if target.power else target.id, state, steps, target.power)
