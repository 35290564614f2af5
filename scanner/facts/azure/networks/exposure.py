"""Which administrative ports of an interface the internet at large reaches.

At large: by words that name nobody in particular. It takes a public address of the interface, or a rule of a
load balancer with one, security groups of subnet and interface that let it by, and a route for answers.

- https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku: an address of the SKU
  Standard takes nothing in where there is no security group;
- https://learn.microsoft.com/azure/load-balancer/load-balancer-overview: packets come to the interface with
  the sender's address and the port behind;
- https://learn.microsoft.com/azure/firewall/tutorial-firewall-dnat: a firewall may send on with its own
  address what comes to it from the internet; its rules are not read.

Private endpoints are left out: they are addresses of services, with firewalls of their own (ISO-003).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.inventory import Inventory, gaps_of, get, knows
from scanner.facts.azure.networks.listening import Listening
from scanner.facts.azure.networks.screen import Screen
from scanner.facts.network.addresses import parse
from scanner.facts.network.exposure import ADMINISTRATIVE, INTERNET, Exposed
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


@dataclass(frozen=True, slots=True)
class Way:
    """How the internet comes to an interface: on which ports (``None``: all), and by what.

    ``closed`` says whether nothing passes where there is no security group. ``source``: addresses that it
    then comes from, where not from those of the internet.
    """

    families: frozenset[int]
    ports: frozenset[int] | None
    state: Tri
    step: Step
    closed: Tri
    source: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Exposure:
    """Asks interface by interface, those with a way to the internet alone."""

    def __init__(self, inventory: Inventory, placed: Placed) -> None:
        self._inventory, self._placed = inventory, placed
        self._listening = Listening(inventory)

    def of(self, item: Resource) -> Exposed:
        """The administrative ports of an interface, as ``tcp 22``."""
        if self._inventory.is_endpoint(item):
            return Exposed()
        sure: dict[int, tuple[Step, ...]] = {}
        maybe: dict[int, tuple[Step, ...]] = {}
        gaps: set[Gap] = set()
        for way in self._ways(item):
            for end in self._placed.of(item):
                for port, state, steps in self._open(end, way):
                    (sure if state is Tri.YES else maybe).setdefault(port, steps)
                    gaps.update(() if state is Tri.YES else (*way.gaps, *_gaps(steps)))
        found = sure or maybe
        steps = found[min(found)] if found else ()
        return Exposed(_told(sure), _told(set(maybe) - set(sure)), steps, tuple(sorted(gaps)))

    def faces(self, item: Resource) -> bool:
        """Whether the internet finds, or may find, an interface: by its own address or a balancer's."""
        own = any(way.state is not Tri.NO for way in self._own(item))
        return own or any(True for _ in self._listening.of(item))

    def _ways(self, item: Resource) -> Iterator[Way]:
        yield from self._own(item)
        for one in self._listening.of(item):
            step = Step(INTERNET, item.id, one.by, one.source, one.state, one.gaps)
            closed = Tri.UNKNOWN
            yield Way(frozenset({4, 6}), one.ports, one.state, step, closed, (), one.gaps)
        yield from self._translated(item)

    def _own(self, item: Resource) -> Iterator[Way]:
        where = item.where("public_addresses")
        closed = get(item, "closed_by_default")
        if not knows(item, "public_addresses"):
            gaps = gaps_of(item, "public_addresses")
            step = Step(INTERNET, item.id, "public addresses not known", where, Tri.UNKNOWN, gaps)
            yield Way(frozenset({4, 6}), None, Tri.UNKNOWN, step, Tri.of(closed), (), gaps)
            return
        for text in get(item, "public_addresses"):
            one = parse(str(text))
            if one is not None:
                step = Step(INTERNET, item.id, f"public address {text}", where)
                yield Way(frozenset({one.family}), None, Tri.YES, step, Tri.of(closed))

    def _translated(self, item: Resource) -> Iterator[Way]:
        """What a firewall beside it may send on: with the firewall's address, which is a private one."""
        network = str(get(item, "network"))
        for firewall in self._inventory.estate.of("network_firewall"):
            home = get(firewall, "network")
            if home == network or (home and home in self._inventory.adjacent.get(network, ())):
                text = f"firewall {firewall.name}: what it translates is not read"
                step = Step(INTERNET, item.id, text, firewall.source, Tri.UNKNOWN)
                own = tuple(get(firewall, "addresses") or ())
                yield Way(frozenset({4}), None, Tri.UNKNOWN, step, Tri.NO, own)
        beside = {network, *self._inventory.adjacent.get(network, ())} & self._inventory.networks.keys()
        for boundary in sorted({self._inventory.networks[each].scope.boundary for each in beside}):
            gaps = self._inventory.hidden.within("network_firewall", boundary)
            if gaps is not None:
                step = Step(INTERNET, item.id, "firewalls not listed", item.source, Tri.UNKNOWN, gaps)
                yield Way(frozenset({4}), None, Tri.UNKNOWN, step, Tri.NO, ("0.0.0.0/0",), gaps)

    def _open(self, end: End, way: Way) -> Iterator[tuple[int, Tri, tuple[Step, ...]]]:
        """Each port that is open by a way, or may be."""
        wanted = [port for port in ADMINISTRATIVE if way.ports is None or port in way.ports]
        kept = tuple(one for one in end.prefixes if one.family in way.families)
        if not wanted or not kept:
            return
        screen = Screen(self._inventory, replace(end, prefixes=kept), way.source, wanted)
        for port in wanted:
            answer = screen.asked(port, way.closed)
            state = way.state & answer.state & (Tri.YES if end.sure else Tri.UNKNOWN)
            if state is not Tri.NO:
                yield port, state, (way.step, *answer.steps)


def _told(ports: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"tcp {port}" for port in sorted(ports))


def _gaps(steps: Iterable[Step]) -> set[Gap]:
    return {gap for step in steps for gap in step.gaps}
