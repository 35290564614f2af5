"""Edges grouped by the node at one end, and what spreads along them, in two forms that answer alike.

`Plain` keeps sets of packets as integers of any width: for graphs of few edges, where it is the faster, and
for those of many packets. `Packed` keeps them as machine words in numpy's arrays, and takes a whole wave of
nodes at once: a million edges cost a tenth of what they do one by one, and grow with their number alone. It
is for networks, whose ways are a few nodes long: a wave has its price however few wait in it.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping, MutableSequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

WORD = 64
"""The most packets that a graph's edges may tell apart to be packed."""
FEW = 1_000
"""The most edges that are faster followed one by one."""
_SPARSE = 16
"""A wave that meets fewer nodes than one in this many is gathered by itself."""


class Rows(Protocol):
    """Edges by one end."""

    def at(self, node: int) -> Iterator[tuple[int, int]]:
        """The other end and the guard of each edge of a node."""

    def spread(self, starts: Mapping[int, int]) -> dict[int, int]:
        """What reaches each node that anything reaches, along the edges from the packets at ``starts``."""


def rows(nodes: int, ends: array[int], others: array[int], guards: MutableSequence[int]) -> Rows:
    """Edges by ``ends``, each told by its place in the three, in the form that fits them."""
    if isinstance(guards, array) and len(guards) > FEW:
        return Packed.of(nodes, ends, others, guards)
    return Plain.of(ends, others, guards)


@dataclass(frozen=True, slots=True)
class Plain:
    """Node -> the other end and the guard of each of its edges."""

    edges: Mapping[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, ends: array[int], others: array[int], guards: MutableSequence[int]) -> Plain:
        """Group edges by ``ends``."""
        found: dict[int, list[tuple[int, int]]] = {}
        for end, other, guard in zip(ends, others, guards, strict=True):
            found.setdefault(end, []).append((other, guard))
        return cls(found)

    def at(self, node: int) -> Iterator[tuple[int, int]]:
        """The other end and the guard of each edge of a node."""
        return iter(self.edges.get(node, ()))

    def spread(self, starts: Mapping[int, int]) -> dict[int, int]:
        """A worklist of nodes, each with the packets that are new there."""
        bits = {node: new for node, new in starts.items() if new}
        fresh = dict(bits)
        queue = deque(fresh)
        while queue:
            node = queue.popleft()
            delta = fresh.pop(node)
            for other, guard in self.at(node):
                held = bits.get(other, 0)
                grown = held | delta & guard
                if grown != held:
                    bits[other] = grown
                    if other not in fresh:
                        queue.append(other)
                    fresh[other] = fresh.get(other, 0) | grown ^ held
        return bits


@dataclass(frozen=True, slots=True)
class Packed:
    """The edges of node ``n`` stand from ``heads[n]`` to ``heads[n + 1]``."""

    heads: NDArray[np.int64]
    others: NDArray[np.int64]
    guards: NDArray[np.uint64]

    @classmethod
    def of(cls, nodes: int, ends: array[int], others: array[int], guards: MutableSequence[int]) -> Packed:
        """Group edges by ``ends``; guards are words."""
        near = np.frombuffer(ends, dtype=np.uint32)
        order = np.argsort(near, kind="stable")
        heads = np.zeros(nodes + 1, dtype=np.int64)
        np.cumsum(np.bincount(near, minlength=nodes), out=heads[1:])
        far = np.frombuffer(others, dtype=np.uint32)[order].astype(np.int64)
        return cls(heads, far, np.array(guards, dtype=np.uint64)[order])

    def at(self, node: int) -> Iterator[tuple[int, int]]:
        """The other end and the guard of each edge of a node."""
        begin, end = self.heads[node : node + 2]
        return zip(self.others[begin:end].tolist(), self.guards[begin:end].tolist(), strict=True)

    def spread(self, starts: Mapping[int, int]) -> dict[int, int]:
        """Wave by wave: all edges of all nodes at which something is new."""
        nodes = len(self.heads) - 1
        wave = np.fromiter(starts, np.int64, len(starts))
        # No edge lets through what is beyond a word; where it starts it is added in the end.
        words = (new & (1 << WORD) - 1 for new in starts.values())
        bits = np.zeros(nodes, dtype=np.uint64)
        bits[wave] = fresh = np.fromiter(words, np.uint64, len(starts))
        while len(wave):
            met, came = self._beyond(wave, fresh)
            if len(met) * _SPARSE < nodes:
                wave, back = np.unique(met, return_inverse=True)
            else:
                wave, back = np.arange(nodes), met
            fresh = np.zeros(len(wave), dtype=np.uint64)
            np.bitwise_or.at(fresh, back, came)
            fresh &= ~bits[wave]
            grown = np.flatnonzero(fresh)
            wave, fresh = wave[grown], fresh[grown]
            bits[wave] |= fresh
        held = np.flatnonzero(bits)
        found = dict(zip(held.tolist(), bits[held].tolist(), strict=True))
        return found | {node: found.get(node, 0) | new for node, new in starts.items() if new}

    def _beyond(
        self, wave: NDArray[np.int64], fresh: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """The node at the end of each edge that leaves a wave, and what comes to it by that edge."""
        counts = self.heads[wave + 1] - self.heads[wave]
        before = np.cumsum(counts) - counts
        edges = np.repeat(self.heads[wave] - before, counts) + np.arange(counts.sum())
        return self.others[edges], np.repeat(fresh, counts) & self.guards[edges]
