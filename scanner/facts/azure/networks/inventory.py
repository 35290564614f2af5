"""Virtual networks and what belongs to them, indexed once."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from scanner.facts.azure.networks.hidden import Hidden
from scanner.facts.network.addresses import Prefix, prefixes
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

CONNECTED, UNTOLD = "connected", "unknown"
_HUB = "/virtualnetworks/hv_"
"""How Azure names the network of a virtual hub, which is in a subscription of its own."""


def knows(item: Resource | None, attr: str) -> bool:
    """Whether a resource has an attribute."""
    return item is not None and attr in item.attrs and attr not in item.unknown


def get(item: Resource | None, attr: str) -> Any:
    """An attribute; ``None`` when known to be absent, and when unknown."""
    return item.attrs[attr] if item is not None and knows(item, attr) else None


def gaps_of(item: Resource | None, *attrs: str) -> tuple[Gap, ...]:
    """What hides some attributes of a resource."""
    if item is None:
        return ()
    return tuple(sorted({gap for attr in attrs for gap in item.unknown.get(attr, ())}))


class Inventory:
    """The listings by id; a network belongs to one subscription, and so does what stands in it."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.hidden = Hidden(estate)
        self.networks = {item.id: item for item in estate.of("network")}
        self.subnets = {item.id: item for item in estate.of("subnet")}
        self.groups = {item.id: item for item in estate.of("security_group")}
        self.tables = {item.id: item for item in estate.of("route_table")}
        self.interfaces = {item.id: item for item in estate.of("interface")}
        self.endpoints = {item.id: item for item in estate.of("endpoint")}
        self.parts: dict[str, list[Resource]] = defaultdict(list)
        """Network -> its subnets."""
        for item in self.subnets.values():
            self.parts[str(get(item, "network"))].append(item)
        self.plugged: dict[str, list[Resource]] = defaultdict(list)
        """Network -> the interfaces in it."""
        for item in self.interfaces.values():
            self.plugged[str(get(item, "network"))].append(item)
        self.halves: dict[str, list[Resource]] = defaultdict(list)
        """Network -> its own halves of peerings."""
        for item in estate.of("peering"):
            self.halves[near_of(item)].append(item)

    @cached_property
    def made_for(self) -> dict[str, Resource]:
        """Interface -> the private endpoint that it is the interface of."""
        return {
            interface: item for item in self.endpoints.values() for interface in get(item, "interfaces") or ()
        }

    def is_endpoint(self, item: Resource) -> bool:
        """Whether an interface is a private endpoint's."""
        said = str(get(item, "description") or "")
        return item.id in self.made_for or said.startswith("Private endpoint ")

    def cidrs(self, network: str) -> tuple[Prefix, ...] | None:
        """The ranges of a network; ``None`` when not known."""
        item = self.networks.get(network)
        return prefixes(get(item, "cidrs")) if knows(item, "cidrs") else None

    def place(self, identity: str) -> str | None:
        """The place of anything by its id: its own where it was listed, else that of the group it lies in."""
        item = self.estate.by_id.get(identity)
        if item is not None and item.provider == "azure":
            return item.place
        steps = identity.split("/")
        if len(steps) < 3:  # noqa: PLR2004 - /subscriptions/S
            return None
        group = f"{steps[2]}/{steps[4]}" if len(steps) > 4 else ""  # noqa: PLR2004
        places = self.estate.places
        return places.get(group) or places.get(steps[2])

    def halves_to(self, network: str, other: str) -> list[Resource]:
        """A network's halves of peerings with another."""
        return [half for half in self.halves.get(network, ()) if far_of(half) == other]

    @cached_property
    def gateways(self) -> dict[str, list[Resource]]:
        """Network -> the gateways in it."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for item in self.estate.of("vpn_gateway"):
            for network in get(item, "networks") or ():
                found[network].append(item)
        return found

    def learns(self, network: str) -> bool:
        """Whether gateways may add routes to a network: its own, one it uses, a hub's, or one not listed."""
        if self.gateways.get(network) or any(
            get(half, "gateway") == "uses" or not knows(half, "gateway") or is_hub(far_of(half))
            for half in self.halves.get(network, ())
        ):
            return True
        item = self.networks.get(network)
        return item is None or self.hidden.within("vpn_gateway", item.scope.boundary) is not None

    def grouped(self, network: str) -> bool:
        """Whether a network manager may have connected a network with others, of which no peering tells."""
        return get(self.networks.get(network), "grouped") is not False

    @cached_property
    def adjacent(self) -> dict[str, set[str]]:
        """Network -> those that it is, or may be, peered with, by either one's word."""
        found: dict[str, set[str]] = defaultdict(set)
        for halves in self.halves.values():
            for half in halves:
                if get(half, "status") == CONNECTED or not knows(half, "status"):
                    found[near_of(half)].add(far_of(half))
                    found[far_of(half)].add(near_of(half))
        return found

    @cached_property
    def devices(self) -> dict[str, set[str]]:
        """Network -> ids of what in it may pass packets on: firewalls, forwarding interfaces."""
        found: dict[str, set[str]] = defaultdict(set)
        for item in self.estate.of("network_firewall"):
            if network := get(item, "network"):
                found[network].add(item.id)
        for item in self.interfaces.values():
            if get(item, "forwards") or (not knows(item, "forwards") and not self.is_endpoint(item)):
                found[str(get(item, "network"))].add(item.id)
        return found

    @cached_property
    def addressed(self) -> dict[str, str]:
        """Private address -> the id of a device, or of a balancer before some, that has it."""
        found: dict[str, str] = {}
        for item in self.estate.of("load_balancer"):
            for front in get(item, "frontends") or ():
                if front.get("address"):
                    found[str(front["address"])] = item.id
        for item in self.interfaces.values():
            for address in (get(item, "addresses") or ()) if get(item, "forwards") else ():
                found[str(address)] = item.id
        for item in self.estate.of("network_firewall"):
            for address in get(item, "addresses") or ():
                found[str(address)] = item.id
        return found


def near_of(half: Resource) -> str:
    """The network that tells of a peering."""
    return str((get(half, "requester") or {}).get("network"))


def far_of(half: Resource) -> str:
    """The other network of a peering."""
    return str((get(half, "accepter") or {}).get("network"))


def reach_of(half: Resource) -> tuple[Prefix, ...]:
    """The other network's ranges, as they were synchronized last."""
    return prefixes((get(half, "accepter") or {}).get("cidrs"))


def is_hub(network: str) -> bool:
    """Whether a network is a virtual hub's: what it routes is not read."""
    return _HUB in network
