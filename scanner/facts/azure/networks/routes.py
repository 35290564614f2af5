"""Where a subnet sends packets.

https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview: the longest prefix; of
equal ones a
user defined route before one of a gateway before one of the system. Routes to the network itself and to
peered ones are preferred to those of gateways, also where those are longer.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.azure.networks.inventory import (
    CONNECTED,
    Inventory,
    far_of,
    gaps_of,
    get,
    is_hub,
    knows,
    reach_of,
)
from scanner.facts.network.addresses import EVERYWHERE, Prefix, parse, prefixes, spell
from scanner.model.estate import Resource
from scanner.model.snapshot import Gap, Source

FORCED = frozenset({"appliance", "vpn_gateway"})
"""Hops whose prefixes count as the network's own."""
_DROPPED = prefixes(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])
_FULL = {4: 32, 6: 128}
_NOWHERE = Source("", 0)


@dataclass(frozen=True, slots=True)
class Hop:
    """Where packets go next.

    ``kind`` is ``local``, ``peering``, ``appliance``, ``vpn_gateway``, ``internet_gateway``, ``blackhole`` or
    ``unknown``; ``target`` the id of the half of a peering, or an address.
    """

    kind: str
    target: str = ""
    by: str = ""
    source: Source = _NOWHERE
    gaps: tuple[Gap, ...] = ()


_LEARNT = Hop("vpn_gateway", by="a route that a gateway may bring")


class Routes:
    """The effective routes of the subnets of a network that share a route table."""

    def __init__(self, inventory: Inventory, network: str, table: str | None, *, known: bool = True) -> None:
        """``known`` says whether it is known which table it is."""
        item = inventory.tables.get(table or "")
        self.known = known and (table is None or knows(item, "routes"))
        self.user: list[tuple[Prefix, Hop]] = []
        self._tagged: list[Hop] = []
        self._gaps = self._hiding(inventory, network, item)
        self._learns = inventory.learns(network) and (
            table is None or get(item, "gateway_routes") is not False or not self.known
        )
        if item is not None and self.known:
            self._read(item)
        self._system = self._told(inventory, network)
        self._own = inventory.cidrs(network) or ()
        self._cache: dict[tuple[int, int, bool], tuple[Hop, ...]] = {}

    def hops(self, family: int, address: int, *, direct: bool = False) -> tuple[Hop, ...]:
        """Where an address may be sent: one hop when that is certain.

        ``direct``: it is a private endpoint's to which routes do not apply: only one to it alone goes before.
        """
        key = (family, address, direct)
        if key not in self._cache:
            self._cache[key] = self._decide(family, address, direct)
        return self._cache[key]

    @property
    def prefixes(self) -> list[Prefix]:
        """Every destination."""
        return [prefix for prefix, _ in [*self.user, *self._system]]

    def _decide(self, family: int, address: int, direct: bool) -> tuple[Hop, ...]:
        system = _longest(self._system, family, address)
        if direct and self.known:
            held = [one for one in self.user if one[0].length == _FULL[family]]
            best = _longest(held, family, address) or system
            return () if best is None else (best[1],)
        if not self.known:
            told = (system[1],) if system else ()
            return (*told, Hop("unknown", by="a route table that is not known", gaps=self._gaps))
        user = _longest(self.user, family, address)
        best = user if user and (not system or user[0].length >= system[0].length) else system
        if user and system and best is system and system[1].kind == "blackhole":
            # A route of all to a firewall is how its tutorial sends private ranges there too.
            # https://learn.microsoft.com/azure/firewall/tutorial-hybrid-portal
            return (user[1], system[1])
        if best is None:
            return (Hop("blackhole", by=f"no route to {spell(family, address)}"),)
        if best is user and best[1].kind == "local" and not self._is_own(family, address):
            # "Virtual network" is documented for ranges of the network itself.
            return (Hop("unknown", by=best[1].by, source=best[1].source),)
        preferred = best is system and best[1].kind in {"local", "peering"}
        learnt = self._learns and not preferred and best[0].length < _FULL[family]
        tagged = self._tagged if best[1].kind == "internet_gateway" else []
        return (best[1], *([_LEARNT] if learnt else []), *tagged)

    def _is_own(self, family: int, address: int) -> bool:
        return any(cidr.holds(family, address) for cidr in self._own)

    def _read(self, item: Resource) -> None:
        where = item.where("routes")
        for index, route in enumerate(get(item, "routes") or ()):
            destination, kind = str(route["destination"]), str(route["target_type"])
            target = str(route["target"] or "")
            text = f"route {destination} -> {target or kind} in {item.name}"
            at = where.at(f"{where.pointer}/{index}") if where.pointer else where
            hop = Hop("unknown" if kind == "other" else kind, target, text, at)
            prefix = parse(destination)
            if prefix is None:
                self._tagged.append(hop)
            else:
                self.user.append((prefix, hop))

    def _told(self, inventory: Inventory, network: str) -> list[tuple[Prefix, Hop]]:
        item = inventory.networks.get(network)
        where = item.where("cidrs") if item else _NOWHERE
        found = [(one, Hop("internet_gateway", by="system route to the internet")) for one in EVERYWHERE]
        found += [(one, Hop("blackhole", by="system route to None")) for one in _DROPPED]
        for half in inventory.halves.get(network, ()):
            if get(half, "status") == CONNECTED and not is_hub(far_of(half)):
                hop = Hop("peering", half.id, f"system route of peering {half.name}", half.where("accepter"))
                found += [(one, hop) for one in reach_of(half)]
        cidrs = inventory.cidrs(network)
        if cidrs is None:
            gaps = gaps_of(item, "cidrs")
            return [*found, *((one, Hop("unknown", by="ranges not known", gaps=gaps)) for one in EVERYWHERE)]
        local = Hop("local", by="system route to the network", source=where)
        return [*found, *((one, local) for one in cidrs)]

    def _hiding(self, inventory: Inventory, network: str, table: Resource | None) -> tuple[Gap, ...]:
        item = inventory.networks.get(network)
        hidden = inventory.hidden.within("route_table", item.scope.boundary) if item else None
        return tuple(sorted({*gaps_of(table, "routes"), *(hidden or ())}))


def _longest(routes: list[tuple[Prefix, Hop]], family: int, address: int) -> tuple[Prefix, Hop] | None:
    """The longest; of two that are as long the later one."""
    best: tuple[Prefix, Hop] | None = None
    for prefix, hop in routes:
        if prefix.holds(family, address) and (best is None or prefix.length >= best[0].length):
            best = (prefix, hop)
    return best
