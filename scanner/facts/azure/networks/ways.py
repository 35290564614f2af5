"""Ways between networks of which all is read: inside one network, and by a peering.

https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview: a peering joins two
networks and no third. Traffic inside a network is filtered and routed as any other, also within a subnet.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.azure.networks.channel import Channel
from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.filters import Said
from scanner.facts.azure.networks.inventory import CONNECTED, Inventory, far_of, gaps_of, get, knows
from scanner.facts.azure.networks.routes import Hop
from scanner.model.estate import Resource
from scanner.model.logic import Tri

OVER = frozenset({"disconnected"})
"""States of a peering that nothing passes any more."""


def inside(placed: Placed, source: str, target: str) -> Iterator[Channel]:
    """Networks that both places have ends in."""
    for network in placed.networks(source):
        sources, targets = placed.within(source, network), placed.within(target, network)
        starting = tuple(end for end in sources if not end.endpoint)
        if starting and targets:
            yield inside_of(network, starting, targets)


def inside_of(network: str, sources: tuple[End, ...], targets: tuple[End, ...]) -> Channel:
    """The channel inside a network."""
    return Channel(network, network, sources, targets, _local, _local)


def _local(hop: Hop) -> Tri:
    return Tri.UNKNOWN if hop.kind == "unknown" else Tri.of(hop.kind == "local")


def peered(inventory: Inventory, placed: Placed, source: str, target: str) -> Iterator[Channel]:
    """Peerings between a network that the one has ends in and one that the other has."""
    for network in placed.networks(source):
        starting = tuple(end for end in placed.within(source, network) if not end.endpoint)
        for half in inventory.halves.get(network, ()):
            targets = placed.within(target, far_of(half))
            if starting and targets:
                yield over(inventory, half, starting, targets)


def over(inventory: Inventory, half: Resource, sources: tuple[End, ...], targets: tuple[End, ...]) -> Channel:
    """The channel over a peering, from the network that tells of ``half``."""
    near, far = half.attrs["requester"]["network"], far_of(half)
    others = inventory.halves_to(far, near)
    ids = frozenset(other.id for other in others)

    def forward(hop: Hop) -> Tri:
        if hop.kind == "unknown":
            return Tri.UNKNOWN
        return Tri.of(hop.kind == "peering" and hop.target == half.id)

    def back(hop: Hop) -> Tri:
        if hop.kind == "unknown":
            return Tri.UNKNOWN
        return Tri.of(hop.kind == "peering" and hop.target in ids)

    return Channel(near, far, sources, targets, forward, back, half.id, _carrier(half), carries(half, others))


def carries(half: Resource, others: list[Resource]) -> Tri:
    """Whether a peering carries packets: both halves connected, and neither keeps the other side out.

    A half that does not admit takes the other side's ranges from what ``VirtualNetwork`` stands for, and no
    more is certain: a rule that names them may let packets pass, and so may the lack of any group.
    https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering
    """
    if not others:
        return Tri.UNKNOWN
    both = [half, *others]
    states = [
        Tri.UNKNOWN if not knows(one, "status") else Tri.of(get(one, "status") == CONNECTED) for one in both
    ]
    if Tri.NO in states:
        return Tri.NO
    if Tri.UNKNOWN in states or any(get(one, "admits") is not True for one in both):
        return Tri.UNKNOWN
    return Tri.YES


def _carrier(half: Resource) -> Said:
    state = get(half, "status") or "state not known"
    text = f"peering {half.name} ({state}) to {far_of(half).rpartition('/')[2]}"
    return Said(text, half.where("status"), gaps_of(half, "status", "admits"))
