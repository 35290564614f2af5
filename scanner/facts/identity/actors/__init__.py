"""Whoever acts as a role without being an identity of AWS, as nodes of the graph that nothing leads to.

Told are only edges that leave an environment: what runs as a role of its own place goes on as that role.
Each module of this package finds those of one sort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scanner.facts.identity.actors import ci, people, pods, workloads
from scanner.facts.identity.actors.acting import PERSON, TOKEN, WORKLOAD, Acting, Unseen, said
from scanner.facts.identity.actors.tokens import Tokens
from scanner.facts.identity.callers import hidden
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import Group, World
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Scope

ACTORS = (WORKLOAD, TOKEN, PERSON)
"""Kinds of callers that are such nodes."""

READS = (*workloads.READS, *pods.READS, *people.READS)
"""What of an estate is read for them."""


class Actors:
    """Nodes by environment, each with its edge; ``nodes`` are the identities by ARN.

    ``halves`` are those of which one side still holds the other closed.
    """

    def __init__(self, world: World, nodes: Mapping[str, Node]) -> None:
        self._world = world
        self._identities = nodes
        self._of: dict[str, list[Node]] = defaultdict(list)
        self._unseen: dict[str, list[Node]] = defaultdict(list)
        self._edges: dict[Group, tuple[Edge, ...]] = {}
        self.halves: list[Acting] = []
        tokens = Tokens(world)
        for found in (
            workloads.acting(world),
            pods.acting(world, tokens),
            ci.acting(world, tokens),
            people.acting(world),
        ):
            self._take(found)

    def of(self, place: str) -> list[Node]:
        """The nodes of an environment."""
        return self._of.get(place, [])

    def unseen(self, place: str) -> list[Node]:
        """Hidden nodes: what of an environment was not read."""
        return self._unseen.get(place, [])

    def out(self, node: Node) -> tuple[Edge, ...]:
        """The edges that leave a node."""
        return self._edges[node.group]

    def _take(self, found: Iterable[Acting | Unseen]) -> None:
        for item in found:
            if isinstance(item, Unseen):
                self._hide(item)
            elif item.closed is not None:
                self.halves.append(item)
            else:
                self._add(item)

    def _add(self, item: Acting) -> None:
        group = Group(item.members[0], item.members)
        target = self._identities[item.role.arn]
        edge = Edge(group, target, item.aim, item.action, item.decision, item.words, item.more, item.made)
        self._of[item.home].append(Node(group.first.arn, item.home, group))
        self._edges[group] = (edge,)

    def _hide(self, item: Unseen) -> None:
        name = f"unread/{item.account}/{item.home}/{len(self._edges)}"
        scope = Scope("aws", item.account, "global")
        stub = Resource(name, WORKLOAD, item.account, scope, {})
        anybody = hidden(item.account, item.home, item.gaps, self._world.partition)
        caller = replace(anybody, arn=name, kind=WORKLOAD, resource=stub)
        group = Group(caller, (caller,))
        node = Node(name, item.home, group, hidden=True, gaps=item.gaps)
        edges = []
        for arn in item.roles:
            role = self._world.callers[arn]
            aim = Target(arn, role.account, "role")
            edges.append(Edge(group, self._identities[arn], aim, "", said(Tri.UNKNOWN)))
        self._unseen[item.home].append(node)
        self._edges[group] = tuple(edges)
