"""What load balancers pass on to: the registered targets of their groups, as interfaces of an environment.

A target is an instance, an address, a function or an application load balancer (Elastic Load Balancing API
Reference, ``TargetDescription``). A function has no interface that takes requests, and is known by its ARN,
which may name a version or an alias of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.facts.network.addresses import parse
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.items import Item
from scanner.facts.network.ports import LAST, TCP, UDP, Span
from scanner.facts.network.view import View
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_FUNCTION = ":function:"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a group (or a classic load balancer itself) registers of an environment.

    ``others`` are ids of targets without an interface (functions). ``state`` is UNKNOWN where targets are
    not read; ``step`` says who registers what. ``through`` are the load balancers that stand between, each
    a target of the one before it.
    """

    group: Resource
    interfaces: frozenset[str]
    others: frozenset[str]
    ports: tuple[Span, ...]
    state: Tri
    step: Step
    through: tuple[Resource, ...] = ()


class Targets:
    """The targets of an estate. ``doors``: the interfaces of each load balancer."""

    def __init__(self, view: View, endpoints: Endpoints, doors: Mapping[str, set[str]]) -> None:
        self._view, self._endpoints, self._doors = view, endpoints, doors
        self._groups: dict[str, list[Resource]] = defaultdict(list)
        for group in view.estate.of("target_group"):
            for balancer in group.attrs.get("load_balancers") or ():
                self._groups[balancer].append(group)
        self._attached: dict[str, list[Item]] = defaultdict(list)
        self._at: dict[str, list[Item]] = defaultdict(list)
        self._by_id = {item.id: item for item in view.interfaces.values()}
        for item in view.interfaces.values():
            if attached := item.get("attached_to"):
                self._attached[str(attached).rpartition("/")[2]].append(item)
            for address in item.get("addresses") or ():
                self._at[str(address)].append(item)

    def of(self, balancer: Resource, target: str) -> Iterator[Aim]:
        """What a load balancer leads to in an environment, group by group."""
        for group, through in self._behind(balancer, (), target):
            if aim := self._aim(group, target):
                yield replace(aim, through=through)
        instances = [{"id": one, "port": None} for one in balancer.attrs.get("instances") or ()]
        if instances:
            back = [{"port": one.get("instance_port")} for one in balancer.attrs.get("listeners") or ()]
            ports = tuple(sorted({span for one in back for span in spans(one, "TCP")}))
            if aim := self._registered(balancer, "instances", instances, target, ports):
                yield aim

    def may_have_functions(self, environment: str) -> bool:
        """Whether an environment has functions, or may have some that were not listed."""
        estate, hosts = self._view.estate, self._view.hidden.hosts
        listed = (one.place for one in estate.of("workload") if _FUNCTION in one.id)
        return environment in listed or any(
            environment in hosts(one.scope.boundary) for one in estate.missing("workload")
        )

    def _behind(
        self, balancer: Resource, through: tuple[Resource, ...], target: str
    ) -> Iterator[tuple[Resource, tuple[Resource, ...]]]:
        """Its groups, and those of load balancers that are their targets; what is F's leads no further."""
        for group in self._groups.get(balancer.id, ()):
            yield group, through
            for one in group.attrs.get("targets") or () if group.attrs.get("type") == "alb" else ():
                further = self._view.estate.by_id.get(str(one["id"]))
                if further is not None and further.place != target and further not in through:
                    yield from self._behind(further, (*through, further), target)

    def _aim(self, group: Resource, target: str) -> Aim | None:
        if "targets" in group.unknown or "targets" not in group.attrs:
            gaps = tuple(group.unknown.get("targets", ()))
            return self._unread(group, "targets", target, gaps, None)
        told = group.attrs.get("targets") or ()
        protocol = str(group.attrs.get("protocol"))
        ports = {span for one in told for span in spans(one, protocol, group.attrs.get("port"))}
        return self._registered(group, "targets", told, target, tuple(sorted(ports)))

    def _registered(
        self, group: Resource, attr: str, told: Any, target: str, ports: tuple[Span, ...]
    ) -> Aim | None:
        found: dict[str, str] = {}
        others: dict[str, str] = {}
        lost: list[str] = []
        for one in told:
            name = str(one["id"])
            resource = self._view.estate.by_id.get(_unqualified(name))
            items = self._items(group, name)
            found.update((item.id, name) for item in items if item.place == target)
            if resource is not None and not items and resource.place == target:
                others[resource.id] = name
            elif resource is None and not items:
                lost.append(name)
        where = group.where(attr)
        if found or others:
            first = min({**found, **others})
            by = f"{group.name} registers target {({**found, **others})[first]}"
            step = Step(group.id, first, by, where)
            return Aim(group, frozenset(found), frozenset(others), ports, Tri.YES, step)
        for name in lost:
            if _FUNCTION in name:
                if aim := self._function(group, attr, name, target):
                    return aim
                continue
            address = parse(name)
            if aim := self._unread(group, attr, target, (), address.low if address else None):
                return aim
        return None

    def _function(self, group: Resource, attr: str, name: str, target: str) -> Aim | None:
        """A function that no listing has: deleted, unless those of its account are not all read."""
        account = name.split(":")[4]
        missing = [one for one in self._view.estate.missing("workload") if one.scope.boundary == account]
        if target not in self._view.hidden.hosts(account) or not missing:
            return None
        gaps = tuple(sorted({gap for one in missing for gap in one.gaps}))
        by = f"{group.name} registers target {name}, which no listing shows"
        step = Step(group.id, name, by, group.where(attr), Tri.UNKNOWN, gaps)
        return Aim(group, frozenset(), frozenset({name}), (), Tri.UNKNOWN, step)

    def _items(self, group: Resource, name: str) -> list[Item]:
        """The interfaces of a target: of an instance, at an address, or of a load balancer."""
        if name in self._doors:
            return [self._by_id[one] for one in sorted(self._doors[name])]
        if name in self._attached:
            return self._attached[name]
        here = [one for one in self._at.get(name, ()) if one.get("network") == group.attrs.get("network")]
        return here or self._at.get(name, [])

    def _unread(
        self, group: Resource, attr: str, target: str, gaps: tuple[Gap, ...], address: int | None
    ) -> Aim | None:
        """Targets that are not known, or that no listing shows, where they may be an environment's."""
        if group.attrs.get("type") == "lambda":
            if not self.may_have_functions(target):
                return None
            by = f"{group.name}: its targets are not read"
            step = Step(group.id, target, by, group.where(attr), Tri.UNKNOWN, gaps)
            return Aim(group, frozenset(), frozenset({target}), (), Tri.UNKNOWN, step)
        ends = self._endpoints.everywhere(target)
        if group.attrs.get("type", "instance") == "instance" and group.attrs.get("network"):
            ends = [one for one in ends if one.network.name == group.attrs["network"]]
        if not gaps:
            ends = [one for one in ends if not one.sure and _may_have(one, address)]
        if not ends:
            return None
        said = "its targets are not read" if gaps else "it registers a target that no listing shows"
        hidden = gaps or tuple(sorted({gap for one in ends for gap in one.gaps}))
        step = Step(group.id, ends[0].id, f"{group.name}: {said}", group.where(attr), Tri.UNKNOWN, hidden)
        return Aim(group, frozenset(), frozenset(), (), Tri.UNKNOWN, step)


def _unqualified(name: str) -> str:
    """The ARN of a function, without the version or alias that a target may name; anything else as it is."""
    return ":".join(name.split(":")[:7]) if _FUNCTION in name else name


def _may_have(endpoint: Endpoint, address: int | None) -> bool:
    return address is None or any(prefix.low <= address <= prefix.high for prefix in endpoint.prefixes)


def spans(one: Mapping[str, Any], protocol: str, otherwise: int | None = None) -> Iterator[Span]:
    """What a listener or a target answers on: its port, else the group's, else any."""
    port = one.get("port") or otherwise
    low, high = (port, port) if port else (0, LAST)
    if "UDP" in protocol or protocol == "QUIC":
        yield Span(UDP, low, high)
    if protocol not in ("UDP", "QUIC"):
        yield Span(TCP, low, high)
