"""Who can become whom: one edge per class of callers and identity, with the decision that makes it.

Edges are ``sts:AssumeRole``, and in one account rewriting a role's trust policy, making an access key or
a password for a user. Passing a role to a service that runs code (EC2, Lambda, SageMaker, Glue, ECS,
CodeBuild), and attaching or writing policies to gain permissions, are not followed: between environments
that share an account whoever may do either leaves it undecided. Not modelled, and so not claimed:
federated sign-in. Accounts whose identities were not read are one hidden node each, tied to whatever
might admit them; accounts that are nowhere collected are hidden nodes when a policy names them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.facts.crossings import EXTERNAL
from scanner.facts.identity.actions import ASSUME, BECOME, ESCALATE, PASS
from scanner.facts.identity.admission import Admission, selected
from scanner.facts.identity.callers import Caller, hidden
from scanner.facts.identity.decide import Decision, Opening
from scanner.facts.identity.patterns import intersects, matches
from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.statements import UNREAD
from scanner.facts.identity.world import Group, World
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_NAMED_ACCOUNT = re.compile(r"arn:[^:]+:iam::(\d{12}):")


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An identity, or any identity of a hidden account (then ``group`` has that one member).

    ``gaps`` why a hidden account's identities were not read; none for an external account.
    """

    id: str
    place: str | None
    group: Group
    hidden: bool = False
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """A caller of ``group`` can act as ``target``; ``action`` is what it calls."""

    group: Group
    target: Node
    aim: Target
    action: str
    decision: Decision


class Graph:
    """Edges of a world, derived as they are asked for. ``ways`` as of `World`.

    Without ``become`` only roles are assumed, no identity is taken over by changing it.
    """

    def __init__(self, world: World, ways: Ways | None = None, *, become: bool = True) -> None:
        self.world = world
        self.ways = ways or world.ways
        self._become = become
        self.nodes = {
            arn: Node(arn, group.place, group)
            for group in world.groups
            for arn in (member.arn for member in group.members)
        }
        self.hidden = {account: self._hide(account) for account in sorted(world.unlisted)}
        self._roles = Admission(
            {arn: (caller.trust,) for arn, caller in world.callers.items() if caller.trust}, ASSUME
        )
        self._aims = {arn: world.as_target(caller) for arn, caller in world.callers.items()}
        self._by_account: dict[str, list[Caller]] = defaultdict(list)
        for caller in world.callers.values():
            self._by_account[caller.account].append(caller)
        self._found: dict[Group, tuple[Edge, ...]] = {}
        self._external: dict[str, Node] = {}

    def out(self, node: Node) -> tuple[Edge, ...]:
        """All edges that leave a node."""
        group = node.group
        if group not in self._found:
            edges = self._from_hidden(node) if node.hidden else self._from(group)
            self._found[group] = tuple(sorted(edges, key=lambda edge: (edge.target.id, edge.action)))
        return self._found[group]

    def _from(self, group: Group) -> Iterator[Edge]:
        caller = group.first
        if caller.kind != "root":
            yield from self._assuming(group)
        if self._become:
            yield from self._becoming(group)
            yield from self._escalating(group)

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
                for target in self._by_account[caller.account]:
                    if target.kind == kind and target is not caller and _any(patterns, target.arn):
                        aim = replace(self._aims[target.arn], policies=(), trust=False)
                        yield from self._edge(group, self.nodes[target.arn], aim, action)

    def _escalating(self, group: Group) -> Iterator[Edge]:
        """What might lead to identities of another place in one account, by more steps than are followed."""
        caller = group.first
        others = [item for item in self._by_account[caller.account] if item.place != group.place]
        if caller.kind == "root" or not others:
            return
        anything = Target(f"arn:{self.world.partition}:iam::{caller.account}:*", caller.account, "account")
        held = [(action, self.world.ask(caller, action, anything, ways=self.ways)) for action in ESCALATE]
        most = next(((action, said) for action, said in held if said.state is not Tri.NO), None)
        for target in others:
            if most is not None and target.kind != "root":
                yield self._perhaps(group, target, anything, *most)
            elif target.kind == "role":
                aim = replace(self._aims[target.arn], policies=(), trust=False)
                said = self.world.ask(caller, PASS, aim, ways=self.ways)
                if said.state is not Tri.NO:
                    yield self._perhaps(group, target, aim, PASS, said)

    def _perhaps(self, group: Group, target: Caller, aim: Target, action: str, said: Decision) -> Edge:
        opening = Opening("identity", f"may lead to more by {action}, which is not followed")
        decision = replace(said, state=Tri.UNKNOWN, openings=(*said.openings, opening))
        return Edge(group, self.nodes[target.arn], aim, action, decision)

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
            yield Edge(group, target, aim, action, decision)

    def _externals(self, patterns: tuple[str, ...]) -> list[Node]:
        """Accounts that these patterns name and of which nothing is collected."""
        named = {match[1] for pattern in patterns if (match := _NAMED_ACCOUNT.match(pattern))}
        return [self._outside(account) for account in sorted(named - self.world.accounts)]

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


def _any(patterns: Iterable[str], value: str) -> bool:
    return any(matches(pattern, value) for pattern in patterns)
