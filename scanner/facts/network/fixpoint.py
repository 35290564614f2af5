"""The guarded fixpoint: which packets reach which node, and by which edges.

Multi-source, over edges guarded by sets of packets (``scanner.facts.network.atoms``); sets only grow, so it
ends. Nodes are numbers from 0 and sets of packets plain integers; nothing here knows of networks.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping, MutableSequence
from dataclasses import dataclass

from scanner.facts.network.rows import WORD, Rows, rows


class Graph:
    """Edges between numbered nodes, each with a guard: the packets that it lets through."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self._sources = array("I")
        self._targets = array("I")
        self._guards: MutableSequence[int] = array("Q")
        self._grouped: dict[bool, Rows] = {}

    def __len__(self) -> int:
        """How many edges there are."""
        return len(self._sources)

    def add(self, source: int, target: int, guard: int) -> None:
        """An edge that lets the packets of ``guard`` through."""
        if not guard:
            return
        if guard >> WORD and isinstance(self._guards, array):
            self._guards = list(self._guards)
        self._sources.append(source)
        self._targets.append(target)
        self._guards.append(guard)
        self._grouped.clear()

    @property
    def out(self) -> Rows:
        """The edges that leave each node."""
        return self._rows(back=False)

    @property
    def into(self) -> Rows:
        """The edges that come to each node, turned round."""
        return self._rows(back=True)

    def _rows(self, *, back: bool) -> Rows:
        if back not in self._grouped:
            ends = (self._targets, self._sources) if back else (self._sources, self._targets)
            self._grouped[back] = rows(self.nodes, *ends, self._guards)
        return self._grouped[back]


@dataclass
class Reach:
    """``bits[v]`` are the packets that reach a node of a graph, from the packets at its ``starts``."""

    bits: dict[int, int]
    graph: Graph
    starts: Mapping[int, int]

    def path(self, node: int, atom: int) -> list[int]:
        """A shortest path that a packet takes to a node it reaches, from its start.

        Searched for backwards when it is asked for: to keep where every packet came from costs more than
        the fixpoint itself.
        """
        into = self.graph.into
        toward: dict[int, int | None] = {node: None}
        queue = deque([node])
        while not self.starts.get(queue[0], 0) & atom:
            here = queue.popleft()
            for origin, guard in into.at(here):
                if origin not in toward and guard & self.bits.get(origin, 0) & atom:
                    toward[origin] = here
                    queue.append(origin)
        found: list[int] = []
        at: int | None = queue[0]
        while at is not None:
            found.append(at)
            at = toward[at]
        return found


def spread(graph: Graph, starts: Mapping[int, int]) -> Reach:
    """Everything that the packets at ``starts`` reach."""
    return Reach(graph.out.spread(starts), graph, starts)


def retrace(graph: Graph, reach: Reach, ends: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Node -> the packets of ``reach`` there that go on to ``ends``."""
    wanted = {node: bits & reach.bits.get(node, 0) for node, bits in ends}
    # An edge passes backwards what passed it forwards: limit to what had reached its origin.
    came = {node: bits & reach.bits.get(node, 0) for node, bits in graph.into.spread(wanted).items()}
    return {node: bits for node, bits in came.items() if bits}
