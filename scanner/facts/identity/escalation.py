"""Edges by which an identity gets more rights of its own: changes of policies, versions and groups.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from scanner.facts.identity.callers import Caller, Documents
from scanner.facts.identity.compute import may
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import Ask, Edge, Node, opened
from scanner.facts.identity.patterns import matches, meet
from scanner.facts.identity.power import Powers, distinct
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.world import Group, World
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

OWN = {
    "role": ("iam:attachrolepolicy", "iam:putrolepolicy"),
    "user": ("iam:attachuserpolicy", "iam:putuserpolicy"),
}
_GROUP = ("iam:attachgrouppolicy", "iam:putgrouppolicy")
_VERSION, _DEFAULT, _JOIN = "iam:createpolicyversion", "iam:setdefaultpolicyversion", "iam:addusertogroup"
_UNBOUND = {
    "role": ("iam:deleterolepermissionsboundary", "iam:putrolepermissionsboundary"),
    "user": ("iam:deleteuserpermissionsboundary", "iam:putuserpermissionsboundary"),
}
_DETACH = {
    "role": ("iam:detachrolepolicy", "iam:deleterolepolicy"),
    "user": ("iam:detachuserpolicy", "iam:deleteuserpolicy"),
}
_MAKE = {
    "role": ("iam:createrole", OWN["role"], ()),
    "user": ("iam:createuser", OWN["user"], ("iam:createaccesskey", "iam:createloginprofile")),
}
WORDS = {
    "iam:attachrolepolicy": "attach any policy to it",
    "iam:putrolepolicy": "write any policy for it",
    "iam:attachuserpolicy": "attach any policy to it",
    "iam:putuserpolicy": "write any policy for it",
    "iam:attachgrouppolicy": "attach any policy to its group",
    "iam:putgrouppolicy": "write any policy for its group",
    _VERSION: "write a new version of a policy that it holds",
    _DEFAULT: "go back to another version of a policy that it holds",
    _JOIN: "add it to a group",
    "iam:createrole": "make a role",
    "iam:createuser": "make a user",
    "iam:createaccesskey": "make an access key",
    "iam:createloginprofile": "set a password",
}


@dataclass(frozen=True, eq=False, slots=True)
class Escalation:
    """Derives the edges of a class of callers to nodes with more rights."""

    world: World
    powers: Powers
    documents: Documents
    ways: Ways
    groups: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, world: World, ways: Ways) -> Escalation:
        """For a world, with its groups by account."""
        made = cls(world, Powers(), Documents(world.estate), ways)
        for item in sorted(world.estate.of("group"), key=lambda found: found.id):
            made.groups[item.scope.boundary].append(item)
        return made

    def edges(self, group: Group) -> list[Edge]:
        """To more rights: full ones first; less only where none of those is certain."""
        full = list(distinct([*self._own(group), *self._new(group)]))
        if any(edge.state is Tri.YES for edge in full):
            return full
        return [*full, *self._joining(group), *self._versions(group)]

    def _own(self, group: Group) -> Iterator[Edge]:
        """Every right, by changing what is held."""
        caller, node = group.first, None
        for action, arn in self._changes(caller):
            if not may(caller, action):
                continue
            aim = _iam(arn, caller.account)
            decision = self.world.ask(caller, action, aim, ways=self.ways)
            if decision.state is not Tri.NO:
                node = node or self.powers.full(group)
                yield Edge(group, node, aim, action, decision, WORDS[action])

    def _changes(self, caller: Caller) -> Iterator[tuple[str, str]]:
        yield from ((action, caller.arn) for action in OWN.get(caller.kind, ()))
        for arn in caller.resource.attrs.get("groups") or ():
            yield from ((action, arn) for action in _GROUP)
        yield from ((_VERSION, policy.id) for policy in _customer(caller))

    def _new(self, group: Group) -> Iterator[Edge]:
        """Every right, by making an identity that has it."""
        caller = group.first
        for kind, (make, give, enter) in _MAKE.items():
            if not (may(caller, make) and any(may(caller, action) for action in give)):
                continue
            if enter and not any(may(caller, action) for action in enter):
                continue
            for name in self._names(caller, kind, (make, *give)):
                steps = [self._best(caller, either, name) for either in ((make,), give, enter) if either]
                if all(decision.state is not Tri.NO for _, _, decision in steps):
                    node = self.powers.full(replace(group, first=_new(caller, kind)), limited=False)
                    (action, aim, decision), *rest = steps
                    more = tuple(Ask(one, at, said, WORDS[one]) for one, at, said in rest)
                    yield Edge(group, node, aim, action, decision, WORDS[action], more)

    def _names(self, caller: Caller, kind: str, actions: tuple[str, ...]) -> list[str]:
        """A name that the first and one of the other actions allow, as a pattern."""
        everything = f"arn:{self.world.partition}:iam::{caller.account}:{kind}/*"
        for first in self.world.patterns(caller, actions[0]):
            for other in {p for action in actions[1:] for p in self.world.patterns(caller, action)}:
                for both in meet(first, other) or ():
                    found = meet(both, everything)
                    if found:
                        return list(found[:1])
        return []

    def _best(self, caller: Caller, either: Iterable[str], arn: str) -> tuple[str, Target, Decision]:
        rank = {Tri.YES: 2, Tri.UNKNOWN: 1, Tri.NO: 0}
        aim = Target(arn, caller.account, "account")
        said = [
            (one, aim, self.world.ask(caller, one, aim, ways=self.ways)) for one in either if may(caller, one)
        ]
        return max(said, key=lambda item: rank[item[2].state])

    def _joining(self, group: Group) -> Iterator[Edge]:
        """What the groups of the account have that a user is not in."""
        caller = group.first
        if caller.kind != "user" or not may(caller, _JOIN):
            return
        held = {policy.document.key for policy in caller.policies}
        for item in self.groups[caller.account]:
            if item.id in (caller.resource.attrs.get("groups") or ()):
                continue
            more = [p for p in self.documents.held(item, caller.account) if p.document.key not in held]
            aim = _iam(item.id, caller.account)
            decision = self.world.ask(caller, _JOIN, aim, ways=self.ways) if more else None
            if decision is not None and decision.state is not Tri.NO:
                node = self.powers.with_policies(group, item.id, (*caller.policies, *more))
                yield Edge(group, node, aim, _JOIN, decision, WORDS[_JOIN])

    def _versions(self, group: Group) -> Iterator[Edge]:
        """What other versions of held policies say."""
        caller = group.first
        if not may(caller, _DEFAULT):
            return
        for policy in _customer(caller):
            aim = _iam(policy.id, caller.account)
            decision = self.world.ask(caller, _DEFAULT, aim, ways=self.ways)
            if decision.state is Tri.NO:
                continue
            others, gaps = self.documents.versions(policy.id, caller.account)
            rest = [held for held in caller.policies if held.id != policy.id]
            for other in others:
                node = self.powers.with_policies(group, other.words, (*rest, other))
                yield Edge(group, node, aim, _DEFAULT, decision, WORDS[_DEFAULT])
            if gaps:
                yield self._unread(group, aim, decision, gaps)

    def _unread(self, group: Group, aim: Target, decision: Decision, gaps: tuple[Gap, ...]) -> Edge:
        said = opened(decision, "identity", "its other versions were not read", gaps)
        return Edge(group, self.powers.full(group), aim, _DEFAULT, said, WORDS[_DEFAULT])

    def others(self, edge: Edge) -> Iterator[Edge]:
        """More rights for an identity that the caller can already be."""
        caller, target = edge.group.first, edge.target.group.first
        other = self.world.callers.get(edge.target.id)
        if other is None or other.account != caller.account or edge.target.power:
            return
        node: Node | None = None
        for action in OWN.get(other.kind, ()):
            if not may(caller, action) or not self._selects(caller, action, other.arn):
                continue
            aim = _iam(other.arn, other.account)
            decision = self.world.ask(caller, action, aim, ways=self.ways)
            if decision.state is not Tri.NO:
                node = node or self.powers.full(replace(edge.target.group, first=target))
                yield Edge(edge.group, node, aim, action, decision, WORDS[action], edge.asks)

    def _selects(self, caller: Caller, action: str, arn: str) -> bool:
        return any(matches(pattern, arn) for pattern in self.world.patterns(caller, action))

    def freed(self, node: Node) -> Iterator[Edge]:
        """A node whose boundary and denials it can take away itself."""
        caller = node.group.first
        if caller.kind not in OWN or not (caller.boundary or len(caller.policies) > 1):
            return
        aim = _iam(caller.arn, caller.account)
        need = [*([_UNBOUND[caller.kind]] if caller.boundary else [])]
        need += [_DETACH[caller.kind]] if len(caller.policies) > 1 else []
        asks = []
        for either in need:
            said = [(one, self.world.ask(caller, one, aim, ways=self.ways)) for one in either]
            asks.append(max(said, key=lambda pair: pair[1].state is Tri.YES))
        if all(decision.state is Tri.YES for _, decision in asks):
            (action, decision), *rest = asks
            more = tuple(Ask(one, aim, said, "lift its own limits") for one, said in rest)
            freed = self.powers.full(node.group, limited=False)
            yield Edge(node.group, freed, aim, action, decision, "lift its own limits", more)


def _customer(caller: Caller) -> list[Policy]:
    """The customer managed policies that a caller holds: their ids are ARNs of its account."""
    return [policy for policy in caller.policies if f":iam::{caller.account}:policy/" in policy.id]


def _iam(arn: str, account: str) -> Target:
    return Target(arn, account, "identity")


def _new(caller: Caller, kind: str) -> Caller:
    """An identity that is made anew in the account of another."""
    return replace(caller, kind=kind, boundary=(), tags={}, unique_id=None)
