"""Rights that an identity can give itself, as a second node of the graph for the same identity.

Whoever may attach or write policies for itself, for its groups or for what it holds may do in its account
whatever its permissions boundary, the SCPs above it and denials leave. Two such identities that nothing
else tells apart become one node, so that an account of administrators stays linear.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_controlling.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.statements import parse
from scanner.facts.identity.world import Group

EVERYTHING = Policy(
    "rights it can give itself",
    parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
    NOWHERE,
    "rights that it can give itself:",
    fixed=True,
)

ANY = "any"
"""What an administrator of an account is called where it is nobody in particular."""


class Powers:
    """Makes the nodes, each once."""

    def __init__(self) -> None:
        self._nodes: dict[object, Node] = {}

    def full(self, group: Group, *, limited: bool = True) -> Node:
        """A class with every right that its boundary and denials leave; not ``limited``: without those."""
        caller = group.first
        boundary = caller.boundary if limited else ()
        denials = tuple(_denials(caller.policies)) if limited else ()
        limits = tuple(policy.key for policy in (*boundary, *denials))
        policies = (*denials, EVERYTHING)
        key = ("full", group.alike, limits)
        return self._node(key, replace(caller, policies=policies, boundary=boundary))

    def administrator(self, node: Node) -> Node:
        """The same rights, of nobody in particular: what it may do within its account."""
        caller = node.group.first
        limits = tuple(policy.key for policy in (*caller.boundary, *_denials(caller.policies)))
        return self._node((ANY, caller.account, caller.place, limits), caller, ANY)

    def with_policies(self, group: Group, name: str, policies: Iterable[Policy]) -> Node:
        """A class that holds other policies; ``name`` tells which."""
        held = tuple(sorted(policies, key=lambda policy: (policy.document.key, policy.id)))
        return self._node(("with", id(group), name), replace(group.first, policies=held))

    def _node(self, key: object, caller: Caller, power: str = "own") -> Node:
        if key not in self._nodes:
            made = replace(caller, power=power)
            node_id = f"{caller.arn} with more rights ({len(self._nodes)})"
            group = Group(made, (made,), alike=key)
            self._nodes[key] = Node(node_id, caller.place, group, power=True)
        return self._nodes[key]


def _denials(policies: Iterable[Policy]) -> Iterator[Policy]:
    return (
        policy
        for policy in policies
        if any(statement.effect != "allow" for statement in policy.document.statements)
    )


def distinct(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Edges to a node that rest on different statements: one of each will do."""
    seen: set[tuple[str, object, object]] = set()
    for edge in edges:
        asks: list[Decision] = [ask.decision for ask in edge.asks]
        key = (edge.target.id, tuple(item.allows for item in asks), tuple(item.maybe for item in asks))
        if key not in seen:
            seen.add(key)
            yield edge
