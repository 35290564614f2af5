"""Load balancers as relays: they take connections of E and make their own to targets in F.

A load balancer of E, or of a service that E reaches, leads on to what its target groups register (Elastic
Load Balancing API Reference, ``Listener``, ``TargetGroup``, ``TargetDescription``): routes and security
groups between E and F have no say in it. The border is the target group. Where the load balancer itself
does not get to its targets, what is registered is half open; of a network load balancer it is undecided,
since its targets may see the client's address ("Client IP preservation"). Targets that are not read, or
that may be interfaces which are not, leave it undecided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from scanner.facts.crossings import SERVICE
from scanner.facts.network.calls import not_told
from scanner.facts.network.endpoints import Endpoints
from scanner.facts.network.found import Found, Reach, best
from scanner.facts.network.listeners import Listeners
from scanner.facts.network.ports import TCP, UDP, Span, spell_span
from scanner.facts.network.targets import Aim, Targets, spans
from scanner.facts.network.view import BALANCER, View
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Scope

_TOLD = (("load_balancer", "instances"), ("target_group", "load_balancers"), ("target_group", "type"))
"""What says which targets are whose: where one is unknown there may be others."""


class Relays:
    """The load balancers of an estate, with their interfaces and their targets."""

    def __init__(self, view: View, endpoints: Endpoints) -> None:
        self._view, self._endpoints = view, endpoints
        listeners = Listeners(view)
        self._doors: dict[str, set[str]] = defaultdict(set)
        self._described: set[tuple[str, str]] = set()
        for item in view.interfaces.values():
            if balancer := listeners.of(item):
                self._doors[balancer.id].add(item.id)
            if str(item.get("description") or "").startswith(BALANCER):
                self._described.add((item.account, item.region))
        self._targets = Targets(view, endpoints, self._doors)
        self._unread = [
            (one.scope.boundary, one.unknown[attr])
            for kind, attr in _TOLD
            for one in view.estate.of(kind)
            if attr in one.unknown
        ]
        self._balancers = [one for one in view.estate.of("load_balancer") if one.place]

    def of(self, source: str, target: str, reach: Reach) -> list[Found]:
        """The crossings of a pair by way of load balancers."""
        found: list[Found] = []
        for balancer in self._balancers:
            if balancer.place != source and not str(balancer.place).startswith(SERVICE):
                continue
            for aim in self._targets.of(balancer, target):
                ports, sure = _answers(balancer, aim.group)
                if ports and (one := self._relayed(balancer, aim, (source, target), reach, ports)):
                    doubtful = not sure and one.state is Tri.YES
                    found.append(_undecided(one, balancer) if doubtful else one)
        return found

    def hiding(self, source: str, target: str) -> set[Gap] | None:
        """The gaps that may hide a load balancer on the way, or what it passes on to; ``None``: none may."""
        if not self._endpoints.everywhere(target) and not self._targets.may_have_functions(target):
            return None
        found = [
            set(gaps)
            for kind in ("load_balancer", "target_group")
            for account, region, gaps in self._view.hidden.places(kind)
            if self._may_relay(account, source) and self._may_stand(account, region)
        ]
        found += [set(gaps) for account, gaps in self._unread if self._may_relay(account, source)]
        return set().union(*found) if found else None

    def _may_relay(self, account: str, source: str) -> bool:
        place = str(self._view.estate.places.get(account))
        return place.startswith(SERVICE) or source in self._view.hidden.hosts(account)

    def _may_stand(self, account: str, region: str) -> bool:
        """Whether a load balancer may be there: each has interfaces, which another call lists."""
        return (
            any(account == one and region in (where, "global") for one, where in self._described)
            or self._view.hidden.within("interface", account, region) is not None
        )

    def _relayed(
        self, balancer: Resource, aim: Aim, pair: tuple[str, str], reach: Reach, ports: tuple[Span, ...]
    ) -> Found | None:
        source, target = pair
        place, doors = str(balancer.place), frozenset(self._doors.get(balancer.id, ()))
        there: Found | None = None
        if place != source:
            there = best(reach(source, place, {place: doors}, ports)) if doors else None
            if doors and there is None:
                return None
        onward = None
        last = aim.through[-1] if aim.through else balancer
        exits = frozenset(self._doors.get(last.id, ()))
        if exits and aim.interfaces:
            kept = {str(last.place): exits, target: aim.interfaces}
            onward = best(reach(str(last.place), target, kept, aim.ports))
        # An application load balancer behind a network one sees the client's address: what it lets in of it
        # by this way is not followed. By its own address it is asked about as a relay of its own.
        state = aim.state & Tri.UNKNOWN if aim.through else aim.state
        if place != source:
            state &= there.state if there else Tri.UNKNOWN
        closed = bool(exits and aim.interfaces) and onward is None and not aim.others
        if onward is not None and not aim.others:
            state &= onward.state
        elif closed and last.attrs.get("type") == "network":
            state, closed = Tri.UNKNOWN, False
        elif not exits and aim.interfaces:
            state = Tri.UNKNOWN
        steps = (
            *(there.steps if there else ()),
            *self._unseen(balancer, doors),
            *_passed_on(balancer, aim, ports),
            aim.step,
            *(onward.steps if onward else ()),
            *([_held(last, aim)] if closed else []),
        )
        return Found(
            aim.group.id,
            state,
            there.sources if there else doors or frozenset({balancer.id}),
            aim.interfaces | aim.others or frozenset({aim.group.id}),
            frozenset(map(spell_span, ports)),
            steps,
            latent=closed and state is Tri.YES,
            via=(place.removeprefix(SERVICE),) if place != source else (),
        )

    def _unseen(self, balancer: Resource, doors: frozenset[str]) -> Iterator[Step]:
        """Says that it is not known where a load balancer stands."""
        if not doors:
            scope = balancer.scope
            gaps = self._view.hidden.within("interface", scope.boundary, scope.region)
            told = gaps or (not_told("interface", Scope("aws", scope.boundary, scope.region)),)
            by = f"interfaces of load balancer {balancer.name}: not known"
            yield Step(balancer.id, balancer.id, by, balancer.source, Tri.UNKNOWN, told)


def _answers(balancer: Resource, group: Resource) -> tuple[tuple[Span, ...], bool]:
    """The ports of the listeners that pass on to a group, and whether that is known of each.

    A rule of a listener may pass on too, and rules are not read: then it is any of the listeners.
    """
    if "listeners" in balancer.unknown:
        return (Span(TCP), Span(UDP)), False
    listeners = balancer.attrs.get("listeners") or ()
    named = [one for one in listeners if group.id in (one.get("target_groups") or ())]
    chosen = named or listeners if group.id != balancer.id else listeners
    found = tuple(sorted({span for one in chosen for span in spans(one, str(one.get("protocol")))}))
    return found, bool(named) or len(chosen) == 1 or group.id == balancer.id


def _passed_on(balancer: Resource, aim: Aim, ports: tuple[Span, ...]) -> Iterator[Step]:
    """By its listeners, and by those of the load balancers behind it, to the group."""
    for one, other in pairwise((balancer, *aim.through)):
        by = f"load balancer {one.name} passes on to {other.name}, which sees the client's address"
        yield Step(one.id, other.id, by, one.where("listeners"), Tri.UNKNOWN)
    last = aim.through[-1] if aim.through else balancer
    yield _listens(last, aim.group, ports if last is balancer else _answers(last, aim.group)[0])


def _listens(balancer: Resource, group: Resource, ports: tuple[Span, ...]) -> Step:
    gaps = balancer.unknown.get("listeners", ())
    said = "listeners: not known" if gaps else f"listener {', '.join(map(spell_span, ports))}"
    by = f"load balancer {balancer.name} {said} passes on to {group.name}"
    state = Tri.UNKNOWN if gaps else Tri.YES
    return Step(balancer.id, group.id, by, balancer.where("listeners"), state, gaps)


def _held(balancer: Resource, aim: Aim) -> Step:
    by = f"load balancer {balancer.name} has no open way to {aim.step.target_id}"
    return Step(balancer.id, aim.step.target_id, by, balancer.source, Tri.NO)


def _undecided(one: Found, balancer: Resource) -> Found:
    """Which of several listeners passes on to the group is not read."""
    gaps = balancer.unknown.get("listeners", ())
    by = f"which listener of {balancer.name} passes on to it is not known"
    step = Step(balancer.id, one.border, by, balancer.where("listeners"), Tri.UNKNOWN, gaps)
    return replace(one, state=Tri.UNKNOWN, steps=(*one.steps, step), latent=False)
