"""The guarded fixpoint: which packets reach which node, and by which edges.

Multi-source worklist over edges guarded by sets of packets (``scanner.facts.network.atoms``); sets
only grow, so it ends. Plain integers; nothing here knows of networks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


@dataclass
class Graph(Generic[Node]):
    """Edges both ways: ``out[u]`` and ``into[v]`` hold (other end, guard)."""

    out: dict[Node, list[tuple[Node, int]]] = field(default_factory=dict)
    into: dict[Node, list[tuple[Node, int]]] = field(default_factory=dict)

    def add(self, source: Node, target: Node, guard: int) -> None:
        """An edge that lets the packets of ``guard`` through."""
        if guard:
            self.out.setdefault(source, []).append((target, guard))
            self.into.setdefault(target, []).append((source, guard))


@dataclass
class Reach(Generic[Node]):
    """``bits[v]`` are the packets that reach a node of a graph, from the packets at its ``starts``."""

    bits: dict[Node, int]
    graph: Graph[Node]
    starts: Mapping[Node, int]

    def path(self, node: Node, atom: int) -> list[Node]:
        """A shortest path that a packet takes to a node it reaches, from its start.

        Searched for backwards when it is asked for: to keep where every packet came from costs more than
        the fixpoint itself.
        """
        toward: dict[Node, Node | None] = {node: None}
        queue = deque([node])
        while not self.starts.get(queue[0], 0) & atom:
            here = queue.popleft()
            for origin, guard in self.graph.into.get(here, ()):
                if origin not in toward and guard & self.bits.get(origin, 0) & atom:
                    toward[origin] = here
                    queue.append(origin)
        found: list[Node] = []
        at: Node | None = queue[0]
        while at is not None:
            found.append(at)
            at = toward[at]
        return found


def spread(graph: Graph[Node], starts: Mapping[Node, int]) -> Reach[Node]:
    """Everything that the packets at ``starts`` reach."""
    bits = {node: new for node, new in starts.items() if new}
    pending, wave, out = dict(bits), list(bits), graph.out
    while wave:
        reached: list[Node] = []
        for node in wave:
            delta = pending.pop(node)
            for other, guard in out.get(node, ()):
                new = delta & guard
                if not new:
                    continue
                held = bits.get(other, 0)
                new &= ~held
                if not new:
                    continue
                bits[other] = held | new
                if other in pending:
                    pending[other] |= new
                else:
                    pending[other] = new
                    reached.append(other)
        wave = reached
    return Reach(bits, graph, starts)


def retrace(graph: Graph[Node], reach: Reach[Node], ends: Iterable[tuple[Node, int]]) -> dict[Node, int]:
    """Node -> the packets of ``reach`` there that go on to ``ends``."""
    back: Graph[Node] = Graph(graph.into, graph.out)
    wanted = {node: bits & reach.bits.get(node, 0) for node, bits in ends}
    # An edge passes backwards what passed it forwards: limit to what had reached its origin.
    found = spread(back, wanted)
    came = {node: bits & reach.bits.get(node, 0) for node, bits in found.bits.items()}
    return {node: bits for node, bits in came.items() if bits}
