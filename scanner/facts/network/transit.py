"""Transit gateways: where a packet ends that a network's route table sends to one.

The route table associated with the attachment by which it comes in decides, by longest prefix, and a
static route before a propagated one (Amazon VPC Transit Gateways, "How transit gateways work", "Route
evaluation order"); a peering attachment leads to another gateway, whose own table for it decides next.
In the network that it is sent to, the table of the attachment's subnets decides. What owners of a
gateway do not show (its attachments and tables are theirs) makes it a device whose inside is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.facts.network.addresses import Prefix
from scanner.facts.network.inventory import Inventory
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Network
from scanner.facts.network.rules import Hop
from scanner.facts.network.transit_gateways import PASSING, TransitGateways, TransitRoute
from scanner.model.snapshot import Gap, Source

_TRANSPARENT = frozenset({"endpoint", "transit_gateway", "vpn_gateway"})
"""Kinds of devices that leave addresses as they are: an endpoint is one of a gateway load balancer here."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where packets for an address end: in a network, at a device that is not read, or it is not known.

    ``kind`` is ``network``, ``device`` or ``unread``; ``by`` the routes that lead there, in words, the
    first of which stands in ``source``.
    """

    kind: str
    name: str
    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Beyond:
    """All networks that packets may land in; whether they may come to devices, that may rewrite them."""

    networks: frozenset[str]
    leaves: bool
    rewrites: bool


class Transit(TransitGateways):
    """Where packets end. Answers are kept: asking twice costs nothing."""

    def __init__(self, inventory: Inventory) -> None:
        super().__init__(inventory)
        self._beyond: dict[tuple[str, object, bool], Beyond] = {}
        self._landings: dict[tuple[str, str, int, int], tuple[Landing, ...]] = {}

    def land(self, network: str, gateway: str, family: int, address: int) -> tuple[Landing, ...]:
        """Where packets from a network end that it sends to a gateway; nowhere: they are dropped."""
        key = (network, gateway, family, address)
        if key not in self._landings:
            self._landings[key] = tuple(dict.fromkeys(self._from(network, gateway, family, address, ())))
        return self._landings[key]

    @cached_property
    def cuts(self) -> frozenset[Prefix]:
        """The ranges that routes of gateways, and of the networks on them, tell apart."""
        found = {route.prefix for table in self._tables.values() for route in self._routes_of(table)}
        for _, name in self._plugged:
            net = self._inventory.networks.get(name)
            tables = self._inventory.in_network("tables", name) if net else ()
            for table in tables:
                routes = self._inventory.routes(table, net) if net else None
                found.update(routes.prefixes if routes else ())
        return frozenset(found)

    def beyond(self, network: str, gateway: str) -> Beyond:
        """Where packets may end that a network sends to a gateway, whatever their address."""
        item = self.attachment(gateway, network)
        # Packets that enter by one table end alike.
        key = (gateway, item.get("route_table") if item else None, bool(item and item.knows("route_table")))
        if key not in self._beyond:
            self._beyond[key] = self._walk(item, gateway)
        return self._beyond[key]

    def _walk(self, item: Item | None, gateway: str) -> Beyond:
        networks: set[str] = set()
        leaves, rewrites = not self.modelled(gateway), False
        seen: set[str] = set()
        waiting = [(gateway, item)] if item else []
        while waiting:
            at, entered = waiting.pop()
            table = self._tables.get(str(entered.get("route_table")))
            if not entered.knows("route_table") or (entered.get("route_table") and not self._known(table)):
                leaves = True
            if table is None or table.name in seen or not self._known(table):
                continue
            seen.add(table.name)
            for route in self._routes_of(table):
                for name, kind, target in route.targets if route.passes else ():
                    if kind == "network":
                        networks.add(target)
                        devices, more = self._inside(target)
                        leaves |= bool(devices)
                        rewrites |= any(hop.kind not in _TRANSPARENT for hop in devices)
                        waiting += more
                    elif kind == "peering" and (other := self._peer(at, name, target)):
                        waiting.append(other)
                    else:
                        leaves = True
        return Beyond(frozenset(networks), leaves, rewrites)

    def _inside(self, network: str) -> tuple[list[Hop], list[tuple[str, Item]]]:
        """The devices that a network may send to what comes in, and the gateways that it sends it on to."""
        net = self._inventory.networks.get(network)
        if net is None:
            return [], []
        hops = [
            hop
            for table in self._inventory.in_network("tables", network)
            if (routes := self._inventory.routes(table, net))
            for hop in routes.all_hops()
        ]
        onward = {hop.target for hop in hops if hop.kind == "transit_gateway"}
        found = [(name, item) for name in onward if (item := self.attachment(name, network))]
        devices = [hop for hop in hops if self._is_device(hop) or hop.kind == "nat_gateway"]
        return devices, found

    def _is_device(self, hop: Hop) -> bool:
        return hop.opaque and not (hop.kind == "transit_gateway" and self.modelled(hop.target))

    def _known(self, table: Item | None) -> bool:
        return table is not None and table.knows("routes")

    def _from(
        self, network: str, gateway: str, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        item = self.attachment(gateway, network)
        if not self.modelled(gateway):
            text = f"transit gateway {gateway}, whose inside is not read"
            yield Landing("device", gateway, text, item.where("state") if item else Source("", 0))
        elif item is not None:
            yield from self._entered(gateway, item, family, address, seen)

    def _entered(
        self, gateway: str, item: Item, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        """By an attachment: the table associated with it decides."""
        mark = f"{gateway}/{item.name}"
        if mark in seen or _shut(item):
            return
        table = self._tables.get(str(item.get("route_table")))
        missing = [attr for attr in ("state", "route_table") if not item.knows(attr)]
        if missing or (item.get("route_table") and not self._known(table)):
            gaps = {gap for attr in missing for gap in item.gaps(attr)}
            gaps.update(table.gaps("routes") if table else item.gaps("route_table"))
            text = f"a transit route table for {item.name} that is not known"
            yield Landing("unread", gateway, text, item.where("route_table"), tuple(sorted(gaps)))
            return
        for route in self._best(table, family, address) if table else ():
            where = table.where("routes") if table else item.where("state")
            where = where.at(f"{where.pointer}/{route.index}")
            by = f"transit {route.text} in {table.name if table else ''}"
            for found in self._out(gateway, route, family, address, (*seen, mark)):
                yield replace(found, by=f"{by}, {found.by}" if found.by else by, source=where)

    def _out(
        self, gateway: str, route: TransitRoute, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        nowhere = Source("", 0)
        for name, kind, target in route.targets if route.passes else ():
            if kind == "network":
                yield from self._left(gateway, target, family, address, seen)
            elif kind == "peering" and (other := self._peer(gateway, name, target)):
                if self.modelled(other[0]):
                    yield from self._entered(*other, family, address, seen)
                else:
                    text = f"transit gateway {other[0]}, whose inside is not read"
                    yield Landing("device", other[0], text, nowhere)
            else:
                yield Landing("device", name, f"{kind} {target}, whose inside is not read", nowhere)

    def _left(
        self, gateway: str, network: str, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        """By the attachment of a network, if that still stands: its route may outlive it."""
        item = self.attachment(gateway, network)
        if item is not None and not item.knows("state"):
            text = f"the attachment of {network}, whose state is not known"
            yield Landing("unread", network, text, item.where("state"), tuple(sorted(item.gaps("state"))))
        elif item is None or not _shut(item):
            yield from self._arrived(gateway, network, family, address, seen)

    def _arrived(
        self, gateway: str, network: str, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        """In a network: the tables of the subnets that its attachment stands in decide."""
        net = self._inventory.networks.get(network)
        nowhere = Source("", 0)
        if net is None:
            yield Landing("network", network, "", nowhere)
            return
        subnets: list[str | None] = list(self.stands_in(gateway, network)) or [None]
        for subnet in sorted(subnets, key=str):
            choice = self._inventory.table_of(net, subnet)
            tables = [self._inventory.routes(table, net) for table in choice.items]
            if not choice.complete or None in tables:
                text = f"a route table of {network} that is not known"
                yield Landing("unread", network, text, nowhere, choice.gaps)
            for routes in tables:
                for hop in routes.hops(family, address) if routes else ():
                    yield from self._hop(net, hop, family, address, seen)

    def _hop(
        self, network: Network, hop: Hop, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        if hop.kind == "local":
            yield Landing("network", network.name, "", Source("", 0))
        elif hop.kind == "transit_gateway":
            for found in self._from(network.name, hop.target, family, address, seen):
                yield replace(found, by=f"{hop.text} in {network.name}, {found.by}")
        elif hop.opaque or (hop.kind == "nat_gateway" and self._turned(hop, network, family, address)):
            yield Landing("device", hop.target, f"{hop.text} in {network.name}", network.source)

    def _turned(self, hop: Hop, network: Network, family: int, address: int) -> bool:
        """Whether a NAT gateway may send packets for an address anywhere but to the internet."""
        item = self._inventory.nats.get(hop.target)
        choice = self._inventory.table_of(network, item.get("subnet") if item else None)
        tables = [self._inventory.routes(table, network) for table in choice.items]
        onward = [one for routes in tables if routes for one in routes.hops(family, address)]
        return not choice.complete or None in tables or any(_private(one) for one in onward)


def _shut(item: Item) -> bool:
    """Whether an attachment carries nothing."""
    return item.knows("state") and item.get("state") not in PASSING


def _private(hop: Hop) -> bool:
    return hop.opaque or hop.kind in ("peering", "local")
