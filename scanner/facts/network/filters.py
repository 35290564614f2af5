"""Which network ACLs a packet and its answer meet on the way from one subnet to another.

Between subnets of networks on a transit gateway those of the attachments' subnets count too, as "Network
ACLs with transit gateways" (Amazon VPC Transit Gateways) has it: what goes to the gateway is read by their
inbound entries, what comes from it by their outbound ones. In a subnet that an attachment stands in itself,
what goes out is read by both, and what comes in by neither.
"""

from __future__ import annotations

from typing import NamedTuple

from scanner.facts.network.channel import Channel
from scanner.facts.network.gateways import Side
from scanner.facts.network.networks import Choice
from scanner.facts.network.view import View


class Filter(NamedTuple):
    """A network ACL that is read in one direction; its ranges are of the packet's target, or source."""

    choice: Choice
    egress: bool
    target: bool


def near_filters(view: View, channel: Channel, one: Side) -> tuple[list[Filter], list[Filter]]:
    """What the packet meets on E's side, and what its answer meets there at last, in order."""
    if channel.transit:
        return _at_gateway(view, channel.transit, one, there=True)
    return [Filter(one.place.acl, True, True)], _inbound(channel, Filter(one.place.acl, False, True))


def far_filters(view: View, channel: Channel, other: Side) -> tuple[list[Filter], list[Filter]]:
    """What the packet meets on F's side, and what its answer meets there first, in order."""
    if channel.transit:
        back, come = _at_gateway(view, channel.transit, other, there=False)
        return come, back
    return _inbound(channel, Filter(other.place.acl, False, False)), [Filter(other.place.acl, True, False)]


def _inbound(channel: Channel, own: Filter) -> list[Filter]:
    """Behind a device that is not read may be a gateway with an attachment in this very subnet."""
    return [] if channel.device else [own]


def _at_gateway(view: View, gateway: str, side: Side, *, there: bool) -> tuple[list[Filter], list[Filter]]:
    """What meets packets to a gateway, and from it. ``there``: the side that the request leaves from.

    The range that an entry names is of the far end when it reads what goes out of a subnet to it.
    """
    network, own = side.place.network, side.place.acl
    plugged = _own_gateway(view, gateway, network.name)
    door = view.transit.door(plugged, network)
    # Of E's side packets to the gateway are the request: its source is at home, its target away.
    home, away = (False, True) if there else (True, False)
    subnet = side.gateway.subnet if side.gateway else side.example.subnet
    if subnet in view.transit.stands_in(plugged, network.name):
        return [Filter(own, True, away), Filter(own, False, home)], []
    return (
        [Filter(own, True, away), Filter(door, False, home)],
        [Filter(door, True, home), Filter(own, False, away)],
    )


def _own_gateway(view: View, gateway: str, network: str) -> str:
    """The gateway that a network is plugged into: the channel's, or one behind it."""
    if view.transit.attachment(gateway, network):
        return gateway
    return next(iter(view.transit.gateways_of(network)), gateway)
