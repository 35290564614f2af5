"""Which interfaces load balancers with public addresses lead to, and on which ports.

https://learn.microsoft.com/azure/load-balancer/components: rules lead to pools of interfaces or addresses,
rules of inbound translation to one interface, or to a pool.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.azure.networks.inventory import Inventory, get, knows
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

_TCP = frozenset({"tcp", "all", "*"})


@dataclass(frozen=True, slots=True)
class Led:
    """A rule that leads to an interface; ``ports`` are those behind (``None``: all)."""

    ports: frozenset[int] | None
    state: Tri
    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


class Listening:
    """Rules of balancers by what they lead to."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._pools = {item.id: item for item in inventory.estate.of("target_group")}
        self._to: dict[str, list[Led]] = defaultdict(list)
        self._anywhere: dict[str, list[Led]] = defaultdict(list)
        """Subscription -> rules of which it is not known what they lead to."""
        for balancer in inventory.estate.of("load_balancer"):
            self._read(balancer)

    def of(self, item: Resource) -> Iterator[Led]:
        """What leads to an interface, or may."""
        subscription = item.scope.boundary
        yield from self._to.get(item.id, ())
        for address in get(item, "addresses") or ():
            yield from self._to.get(f"{subscription} {address}", ())
        yield from self._anywhere.get(subscription, ())
        gaps = self._inventory.hidden.within("load_balancer", subscription)
        if gaps is not None:
            yield Led(None, Tri.UNKNOWN, "load balancers not listed", item.source, gaps)

    def _read(self, balancer: Resource) -> None:
        where, subscription = balancer.where("listeners"), balancer.scope.boundary
        if not knows(balancer, "listeners") or not knows(balancer, "frontends"):
            text = f"load balancer {balancer.name}: not known"
            self._anywhere[subscription].append(Led(None, Tri.UNKNOWN, text, where))
            return
        public = {front["id"] for front in get(balancer, "frontends") or () if front["public"]}
        for rule in get(balancer, "listeners") or ():
            if rule["protocol"] not in _TCP or rule["frontend"] not in public | {None}:
                continue
            text = f"load balancer {balancer.name} port {rule['port']} -> {rule['instance_port']}"
            led = Led(_ports(rule), Tri.YES, text, where)
            for group in rule["target_groups"]:
                self._lead(group, led, subscription)

    def _lead(self, group: str, led: Led, subscription: str) -> None:
        pool = self._pools.get(group)
        if not knows(pool, "targets"):
            unsure = Led(led.ports, Tri.UNKNOWN, led.by, led.source)
            self._anywhere[subscription].append(unsure)
            return
        for target in get(pool, "targets") or ():
            named = str(target["id"])
            self._to[named if named.startswith("/") else f"{subscription} {named}"].append(led)
            if found := scale_set(named):
                self._to[found].append(led)


def _ports(rule: Mapping[str, Any]) -> frozenset[int] | None:
    port = rule["instance_port"]
    return frozenset({int(port)}) if port else None


def scale_set(interface: str) -> str:
    """Of an interface of an instance the one that stands for all of its scale set; nothing of others."""
    before, found, rest = interface.partition("/virtualmachines/")
    if not found or "/virtualmachinescalesets/" not in before:
        return ""
    return f"{before}/networkinterfaces/{rest.rpartition('/networkinterfaces/')[2]}"
