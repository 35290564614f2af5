"""The guarded fixpoint: which packets reach which node, and by which edge each first came.

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
    """``bits[v]`` are the packets that reach a node; ``log[v]`` when and from where they came."""

    bits: dict[Node, int]
    log: dict[Node, list[tuple[int, Node | None]]]

    def path(self, node: Node, atom: int) -> list[Node]:
        """A path that a packet takes to a node it reaches, from its start: a shortest-ish one."""
        found: list[Node] = [node]
        while True:
            came = next(origin for new, origin in self.log[found[0]] if new & atom)
            if came is None:
                return found
            found.insert(0, came)


def spread(graph: Graph[Node], starts: Mapping[Node, int]) -> Reach[Node]:
    """Everything that the packets at ``starts`` reach."""
    bits: dict[Node, int] = {}
    log: dict[Node, list[tuple[int, Node | None]]] = {}
    pending: dict[Node, int] = {}
    queue: deque[Node] = deque()
    for node, new in starts.items():
        if new:
            bits[node], log[node], pending[node] = new, [(new, None)], new
            queue.append(node)
    while queue:
        node = queue.popleft()
        delta = pending.pop(node)
        for other, guard in graph.out.get(node, ()):
            new = delta & guard & ~bits.get(other, 0)
            if not new:
                continue
            bits[other] = bits.get(other, 0) | new
            log.setdefault(other, []).append((new, node))
            if other not in pending:
                queue.append(other)
            pending[other] = pending.get(other, 0) | new
    return Reach(bits, log)


def retrace(graph: Graph[Node], reach: Reach[Node], ends: Iterable[tuple[Node, int]]) -> dict[Node, int]:
    """Node -> the packets of ``reach`` there that go on to ``ends``."""
    back: Graph[Node] = Graph(graph.into, graph.out)
    wanted = {node: bits & reach.bits.get(node, 0) for node, bits in ends}
    # An edge passes backwards what passed it forwards: limit to what had reached its origin.
    found = spread(back, wanted)
    came = {node: bits & reach.bits.get(node, 0) for node, bits in found.bits.items()}
    return {node: bits for node, bits in came.items() if bits}
