"""Edges by services: who can have code of their own run as a role, or works on what runs as it.

Passing a role needs ``iam:PassRole`` on it, a service that it trusts, and the actions by which that
service runs something; what runs already needs only the actions that change or enter it. A service that
no table knows may do anything with a role: then it is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scanner.facts.identity.actions import PASS, service
from scanner.facts.identity.admission import selected
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import Ask, Edge, Node, opened
from scanner.facts.identity.methods import Method, methods
from scanner.facts.identity.patterns import intersects, wild
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.serving import INSTANCE, Running, Serving
from scanner.facts.identity.statements import Document, acting
from scanner.facts.identity.values import Held
from scanner.facts.identity.world import Group, World
from scanner.model.logic import Tri


@dataclass(frozen=True, eq=False, slots=True)
class Compute:
    """Derives the edges of a class of callers; ``nodes`` are the identities by ARN."""

    world: World
    serving: Serving
    nodes: Mapping[str, Node]
    ways: Ways

    def edges(self, group: Group) -> list[Edge]:
        """The surest edge to each role by each first action, sorted by role."""
        caller = group.first
        best: dict[tuple[str, str], Edge] = {}
        held: dict[str, Decision] = {}
        spoken = _services(caller)
        for method in methods():
            if spoken is not None and any(spoken.isdisjoint(either) for either in _needed(method)):
                continue
            if not all(any(may(caller, action) for action in either) for either in method.needs):
                continue
            for edge in self._passing(group, method, held) if method.passes else self._using(group, method):
                _keep(best, edge)
        for edge in self._unfollowed(group):
            if (edge.target.id, edge.action) not in best:
                best[edge.target.id, edge.action] = edge
        return [best[key] for key in sorted(best)]

    def _passing(self, group: Group, method: Method, held: dict[str, Decision]) -> Iterator[Edge]:
        caller = group.first
        roles = self.serving.trusting(caller.account, method.service)
        chosen = selected(self.world.patterns(caller, PASS), set(roles)) - {caller.arn}
        if not chosen:
            return
        needs = [self._anywhere(caller, either, held) for either in method.needs]
        if any(decision.state is Tri.NO for _, _, decision in needs):
            return
        more = tuple(Ask(action, aim, said, method.title) for action, aim, said in needs)
        for arn in sorted(chosen):
            role = self.world.callers[arn]
            aim = Target(arn, role.account, "role", tags=role.tags, given=_passed(method.service))
            decision = self.world.ask(caller, PASS, aim, ways=self.ways)
            if roles[arn] is Tri.UNKNOWN:
                gaps = role.trust.gaps if role.trust else ()
                why = f"whether {method.service} may take the role is not known"
                decision = opened(decision, "resource", why, gaps)
            if method.profile:
                decision = self._in_profile(caller, role, decision, held)
            if decision.state is not Tri.NO:
                words = f"pass the role to {method.service}"
                yield Edge(group, self.nodes[arn], aim, PASS, decision, words, more)

    def _anywhere(
        self, caller: Caller, either: Iterable[str], held: dict[str, Decision]
    ) -> tuple[str, Target, Decision]:
        """The surest of some actions on anything in the caller's account."""
        found: list[tuple[str, Target, Decision]] = []
        for action in either:
            if not may(caller, action):
                continue
            aim = anything(self.world, caller.account, service(action))
            if action not in held:
                held[action] = self.world.ask(caller, action, aim, ways=self.ways)
            found.append((action, aim, held[action]))
        return max(found, key=lambda item: _RANK[item[2].state])

    def _in_profile(
        self, caller: Caller, role: Caller, decision: Decision, held: dict[str, Decision]
    ) -> Decision:
        """An instance takes a role by a profile that holds it: one that exists, or that the caller makes."""
        if "instance_profiles" in role.resource.unknown:
            gaps = role.resource.unknown["instance_profiles"]
            return opened(decision, "resource", "its instance profiles were not read", gaps)
        if role.resource.attrs.get("instance_profiles"):
            return decision
        made = [self._profiles(caller, role.account, action, held).state for action in _PROFILE]
        if Tri.NO in made:
            return Decision(Tri.NO, Tri.NO, Tri.NO, Tri.NO, Tri.NO)
        if Tri.UNKNOWN in made:
            return opened(decision, "identity", "whether it may make an instance profile is not decided")
        return decision

    def _profiles(self, caller: Caller, account: str, action: str, held: dict[str, Decision]) -> Decision:
        """Whether a caller may do something to any instance profile: of an account, not of a role."""
        key = f"{action} {account}"
        if key not in held:
            arn = f"arn:{self.world.partition}:iam::{account}:instance-profile/*"
            held[key] = self.world.ask(caller, action, Target(arn, account, "account"), ways=self.ways)
        return held[key]

    def _using(self, group: Group, method: Method) -> Iterator[Edge]:
        caller = group.first
        patterns = {p for action in method.needs[0] for p in self.world.patterns(caller, action)}
        for kind in method.workloads:
            running = {item.id: item for item in self.serving.running(caller.account, kind)}
            for key in sorted(selected(patterns, set(running))):
                if running[key].role != caller.arn:
                    yield from self._worked_on(group, method, running[key])
            yield from self._unseen(group, method, kind)

    def _worked_on(self, group: Group, method: Method, item: Running) -> Iterator[Edge]:
        caller = group.first
        aim = Target(item.id, caller.account, "workload")
        asks = []
        for either in method.needs:
            said = [
                (action, self.world.ask(caller, action, aim, ways=self.ways))
                for action in either
                if may(caller, action)
            ]
            asks.append(max(said, key=lambda pair: _RANK[pair[1].state]))
        if any(decision.state is Tri.NO for _, decision in asks):
            return
        (action, decision), *rest = asks
        if method.otherwise and not self._managed(method, item):
            decision = opened(decision, "resource", method.otherwise)
        more = tuple(Ask(name, aim, said, method.title) for name, said in rest)
        words = f"{method.title}: {item.id.rsplit(':', 1)[-1]}"
        yield Edge(group, self.nodes[item.role], aim, action, decision, words, more)

    def _managed(self, method: Method, item: Running) -> bool:
        if not method.role_may:
            return False
        role = self.world.callers[item.role]
        aim = Target(item.id, role.account, "workload")
        return self.world.ask(role, method.role_may, aim).state is Tri.YES

    def _unseen(self, group: Group, method: Method, kind: str) -> Iterator[Edge]:
        """Where workloads were not read, any role that the service may take may be that of one."""
        caller = group.first
        gaps = self.serving.unlisted(caller.account, kind)
        if not gaps:
            return
        for arn in sorted(set(self.serving.trusting(caller.account, method.service)) - {caller.arn}):
            role = self.world.callers[arn]
            if kind == INSTANCE and not role.resource.attrs.get("instance_profiles", True):
                continue
            needs = [self._anywhere(caller, either, {}) for either in method.needs]
            if any(decision.state is Tri.NO for _, _, decision in needs):
                return
            (action, aim, decision), *rest = needs
            why = f"works if a workload ({kind}) has the role, which was not read"
            decision = opened(decision, "resource", why, gaps)
            more = tuple(Ask(name, target, said, method.title) for name, target, said in rest)
            yield Edge(group, self.nodes[arn], aim, action, decision, method.title, more)

    def _unfollowed(self, group: Group) -> Iterator[Edge]:
        caller = group.first
        roles = self.serving.unfollowed(caller.account)
        for arn in sorted(selected(self.world.patterns(caller, PASS), set(roles)) - {caller.arn}):
            used = [name for name in sorted(roles[arn]) if _uses(caller, name)]
            if not used:
                continue
            role = self.world.callers[arn]
            name = f"{used[0]}.amazonaws.com"
            aim = Target(arn, role.account, "role", tags=role.tags, given=_passed(name))
            decision = self.world.ask(caller, PASS, aim, ways=self.ways)
            if decision.state is not Tri.NO:
                why = f"what {used[0]} does with the role for its caller is not followed"
                decision = opened(decision, "identity", why)
                words = f"pass the role to {name}"
                yield Edge(group, self.nodes[arn], aim, PASS, decision, words)


_PROFILE = ("iam:createinstanceprofile", "iam:addroletoinstanceprofile")
_RANK = {Tri.YES: 2, Tri.UNKNOWN: 1, Tri.NO: 0}


def _keep(best: dict[tuple[str, str], Edge], edge: Edge) -> None:
    key = (edge.target.id, edge.action)
    if key not in best or _RANK[edge.state] > _RANK[best[key].state]:
        best[key] = edge


def may(caller: Caller, action: str) -> bool:
    """Whether some identity policy speaks of allowing an action: a quick look before deciding it."""
    for policy in caller.policies:
        for statement in acting(policy.document, action):
            if statement.effect != "deny":
                return True
    return False


@lru_cache(maxsize=256)
def _needed(method: Method) -> tuple[frozenset[str], ...]:
    """The services of which a method needs an action each."""
    return tuple(frozenset(service(action) for action in either) for either in method.needs)


def _services(caller: Caller) -> frozenset[str] | None:
    """The services of which a caller may be allowed anything; ``None`` where a wildcard may name any."""
    found: set[str] = set()
    for policy in caller.policies:
        named = _named(policy.document)
        if named is None:
            return None
        found |= named
    return frozenset(found)


@lru_cache(maxsize=65536)
def _named(document: Document) -> frozenset[str] | None:
    found = set()
    for statement in document.statements:
        if statement.effect == "deny":
            continue
        names = {service(pattern) for pattern in statement.actions}
        if statement.other_actions or any(wild(name) for name in names):
            return None
        found |= names
    return frozenset(found)


def anything(world: World, account: str, name: str) -> Target:
    """Anything of a service in an account."""
    region = "" if name == "iam" else "*"
    return Target(f"arn:{world.partition}:{name}:{region}:{account}:*", account, "account")


def _passed(name: str) -> dict[str, Held]:
    """What a request to pass a role carries: the service that it is passed to."""
    return {"iam:passedtoservice": (name,)}


def _uses(caller: Caller, name: str) -> bool:
    """Whether a caller may be allowed any action of a service."""
    return any(
        statement.effect != "deny"
        and (
            statement.other_actions or any(intersects(pattern, f"{name}:*") for pattern in statement.actions)
        )
        for policy in caller.policies
        for statement in policy.document.statements
    )
