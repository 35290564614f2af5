"""Transit gateways: where a packet ends that a network's route table sends to one.

The route table associated with the attachment by which it comes in decides, by longest prefix, and a
static route before a propagated one (Amazon VPC Transit Gateways, "How transit gateways work", "Route
evaluation order"); a peering attachment leads to another gateway, whose own table for it decides next.
In the network that it is sent to, the table of the attachment's subnets decides. What owners of a
gateway do not show (its attachments and tables are theirs) makes it a device whose inside is not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scanner.facts.network.addresses import Prefix, parse
from scanner.facts.network.items import Item, items
from scanner.model.snapshot import Gap, Source

if TYPE_CHECKING:
    from scanner.facts.network.rules import Hop
    from scanner.facts.network.view import Choice, Network, View

_PASSING = frozenset({"available", "modifying"})
"""States in which an attachment carries packets (TransitGatewayAttachment, EC2 API)."""
_TRANSPARENT = frozenset({"endpoint", "transit_gateway", "vpn_gateway"})
"""Kinds of devices that leave addresses as they are: an endpoint is one of a gateway load balancer here."""
_BITS = {4: 32, 6: 128}
_LISTED = ("transit_attachment", "transit_route_table")


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


@dataclass(frozen=True, slots=True)
class _Route:
    """A route of a transit route table."""

    prefix: Prefix
    index: int
    text: str
    passes: bool
    targets: tuple[tuple[str, str, str], ...]
    """Attachment, its type, and what it plugs in."""


class Transit:
    """The transit gateways of a view. Answers are kept: asking twice costs nothing."""

    def __init__(self, view: View) -> None:
        estate = view.estate
        self._view = view
        self._gateways = items(estate, "transit_gateway")
        self._tables = items(estate, "transit_route_table")
        self._at: dict[str, list[Item]] = defaultdict(list)
        for item in items(estate, "transit_attachment", "transit_gateway").values():
            self._at[str(item.get("transit_gateway"))].append(item)
        self._plugged = {
            (gateway, str(item.get("target"))): item
            for gateway, found in self._at.items()
            for item in sorted(found, key=lambda item: item.get("state") in _PASSING)
            if item.get("type") == "network"
        }
        self._routes: dict[str, list[_Route]] = {}
        self._lengths: dict[tuple[str, int], list[tuple[int, dict[int, list[_Route]]]]] = {}
        self._beyond: dict[tuple[str, object, bool], Beyond] = {}
        self._doors: dict[tuple[str, str], Choice] = {}
        self._modelled: dict[str, bool] = {}
        self._gateways_of: dict[str, list[str]] = defaultdict(list)
        for gateway, network in sorted(self._plugged):
            self._gateways_of[network].append(gateway)
        self._landings: dict[tuple[str, str, int, int], tuple[Landing, ...]] = {}

    def modelled(self, gateway: str) -> bool:
        """Whether all that the gateway's owner has of it was listed."""
        if gateway not in self._modelled:
            self._modelled[gateway] = self._listed_whole(gateway)
        return self._modelled[gateway]

    def _listed_whole(self, gateway: str) -> bool:
        first = self._gateways.get(gateway) or next(iter(self._at.get(gateway, ())), None)
        if first is None:
            return False
        owner, hidden = str(first.get("owner")), self._view.hidden
        return owner in hidden.collected and all(
            hidden.within(kind, owner, first.region) is None for kind in _LISTED
        )

    def item(self, gateway: str) -> Item | None:
        """The gateway, where it was listed."""
        return self._gateways.get(gateway)

    def attachment(self, gateway: str, network: str) -> Item | None:
        """What plugs a network into a gateway."""
        return self._plugged.get((gateway, network))

    def gateways_of(self, network: str) -> list[str]:
        """The modelled gateways that a network is plugged into, sorted."""
        return [gateway for gateway in self._gateways_of.get(network, ()) if self.modelled(gateway)]

    def table_of(self, gateway: str, network: str) -> Item | None:
        """The table that routes what a network sends to a gateway; ``None``: none, or none that is known."""
        item = self.attachment(gateway, network)
        return self._tables.get(str(item.get("route_table"))) if item else None

    def door(self, gateway: str, network: Network) -> Choice:
        """The network ACLs of the subnets that a network's attachment stands in."""
        key = (gateway, network.name)
        if key not in self._doors:
            self._doors[key] = self._door(gateway, network)
        return self._doors[key]

    def _door(self, gateway: str, network: Network) -> Choice:
        item = self.attachment(gateway, network.name)
        subnets: list[str | None] = list(item.get("subnets") or [None]) if item else [None]
        found = [self._view.acl_of(network, subnet) for subnet in subnets]
        first, hidden = found[0], item.gaps("subnets") if item else ()
        return replace(
            first,
            items=tuple(dict.fromkeys(one for choice in found for one in choice.items)),
            complete=all(choice.complete for choice in found) and bool(item and item.get("subnets")),
            gaps=tuple(sorted({gap for choice in found for gap in choice.gaps} | set(hidden))),
        )

    def stands_in(self, gateway: str, network: str) -> frozenset[str]:
        """The subnets that a network's attachment stands in."""
        item = self.attachment(gateway, network)
        return frozenset(item.get("subnets") or ()) if item else frozenset()

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
            net = self._view.networks.get(name)
            tables = self._view.in_network("tables", name) if net else ()
            for table in tables:
                routes = self._view.routes(table, net) if net else None
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
        net = self._view.networks.get(network)
        if net is None:
            return [], []
        hops = [
            hop
            for table in self._view.in_network("tables", network)
            if (routes := self._view.routes(table, net))
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
        if mark in seen or (item.knows("state") and item.get("state") not in _PASSING):
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

    def _best(self, table: Item, family: int, address: int) -> list[_Route]:
        """The routes of the longest prefix that holds an address, static ones alone where there are any."""
        for shift, blocks in self._lengths_of(table, family):
            if longest := blocks.get(address >> shift):
                return [route for route in longest if route.text.startswith("static ")] or longest
        return []

    def _lengths_of(self, table: Item, family: int) -> list[tuple[int, dict[int, list[_Route]]]]:
        """Host bits, fewest first, and the routes of such prefixes by what is left of their addresses."""
        key = (table.name, family)
        if key not in self._lengths:
            found: dict[int, dict[int, list[_Route]]] = {}
            for route in self._routes_of(table):
                if route.prefix.family == family:
                    shift = _BITS[family] - route.prefix.length
                    found.setdefault(shift, {}).setdefault(route.prefix.low >> shift, []).append(route)
            self._lengths[key] = sorted(found.items())
        return self._lengths[key]

    def _routes_of(self, table: Item) -> list[_Route]:
        if table.name not in self._routes:
            found = [
                _route(index, prefix, route)
                for index, route in enumerate(table.get("routes") or ())
                if (prefix := parse(str(route["destination"])))
            ]
            self._routes[table.name] = sorted(found, key=lambda route: (-route.prefix.length, route.index))
        return self._routes[table.name]

    def _out(
        self, gateway: str, route: _Route, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        nowhere = Source("", 0)
        for name, kind, target in route.targets if route.passes else ():
            if kind == "network":
                yield from self._arrived(gateway, target, family, address, seen)
            elif kind == "peering" and (other := self._peer(gateway, name, target)):
                if self.modelled(other[0]):
                    yield from self._entered(*other, family, address, seen)
                else:
                    text = f"transit gateway {other[0]}, whose inside is not read"
                    yield Landing("device", other[0], text, nowhere)
            else:
                yield Landing("device", name, f"{kind} {target}, whose inside is not read", nowhere)

    def _peer(self, gateway: str, attachment: str, target: str) -> tuple[str, Item] | None:
        """The other end of a peering attachment: of one id, or the only one that leads back."""
        back = [
            item
            for item in self._at.get(target, ())
            if item.get("type") == "peering" and item.get("target") == gateway
        ]
        same = [item for item in back if item.name == attachment]
        return (target, (same or back)[0]) if same or len(back) == 1 else None

    def _arrived(
        self, gateway: str, network: str, family: int, address: int, seen: tuple[str, ...]
    ) -> Iterator[Landing]:
        """In a network: the tables of the subnets that its attachment stands in decide."""
        net = self._view.networks.get(network)
        nowhere = Source("", 0)
        if net is None:
            yield Landing("network", network, "", nowhere)
            return
        subnets: list[str | None] = list(self.stands_in(gateway, network)) or [None]
        for subnet in sorted(subnets, key=str):
            choice = self._view.table_of(net, subnet)
            tables = [self._view.routes(table, net) for table in choice.items]
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
        item = self._view.nats.get(hop.target)
        choice = self._view.table_of(network, item.get("subnet") if item else None)
        tables = [self._view.routes(table, network) for table in choice.items]
        onward = [one for routes in tables if routes for one in routes.hops(family, address)]
        return not choice.complete or None in tables or any(_private(one) for one in onward)


def _private(hop: Hop) -> bool:
    return hop.opaque or hop.kind in ("peering", "local")


def _route(index: int, prefix: Prefix, route: dict[str, Any]) -> _Route:
    targets = tuple(
        (str(each.get("id")), str(each.get("type")), str(each.get("target")))
        for each in route.get("attachments") or ()
    )
    state = str(route.get("state"))
    leads = ", ".join(name for name, _, _ in targets) or "nothing"
    text = f"{route.get('type') or 'static'} route {route['destination']} -> {leads}"
    passes = state == "active"
    return _Route(prefix, index, text if passes else f"{text} ({state})", passes, targets)
