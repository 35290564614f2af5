"""Which roles a service may take, and which workloads already run as which role."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scanner.facts.identity.actions import ASSUME
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.conditions import holds
from scanner.facts.identity.methods import services
from scanner.facts.identity.principals import Principals
from scanner.facts.identity.statements import Statement, acting
from scanner.facts.identity.unread import missing
from scanner.facts.identity.values import OPEN, Held
from scanner.facts.identity.world import World
from scanner.model.logic import Tri, all_of, any_of
from scanner.model.snapshot import Gap

INSTANCE = "instance"
_KINDS = ("workload", "pipeline")
"""Kinds of things that run as a role of their own, apart from instances."""


@dataclass(frozen=True, slots=True)
class Running:
    """Something that runs as a role."""

    id: str
    role: str


class Serving:
    """Roles by the service that they trust, and workloads by their type, of every account."""

    def __init__(self, world: World) -> None:
        self._trusting: dict[tuple[str, str], dict[str, Tri]] = defaultdict(dict)
        self._other: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        self._running: dict[tuple[str, str], list[Running]] = defaultdict(list)
        self._hidden: dict[tuple[str, str], set[Gap]] = defaultdict(set)
        for caller in world.callers.values():
            if caller.trust is not None and not caller.service_linked:
                self._index(caller)
        self._workloads(world)
        self._instances(world)

    def trusting(self, account: str, service: str) -> dict[str, Tri]:
        """Roles of an account that a service may take, by ARN, and whether it surely may."""
        return self._trusting.get((account, service), {})

    def unfollowed(self, account: str) -> dict[str, frozenset[str]]:
        """Roles that services trust of which no table tells what they do with it, by ARN."""
        return self._other.get(account, {})

    def running(self, account: str, kind: str) -> list[Running]:
        """The workloads of a type that run as a role."""
        return self._running.get((account, kind), [])

    def hidden(self, account: str, kind: str) -> tuple[Gap, ...]:
        """Why some workloads of a type were not read."""
        return tuple(sorted(self._hidden.get((account, kind), ())))

    def _index(self, role: Caller) -> None:
        known = services()
        assert role.trust is not None  # noqa: S101 - the caller's condition
        other = set()
        for statement in acting(role.trust.document, ASSUME):
            if statement.effect == "deny":
                continue
            names = _service_names(statement)
            other |= {name.partition(".")[0] for name in names if not any(_is(name, one) for one in known)}
            for service in known:
                if statement.effect == "either" or any(_is(name, service) for name in names):
                    state = serves(role, service)
                    if state is not Tri.NO:
                        self._trusting[role.account, service][role.arn] = state
        if other:
            self._other[role.account][role.arn] = frozenset(other)

    def _workloads(self, world: World) -> None:
        for kind in _KINDS:
            for item in world.estate.of(kind):
                if item.provider != "aws":
                    continue
                key = (item.scope.boundary, str(item.attrs.get("type")))
                if "identity" in item.unknown:
                    self._hidden[key].update(item.unknown["identity"])
                elif item.attrs.get("identity") in world.callers:
                    self._running[key].append(Running(item.id, str(item.attrs["identity"])))
            for scope in missing(world.estate, kind):
                self._hidden[scope.scope.boundary, kind].update(scope.gaps)

    def _instances(self, world: World) -> None:
        roles = {
            profile: caller.arn
            for caller in world.callers.values()
            for profile in caller.resource.attrs.get("instance_profiles") or ()
        }
        for item in world.estate.of(INSTANCE):
            if item.provider != "aws":
                continue
            if "profile" in item.unknown:
                self._hidden[item.scope.boundary, INSTANCE].update(item.unknown["profile"])
            elif item.attrs.get("profile") in roles:
                found = Running(item.id, roles[item.attrs["profile"]])
                self._running[item.scope.boundary, INSTANCE].append(found)
        for scope in missing(world.estate, INSTANCE):
            self._hidden[scope.scope.boundary, INSTANCE].update(scope.gaps)

    def unlisted(self, account: str, kind: str) -> tuple[Gap, ...]:
        """Why workloads of a type may exist that nobody saw: their listing, or what one of them is."""
        found = set(self.hidden(account, kind))
        if kind != INSTANCE:
            for name in _KINDS:
                found |= self._hidden.get((account, name), set())
        return tuple(sorted(found))


def _service_names(statement: Statement) -> list[str]:
    entries = statement.principals.entries if statement.principals else ()
    return [entry.value.lower() for entry in entries if entry.kind == "service"]


def serves(role: Caller, service: str) -> Tri:
    """Whether a role's trust policy lets a service take it, on behalf of the role's own account."""
    if role.trust is None:
        return Tri.NO
    allowed, denied = [], []
    for statement, state in _told(role, service):
        if statement.effect != "deny":
            allowed.append(state)
        if statement.effect != "allow":
            denied.append(state)
    return any_of(allowed) & ~any_of(denied)


def _told(role: Caller, service: str) -> Iterator[tuple[Statement, Tri]]:
    def lookup(key: str) -> Held:
        fixed: dict[str, Held] = {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (service,),
            "aws:securetransport": ("true",),
            "aws:sourceaccount": (role.account,),
        }
        return fixed.get(key, OPEN)

    assert role.trust is not None  # noqa: S101 - the caller's condition
    for statement in acting(role.trust.document, ASSUME):
        if statement.effect == "either":
            yield statement, Tri.UNKNOWN
        elif statement.principals is not None and _names(statement.principals, service):
            yield statement, all_of(holds(test, lookup) for test in statement.tests)


def _names(principals: Principals, service: str) -> bool:
    named = any(entry.kind == "service" and _is(entry.value, service) for entry in principals.entries)
    if principals.excluded:
        return not named
    return named or any(entry.kind == "everyone" and entry.value == "*" for entry in principals.entries)


@lru_cache(maxsize=4096)
def _is(name: str, service: str) -> bool:
    """Whether a service principal is that of a service, in a region's or partition's form too."""
    stem = re.escape(service.removesuffix(".amazonaws.com"))
    return bool(re.fullmatch(rf"{stem}(\.[a-z]+(-[a-z]+)+-\d)?\.amazonaws\.com(\.cn)?", name.lower()))
