"""Which networks hold data stores of production, and whom those admit beside production (ISO-003).

A store shows as an interface that a service of the provider made for it: its description says of which; or
as a private endpoint to a service that keeps data. What security groups admit is compared with the networks
of production and of declared services, of an endpoint together with what its policy lets through; who may
make private endpoints to the load balancers of a network is read from its endpoint services.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.network.admission import Admission, Admitted, union
from scanner.facts.network.items import Item, owner
from scanner.facts.network.service_endpoints import Door, ServiceEndpoints
from scanner.facts.network.view import View
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    "network.cidrs",
    "network.default",
    "subnet.network",
    "security_group.ingress",
    "prefix_list.owner",
    "prefix_list.entries",
    "interface.network",
    "interface.subnet",
    "interface.groups",
    "interface.description",
    "endpoint.service",
    "endpoint.policy",
    "boundary.organization",
    "endpoint_service.load_balancers",
    "endpoint_service.principals",
    "load_balancer.network",
)
STORES = re.compile(
    r"RDSNetworkInterface|RedshiftNetworkInterface|EFS mount target for |ElastiCache |ES |DAX |"
    r"AWS created network interface for fs-|Amazon MemoryDB|OpenSearch "
)
"""How EC2 describes interfaces of RDS (Aurora, Neptune, DocumentDB), Redshift, EFS, ElastiCache, OpenSearch,
DAX, FSx and MemoryDB."""
_ATTRS = ("network", "groups", "description")


def derive(estate: Estate) -> Facts:
    """Marks on every network."""
    found = _Stores(View(estate))
    return Facts(marks=tuple(mark for network in estate.of("network") for mark in found.marks(network)))


class _Stores:
    """The interfaces of data stores of production, and the services of private links, by network."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._admission = Admission(view)
        self._of: dict[str, list[Item]] = defaultdict(list)
        self._doors: dict[str, list[Door]] = defaultdict(list)
        self._unread: dict[str, set[Gap]] = defaultdict(set)
        self._endpoints = ServiceEndpoints(view, self._admission)
        stores = _store_groups(view)
        for item in view.interfaces.values():
            if not self._admission.is_production(item.place):
                continue
            name = str(item.get("network"))
            groups = set(item.get("groups") or ())
            if STORES.match(str(item.get("description") or "")) or groups & stores:
                self._of[name].append(item)
            elif door := self._endpoints.door(item):
                self._doors[name].append(door)
            for attr in _ATTRS:
                self._unread[name].update(item.gaps(attr))
        self._services: dict[str, list[Resource]] = defaultdict(list)
        balancers = {one.id: one.attrs.get("network") for one in view.estate.of("load_balancer")}
        for service in view.estate.of("endpoint_service"):
            behind = {str(balancers.get(one)) for one in service.attrs.get("load_balancers") or ()}
            for network in behind:
                self._services[network].append(service)

    def marks(self, network: Resource) -> Iterator[Mark]:
        """What is known of one network."""
        held, doors = self._of.get(network.name, []), self._doors.get(network.name, [])
        yield self._holds(network, held, doors)
        yield self._sources(network, held)
        yield self._served(network, doors)
        yield self._principals(network)

    def _holds(self, network: Resource, held: list[Item], doors: list[Door]) -> Mark:
        found = [*held, *(one.interface for one in doors if one.keeps is Tri.YES)]
        if found:
            first = found[0]
            step = Step(network.id, first.id, str(first.get("description")), first.where("description"))
            return Mark(network.id, "holds_stores", True, steps=(step,))
        gaps = {gap for one in doors for gap in self._endpoints.gaps(one)}
        told = self._hiding(network, "interface", self._unread.get(network.name, set()) | gaps)
        if told or doors:
            return Mark(network.id, "holds_stores", unknown=True, gaps=told)
        return Mark(network.id, "holds_stores", False)

    def _sources(self, network: Resource, held: list[Item]) -> Mark:
        names = {name for item in held for name in item.get("groups") or ()}
        bare = any(not item.get("groups") for item in held)
        found = union(self._admission.of(name) for name in sorted(names))
        return self._admitted(network, "store_sources", found, unsure=bare)

    def _served(self, network: Resource, doors: list[Door]) -> Mark:
        found = union(self._endpoints.served(one) for one in doors)
        return self._admitted(network, "endpoint_sources", found)

    def _admitted(self, network: Resource, attr: str, found: list[Admitted], *, unsure: bool = False) -> Mark:
        """Whom something in a network admits beside production; ``unsure``: or others that are not known."""
        sure = [one for one in found if one.state is Tri.YES]
        if sure:
            steps = (sure[0].step, *sure[0].more)
            return Mark(network.id, attr, [one.words for one in sure][:20], steps=steps)
        open_ = [one for one in found if one.state is Tri.UNKNOWN]
        gaps = {gap for one in open_ for gap in one.gaps}
        told = self._hiding(network, "interface", self._unread.get(network.name, set()) | gaps)
        if open_ or told or unsure:
            steps = (open_[0].step, *open_[0].more) if open_ else ()
            return Mark(network.id, attr, unknown=True, gaps=told, steps=steps)
        return Mark(network.id, attr, [])

    def _principals(self, network: Resource) -> Mark:
        outside: set[str] = set()
        gaps: set[Gap] = set()
        steps: list[Step] = []
        for service in self._services.get(network.name, ()):
            gaps.update(service.unknown.get("principals", ()))
            for principal in service.attrs.get("principals") or ():
                if not self._ours(str(principal)):
                    outside.add(str(principal))
                    text = f"endpoint service {service.name} admits {principal}"
                    steps.append(Step(str(principal), service.id, text, service.where("principals")))
        if outside:
            return Mark(network.id, "private_link_principals", sorted(outside)[:20], steps=tuple(steps[:1]))
        for kind in ("endpoint_service", "load_balancer"):
            gaps.update(self._hiding(network, kind, set()))
        if gaps:
            return Mark(network.id, "private_link_principals", unknown=True, gaps=tuple(sorted(gaps)))
        return Mark(network.id, "private_link_principals", [])

    def _ours(self, principal: str) -> bool:
        """Whether a principal is of an account of production, or of a declared service."""
        parts = principal.split(":")
        account = parts[4] if len(parts) > 5 else principal  # noqa: PLR2004
        return self._admission.is_inside(self._view.estate.places.get(account))

    def _hiding(self, network: Resource, kind: str, known: set[Gap]) -> tuple[Gap, ...]:
        """What may hide things of a kind in a network."""
        hidden = self._view.hidden.within(kind, owner(network), network.scope.region)
        return tuple(sorted({*known, *(hidden or ())}))


def _store_groups(view: View) -> set[str]:
    """The security groups that data stores say are theirs."""
    return {
        str(name) for store in view.estate.of("store") for name in store.attrs.get("security_groups") or ()
    }
