"""Services in networks that make connections of their own: application gateways, Bastion, API management.

https://learn.microsoft.com/azure/virtual-network/vnet-integration-for-azure-services: a service has a subnet
delegated to it, or addresses in one, and connects from those addresses to what it is told to. Its settings
are not read: whoever reaches one may be passed on to whatever it reaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scanner.facts.azure.networks.inventory import Inventory, get
from scanner.model.estate import Resource

_RESOURCE = 9
"""Steps of ``/subscriptions/S/resourceGroups/G/providers/P/type/name``."""
_OTHERWISE = ("/loadbalancers/", "/virtualnetworkgateways/", "/azurefirewalls/", "/networkinterfaces/")
"""What is followed for itself."""


class Proxy(NamedTuple):
    """A service with addresses in a subnet; ``id`` is the subnet's where no more is known."""

    id: str
    place: str | None
    part: Resource
    words: str


class Proxies:
    """Such services by network."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    @cached_property
    def within(self) -> dict[str, list[Proxy]]:
        """Network -> the services in it."""
        found: dict[str, list[Proxy]] = defaultdict(list)
        for network, parts in self._inventory.parts.items():
            for part in parts:
                found[network] += self._of(network, part)
        return {network: some for network, some in found.items() if some}

    def of_others(self, network: str, *places: str) -> Iterator[Proxy]:
        """Those of none of some places, whose own are ends like any other."""
        return (one for one in self.within.get(network, ()) if one.place not in places)

    def _of(self, network: str, part: Resource) -> Iterator[Proxy]:
        place = self._inventory.place
        names = {
            "/".join(each.split("/")[:_RESOURCE])
            for each in get(part, "occupants") or ()
            if not any(word in each for word in _OTHERWISE)
        }
        for name in sorted(names):
            yield Proxy(name, place(name), part, f"service {name.rpartition('/')[2]}")
        given = get(part, "delegated")
        if given != []:
            to = ", ".join(given) if given else "a service that is not known"
            yield Proxy(part.id, place(network), part, f"subnet {part.name}, given to {to}")
