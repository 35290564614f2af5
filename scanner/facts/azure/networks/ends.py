"""The interfaces of a place in a network, seen and hypothetical: where packets start and arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.facts.azure.networks.inventory import Inventory, gaps_of, get, knows
from scanner.facts.network.addresses import EVERYWHERE, Prefix, prefixes
from scanner.model.estate import Resource
from scanner.model.snapshot import Gap, Source


@dataclass(frozen=True, slots=True)
class End:
    """An interface, or what may be one.

    ``groups`` are its own security groups, ``names`` those that rules know it by (``None``: not known).
    ``sure``: it is known to be there, with all that matters here. ``endpoint``: a private endpoint's.
    """

    id: str
    network: str
    subnet: str | None
    groups: tuple[str, ...] | None
    names: frozenset[str] | None
    prefixes: tuple[Prefix, ...]
    source: Source
    sure: bool = True
    endpoint: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for ends that are filtered and routed alike."""
        return (self.subnet, self.groups, self.names, self.sure, self.endpoint)


class Placed:
    """Ends by place and network."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._cache: dict[tuple[str, str], tuple[End, ...]] = {}

    def within(self, place: str, network: str) -> tuple[End, ...]:
        """The ends of a place in a network."""
        key = (place, network)
        if key not in self._cache:
            self._cache[key] = tuple(self._find(place, network))
        return self._cache[key]

    def networks(self, place: str) -> list[str]:
        """The networks in which a place has, or may have, ends; sorted."""
        return [name for name in sorted(self._inventory.networks) if self.within(place, name)]

    def of(self, item: Resource) -> Iterator[End]:
        """An interface as an end; in each subnet of its network where it is not known in which one."""
        known = all(knows(item, attr) for attr in ("groups", "addresses", "subnet", "rule_names"))
        network = str(get(item, "network"))
        own = prefixes(get(item, "addresses"))
        sure = known and bool(own)
        gaps = gaps_of(item, "groups", "addresses", "subnet", "rule_names")
        subnets = [get(item, "subnet")] if get(item, "subnet") else self._subnets(network)
        for subnet in subnets:
            yield End(
                item.id,
                network,
                subnet,
                tuple(get(item, "groups") or ()) if knows(item, "groups") else None,
                frozenset(get(item, "rule_names") or ()) if knows(item, "rule_names") else None,
                own or self._ranges(subnet),
                item.where("subnet"),
                sure,
                self._inventory.is_endpoint(item),
                () if sure else gaps,
            )

    def _find(self, place: str, network: str) -> Iterator[End]:
        inventory = self._inventory
        for item in inventory.plugged.get(network, ()):
            if item.place == place:
                yield from self.of(item)
        for part in inventory.parts.get(network, ()):
            for occupant in get(part, "occupants") or ():
                if inventory.place(occupant) == place and _is_end(occupant):
                    yield replace(self.anywhere(occupant, part), groups=(), names=frozenset())
            if get(part, "delegated") != [] and inventory.place(network) == place:
                yield self.anywhere(part.id, part)
        yield from self._hidden(place, network)

    def _hidden(self, place: str, network: str) -> Iterator[End]:
        """An interface that is not listed, in each subnet."""
        item = self._inventory.networks.get(network)
        if item is None or place not in self._inventory.hidden.hosts(item.scope.boundary):
            return
        gaps = self._inventory.hidden.within("interface", item.scope.boundary)
        for part in self._inventory.parts.get(network, ()) if gaps is not None else ():
            yield replace(self.anywhere(network, part), gaps=gaps or ())

    def anywhere(self, identity: str, part: Resource) -> End:
        """What may be at any address of a subnet."""
        return End(
            identity,
            str(get(part, "network")),
            part.id,
            None,
            None,
            self._ranges(part.id),
            part.where("cidrs"),
            sure=False,
        )

    def _subnets(self, network: str) -> list[str | None]:
        return [part.id for part in self._inventory.parts.get(network, ())] or [None]

    def _ranges(self, subnet: str | None) -> tuple[Prefix, ...]:
        item = self._inventory.subnets.get(subnet or "")
        return prefixes(get(item, "cidrs")) or EVERYWHERE


def _is_end(occupant: str) -> bool:
    """Whether what has an address is an end: a balancer's frontend leads to interfaces, which are listed."""
    return "/loadbalancers/" not in occupant and "/virtualnetworkgateways/" not in occupant
