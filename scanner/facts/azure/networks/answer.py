"""What passes a channel: for certain, and maybe; who, on which ports, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.azure.networks.channel import Asked, Channel, Side
from scanner.facts.azure.networks.ends import End
from scanner.facts.azure.networks.filters import Passing, Said
from scanner.facts.azure.networks.inventory import Inventory, get
from scanner.facts.network.atoms import Header
from scanner.facts.network.found import Found
from scanner.facts.network.ports import TCP
from scanner.model.facts import Step
from scanner.model.logic import Tri

Classes = list[tuple[End, list[End], Passing]]


@dataclass(frozen=True, slots=True)
class _Path:
    """One packet, and the ends that stand for those it may come from and go to."""

    source: End
    target: End
    atom: int
    header: Header


class Answer:
    """The packets of one channel."""

    def __init__(self, inventory: Inventory, channel: Channel) -> None:
        self._inventory, self._channel = inventory, channel
        self._asked = Asked(inventory, channel)
        self._sources = self._sent(self._asked.near, self._asked.sources, egress=True)
        self._targets = self._sent(self._asked.far, self._asked.targets, egress=False)

    def found(self) -> Iterator[Found]:
        """A crossing for each border and state in which anything passes."""
        for state in (Tri.YES, Tri.UNKNOWN):
            if self._channel.state is Tri.NO or (state is Tri.YES and self._channel.state is not Tri.YES):
                continue
            for border in sorted({self._border(end) for end, _, _ in self._targets}):
                if found := self._passing(border, state):
                    yield found

    def _passing(self, border: str, state: Tri) -> Found | None:
        into = [one for one in self._targets if self._border(one[0]) == border]
        sent, taken = _union(self._sources, state), _union(into, state)
        both = sent & taken
        if not both:
            return None
        sources = self._channel.senders or self._members(self._sources, both, state, egress=True)
        targets = self._members(into, both, state, egress=False)
        universe = self._asked.universe
        every = (universe.sources.all, universe.targets.all)
        # A conversation is the better witness.
        talks = both & universe.box(*every, universe.ports.protocols[TCP])
        atom, header = universe.example(talks or both)
        # Those of the one packet that the witness follows.
        first = next(end for end, _, bits in self._sources if _bits(bits, state) & atom)
        last = next(end for end, _, bits in into if _bits(bits, state) & atom)
        ports = self._asked.universe.ports
        return Found(
            border,
            state,
            frozenset(end.id for end in sources),
            frozenset(end.id for end in targets),
            frozenset(ports.names(self._asked.universe.ports_in(both))),
            tuple(self._steps(_Path(first, last, atom, header))),
            removable=self._channel.border is not None or border in self._inventory.groups,
        )

    def _members(self, classes: Classes, both: int, state: Tri, *, egress: bool) -> tuple[End, ...]:
        """The ends that some of the packets come from, or go to."""
        return tuple(
            end
            for _, some, bits in classes
            if (held := _bits(bits, state) & both)
            for end in some
            if self._asked.box(end, egress=egress) & held
        )

    def _sent(self, side: Side, classes: list[tuple[End, list[End]]], *, egress: bool) -> Classes:
        found: Classes = []
        for end, some in classes:
            box, passing = self._asked.box(end, egress=egress), side.passing(end)
            sure = passing.sure & box if end.sure else 0
            found.append((end, some, Passing(sure, passing.maybe & box)))
        return found

    def _border(self, end: End) -> str:
        if self._channel.border is not None:
            return self._channel.border
        names = self._asked.far.names(end)
        return names[-1] if names else self._channel.far

    def _steps(self, path: _Path) -> Iterator[Step]:
        near, far = self._channel.near, self._channel.far
        yield from _unseen(path.source)
        yield from self._filters(self._asked.near, path.source, path, (path.source.id, near))
        yield from self._hops(self._asked.near, path.source, path, (near, far))
        if said := self._channel.carrier:
            yield Step(near, far, said.by, said.source, self._channel.state, said.gaps)
        yield from self._filters(self._asked.far, path.target, path, (far, path.target.id))
        yield from _unseen(path.target)
        answered = path.header.protocol == TCP and not self._channel.open_back
        if answered and not self._asked.far.is_direct(path.target):
            yield from self._hops(self._asked.far, path.target, path, (far, near))

    def _filters(self, side: Side, end: End, path: _Path, ends: tuple[str, str]) -> Iterator[Step]:
        if side.is_unfiltered(end):
            return
        for name in side.names(end):
            group = side.group(name, end)
            state = Tri.of(bool(group.passing.sure & path.atom))
            said = group.said(path.atom)
            yield _step(ends, said, state if state is Tri.YES else _maybe(group.passing, path.atom))
        network = self._inventory.networks.get(
            self._channel.near if side is self._asked.near else self._channel.far
        )
        if network is not None and get(network, "admin_rules") is not False:
            text = f"security admin rules of a network manager may apply to {network.name}: not read"
            gaps = tuple(network.unknown.get("admin_rules", ()))
            yield Step(*ends, text, network.where("admin_rules"), Tri.UNKNOWN, gaps)
        if end.groups is None:
            yield Step(
                *ends, f"security group of {_short(end.id)}: not known", end.source, Tri.UNKNOWN, end.gaps
            )

    def _hops(self, side: Side, end: End, path: _Path, ends: tuple[str, str]) -> Iterator[Step]:
        leads = self._channel.forward if side is self._asked.near else self._channel.back
        hops = side.hops(end, path.header)
        led = [hop for hop in hops if leads(hop) is not Tri.NO] or list(hops)
        sure = len(hops) == 1 and all(leads(hop) is Tri.YES for hop in hops)
        for hop in led[:1]:
            yield Step(*ends, hop.by, hop.source, Tri.of(sure) | Tri.UNKNOWN, () if sure else hop.gaps)


def _bits(passing: Passing, state: Tri) -> int:
    return passing.sure if state is Tri.YES else passing.maybe


def _union(classes: Classes, state: Tri) -> int:
    found = 0
    for _, _, bits in classes:
        found |= _bits(bits, state)
    return found


def _maybe(passing: Passing, atom: int) -> Tri:
    return Tri.UNKNOWN if passing.maybe & atom else Tri.NO


def _step(ends: tuple[str, str], said: Said, state: Tri) -> Step:
    return Step(*ends, said.by, said.source, state, () if state is Tri.YES else said.gaps)


def _short(identity: str) -> str:
    return identity.rpartition("/")[2]


def _unseen(end: End) -> Iterator[Step]:
    """Says of an end of the path that it was not read, or not whole."""
    if not end.sure:
        by = f"what is at {_short(end.id)}, or may be, was not read whole"
        yield Step(end.network, end.id, by, end.source, Tri.UNKNOWN, end.gaps)
