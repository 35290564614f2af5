"""Private links: a private endpoint is an address of a service in somebody else's network.

https://learn.microsoft.com/azure/private-link/private-endpoint-overview: it leads to one resource (a
storage account, a vault, a private link service before a load balancer), once its owner has approved it,
and never back. An endpoint of the one environment to a resource of the other is a crossing; so is one of a
service that the one environment reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.facts.azure.networks.answer import Answer
from scanner.facts.azure.networks.ends import End, Placed
from scanner.facts.azure.networks.inventory import Inventory, gaps_of, get, knows
from scanner.facts.azure.networks.ways import inside_of, over
from scanner.facts.crossings import SERVICE
from scanner.facts.network.found import Found
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri

_STANDS = {"approved": Tri.YES, "pending": Tri.NO}
"""State of a connection -> whether it carries; one in another state is over."""
_PORTS = frozenset({"all traffic"})


class Links:
    """Private endpoints by the place of what they lead to."""

    def __init__(self, inventory: Inventory, placed: Placed) -> None:
        self._inventory, self._placed = inventory, placed

    def found(self, source: str, target: str) -> Iterator[Found]:
        """The private links from one environment to another."""
        for item in self._inventory.endpoints.values():
            if item.place == target or not self._leads(item, target):
                continue
            told = get(item, "state") if knows(item, "state") else None
            state = Tri.UNKNOWN if told is None else _STANDS.get(str(told))
            if state is None:
                continue
            if item.place == source:
                yield self._own(item, state)
            elif item.place is None or item.place.startswith(SERVICE):
                yield from self._shared(item, state, source)

    def _leads(self, item: Resource, target: str) -> bool:
        """Whether an endpoint leads, or may lead, to something of a place."""
        service = get(item, "service")
        if knows(item, "service") and service and service.startswith("/"):
            return self._inventory.place(service) == target
        # By an alias, which names a private link service alone.
        if self._inventory.hidden.of("endpoint_service", target) is not None:
            return True
        return any(one.place == target for one in self._inventory.estate.of("endpoint_service"))

    def _own(self, item: Resource, state: Tri) -> Found:
        step = self._step(item, state)
        sure = Tri.UNKNOWN if state is Tri.UNKNOWN or not self._named(item) else Tri.YES
        service = str(get(item, "service") or item.id)
        ends = (frozenset({item.id}), frozenset({service}))
        return Found(item.id, sure, *ends, _PORTS, (step,), latent=state is Tri.NO)

    def _shared(self, item: Resource, state: Tri, source: str) -> Iterator[Found]:
        """An endpoint of a service, or of nobody: as far as the environment reaches its interface."""
        via = (str(item.place).removeprefix(SERVICE),) if item.place else ()
        service = str(get(item, "service") or item.id)
        for end in self._ends(item):
            for found in self._reaching(source, end):
                sure = found.state if state is Tri.YES and self._named(item) else Tri.UNKNOWN
                yield replace(
                    found,
                    border=item.id,
                    state=Tri.YES if state is Tri.NO else sure,
                    targets=frozenset({service}),
                    steps=(*found.steps, self._step(item, state)),
                    latent=state is Tri.NO,
                    via=via,
                    removable=True,
                )

    def _ends(self, item: Resource) -> Iterator[End]:
        for name in get(item, "interfaces") or ():
            if interface := self._inventory.interfaces.get(name):
                yield from self._placed.of(interface)

    def _reaching(self, source: str, end: End) -> Iterator[Found]:
        inventory, placed = self._inventory, self._placed
        for network in placed.networks(source):
            starting = tuple(one for one in placed.within(source, network) if not one.endpoint)
            if not starting:
                continue
            if network == end.network:
                yield from Answer(inventory, inside_of(network, starting, (end,))).found()
            for half in inventory.halves_to(network, end.network):
                yield from Answer(inventory, over(inventory, half, starting, (end,))).found()

    def _named(self, item: Resource) -> bool:
        return str(get(item, "service") or "").startswith("/")

    def _step(self, item: Resource, state: Tri) -> Step:
        service = str(get(item, "service") or "a service that is not known")
        stands = get(item, "state") or "state not known"
        text = f"private endpoint {item.name} ({stands}) to {service.rpartition('/')[2]}"
        return Step(item.id, service, text, item.where("service"), state, gaps_of(item, "state", "service"))
