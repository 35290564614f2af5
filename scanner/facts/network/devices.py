"""Ways that are not modelled: devices whose inside is not read (transit and VPN gateways, appliances).

E -> device -> F is undecided only when both sides have routes to such devices that cover each other's
addresses. Transit and VPN gateways are taken to leave addresses as they are; appliances, NAT gateways
and unknown targets may put in others, so that what F admits cannot be tested against E's addresses.
Where E's route tables are not read the border is F's device; where neither side's are, nothing names a
border and the pair is blind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.network.channel import Channel
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.gateways import onward
from scanner.facts.network.guards import Manner
from scanner.facts.network.rules import Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri

_HIDDEN = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Endpoints of one side behind a device: the hops that lead to it, or tables that are not read."""

    endpoints: tuple[Endpoint, ...]
    rewrites: bool


def over_devices(
    view: View, endpoints: Endpoints, source: str, target: str
) -> Iterator[tuple[str | None, Channel]]:
    """A channel for each device of E, then those by E's unread tables; border ``None``: nothing names one."""
    near = _behind(view, endpoints.everywhere(source))
    far = _behind(view, endpoints.everywhere(target))
    if not near or not far:
        return
    networks = {one.network.name for one in endpoints.everywhere(source)}
    back = _back(view, networks)
    everyone = tuple(dict.fromkeys(one for group in far.values() for one in group.endpoints))
    rewrites = any(group.rewrites for group in far.values())
    for device, group in near.items():
        if device != _HIDDEN:
            manner = Manner(Tri.UNKNOWN, rewritten=group.rewrites or rewrites)
            forward = _toward(view, lambda hop, device=device: hop.target == device)  # type: ignore[misc]
            yield (
                device,
                Channel(device, group.endpoints, everyone, forward, back, manner, hidden_forward=False),
            )
    if _HIDDEN not in near:
        return
    for device, group in far.items():
        manner = Manner(Tri.UNKNOWN, rewritten=True)
        known = device != _HIDDEN
        returns = _toward(view, lambda hop, device=device: hop.target == device and known)  # type: ignore[misc]
        border = device if known else None
        yield (
            border,
            Channel(
                border,
                near[_HIDDEN].endpoints,
                group.endpoints,
                _never,
                returns,
                manner,
                hidden_back=not known,
            ),
        )


def _behind(view: View, endpoints: Iterable[Endpoint]) -> dict[str, _Group]:
    """Device -> the endpoints whose subnet may send packets there, sorted; ``""`` for tables not read."""
    found: dict[str, dict[Endpoint, None]] = {}
    rewriting: set[str] = set()
    hops: dict[tuple[object, ...], set[Hop]] = {}
    for endpoint in endpoints:
        choice = view.table_of(endpoint.network, endpoint.subnet)
        key = (endpoint.network.name, *choice.key)
        if key not in hops:
            tables = [view.routes(table, endpoint.network) for table in choice.items]
            hops[key] = {hop for routes in tables if routes for hop in routes.all_hops() if _unread(hop)}
            if not choice.complete or None in tables:
                hops[key].add(Hop("other", _HIDDEN, "a route table that is not read"))
        for hop in hops[key]:
            found.setdefault(hop.target, {})[endpoint] = None
            if hop.rewrites:
                rewriting.add(hop.target)
    return {device: _Group(tuple(found[device]), device in rewriting) for device in sorted(found)}


def _unread(hop: Hop) -> bool:
    return hop.opaque or hop.kind == "nat_gateway"


def _toward(view: View, wanted: Callable[[Hop], bool]) -> Callable[[Endpoint, Hop, int, int], Tri]:
    """Whether a hop leads to a device, directly or behind a NAT gateway."""

    def leads(endpoint: Endpoint, hop: Hop, family: int, address: int) -> Tri:
        if not wanted(hop):
            return Tri.NO
        if hop.kind == "nat_gateway":
            behind = onward(view, hop, endpoint.network, family, address)
            return Tri.UNKNOWN if any(one.opaque or one.kind == "peering" for one in behind) else Tri.NO
        return Tri.UNKNOWN if hop.opaque else Tri.NO

    return leads


def _back(view: View, networks: set[str]) -> Callable[[Endpoint, Hop, int, int], Tri]:
    """The answer's way: by any device, or by a peering with a network of E."""

    def leads(_: Endpoint, hop: Hop, *__: int) -> Tri:
        if hop.kind == "peering" and hop.target in view.peerings:
            sides = view.peerings[hop.target].sides
            return Tri.UNKNOWN if any(side is None or side.network in networks for side in sides) else Tri.NO
        return Tri.UNKNOWN if hop.opaque else Tri.NO

    return leads


def _never(*_: object) -> Tri:
    return Tri.NO
