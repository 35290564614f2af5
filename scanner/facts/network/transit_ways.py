"""Over transit gateways: a channel for each transit route table that E's networks are routed by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.facts.network.channel import Carrier, Channel, Leads
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.gateways import Place, behind, gateway, nats_of
from scanner.facts.network.guards import Manner
from scanner.facts.network.rules import Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri, all_of
from scanner.model.snapshot import Source


def over_transit(view: View, endpoints: Endpoints, source: str, target: str) -> Iterator[Channel]:
    """The channels of E's networks that send to a gateway of which all is known.

    Border is the transit route table: the one place where E's attachments are given a way to F's. A
    gateway that is not read is a device (``scanner.facts.network.devices``).
    """
    near: dict[tuple[str, str], list[Endpoint]] = defaultdict(list)
    used: dict[tuple[object, ...], set[str]] = {}
    for endpoint in (
        one for each in endpoints.everywhere(source) for one in (each, *_translated(view, each))
    ):
        nat = behind(view, endpoint)
        place = nat.place if nat else Place.of(view, endpoint.network, endpoint.subnet)
        key = (place.network.name, *place.table.key)
        if key not in used:
            used[key] = _gateways(view, place)
        for name in used[key]:
            table = view.transit.table_of(name, place.network.name)
            near[name, table.name if table else name].append(endpoint)
    everyone = endpoints.everywhere(target) if near else []
    for (name, border), sources in sorted(near.items()):
        names = {one.network.name for one in sources}
        reached = frozenset[str]().union(*(view.transit.beyond(network, name).networks for network in names))
        targets = [one for one in everyone if one.network.name in reached]
        if targets:
            yield _channel(view, name, border, (tuple(sources), tuple(targets)))


def _translated(view: View, endpoint: Endpoint) -> Iterator[Endpoint]:
    """An interface as it is seen behind the NAT gateways that it may send to."""
    for name in sorted(nats_of(view, endpoint)):
        nat = gateway(view, name)
        if nat and nat.private:
            yield replace(endpoint, prefixes=nat.private, nat=name)


def _gateways(view: View, place: Place) -> set[str]:
    """The modelled gateways that a subnet may send to: when its table is not read, all of its network."""
    attached = set(view.transit.gateways_of(place.network.name))
    tables = [view.routes(table, place.network) for table in place.table.items]
    if not place.table.complete or None in tables:
        return attached
    hops = {hop.target for routes in tables if routes for hop in routes.all_hops()}
    return attached & hops


def _channel(
    view: View, name: str, border: str, ends: tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]
) -> Channel:
    item = view.transit.item(name)
    where = item.where("state") if item else Source("", 0)
    carrier = Carrier(item.id if item else name, f"transit gateway {name}", where)
    references = _references(view, name, {one.network.name for side in ends for one in side})
    # A rule for what goes out may not refer to a group behind a transit gateway.
    manner = Manner(references=references, outward=Tri.NO)
    return Channel(border, *ends, _onto(name), _anywhere, manner, carrier, transit=name)


def _onto(name: str) -> Leads:
    def leads(endpoint: Endpoint, hop: Hop, *_: int) -> Tri:
        if endpoint.nat:
            return Tri.of(hop.kind == "nat_gateway" and hop.target == endpoint.nat)
        return Tri.of(hop.kind == "transit_gateway" and hop.target == name)

    return leads


def _anywhere(_: Endpoint, __: Hop, *___: int) -> Tri:
    """The answer's way is judged for each pair of networks."""
    return Tri.YES


def _references(view: View, gateway: str, networks: Iterable[str]) -> Tri:
    """Whether groups may be referred to: if the gateway, and both attachments to it, support that."""
    item = view.transit.item(gateway)
    plugs = [view.transit.attachment(gateway, name) for name in networks]
    items = [item, *plugs]
    return all_of(
        Tri.of(bool(one.get("group_references")))
        if one and one.knows("group_references")
        else Tri.of(one is not None) & Tri.UNKNOWN
        for one in items
    )
