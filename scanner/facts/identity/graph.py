"""Who can become whom: one edge per class of callers and identity, with the decisions that make it.

Edges are ``sts:AssumeRole``; in one account rewriting a role's trust policy, making an access key or a
password for a user; running code as a role through a service (`compute`); and getting more rights of
one's own (`escalation`), after which an identity goes on as a node of its own. Whoever acts as a role
without being an identity (workloads, pods, runs of CI, people of a directory: `actors`) is a node that
nothing leads to. Other federated sign-in is not among them. Accounts whose identities were not read are one
hidden node each, tied to whatever might admit them; accounts that are nowhere collected are hidden nodes
when a policy names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Protocol, TypeVar

from scanner.facts.crossings import EXTERNAL
from scanner.facts.identity.actions import ASSUME, BECOME
from scanner.facts.identity.actors import ACTORS, Actors
from scanner.facts.identity.admission import Admission, selected
from scanner.facts.identity.callers import Caller, hidden
from scanner.facts.identity.compute import Compute
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import NOTHING, Edge, Node
from scanner.facts.identity.escalation import Escalation
from scanner.facts.identity.patterns import intersects, matches
from scanner.facts.identity.power import ANY, EVERYTHING, Powers
from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.serving import Serving
from scanner.facts.identity.statements import UNREAD
from scanner.facts.identity.world import Group, World
from scanner.model.logic import Tri

_NAMED_ACCOUNT = re.compile(r"arn:[^:]+:iam::(\d{12}):")
_VERBS = {
    "iam:updateassumerolepolicy": "rewrite its trust policy",
    "iam:createaccesskey": "make an access key",
    "iam:createloginprofile": "set a password",
    "iam:updateloginprofile": "change the password",
}


_Known = TypeVar("_Known")


class Lessen(Protocol):
    """Makes what is known by ARN anew for some identities."""

    def __call__(
        self, whole: Mapping[str, _Known], anew: Callable[[_Known], _Known], /
    ) -> Mapping[str, _Known]:
        """``anew`` of what ``whole`` says of each of them, and all else as it is."""


_GIVEN = Decision(Tri.YES, Tri.NO, Tri.YES, Tri.NO, Tri.NO)


class Graph:
    """Edges of a world, derived as they are asked for. ``ways`` as of `World`.

    Without ``become`` only roles are assumed, no identity is taken over by changing it.
    """

    def __init__(self, world: World, ways: Ways | None = None, *, become: bool = True) -> None:
        self.world = world
        self.ways = ways or world.ways
        self._become = become
        self.nodes: Mapping[str, Node] = {
            arn: Node(arn, group.place, group)
            for group in world.groups
            for arn in (member.arn for member in group.members)
        }
        self.hidden = {account: self._hide(account) for account in sorted(world.unlisted)}
        self._roles = Admission(
            {arn: (caller.trust,) for arn, caller in world.callers.items() if caller.trust}, ASSUME
        )
        self._aims: Mapping[str, Target] = {
            arn: world.as_target(caller) for arn, caller in world.callers.items()
        }
        self._found: dict[Group, tuple[Edge, ...]] = {}
        self._external: dict[str, Node] = {}
        self._before: tuple[Callable[[], Escalation], Callable[[], Compute]] | None = None

    @cached_property
    def _escalation(self) -> Escalation:
        if self._before is not None:
            return replace(self._before[0](), world=self.world, powers=Powers())
        return Escalation.of(self.world, self.ways)

    @cached_property
    def _compute(self) -> Compute:
        if self._before is not None:
            return replace(self._before[1](), world=self.world, nodes=self.nodes)
        return Compute(self.world, Serving(self.world), self.nodes, self.ways)

    @cached_property
    def actors(self) -> Actors:
        """Whoever acts as a role without being an identity."""
        return Actors(self.world, self.nodes)

    @cached_property
    def _named(self) -> set[str]:
        """Identities that some role's trust policy names."""
        return {arn for arn in self.world.callers if self._roles.names(arn)}

    def among(self, world: World, lessen: Lessen, *, serving: bool) -> Graph:
        """The same graph in a world where some identities hold less.

        ``lessen`` makes what is known of identities anew for those; ``serving``: services may take fewer
        roles, too.
        """
        made = copy(self)

        def node(before: Node) -> Node:
            caller = world.callers[before.id]
            if caller is self.world.callers[before.id]:
                return before
            return Node(before.id, caller.place, Group(caller, (caller,)))

        vars(made).update(
            world=world,
            nodes=lessen(self.nodes, node),
            _aims=lessen(self._aims, lambda aim: world.as_target(world.callers[aim.arn])),
            _found={},
            _before=None if serving else (lambda: self._escalation, lambda: self._compute),
        )
        for name in ("_escalation", "_compute", "actors"):
            vars(made).pop(name, None)
        return made

    def out(self, node: Node) -> tuple[Edge, ...]:
        """All edges that leave a node."""
        group = node.group
        if group.first.kind in ACTORS:
            return self.actors.out(node)
        if group not in self._found:
            edges = self._from_hidden(node) if node.hidden else self._from(node)
            self._found[group] = tuple(sorted(edges, key=lambda edge: (edge.target.id, edge.action)))
        return self._found[group]

    def _from(self, node: Node) -> Iterator[Edge]:
        group = node.group
        caller = group.first
        if node.power and _everything(node):
            yield from self._powerful(node)
            return
        direct = list(self._assuming(group)) if caller.kind != "root" else []
        if self._become and caller.kind == "root":
            direct += self._becoming(group)
        elif self._become:
            powers = self._escalation.edges(group)
            yield from powers
            if not any(_sure(edge) and edge.target.power for edge in powers):
                direct += self._becoming(group)
                direct += self._compute.edges(group)
                for edge in tuple(direct):
                    yield from self._escalation.others(edge)
        yield from direct

    def _powerful(self, node: Node) -> Iterator[Edge]:
        """An identity with every right: assumes roles as itself, does the rest as an administrator."""
        group = node.group
        if group.first.power != ANY:
            yield from self._assuming(group)
            yield from self._escalation.freed(node)
            anybody = self._escalation.powers.administrator(node)
            aim = Target(group.first.arn, group.first.account, "identity")
            yield Edge(group, anybody, aim, NOTHING, _GIVEN)
            return
        found = list(self._becoming(group))
        sure = {edge.target.id for edge in found if edge.state is Tri.YES}
        yield from found
        yield from (edge for edge in self._compute.edges(group) if edge.target.id not in sure)
        for arn in sorted(self._named & sure):
            edge = next(item for item in found if item.target.id == arn)
            yield from self._escalation.others(edge)

    def _assuming(self, group: Group) -> Iterator[Edge]:
        caller = group.first
        patterns = self.world.patterns(caller, ASSUME)
        direct = {arn for arn in self._roles.naming(caller) if self._at_home(arn, caller)}
        admitting = self._roles.naming(caller) | self._roles.trusting(caller.account)
        for arn in sorted(direct | selected(patterns, admitting)):
            if arn != caller.arn:
                yield from self._edge(group, self.nodes[arn], self._aims[arn], ASSUME)
        for node in (*self.hidden.values(), *self._externals(patterns)):
            account = node.group.first.account
            if account == caller.account or not any(intersects(p, self.roles_in(account)) for p in patterns):
                continue
            yield from self._edge(group, node, self.unknown_role(node), ASSUME)

    def _becoming(self, group: Group) -> Iterator[Edge]:
        """IAM changes within one account."""
        caller = group.first
        for kind, actions in BECOME.items():
            for action in actions:
                patterns = self.world.patterns(caller, action) if caller.kind != "root" else ("*",)
                if not patterns:
                    continue
                for target in self.world.of_account.get(caller.account, ()):
                    if target.kind == kind and target is not caller and _any(patterns, target.arn):
                        aim = replace(self._aims[target.arn], policies=(), trust=False)
                        yield from self._edge(group, self.nodes[target.arn], aim, action)

    def _from_hidden(self, node: Node) -> Iterator[Edge]:
        """What any identity of an account might assume, as far as the other side admits it."""
        caller = node.group.first
        for arn in sorted(self._roles.naming(caller) | self._roles.trusting(caller.account)):
            yield from self._edge(node.group, self.nodes[arn], self._aims[arn], ASSUME)
        for other in self.hidden.values():
            if other is not node:
                yield from self._edge(node.group, other, self.unknown_role(other), ASSUME)

    def _at_home(self, arn: str, caller: Caller) -> bool:
        """In one account being named is enough, without an identity policy."""
        return self.world.callers[arn].account == caller.account

    def _edge(self, group: Group, target: Node, aim: Target, action: str) -> Iterator[Edge]:
        decision = self.world.ask(group.first, action, aim, ways=self.ways)
        if decision.state is not Tri.NO:
            yield Edge(group, target, aim, action, decision, _VERBS.get(action, ""))

    def _externals(self, patterns: tuple[str, ...]) -> list[Node]:
        """Accounts that these patterns name and of which nothing is collected."""
        named = {match[1] for pattern in patterns if (match := _NAMED_ACCOUNT.match(pattern))}
        return [self._outside(account) for account in sorted(named - self.world.accounts)]

    def places(self, node: Node) -> frozenset[str]:
        """Where a node is; where tags that were not read would tell, wherever these may put it."""
        if node.place is not None:
            return frozenset((node.place,))
        first, estate = node.group.first, self.world.estate
        if not node.hidden:
            return frozenset[str]().union(*(estate.places_of(one.resource) for one in node.group.members))
        unlisted = self.world.unlisted.get(first.account)
        return estate.places_of(unlisted) if unlisted is not None else frozenset()

    def roles_in(self, account: str) -> str:
        """A pattern of all roles of an account."""
        return f"arn:{self.world.partition}:iam::{account}:role/*"

    def unknown_role(self, node: Node) -> Target:
        """Any role of a hidden account, whose trust is not known."""
        account = node.group.first.account
        words = f"trust of roles in account {account}"
        trust = Policy(f"{node.id}/trust", UNREAD, NOWHERE, words, node.gaps)
        return Target(self.roles_in(account), account, "role", (trust,), trust=True)

    def _outside(self, account: str) -> Node:
        if account not in self._external:
            place = self.world.estate.places.get(account) or EXTERNAL
            caller = hidden(account, place, (), self.world.partition)
            self._external[account] = Node(caller.arn, place, Group(caller, (caller,)), hidden=True)
        return self._external[account]

    def _hide(self, account: str) -> Node:
        item = self.world.unlisted[account]
        caller = hidden(account, item.place, item.gaps, self.world.partition)
        return Node(caller.arn, item.place, Group(caller, (caller,)), hidden=True, gaps=item.gaps)


def _sure(edge: Edge) -> bool:
    """Whether an edge leads to every right that the caller's limits leave, for certain."""
    return edge.state is Tri.YES and _everything(edge.target)


def _any(patterns: Iterable[str], value: str) -> bool:
    return any(matches(pattern, value) for pattern in patterns)


def _everything(node: Node) -> bool:
    """Whether a node has every right that its limits leave."""
    return EVERYTHING in node.group.first.policies
