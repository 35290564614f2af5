"""Transit gateways as they are listed: what is plugged into them, and the routes of their tables.

Attachments and tables are the gateway's owner's: where they are not shown, it is one that is not modelled.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from scanner.facts.network.addresses import Prefix, parse
from scanner.facts.network.inventory import Inventory
from scanner.facts.network.items import Item, items
from scanner.facts.network.networks import Choice, Network

PASSING = frozenset({"available", "modifying"})
"""States in which an attachment carries packets (TransitGatewayAttachment, EC2 API)."""
_BITS = {4: 32, 6: 128}
_LISTED = ("transit_attachment", "transit_route_table")


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """A route of a transit route table."""

    prefix: Prefix
    index: int
    text: str
    passes: bool
    targets: tuple[tuple[str, str, str], ...]
    """Attachment, its type, and what it plugs in."""


class TransitGateways:
    """The transit gateways of an inventory, their attachments and route tables."""

    def __init__(self, inventory: Inventory) -> None:
        estate = inventory.estate
        self._inventory = inventory
        self._gateways = items(estate, "transit_gateway")
        self._tables = items(estate, "transit_route_table")
        self._at: dict[str, list[Item]] = defaultdict(list)
        for item in items(estate, "transit_attachment", "transit_gateway").values():
            self._at[str(item.get("transit_gateway"))].append(item)
        self._plugged = {
            (gateway, str(item.get("target"))): item
            for gateway, found in self._at.items()
            for item in sorted(found, key=lambda item: item.get("state") in PASSING)
            if item.get("type") == "network"
        }
        self._routes: dict[str, list[TransitRoute]] = {}
        self._lengths: dict[tuple[str, int], list[tuple[int, dict[int, list[TransitRoute]]]]] = {}
        self._doors: dict[tuple[str, str], Choice] = {}
        self._modelled: dict[str, bool] = {}
        self._gateways_of: dict[str, list[str]] = defaultdict(list)
        for gateway, network in sorted(self._plugged):
            self._gateways_of[network].append(gateway)

    def modelled(self, gateway: str) -> bool:
        """Whether all that the gateway's owner has of it was listed."""
        if gateway not in self._modelled:
            self._modelled[gateway] = self._listed_whole(gateway)
        return self._modelled[gateway]

    def _listed_whole(self, gateway: str) -> bool:
        first = self._gateways.get(gateway) or next(iter(self._at.get(gateway, ())), None)
        if first is None:
            return False
        owner, hidden = str(first.get("owner")), self._inventory.hidden
        return owner in hidden.collected and all(
            hidden.within(kind, owner, first.region) is None for kind in _LISTED
        )

    def item(self, gateway: str) -> Item | None:
        """The gateway, where it was listed."""
        return self._gateways.get(gateway)

    def attachment(self, gateway: str, network: str) -> Item | None:
        """What plugs a network into a gateway."""
        return self._plugged.get((gateway, network))

    def gateways_of(self, network: str) -> list[str]:
        """The modelled gateways that a network is plugged into, sorted."""
        return [gateway for gateway in self._gateways_of.get(network, ()) if self.modelled(gateway)]

    def table_of(self, gateway: str, network: str) -> Item | None:
        """The table that routes what a network sends to a gateway; ``None``: none, or none that is known."""
        item = self.attachment(gateway, network)
        return self._tables.get(str(item.get("route_table"))) if item else None

    def door(self, gateway: str, network: Network) -> Choice:
        """The network ACLs of the subnets that a network's attachment stands in."""
        key = (gateway, network.name)
        if key not in self._doors:
            self._doors[key] = self._door(gateway, network)
        return self._doors[key]

    def _door(self, gateway: str, network: Network) -> Choice:
        item = self.attachment(gateway, network.name)
        subnets: list[str | None] = list(item.get("subnets") or [None]) if item else [None]
        found = [self._inventory.acl_of(network, subnet) for subnet in subnets]
        first, hidden = found[0], item.gaps("subnets") if item else ()
        return replace(
            first,
            items=tuple(dict.fromkeys(one for choice in found for one in choice.items)),
            complete=all(choice.complete for choice in found) and bool(item and item.get("subnets")),
            gaps=tuple(sorted({gap for choice in found for gap in choice.gaps} | set(hidden))),
        )

    def stands_in(self, gateway: str, network: str) -> frozenset[str]:
        """The subnets that a network's attachment stands in."""
        item = self.attachment(gateway, network)
        return frozenset(item.get("subnets") or ()) if item else frozenset()

    def _peer(self, gateway: str, attachment: str, target: str) -> tuple[str, Item] | None:
        """The other end of a peering attachment: of one id, or the only one that leads back."""
        back = [
            item
            for item in self._at.get(target, ())
            if item.get("type") == "peering" and item.get("target") == gateway
        ]
        same = [item for item in back if item.name == attachment]
        return (target, (same or back)[0]) if same or len(back) == 1 else None

    def _best(self, table: Item, family: int, address: int) -> list[TransitRoute]:
        """The routes of the longest prefix that holds an address, static ones alone where there are any."""
        for shift, blocks in self._lengths_of(table, family):
            if longest := blocks.get(address >> shift):
                return [route for route in longest if route.text.startswith("static ")] or longest
        return []

    def _lengths_of(self, table: Item, family: int) -> list[tuple[int, dict[int, list[TransitRoute]]]]:
        """Host bits, fewest first, and the routes of such prefixes by what is left of their addresses."""
        key = (table.name, family)
        if key not in self._lengths:
            found: dict[int, dict[int, list[TransitRoute]]] = {}
            for route in self._routes_of(table):
                if route.prefix.family == family:
                    shift = _BITS[family] - route.prefix.length
                    found.setdefault(shift, {}).setdefault(route.prefix.low >> shift, []).append(route)
            self._lengths[key] = sorted(found.items())
        return self._lengths[key]

    def _routes_of(self, table: Item) -> list[TransitRoute]:
        if table.name not in self._routes:
            found = [
                _route(index, prefix, route)
                for index, route in enumerate(table.get("routes") or ())
                if (prefix := parse(str(route["destination"])))
            ]
            self._routes[table.name] = sorted(found, key=lambda route: (-route.prefix.length, route.index))
        return self._routes[table.name]


def _route(index: int, prefix: Prefix, route: dict[str, Any]) -> TransitRoute:
    targets = tuple(
        (str(each.get("id")), str(each.get("type")), str(each.get("target")))
        for each in route.get("attachments") or ()
    )
    state = str(route.get("state"))
    leads = ", ".join(name for name, _, _ in targets) or "nothing"
    text = f"{route.get('type') or 'static'} route {route['destination']} -> {leads}"
    passes = state == "active"
    return TransitRoute(prefix, index, text if passes else f"{text} ({state})", passes, targets)
