"""The graph of who can become whom, once some grants are taken away.

Edges of whoever holds one of them are derived again, those into roles that trusted by one are decided again,
and all others are as they were: equal to the graph of an estate in which the grants were never given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import TypeVar

from scanner.facts.identity.actions import ASSUME
from scanner.facts.identity.actors import ACTORS
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Ask, Edge, Node
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.without import Without
from scanner.facts.identity.world import Group, World
from scanner.model.logic import Tri


class Bearers:
    """Who holds, is bound by or trusts by a policy: ARNs by what the names of its removals begin with."""

    def __init__(self, world: World) -> None:
        self._holding: dict[str, list[str]] = defaultdict(list)
        self._trusting: dict[str, list[str]] = defaultdict(list)
        for arn, caller in world.callers.items():
            for base in {policy.base for policy in (*caller.policies, *caller.boundary)}:
                self._holding[base].append(arn)
            if caller.trust is not None:
                self._trusting[caller.trust.base].append(arn)

    def of(self, without: Without) -> tuple[set[str], set[str]]:
        """Identities whom a removal may change, and those whose trust it may: never too few."""
        holding, trusting = (
            {arn for base in without.bases for arn in found.get(base, ())}
            for found in (self._holding, self._trusting)
        )
        return holding | trusting, trusting


_Value = TypeVar("_Value")


class _Lessened(Mapping[str, _Value]):
    """What is known by ARN, made anew for some of them when it is asked for."""

    def __init__(self, whole: Mapping[str, _Value], some: set[str], anew: Callable[[_Value], _Value]) -> None:
        self._whole, self._some, self._anew = whole, some, anew
        self._made: dict[str, _Value] = {}

    def __getitem__(self, arn: str) -> _Value:
        if arn not in self._some:
            return self._whole[arn]
        if arn not in self._made:
            self._made[arn] = self._anew(self._whole[arn])
        return self._made[arn]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)


class Remaining:
    """See the module. Nodes of identities that change are other ones than the graph's."""

    def __init__(self, graph: Graph, without: Without, bearers: Bearers) -> None:
        self.without = without
        self.world = copy(graph.world)
        self._graph, before = graph, graph.world.callers
        self._bearing, trusting = bearers.of(without)
        self.world.callers = _Lessened(before, self._bearing, without.caller)
        self._trusting = {arn for arn in trusting if self.world.callers[arn].trust is not before[arn].trust}
        serving = {arn for arn in self._trusting if _served(before[arn].trust, without)}
        self._serving = serving
        self._inner = graph.among(self.world, self._lessen, serving=bool(serving)) if self._bearing else graph
        self._found: dict[Node, tuple[Edge, ...]] = {}

    def _lessen(self, whole: Mapping[str, _Value], anew: Callable[[_Value], _Value]) -> Mapping[str, _Value]:
        return _Lessened(whole, self._bearing, anew)

    def node(self, arn: str) -> Node:
        """The node of an identity."""
        return self._inner.nodes[arn]

    def before(self, node: Node) -> Node:
        """An identity before anything was taken away: what it may use now it could use then."""
        return self._graph.nodes.get(node.id, node)

    def caller(self, node: Node) -> Caller:
        """Who a node is, under its own name and with its own policies."""
        if node.power or node.hidden:
            return node.group.first
        return self.world.callers.get(node.id, node.group.first)

    def changed(self, node: Node) -> bool:
        """Whether an identity holds less than before, or is one that can make itself such."""
        arn = node.group.members[0].arn if node.power else node.id
        if arn not in self._bearing:
            return False
        return self.world.callers[arn] is not self._graph.world.callers[arn]

    def out(self, node: Node) -> tuple[Edge, ...]:
        """The edges that leave a node."""
        if node.group.first.kind in ACTORS:
            return tuple(self._acting(node))
        if not self._bearing:
            return self._graph.out(node)
        if node not in self._found:
            self._found[node] = tuple(self._out(node))
        return self._found[node]

    def alone(self, node: Node) -> Node:
        """The node of an identity as if it were like no other: what it gives itself bears its own names."""
        caller = self.caller(node)
        return Node(node.id, node.place, Group(caller, (caller,)))

    def _out(self, node: Node) -> list[Edge]:
        if not self.changed(node):
            edges = self._graph.out(node)
            if not any(self._anew(edge) for edge in edges):
                return [kept for edge in edges if (kept := self._kept(edge)) is not None]
            node = self.alone(node) if not (node.power or node.hidden) else node
        return [self._lessened(edge) for edge in self._inner.out(node)]

    def _acting(self, node: Node) -> Iterator[Edge]:
        """Edges of whoever is no identity: what settings make goes with these."""
        names = self.without.names
        edges = [edge for edge in self._graph.out(node) if not (edge.made and edge.made.grant.id in names)]
        for edge in edges:
            callers = {ask.caller.arn for ask in edge.asks if ask.caller is not None}
            if edge.target.id not in self._trusting and callers.isdisjoint(self._bearing):
                kept = self._kept(edge)
                yield from [kept] if kept is not None else []
                continue
            # Tokens go by the narrowest subject that a policy writes: another may be left for the same runs.
            same = (one for one in self._inner.actors.of(node.place or "") if intersects(one.id, node.id))
            outs = (each for one in same for each in self._inner.out(one))
            yield from (each for each in outs if each.target.id == edge.target.id)

    def _anew(self, edge: Edge) -> bool:
        """Whether what an edge rests on is not among what it asks."""
        if edge.target.power:
            first = edge.target.group.first
            return self.without.caller(first) is not first
        return edge.action != ASSUME and edge.target.id in self._serving

    def _kept(self, edge: Edge) -> Edge | None:
        """An edge of somebody who holds what was held, decided again where the other side does not."""
        target = self._inner.nodes.get(edge.target.id, edge.target)
        if target is edge.target and not any(self._asked(ask) for ask in edge.more):
            return edge
        asks = [self._again(edge.group, ask) for ask in edge.asks]
        if any(ask.decision.state is Tri.NO for ask in asks):
            return None
        first, *more = asks
        return replace(edge, target=target, aim=first.aim, decision=first.decision, more=tuple(more))

    def _asked(self, ask: Ask) -> bool:
        return ask.aim.arn in self._trusting and bool(ask.aim.policies)

    def _again(self, group: Group, ask: Ask) -> Ask:
        if not self._asked(ask):
            return ask
        aim = self.without.target(ask.aim)
        caller = ask.caller or group.first
        return replace(ask, aim=aim, decision=self.world.ask(caller, ask.action, aim, ways=self._graph.ways))

    def _lessened(self, edge: Edge) -> Edge:
        """An edge to more rights, which the grants that are gone are no part of."""
        if not edge.target.power:
            return edge
        first = self.without.caller(edge.target.group.first)
        if first is edge.target.group.first:
            return edge
        return replace(edge, target=replace(edge.target, group=Group(first, (first,))))


def _served(trust: Policy | None, without: Without) -> bool:
    """Whether a service loses a role."""
    if trust is None:
        return False
    gone = {index for _, index in without.gone((trust,))}
    return any(
        entry.kind in ("service", "everyone")
        for statement in trust.document.statements
        if statement.index in gone and statement.principals is not None
        for entry in statement.principals.entries
    )
