"""Ways over the internet: where the one environment lets in public addresses of the other in particular.

A rule that lets the internet at large in is judged by HRD-001. Whether the sender's own rules and routes
let it out is not looked at, so that such a way is undecided.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.azure.networks.ends import Placed
from scanner.facts.azure.networks.exposure import Exposure
from scanner.facts.azure.networks.inventory import Inventory, get
from scanner.facts.azure.networks.screen import Screen
from scanner.facts.network.found import Found
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri


class Internet:
    """Public addresses by place, and the interfaces that face the internet."""

    def __init__(self, inventory: Inventory, placed: Placed) -> None:
        self._inventory, self._placed = inventory, placed
        self._exposure = Exposure(inventory, placed)
        self._addresses: dict[str, dict[str, Resource]] = {}
        for kind in ("interface", "nat_gateway"):
            for item in inventory.estate.of(kind):
                for address in get(item, "public_addresses") or ():
                    if item.place:
                        self._addresses.setdefault(item.place, {})[str(address)] = item
        self._facing: dict[str, list[Resource]] = {}
        for item in inventory.interfaces.values():
            if item.place and self._exposure.faces(item):
                self._facing.setdefault(item.place, []).append(item)

    def found(self, source: str, target: str) -> Iterator[Found]:
        """A crossing for each security group of the target that names an address of the source."""
        told = self._addresses.get(source, {})
        for item in self._facing.get(target, ()) if told else ():
            for end in self._placed.of(item):
                answer = Screen(self._inventory, end, sorted(told), (), particular=True).admitted()
                if answer.state is Tri.NO:
                    continue
                groups = [
                    *(end.groups or ()),
                    get(self._inventory.subnets.get(end.subnet or ""), "security_group"),
                ]
                border = next((name for name in groups if name), item.id)
                first = next(iter(told.values()))
                text = f"public addresses of {source} over the internet: whether they are let out is not read"
                step = Step(first.id, item.id, text, first.where("public_addresses"), Tri.UNKNOWN)
                ids = frozenset(one.id for one in told.values())
                ports = frozenset({"all traffic"})
                yield Found(border, Tri.UNKNOWN, ids, frozenset({item.id}), ports, (step, *answer.steps))
