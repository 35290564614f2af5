"""Ways over the internet: where the one environment lets in public addresses of the other in particular.

A rule that lets the internet at large in is judged by HRD-001. Whether the sender's own rules and routes
let it out is not looked at, so that such a way is undecided. Where it may have public addresses that are not
known (of a prefix, of a balancer, of a firewall, of a listing that was denied), any range that a rule names
may hold one.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.exposure import Exposure
from scanner.facts.azure.networks.inventory import Inventory, gaps_of, get, knows
from scanner.facts.azure.networks.screen import Screen
from scanner.facts.network.addresses import is_public, parse
from scanner.facts.network.found import Found
from scanner.facts.network.guards import names_someone
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


class Internet:
    """Public addresses by place, and the interfaces that face the internet."""

    def __init__(self, inventory: Inventory, placed: Placed) -> None:
        self._inventory, self._placed = inventory, placed
        self._exposure = Exposure(inventory, placed)
        self._addresses: dict[str, dict[str, Resource]] = {}
        for kind in ("interface", "nat_gateway"):
            for item in inventory.estate.of(kind):
                for address in get(item, "public_addresses") or ():
                    if item.place:
                        self._addresses.setdefault(item.place, {})[str(address)] = item
        self._hiding: dict[str, tuple[Resource, tuple[Gap, ...]] | None] = {}
        self._facing: dict[str, list[Resource]] = {}
        for item in inventory.interfaces.values():
            if item.place and self._exposure.faces(item):
                self._facing.setdefault(item.place, []).append(item)

    def found(self, source: str, target: str) -> Iterator[Found]:
        """A crossing for each security group of the target that names an address of the source."""
        told, hiding = self._addresses.get(source, {}), self._unknown(source)
        for item in self._facing.get(target, ()) if told or hiding else ():
            for end in self._placed.of(item):
                asked = sorted({*told, *(self._named(end) if hiding else ())})
                if not asked:
                    continue
                answer = Screen(self._inventory, end, asked, (), particular=True).admitted()
                if answer.state is Tri.NO:
                    continue
                border = next(iter(self._groups(end)), item.id)
                first, gaps = hiding or (next(iter(told.values())), ())
                which = (
                    "not known, may be among those named"
                    if hiding
                    else "whether they are let out is not read"
                )
                text = f"public addresses of {source} over the internet: {which}"
                step = Step(first.id, item.id, text, first.where("public_addresses"), Tri.UNKNOWN, gaps)
                ids = frozenset({first.id, *(one.id for one in told.values())})
                ports = frozenset({"all traffic"})
                yield Found(border, Tri.UNKNOWN, ids, frozenset({item.id}), ports, (step, *answer.steps))

    def _groups(self, end: End) -> list[str]:
        shared = get(self._inventory.subnets.get(end.subnet or ""), "security_group")
        return [name for name in (*(end.groups or ()), shared) if name]

    def _named(self, end: End) -> Iterator[str]:
        """The ranges of public addresses that rules of an end name in particular."""
        for name in self._groups(end):
            for rule in get(self._inventory.groups.get(name), "rules") or ():
                for word in rule["sources"] if not rule["egress"] and rule["allow"] else ():
                    prefix = parse(str(word))
                    if prefix is not None and names_someone(prefix) and is_public(prefix):
                        yield str(word)

    def _unknown(self, place: str) -> tuple[Resource, tuple[Gap, ...]] | None:
        """What of a place may have public addresses that are not known, and what hides them."""
        if place not in self._hiding:
            self._hiding[place] = next(self._untold(place), None)
        return self._hiding[place]

    def _untold(self, place: str) -> Iterator[tuple[Resource, tuple[Gap, ...]]]:
        estate = self._inventory.estate
        for kind in ("interface", "nat_gateway"):
            for item in estate.of(kind):
                if item.place == place and item.provider == "azure" and not knows(item, "public_addresses"):
                    yield item, gaps_of(item, "public_addresses")
        for item in estate.of("load_balancer"):
            fronts = get(item, "frontends")
            if item.place == place and (fronts is None or any(front["public"] for front in fronts)):
                yield item, gaps_of(item, "frontends")
        networks = self._placed.networks(place)
        beside = {other for one in networks for other in (one, *self._inventory.adjacent.get(one, ()))}
        for item in estate.of("network_firewall"):
            if item.place == place or get(item, "network") in beside:
                yield item, ()
        for kind in ("interface", "nat_gateway", "load_balancer", "network_firewall"):
            gaps = self._inventory.hidden.of(kind, place)
            if gaps is not None and networks:
                yield self._inventory.networks[networks[0]], gaps
