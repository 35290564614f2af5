"""NAT gateways: where packets go on from, and which address they then bear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.network.addresses import Prefix, prefixes
from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.networks import Choice, Network
from scanner.facts.network.rules import UNREAD, Hop
from scanner.facts.network.view import View


@dataclass(frozen=True, slots=True)
class Place:
    """What serves a subnet."""

    network: Network
    table: Choice
    acl: Choice

    @classmethod
    def of(cls, view: View, network: Network, subnet: str | None) -> Place:
        """The route table and network ACL of a subnet, or of any subnet of a network."""
        return cls(network, view.table_of(network, subnet), view.acl_of(network, subnet))


@dataclass(frozen=True, slots=True)
class Gateway:
    """A NAT gateway whose interface was listed."""

    id: str
    subnet: str
    place: Place
    public: tuple[Prefix, ...]
    private: tuple[Prefix, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A subnet class of one side: an endpoint that stands for it, what serves it, its NAT gateway."""

    example: Endpoint
    place: Place
    gateway: Gateway | None = None


def gateway(view: View, nat: str) -> Gateway | None:
    """The NAT gateway of a raw id; ``None`` when no interface tells of it."""
    item = view.nats.get(nat)
    if item is None or not item.get("subnet"):
        return None
    subnet = view.subnets.get(item.get("subnet"))
    network = view.networks.get(item.get("network") or (subnet.get("network") if subnet else None) or "")
    if network is None:
        return None
    place = Place.of(view, network, item.get("subnet"))
    addresses = (prefixes(item.get(attr)) for attr in ("public_addresses", "addresses"))
    return Gateway(nat, item.get("subnet"), place, *addresses)


def nats_of(view: View, endpoint: Endpoint) -> set[str]:
    """The NAT gateways an interface's subnet may send to: when its table is not read, all of the network."""
    choice = view.table_of(endpoint.network, endpoint.subnet)
    tables = [view.routes(table, endpoint.network) for table in choice.items]
    found = {
        hop.target for routes in tables if routes for hop in routes.all_hops() if hop.kind == "nat_gateway"
    }
    if not choice.complete or None in tables:
        found |= {name for name, item in view.nats.items() if item.get("network") == endpoint.network.name}
    return found


def onward(view: View, hop: Hop, network: Network, family: int, address: int) -> Iterator[Hop]:
    """Where a NAT gateway may send packets on to: by its own subnet's table, or if not known by any."""
    found = gateway(view, hop.target)
    place = found.place if found else Place.of(view, network, None)
    for table in place.table.items:
        routes = view.routes(table, place.network)
        yield from routes.hops(family, address) if routes else (UNREAD,)
    if not place.table.complete:
        yield UNREAD


def behind(view: View, endpoint: Endpoint) -> Gateway | None:
    """The NAT gateway an endpoint leaves by."""
    return gateway(view, endpoint.nat) if endpoint.nat else None
