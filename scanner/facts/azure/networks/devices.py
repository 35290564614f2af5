"""Ways over what is not read: appliances, services that connect, gateways, virtual hubs, network managers.

Nothing that passes these is certain, and nothing is excluded: a firewall may allow it, an appliance may put
its own address in the place of the sender's, a gateway may lead on-premises and back. What is known of the
two ends counts: where routes do not lead to the device, or the far side's security groups admit neither the
sender nor the device, nothing passes.

- https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview (appliances, gateways);
- https://learn.microsoft.com/azure/architecture/networking/architecture/hub-spoke (ways between spokes);
- https://learn.microsoft.com/azure/virtual-wan/about-virtual-hub-routing;
- https://learn.microsoft.com/azure/virtual-network-manager/concept-connectivity-configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scanner.facts.azure.networks.channel import Channel, Leads
from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.filters import Said
from scanner.facts.azure.networks.inventory import Inventory, far_of, get, is_hub, reach_of
from scanner.facts.azure.networks.proxies import Proxies
from scanner.facts.azure.networks.routes import Hop, Routes
from scanner.facts.network.addresses import EVERYWHERE, parse, prefixes
from scanner.model.estate import Resource
from scanner.model.logic import Tri


class Ends(NamedTuple):
    """Both ends of a way."""

    near: str
    far: str
    sources: tuple[End, ...]
    targets: tuple[End, ...]


class Devices:
    """Channels over what is not read, each with its device as the border."""

    def __init__(self, inventory: Inventory, placed: Placed) -> None:
        self._inventory, self._placed = inventory, placed
        self._proxies = Proxies(inventory)
        self._beyond: dict[str, frozenset[str]] = {}

    def channels(self, source: str, target: str) -> Iterator[Channel]:
        """Every such way from the networks of one place to those of another."""
        ends = self._placed
        for near in ends.networks(source):
            starting = tuple(end for end in ends.within(source, near) if not end.endpoint)
            for far in ends.networks(target) if starting else ():
                both = Ends(near, far, starting, ends.within(target, far))
                yield from self._appliances(both)
                yield from self._relays(both)
                yield from self._connecting(both, source, target)
                if near != far:
                    yield from self._gateways(both)
                    yield from self._managed(both)

    def _appliances(self, ends: Ends) -> Iterator[Channel]:
        """By user defined routes to an appliance that the network finds, and that finds the other network."""
        for address, hop in sorted(self._routed(ends.near, ends.sources).items()):
            home = self._home(ends.near, address)
            if home is None or ends.far not in self.beyond(home):
                continue
            device = self._inventory.addressed.get(address)
            named = device.rpartition("/")[2] if device else address
            said = Said(f"appliance {named}: what it passes on is not read", hop.source)
            border = device or f"{ends.near}/appliances/{address or 'unknown'}"
            yield _undecided(ends, _to("appliance", address), border, said)

    def _relays(self, ends: Ends) -> Iterator[Channel]:
        """By a device that may send on with its own address what is sent to it, or through it."""
        for home in sorted(self.beyond(ends.near)):
            if ends.far not in self.beyond(home):
                continue
            for device in sorted(self._inventory.devices.get(home, ())):
                item = self._inventory.estate.by_id[device]
                start = self._as_end(item, home)
                said = Said(f"device {item.name}: what it passes on is not read", item.source)
                for one in start:
                    channel = _undecided(ends._replace(near=home, sources=(one,)), _may, device, said)
                    yield replace(channel, senders=ends.sources)

    def _connecting(self, ends: Ends, *places: str) -> Iterator[Channel]:
        """By a service that makes connections of its own, wherever devices and services lead to."""
        for home in sorted(self.beyond(ends.near)):
            if ends.far not in self.beyond(home):
                continue
            for proxy in self._proxies.of_others(home, *places):
                text = f"{proxy.words}: what it connects to is not read"
                said = Said(text, proxy.part.where("occupants"))
                start = self._placed.anywhere(proxy.id, proxy.part)
                channel = _undecided(ends._replace(near=home, sources=(start,)), _may, proxy.id, said)
                yield replace(channel, senders=ends.sources)
            yield from self._unlisted(home, ends)

    def _unlisted(self, home: str, ends: Ends) -> Iterator[Channel]:
        """By a network that was not listed: what stands in it, and passes on, is not known."""
        halves = [half for half in self._inventory.halves.get(ends.far, ()) if far_of(half) == home]
        if home in self._inventory.networks or not halves:
            return
        where = halves[0].where("accepter")
        said = Said(f"network {home.rpartition('/')[2]}: what is in it was not listed", where)
        own = tuple(prefix for half in halves for prefix in reach_of(half)) or EVERYWHERE
        start = End(home, home, None, None, None, own, where, sure=False)
        channel = _undecided(ends._replace(near=home, sources=(start,)), _may, home, said)
        yield replace(channel, senders=ends.sources)

    def _as_end(self, item: Resource, home: str) -> tuple[End, ...]:
        if item.kind == "interface":
            return tuple(self._placed.of(item))
        subnet = next(iter(get(item, "subnets") or ()), None)
        own = prefixes(get(item, "addresses"))
        return (End(item.id, home, subnet, (), frozenset(), own or EVERYWHERE, item.source, sure=False),)

    def _routed(self, near: str, sources: tuple[End, ...]) -> dict[str, Hop]:
        """The addresses of appliances that subnets of some ends send to."""
        found: dict[str, Hop] = {}
        for subnet in {end.subnet for end in sources}:
            table = get(self._inventory.subnets.get(subnet or ""), "route_table")
            routes = Routes(self._inventory, near, table)
            if not routes.known:
                found.setdefault("", Hop("appliance"))
            for _, hop in routes.user if table else ():
                if hop.kind == "appliance":
                    found.setdefault(hop.target, hop)
        return found

    def _home(self, near: str, address: str) -> str | None:
        """The network that an appliance stands in: the sender's own, or one that it is peered with."""
        one = parse(address)
        if one is None:
            return near
        if any(one.within(cidr) for cidr in self._inventory.cidrs(near) or EVERYWHERE):
            return near
        for half in self._inventory.halves.get(near, ()):
            if any(one.within(cidr) for cidr in reach_of(half)):
                return far_of(half)
        return None

    def beyond(self, network: str) -> frozenset[str]:
        """The networks that packets may come to from a device in one: its own and those peered with it.

        From a further one on only where that has devices too, is a virtual hub's, or was not listed.
        """
        if network not in self._beyond:
            found, ahead = {network}, [network]
            while ahead:
                for other in self._inventory.adjacent.get(ahead.pop(), ()):
                    if other not in found:
                        found.add(other)
                        if self._passes_on(other):
                            ahead.append(other)
            self._beyond[network] = frozenset(found)
        return self._beyond[network]

    def _passes_on(self, network: str) -> bool:
        inventory = self._inventory
        passes = inventory.devices.get(network) or self._proxies.within.get(network)
        return network not in inventory.networks or bool(passes) or is_hub(network)

    def _gateways(self, ends: Ends) -> Iterator[Channel]:
        """Where gateways, or virtual hubs, bring routes to both networks: what they know is not read."""
        inventory, near = self._inventory, ends.near
        if not (inventory.learns(near) and inventory.learns(ends.far)):
            return
        halves = inventory.halves.get(near, ())
        hubs = [half for half in halves if is_hub(far_of(half))]
        uses = [half for half in halves if get(half, "gateway") == "uses"]
        first = next(iter((*inventory.gateways.get(near, ()), *uses, *hubs)), None)
        item = inventory.networks[near]
        gaps = inventory.hidden.within("vpn_gateway", item.scope.boundary) or ()
        border = first.id if first else f"{near}/gateways"
        text = f"gateway {first.name if first else 'not listed'}: what it routes is not read"
        said = Said(text, first.source if first else item.source, gaps)
        yield _undecided(ends, _to("vpn_gateway"), border, said)

    def _managed(self, ends: Ends) -> Iterator[Channel]:
        """Where a network manager has, or may have, both in groups: it connects some without any peering."""
        inventory = self._inventory
        if not (inventory.grouped(ends.near) and inventory.grouped(ends.far)):
            return
        items = [inventory.networks[one] for one in (ends.near, ends.far)]
        gaps = tuple(sorted({gap for item in items for gap in item.unknown.get("grouped", ())}))
        text = "groups of a network manager: whether it connects their networks is not read"
        said = Said(text, items[0].where("grouped"), gaps)
        yield _undecided(ends, _may, f"{ends.near}/groups", said)


def _to(kind: str, target: str = "") -> Leads:
    def leads(hop: Hop) -> Tri:
        led = hop.kind == kind and target in {"", hop.target}
        return Tri.UNKNOWN if led or hop.kind == "unknown" else Tri.NO

    return leads


def _may(_: Hop) -> Tri:
    return Tri.UNKNOWN


def _undecided(ends: Ends, leads: Leads, border: str, said: Said) -> Channel:
    return Channel(
        ends.near,
        ends.far,
        ends.sources,
        ends.targets,
        leads,
        _may,
        border,
        said,
        Tri.UNKNOWN,
        open_back=True,
    )
