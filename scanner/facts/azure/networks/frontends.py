"""Ways by frontends of internal load balancers: a sender may reach one without reaching what is behind.

https://learn.microsoft.com/azure/load-balancer/components: a frontend has an address of a subnet of the
network that its pools are in. A packet is routed, and judged on its way out, by the frontend's address; the
security groups at the interface behind see the sender's address and that of the interface. Ports are
translated, and how answers are routed is not documented whole: what may pass is undecided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scanner.facts.azure.networks.answer import Answer
from scanner.facts.azure.networks.channel import Channel
from scanner.facts.azure.networks.devices import Devices
from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.inventory import Inventory, get, knows
from scanner.facts.azure.networks.listening import scale_set
from scanner.facts.azure.networks.routes import Hop
from scanner.facts.azure.networks.ways import carries
from scanner.facts.network.addresses import EVERYWHERE, Prefix, prefixes
from scanner.facts.network.found import Found
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source


class Front(NamedTuple):
    """Where a balancer listens inside a network, and interfaces or addresses behind (``None``: any)."""

    id: str
    name: str
    prefixes: tuple[Prefix, ...]
    behind: frozenset[str] | None
    source: Source
    gaps: tuple[Gap, ...] = ()


class Frontends:
    """Internal frontends by network."""

    def __init__(self, inventory: Inventory, placed: Placed, devices: Devices) -> None:
        self._inventory, self._placed, self._devices = inventory, placed, devices
        self._pools = {item.id: item for item in inventory.estate.of("target_group")}
        self._fronts: dict[str, list[Front]] = defaultdict(list)
        self._anywhere: dict[str, list[Front]] = defaultdict(list)
        """Subscription -> balancers of which it is not known where they listen."""
        for item in inventory.estate.of("load_balancer"):
            if item.provider == "azure":
                self._read(item)

    def found(self, source: str, target: str) -> Iterator[Found]:
        """What the source may send to a frontend, and the target's interfaces behind may take."""
        for far in self._placed.networks(target):
            for front in self._within(far):
                behind = tuple(end for end in self._placed.within(target, far) if self._leads(front, end))
                for near in self._placed.networks(source) if behind else ():
                    starting = tuple(end for end in self._placed.within(source, near) if not end.endpoint)
                    yield from self._passing(near, far, front, starting, behind)

    def _passing(
        self, near: str, far: str, front: Front, starting: tuple[End, ...], behind: tuple[End, ...]
    ) -> Iterator[Found]:
        if not starting:
            return
        ahead = End(front.id, far, None, (), frozenset(), front.prefixes, front.source, sure=False)
        sent = list(Answer(self._inventory, self._channel(near, far, starting, (ahead,))).found())
        senders = frozenset(name for one in sent for name in one.sources)
        # The way was asked about by the frontend's address: of what is behind only what it takes.
        free = tuple(replace(end, subnet=None, groups=()) for end in starting if end.id in senders)
        if not free:
            return
        channel = Channel(near, far, free, behind, _may, _may, front.id, None, Tri.UNKNOWN, open_back=True)
        for taken in Answer(self._inventory, channel).found():
            text = f"load balancer {front.name}: what is sent to its frontend may come to what is behind"
            step = Step(front.id, min(taken.targets), text, front.source, Tri.UNKNOWN, front.gaps)
            yield replace(taken, sources=senders, steps=(*sent[0].steps, step, *taken.steps))

    def _channel(self, near: str, far: str, starting: tuple[End, ...], ahead: tuple[End, ...]) -> Channel:
        """To the frontend: locally, by a peering that may carry, or over what is not read."""
        inventory = self._inventory
        theirs = inventory.halves_to(far, near)
        halves = {half.id for half in inventory.halves_to(near, far) if carries(half, theirs) is not Tri.NO}
        beyond = far in self._devices.beyond(near)
        learned = inventory.learns(near) and inventory.learns(far)

        def forward(hop: Hop) -> Tri:
            may = {
                "local": near == far,
                "peering": hop.target in halves,
                "appliance": beyond,
                "vpn_gateway": learned,
                "unknown": beyond or learned,
            }
            return Tri.UNKNOWN if may.get(hop.kind, False) else Tri.NO

        return Channel(
            near, far, starting, ahead, forward, _may, ahead[0].id, None, Tri.UNKNOWN, open_back=True
        )

    def _within(self, network: str) -> Iterator[Front]:
        yield from self._fronts.get(network, ())
        item = self._inventory.networks[network]
        for front in self._anywhere.get(item.scope.boundary, ()):
            yield front._replace(prefixes=self._inventory.cidrs(network) or EVERYWHERE)
        gaps = self._inventory.hidden.within("load_balancer", item.scope.boundary)
        if gaps is not None:
            every = self._inventory.cidrs(network) or EVERYWHERE
            yield Front(f"{network}/loadbalancers", "not listed", every, None, item.source, gaps)

    def _leads(self, front: Front, end: End) -> bool:
        if end.endpoint:
            return False
        if front.behind is None or end.id in front.behind or not end.sure:
            return True
        item = self._inventory.interfaces.get(end.id)
        return any(str(each) in front.behind for each in get(item, "addresses") or ())

    def _read(self, item: Resource) -> None:
        if not knows(item, "frontends") or not knows(item, "listeners"):
            gaps = tuple(sorted({gap for some in item.unknown.values() for gap in some}))
            unknown = Front(item.id, item.name, EVERYWHERE, None, item.source, gaps)
            self._anywhere[item.scope.boundary].append(unknown)
            return
        for one in get(item, "frontends"):
            subnet = self._inventory.subnets.get(one["subnet"] or "")
            rules = [rule for rule in get(item, "listeners") if rule["frontend"] in {one["id"], None}]
            if not one["subnet"] or not rules:
                continue
            network = one["subnet"].partition("/subnets/")[0]
            own = prefixes([one["address"]] if one["address"] else get(subnet, "cidrs")) or EVERYWHERE
            behind = self._behind({name for rule in rules for name in rule["target_groups"]})
            self._fronts[network].append(Front(item.id, item.name, own, behind, item.where("listeners")))

    def _behind(self, groups: set[str]) -> frozenset[str] | None:
        found: set[str] = set()
        for name in groups:
            pool = self._pools.get(name)
            if not knows(pool, "targets"):
                return None
            for target in get(pool, "targets"):
                found |= {str(target["id"]), scale_set(str(target["id"]))}
        return frozenset(found - {""})


def _may(_: Hop) -> Tri:
    return Tri.UNKNOWN
