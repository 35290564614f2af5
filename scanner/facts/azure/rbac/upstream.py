"""The graph backwards: everybody who can become one of some nodes, and by which edges."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scanner.facts.azure.rbac.graph import HALF, MAYBE, Edge, Graph
from scanner.facts.azure.rbac.world import Node


@dataclass(frozen=True, eq=False, slots=True)
class Climb:
    """Somebody who can become a node, by some edges; no edges: the node itself."""

    node: Node
    edges: tuple[Edge, ...]
    rank: int


class Upstream:
    """Edges by their far end, worked out for all nodes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @cached_property
    def _into(self) -> dict[str, list[Edge]]:
        found: dict[str, list[Edge]] = defaultdict(list)
        for node in list(self._graph.world.nodes.values()):
            for edge in self._graph.out(node):
                found[edge.target.id].append(edge)
        return found

    def of(self, nodes: Iterable[tuple[Node, int]]) -> dict[str, tuple[Node, Climb]]:
        """Id of everybody who can become one of some nodes (each with a rank of its own) -> which, and how.

        The surest way to each; a right that waits for its activation is as sure as others.
        """
        found: dict[str, tuple[Node, Climb]] = {}
        starts = list(nodes)
        for most in (HALF, MAYBE):
            queue: deque[tuple[Node, Climb]] = deque()
            for node, rank in starts:
                if rank <= most and node.id not in found:
                    found[node.id] = node, Climb(node, (), rank)
            queue.extend(found.values())
            while queue:
                aim, climb = queue.popleft()
                for edge in self._into.get(climb.node.id, ()):
                    if edge.rank <= most and edge.source.id not in found:
                        up = Climb(edge.source, (edge, *climb.edges), max(climb.rank, edge.rank))
                        found[edge.source.id] = aim, up
                        queue.append((aim, up))
        return found
