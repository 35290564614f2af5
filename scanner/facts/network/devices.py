"""Ways that are not modelled: devices whose inside is not read (transit and VPN gateways, appliances).

E -> device -> F is undecided only when both sides have routes to such devices that cover each other's
addresses. Transit and VPN gateways are taken to leave addresses as they are; appliances, NAT gateways
and unknown targets may put in others, so that what F admits cannot be tested against E's addresses.
Where E's route tables are not read the border is F's device; where neither side's are, nothing names a
border and the pair is blind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.network.channel import Channel, Leads
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.gateways import onward
from scanner.facts.network.guards import Manner
from scanner.facts.network.landing import ends, leaves
from scanner.facts.network.rules import UNREAD, Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri

_HIDDEN = UNREAD.target


@dataclass(frozen=True, slots=True)
class _Group:
    """Endpoints of one side behind a device: the hops that lead to it, or tables that are not read."""

    endpoints: tuple[Endpoint, ...]
    rewrites: bool


def over_devices(view: View, endpoints: Endpoints, source: str, target: str) -> Iterator[Channel]:
    """A channel for each device of E, then those by E's unread tables; border ``None``: nothing names one."""
    near = _behind(view, endpoints.everywhere(source), nats=True)
    # A NAT gateway sends on what comes from behind it, and takes nothing that comes to it.
    far = _behind(view, endpoints.everywhere(target), nats=False)
    if not near:
        return
    networks = {one.network.name for one in endpoints.everywhere(source)}
    # Whoever has a way home, by whatever leads there, may be what lies behind a device.
    everyone = tuple(endpoints.everywhere(target))
    rewrites = any(group.rewrites for group in far.values())
    for device, group in near.items():
        if device != _HIDDEN:
            manner = Manner(Tri.UNKNOWN, rewritten=group.rewrites or rewrites)
            back = _back(view, networks)
            forward = _toward(view, device)
            yield Channel(
                device, group.endpoints, everyone, forward, back, manner, hidden_forward=False, device=True
            )
    for device, group in far.items() if _HIDDEN in near else ():
        manner, starts = Manner(Tri.UNKNOWN, rewritten=True), near[_HIDDEN].endpoints
        if device == _HIDDEN:
            yield Channel(None, starts, group.endpoints, _never, _never, manner, device=True)
        else:
            back = _toward(view, device)
            yield Channel(
                device, starts, group.endpoints, _never, back, manner, hidden_back=False, device=True
            )


def _behind(view: View, endpoints: Iterable[Endpoint], *, nats: bool) -> dict[str, _Group]:
    """Device -> the endpoints whose subnet may send packets there, sorted; ``""`` for tables not read."""
    found: dict[str, dict[Endpoint, None]] = {}
    rewriting: set[str] = set()
    hops: dict[tuple[object, ...], set[Hop]] = {}
    for endpoint in endpoints:
        choice = view.table_of(endpoint.network, endpoint.subnet)
        key = (endpoint.network.name, *choice.key)
        if key not in hops:
            tables = [view.routes(table, endpoint.network) for table in choice.items]
            every = {hop for routes in tables if routes for hop in routes.all_hops()}
            hops[key] = {hop for hop in every if _leaves(view, endpoint, hop, nats=nats)}
            if not choice.complete or None in tables:
                hops[key].add(UNREAD)
        for hop in hops[key]:
            found.setdefault(hop.target, {})[endpoint] = None
            if hop.rewrites or (
                hop.kind == "transit_gateway"
                and view.transit.beyond(endpoint.network.name, hop.target).rewrites
            ):
                rewriting.add(hop.target)
    return {device: _Group(tuple(found[device]), device in rewriting) for device in sorted(found)}


def _leaves(view: View, endpoint: Endpoint, hop: Hop, *, nats: bool) -> bool:
    """Whether a hop may lead to a device: of a transit gateway that is read, what stands behind it."""
    if hop.kind == "transit_gateway":
        return view.transit.beyond(endpoint.network.name, hop.target).leaves
    return hop.opaque or (nats and hop.kind == "nat_gateway")


def _toward(view: View, device: str) -> Leads:
    """Whether a hop leads to a device, directly or behind a NAT gateway."""

    def leads(endpoint: Endpoint, hop: Hop, family: int, address: int) -> Tri:
        if hop.target != device:
            return Tri.NO
        if hop.kind == "nat_gateway":
            network, behind = endpoint.network, onward(view, hop, endpoint.network, family, address)
            further = (one.kind == "peering" or leaves(view, network, one, family, address) for one in behind)
            return Tri.UNKNOWN if any(further) else Tri.NO
        return Tri.UNKNOWN if leaves(view, endpoint.network, hop, family, address) else Tri.NO

    return leads


def _back(view: View, networks: set[str]) -> Leads:
    """The answer's way: by any device, or by what leads into a network of E."""

    def leads(endpoint: Endpoint, hop: Hop, family: int, address: int) -> Tri:
        if hop.kind == "peering" and hop.target in view.peerings:
            sides = view.peerings[hop.target].sides
            return Tri.UNKNOWN if any(side is None or side.network in networks for side in sides) else Tri.NO
        found = ends(view, endpoint.network, hop, family, address)
        return Tri.UNKNOWN if found.doubtful or found.networks & networks else Tri.NO

    return leads


def _never(*_: object) -> Tri:
    return Tri.NO
