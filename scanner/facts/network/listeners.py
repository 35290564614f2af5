"""Where load balancers answer, by the interfaces that they stand at.

EC2 describes such an interface as ``ELB app/NAME/ID``, ``ELB net/NAME/ID`` or ``ELB NAME`` (Elastic Load
Balancing, "Load balancer network interfaces"); ids of load balancers end alike.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from scanner.facts.network.calls import not_told
from scanner.facts.network.items import Item, owner
from scanner.facts.network.view import BALANCER, View
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Scope


class Listeners:
    """The load balancers of an estate by their interfaces."""

    def __init__(self, view: View) -> None:
        self._hidden = view.hidden
        self._by_name = {
            (owner(one), one.scope.region, one.id.partition(":loadbalancer/")[2]): one
            for one in view.estate.of("load_balancer")
        }
        self._target_ports: dict[str, set[int]] = {}
        for group in view.estate.of("target_group"):
            told = [group.attrs.get("port"), *(each.get("port") for each in group.attrs.get("targets") or ())]
            for balancer in group.attrs.get("load_balancers") or ():
                self._target_ports.setdefault(balancer, set()).update(port for port in told if port)

    def of(self, item: Item) -> Resource | None:
        """The load balancer that an interface is of, where it was listed."""
        described = str(item.get("description") or "")
        if not described.startswith(BALANCER) or item.get("attached_to"):
            return None
        return self._by_name.get((item.account, item.region, described.removeprefix(BALANCER)))

    def ports(self, item: Item, asked: Iterable[int]) -> list[int]:
        """Of some ports those that an interface may answer on, and that may stand behind it."""
        balancer = self.of(item)
        if balancer is None or "listeners" in balancer.unknown:
            return list(asked)
        own = {listener.get("port") for listener in balancer.attrs.get("listeners") or ()}
        behind = {listener.get("instance_port") for listener in balancer.attrs.get("listeners") or ()}
        if balancer.attrs.get("type") in ("network", "classic"):
            behind |= self._target_ports.get(balancer.id, set())
        else:
            behind = set()  # speaks HTTP with what stands behind it
        return [port for port in asked if port in own or port in behind]

    def answers(self, item: Item, port: int) -> Tri:
        """Whether something answers on a port: of a load balancer its listeners tell, else it is taken so."""
        if not self._described(item):
            return Tri.YES
        balancer = self.of(item)
        if balancer is None or "listeners" in balancer.unknown:
            return Tri.UNKNOWN
        own: Container[object] = {one.get("port") for one in balancer.attrs.get("listeners") or ()}
        return Tri.YES if port in own else Tri.UNKNOWN

    def gaps(self, item: Item) -> tuple[Gap, ...]:
        """What hides the load balancer of an interface, or its listeners."""
        balancer = self.of(item)
        if balancer is not None:
            return balancer.unknown.get("listeners", ())
        if not self._described(item):
            return ()
        scope = Scope("aws", item.account, item.region)
        hidden = self._hidden.within("load_balancer", item.account, item.region)
        return hidden or (not_told("load_balancer", scope),)

    def unfiltered(self, item: Item) -> Tri:
        """Whether an interface without security groups lets everything in: a network load balancer does."""
        balancer = self.of(item)
        known = balancer is not None and balancer.attrs.get("type") == "network"
        return Tri.YES if known else Tri.UNKNOWN

    def _described(self, item: Item) -> bool:
        return str(item.get("description") or "").startswith(BALANCER) and not item.get("attached_to")
