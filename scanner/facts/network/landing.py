"""Where the hops of a network's route table lead: into which networks, or where it is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from scanner.facts.network.networks import Choice, Network
from scanner.facts.network.rules import Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri


class Ends(NamedTuple):
    """The networks that packets may land in; ``doubtful``: or anywhere else."""

    networks: frozenset[str]
    doubtful: bool


_NOWHERE = Ends(frozenset(), False)
_ANYWHERE = Ends(frozenset(), True)


def ends(view: View, network: Network, hop: Hop, family: int, address: int) -> Ends:
    """Where packets for an address land that a network sends by a hop."""
    if hop.kind == "local":
        return Ends(frozenset({network.name}), False)
    if hop.kind == "peering":
        return _over_peering(view, network, hop, family, address)
    if hop.kind == "transit_gateway":
        found = view.transit.land(network.name, hop.target, family, address)
        networks = frozenset(one.name for one in found if one.kind == "network")
        return Ends(networks, any(one.kind != "network" for one in found))
    return _ANYWHERE if hop.opaque else _NOWHERE


def lands(found: Ends, wanted: str) -> Tri:
    """Whether packets that end like this land in a certain network."""
    if wanted in found.networks:
        return Tri.YES if len(found.networks) == 1 and not found.doubtful else Tri.UNKNOWN
    return Tri.UNKNOWN if found.doubtful else Tri.NO


def leaves(view: View, network: Network, hop: Hop, family: int, address: int) -> bool:
    """Whether packets may come to a device that is not read."""
    if hop.kind != "transit_gateway":
        return hop.opaque
    return ends(view, network, hop, family, address).doubtful


def routed(view: View, network: Network, choice: Choice, family: int, address: int) -> Ends:
    """Where packets for an address land that a subnet sends, by whatever table serves it.

    Another way than a transit gateway makes it doubtful: which network ACLs are met depends on it.
    """
    networks: set[str] = set()
    doubtful = not choice.complete
    for item in choice.items:
        routes = view.routes(item, network)
        doubtful |= routes is None
        hops = routes.hops(family, address) if routes else ()
        found = [ends(view, network, hop, family, address) for hop in hops]
        networks.update(*(one.networks for one in found))
        # One of several that leads nowhere may be the one that counts.
        doubtful |= any(one.doubtful for one in found) or (len(found) > 1 and _NOWHERE in found)
        doubtful |= any(
            hop.kind != "transit_gateway" and one.networks for hop, one in zip(hops, found, strict=True)
        )
    if len(choice.items) > 1 and len(networks) == 1:
        doubtful = True
    return Ends(frozenset(networks), doubtful)


class Landings:
    """Network -> the classes of addresses that land there, for certain and maybe."""

    def __init__(self, examples: Iterable[tuple[int, int]], resolve: Callable[[int, int], Ends]) -> None:
        self._sure: dict[str, int] = {}
        self._maybe: dict[str, int] = {}
        self._anywhere = 0
        for number, (family, address) in enumerate(examples):
            found, bit = resolve(family, address), 1 << number
            for name in found.networks:
                self._maybe[name] = self._maybe.get(name, 0) | bit
                if len(found.networks) == 1 and not found.doubtful:
                    self._sure[name] = self._sure.get(name, 0) | bit
            if found.doubtful:
                self._anywhere |= bit

    def of(self, network: str) -> tuple[int, int]:
        """The classes that land in a network for certain, and those that may."""
        return self._sure.get(network, 0), self._maybe.get(network, 0) | self._anywhere


def _over_peering(view: View, network: Network, hop: Hop, family: int, address: int) -> Ends:
    peering = view.peerings.get(hop.target)
    if peering is None:
        hidden = view.hidden.within("peering", network.account, network.region)
        return _NOWHERE if hidden is None else _ANYWHERE
    if peering.status is None or None in peering.sides:
        return _ANYWHERE
    names = {side.network for side in peering.sides if side} - {network.name}
    if peering.status != "active" or not names:
        return _NOWHERE
    other = view.networks.get(min(names))
    if other is None or other.cidrs is None:
        return Ends(frozenset(names), True)
    if any(cidr.holds(family, address) for cidr in other.cidrs):
        return Ends(frozenset(names), False)
    return _NOWHERE
