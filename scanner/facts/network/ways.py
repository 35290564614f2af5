"""The ways that are modelled, each as a channel: inside one network, over a peering, over the internet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.facts.network.addresses import Prefix
from scanner.facts.network.channel import Carrier, Channel, Leads
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.gateways import gateway, nats_of
from scanner.facts.network.guards import Manner, names_someone
from scanner.facts.network.landing import ends, lands
from scanner.facts.network.networks import Network, Peering, Side
from scanner.facts.network.rules import Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri

OVER = frozenset({"deleted", "deleting", "rejected", "expired", "failed"})
"""States in which a peering is nothing any more (VpcPeeringConnectionStateReasonCode, EC2 API)."""


def inside(network: Network, sources: Iterable[Endpoint], targets: Iterable[Endpoint]) -> Channel:
    """Inside one network, shared by two environments: local routes, unless a device is put before them."""

    def leads(_: Endpoint, hop: Hop, *__: int) -> Tri:
        if hop.kind == "local":
            return Tri.YES
        return Tri.UNKNOWN if hop.opaque or hop.kind == "nat_gateway" else Tri.NO

    return Channel(None, tuple(sources), tuple(targets), leads, leads, direct=network.whole)


def over_peering(
    view: View,
    peering: Peering,
    sides: tuple[Side, Side],
    sources: Iterable[Endpoint],
    targets: Iterable[Endpoint],
) -> Channel:
    """Over one peering: never further than the other network, and back by whatever leads there.

    Rules that refer to a group of the other network count within a region only.
    """
    near, far = sides
    state = Tri.UNKNOWN if peering.status is None else Tri.of(peering.status == "active")
    status = peering.status or "status not known"
    text = f"peering {peering.item.name} ({status}) of {near.network} and {far.network}"
    carrier = Carrier(
        peering.item.id,
        text,
        peering.item.where("status"),
        state,
        peering.item.gaps("status") if state is Tri.UNKNOWN else (),
    )
    manner = Manner(references=Tri.of(near.region == far.region))
    return Channel(
        peering.item.name,
        tuple(sources),
        tuple(targets),
        _onto(peering.item.name),
        _home(view, peering.item.name, near.network),
        manner,
        carrier,
    )


def _onto(name: str) -> Leads:
    return lambda _, hop, *__: Tri.of(hop.kind == "peering" and hop.target == name)


def _home(view: View, name: str, network: str) -> Leads:
    """The answer's way: by the peering, whatever its state, or by anything else that leads there."""

    def leads(endpoint: Endpoint, hop: Hop, family: int, address: int) -> Tri:
        if hop.kind == "peering" and hop.target == name:
            return Tri.YES
        found = lands(ends(view, endpoint.network, hop, family, address), network)
        # Which network ACLs it then meets is not followed.
        return found & Tri.UNKNOWN

    return leads


def over_internet(view: View, endpoints: Endpoints, source: str, target: str) -> Channel | None:
    """Over the internet, where security groups of F name public addresses of E in particular.

    A group that admits the internet at large names nobody: that exposure is for HRD-001 to judge.
    ``None`` when no rule names an address of E.
    """
    sources = [one for endpoint in endpoints.everywhere(source) for one in _public(view, endpoint)]
    addresses = {prefix for one in sources for prefix in one.prefixes}
    targets = [
        replace(endpoint, prefixes=public)
        for endpoint in endpoints.everywhere(target)
        if endpoint.sure and (public := _reachable(endpoint)) and _names(view, endpoint, addresses)
    ]
    if not sources or not targets:
        return None

    def forward(endpoint: Endpoint, hop: Hop, *_: int) -> Tri:
        if endpoint.nat:
            leads = hop.kind == "nat_gateway" and hop.target == endpoint.nat
            return Tri.of(leads) & _let(view, endpoint, "nat")
        way = "nat" if hop.kind == "egress_only" else "out"
        return Tri.of(hop.kind in ("internet_gateway", "egress_only")) & _let(view, endpoint, way)

    def back(endpoint: Endpoint, hop: Hop, *_: int) -> Tri:
        return Tri.of(hop.kind == "internet_gateway") & _let(view, endpoint, "in")

    manner = Manner(references=Tri.NO, named=True)
    return Channel(None, tuple(sources), tuple(targets), forward, back, manner, answered=True)


def _let(view: View, endpoint: Endpoint, way: str) -> Tri:
    """Whether block public access lets an interface's traffic by."""
    network = endpoint.network
    return view.block.lets(network.account, network.region, {network.name, endpoint.subnet}, way).state


def _public(view: View, endpoint: Endpoint) -> list[Endpoint]:
    """An interface as the internet sees it: by its own addresses, and by those of its NAT gateways."""
    if not endpoint.sure:
        return []
    found = [replace(endpoint, prefixes=public)] if (public := _reachable(endpoint)) else []
    for name in sorted(nats_of(view, endpoint)):
        nat = gateway(view, name)
        if nat and nat.public:
            found.append(replace(endpoint, prefixes=nat.public, nat=name))
    return found


def _reachable(endpoint: Endpoint) -> tuple[Prefix, ...]:
    """The addresses that the internet may know an interface by: public IPv4, and any IPv6."""
    own = (prefix for prefix in endpoint.prefixes if prefix.family != 4)  # noqa: PLR2004
    return tuple(sorted({*endpoint.public, *own}))


def _names(view: View, endpoint: Endpoint, addresses: Iterable[Prefix]) -> bool:
    """Whether a rule of the endpoint's groups names one of some addresses in particular."""
    ranges = {
        prefix
        for name in endpoint.groups or ()
        for rule in view.rules(name, "ingress") or ()
        for prefix in rule.prefixes
        if names_someone(prefix)
    }
    return any(address.within(prefix) for prefix in ranges for address in addresses)
