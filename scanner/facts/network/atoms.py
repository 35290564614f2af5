"""Header atoms: the smallest classes of packets that no guard tells apart.

A packet is (source address, destination address, protocol and destination port). Each of the three is
split by everything that guards use, as in Yang and Lam, "Real-time verification of network properties
using atomic predicates" (2013); only classes that some interface's address lies in are kept. A set of
packets is then one Python integer, a bit for each (port class, source class, target class).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.facts.network.addresses import EVERYWHERE, Prefix
from scanner.facts.network.ports import PortAtoms

FAMILIES = (4, 6)


class Ends:
    """The classes of addresses at one end of a packet.

    Two addresses are of one class when the same ``prefixes`` hold them and the same ``references``
    (security groups that rules refer to, which stand for the addresses of their members) do.
    """

    def __init__(self, prefixes: Iterable[Prefix], references: Iterable[str]) -> None:
        self._prefixes = sorted({*prefixes, *EVERYWHERE})
        self.references = frozenset(references)
        self._cuts = {
            family: sorted({cut for p in self._prefixes if p.family == family for cut in (p.low, p.high + 1)})
            for family in FAMILIES
        }
        self._signatures: dict[tuple[int, int], frozenset[Prefix]] = {}
        self._index: dict[tuple[int, frozenset[Prefix], frozenset[str]], int] = {}
        self._within: dict[Prefix, int] = {}
        self.examples: list[tuple[int, int]] = []
        """Class -> (family, address) of one address in it."""

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def all(self) -> int:
        """Every class."""
        return (1 << len(self.examples)) - 1

    def add(self, prefix: Prefix, groups: frozenset[str]) -> int:
        """The classes that the addresses of a range are of, for members of these groups."""
        members = groups & self.references
        bits = 0
        for address in self._intervals(prefix):
            key = (prefix.family, self._signature(prefix.family, address), members)
            if key not in self._index:
                self._index[key] = len(self.examples)
                self.examples.append((prefix.family, address))
            bits |= 1 << self._index[key]
        return bits

    def within(self, prefix: Prefix) -> int:
        """The classes inside one of the prefixes that split them. Call when all are added."""
        if prefix not in self._within:
            self._within[prefix] = sum(
                1 << number
                for number, (family, address) in enumerate(self.examples)
                if prefix.holds(family, address)
            )
        return self._within[prefix]

    def members(self, group: str) -> int:
        """The classes of members of a referenced group."""
        return sum(1 << number for (_, _, groups), number in self._index.items() if group in groups)

    def family(self, family: int) -> int:
        """The classes of one address family."""
        return self.within(EVERYWHERE[FAMILIES.index(family)])

    def _intervals(self, prefix: Prefix) -> Iterator[int]:
        """The first address of every interval between cuts that a range touches."""
        cuts = self._cuts[prefix.family]
        yield prefix.low
        yield from cuts[bisect_right(cuts, prefix.low) : bisect_right(cuts, prefix.high)]

    def _signature(self, family: int, address: int) -> frozenset[Prefix]:
        key = (family, bisect_right(self._cuts[family], address))
        if key not in self._signatures:
            self._signatures[key] = frozenset(p for p in self._prefixes if p.holds(family, address))
        return self._signatures[key]


class Header(NamedTuple):
    """One packet, an example of its atom."""

    family: int
    source: int
    target: int
    protocol: int | None
    port: int


class Universe:
    """All atoms of a question: ``bit = port class * sources * targets + source * targets + target``."""

    def __init__(self, sources: Ends, targets: Ends, ports: PortAtoms) -> None:
        self.sources, self.targets, self.ports = sources, targets, ports
        self._row = len(targets)
        self._block = len(sources) * len(targets)
        self.every = (1 << self._block) - 1
        self._blocks: dict[tuple[int, int], int] = {}
        self._boxes: dict[tuple[int, int, int], int] = {}
        self.full = 0
        for family in FAMILIES:
            self.full |= self.box(sources.family(family), targets.family(family), ports.all)

    def __len__(self) -> int:
        return self._block * len(self.ports)

    def box(self, sources: int, targets: int, ports: int) -> int:
        """The packets from, to and on these classes."""
        key = (sources, targets, ports)
        if key not in self._boxes:
            self._boxes[key] = self.over(self._rows(sources, targets), ports)
        return self._boxes[key]

    def over(self, block: int, ports: int) -> int:
        """A set of (source, target) on each of these port classes."""
        bits = 0
        for number in ones(ports):
            bits |= block << (number * self._block)
        return bits

    def block(self, bits: int, port: int) -> int:
        """The (source, target) that a set has on one port class."""
        return bits >> (port * self._block) & self.every

    def ports_in(self, bits: int) -> int:
        """The port classes on which a set has any packet."""
        return sum(1 << number for number in range(len(self.ports)) if self.block(bits, number))

    def example(self, bits: int) -> tuple[int, Header]:
        """The lowest atom of a set that is not empty, and a packet of it."""
        atom = bits & -bits
        port, rest = divmod(atom.bit_length() - 1, self._block)
        source, target = divmod(rest, self._row)
        family, address = self.sources.examples[source]
        protocol, low, _ = self.ports.classes[port]
        return atom, Header(family, address, self.targets.examples[target][1], protocol, low)

    def _rows(self, sources: int, targets: int) -> int:
        key = (sources, targets)
        if key not in self._blocks:
            bits = 0
            for number in ones(sources):
                bits |= targets << (number * self._row)
            self._blocks[key] = bits
        return self._blocks[key]


def ones(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
