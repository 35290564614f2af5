"""The guarded fixpoint: which packets reach which node, and by which edges.

Multi-source worklist over edges guarded by sets of packets (``scanner.facts.network.atoms``); sets
only grow, so it ends. Plain integers; nothing here knows of networks. Nodes are numbered, and what is kept
of each lies side by side: at a million edges what takes time is to fetch memory, not to reckon.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, MutableSequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress, count
from types import MappingProxyType
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)

WORD = 64
"""Sets of no more packets than this are kept as machine words."""
_SCANNED = 16
"""Nodes that may be looked at for one that waits."""


class Graph(Generic[Node]):
    """Edges, each with a guard: the packets that it lets through."""

    def __init__(self) -> None:
        self._sources: list[Node] = []
        self._targets: list[Node] = []
        self._guards: MutableSequence[int] = array("Q")
        self._numbered: Numbered[Node] | None = None

    def __len__(self) -> int:
        """How many edges there are."""
        return len(self._sources)

    def add(self, source: Node, target: Node, guard: int) -> None:
        """An edge that lets the packets of ``guard`` through."""
        if not guard:
            return
        if isinstance(self._guards, array) and guard >> WORD:
            self._guards = list(self._guards)
        self._sources.append(source)
        self._targets.append(target)
        self._guards.append(guard)

    def numbered(self) -> Numbered[Node]:
        """The graph as it stands, for questions."""
        held = self._numbered
        if held is None or len(held.sources) != len(self):
            held = self._numbered = Numbered(self._sources, self._targets, self._guards)
        return held


class Numbered(Generic[Node]):
    """A graph whose nodes are numbers: origins first, in the order in which their edges were told."""

    def __init__(self, sources: list[Node], targets: list[Node], guards: MutableSequence[int]) -> None:
        numbers: defaultdict[Node, int] = defaultdict(count().__next__)
        self.sources = array("I", map(numbers.__getitem__, sources))
        self._targets = array("I", map(numbers.__getitem__, targets))
        self._guards = guards
        self.nodes = list(numbers)
        self.numbers: Mapping[Node, int] = MappingProxyType(numbers)

    @cached_property
    def out(self) -> Rows:
        """The edges that leave each node."""
        return Rows.of(len(self.nodes), self.sources, self._targets, self._guards)

    @cached_property
    def into(self) -> Rows:
        """The edges that come to each node, turned round."""
        return Rows.of(len(self.nodes), self._targets, self.sources, self._guards)


@dataclass(frozen=True, slots=True)
class Rows:
    """Edges grouped by one end: those of node ``n`` stand from ``heads[n]`` to ``heads[n + 1]``."""

    heads: array[int]
    others: array[int]
    guards: MutableSequence[int]

    @classmethod
    def of(cls, nodes: int, ends: array[int], others: array[int], guards: MutableSequence[int]) -> Rows:
        """Group edges by ``ends``, each edge being told by its place in the three."""
        counts = array("I", bytes(array("I").itemsize * (nodes + 1)))
        for end in ends:
            counts[end + 1] += 1
        order = sorted(range(len(ends)), key=ends.__getitem__)
        return cls(
            array("I", accumulate(counts)),
            array("I", map(others.__getitem__, order)),
            _like(guards, map(guards.__getitem__, order)),
        )

    def at(self, node: int) -> zip[tuple[int, int]]:
        """The other end and the guard of each edge of a node."""
        begin, end = self.heads[node], self.heads[node + 1]
        return zip(self.others[begin:end], self.guards[begin:end], strict=True)

    def spread(self, starts: Mapping[int, int]) -> MutableSequence[int]:
        """For every node, what reaches it along the edges from the packets at ``starts``."""
        bits = self._empty(starts.values())
        pending = self._empty(starts.values())
        for node, new in starts.items():
            bits[node] = pending[node] = new
        wave = sorted(node for node, new in starts.items() if new)
        heads, others, guards = self.heads, self.others, self.guards
        while wave:
            reached: list[int] = []
            for node in wave:
                delta, pending[node] = pending[node], 0
                begin, end = heads[node], heads[node + 1]
                for other, guard in zip(others[begin:end], guards[begin:end], strict=True):
                    held = bits[other]
                    grown = held | delta & guard
                    if grown != held:
                        bits[other] = grown
                        waiting = pending[other]
                        if not waiting:
                            reached.append(other)
                        pending[other] = waiting | grown ^ held
            # A scan costs less than to sort, once it finds enough; either way edges are read in order.
            many = len(reached) * _SCANNED > len(pending)
            wave = list(compress(range(len(pending)), pending)) if many else sorted(reached)
        return bits

    def _empty(self, packets: Iterable[int]) -> MutableSequence[int]:
        nodes = len(self.heads) - 1
        if isinstance(self.guards, array) and not any(each >> WORD for each in packets):
            return array("Q", bytes(array("Q").itemsize * nodes))
        return [0] * nodes


def _like(guards: MutableSequence[int], values: Iterable[int]) -> MutableSequence[int]:
    return array("Q", values) if isinstance(guards, array) else list(values)


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
        graph = self.graph.numbered()
        nodes, into = graph.nodes, graph.into
        begin = graph.numbers.get(node)
        if begin is None:
            return [node]
        toward: dict[int, int | None] = {begin: None}
        queue = deque([begin])
        while not self.starts.get(nodes[queue[0]], 0) & atom:
            here = queue.popleft()
            for origin, guard in into.at(here):
                if origin not in toward and guard & self.bits.get(nodes[origin], 0) & atom:
                    toward[origin] = here
                    queue.append(origin)
        found: list[Node] = []
        at: int | None = queue[0]
        while at is not None:
            found.append(nodes[at])
            at = toward[at]
        return found


def spread(graph: Graph[Node], starts: Mapping[Node, int]) -> Reach[Node]:
    """Everything that the packets at ``starts`` reach."""
    numbered = graph.numbered()
    return Reach(_spread(numbered, numbered.out, starts), graph, starts)


def retrace(graph: Graph[Node], reach: Reach[Node], ends: Iterable[tuple[Node, int]]) -> dict[Node, int]:
    """Node -> the packets of ``reach`` there that go on to ``ends``."""
    wanted = {node: bits & reach.bits.get(node, 0) for node, bits in ends}
    # An edge passes backwards what passed it forwards: limit to what had reached its origin.
    numbered = graph.numbered()
    found = _spread(numbered, numbered.into, wanted)
    came = {node: bits & reach.bits.get(node, 0) for node, bits in found.items()}
    return {node: bits for node, bits in came.items() if bits}


def _spread(graph: Numbered[Node], rows: Rows, starts: Mapping[Node, int]) -> dict[Node, int]:
    """A node without edges is reached by what starts there."""
    numbers = graph.numbers
    bits = rows.spread({numbers[node]: new for node, new in starts.items() if node in numbers})
    reached = {node: held for node, held in zip(graph.nodes, bits, strict=True) if held}
    return {node: new for node, new in starts.items() if new} | reached
