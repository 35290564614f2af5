"""What was not read and may hide a half-open assume path: one side is enough for that.

A policy of E that was not read may name a role in F, whoever that trusts; a trust policy of F that was
not read may name E, whoever there may assume it. Only what denies it for certain rules it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.identity.actions import ASSUME
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.latent import nobody
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import UNREAD
from scanner.facts.identity.world import World
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


def half_blind(graph: Graph, home: str, place: str) -> Iterator[tuple[Gap, ...]]:
    """Gaps that may hide a half-open path from one environment to another."""
    theirs = accounts_of(graph.world, place)
    for caller in unread_callers(graph, home):
        if any(_may_name(graph, caller, account) for account in theirs):
            yield caller.unread
    ours = accounts_of(graph.world, home)
    for gaps, target in _unread_targets(graph, place):
        if any(_may_be_named(graph, account, home, target) for account in ours):
            yield gaps


def accounts_of(world: World, place: str) -> list[str]:
    """Accounts that are in a place, or have an identity there."""
    found = {account for account, where in world.estate.places.items() if where == place}
    found |= {group.first.account for group in world.groups if group.place == place}
    found |= {account for account, item in world.unlisted.items() if place in world.estate.places_of(item)}
    return sorted(found & (world.accounts | set(world.unlisted)))


def unread_callers(graph: Graph, home: str) -> Iterator[Caller]:
    """One caller for each class of a place whose policies were not all read, hidden accounts among them."""
    for group in graph.world.groups:
        if group.place == home and group.first.unread:
            yield group.first
    for node in graph.hidden.values():
        if home in graph.places(node):
            yield node.group.first


def _unread_targets(graph: Graph, place: str) -> Iterator[tuple[tuple[Gap, ...], Target]]:
    for caller in graph.world.callers.values():
        if caller.place == place and caller.trust is not None and caller.trust.document is UNREAD:
            yield caller.trust.gaps, graph.world.as_target(caller)
    for node in graph.hidden.values():
        if place in graph.places(node):
            yield node.gaps, graph.unknown_role(node)


def _may_name(graph: Graph, caller: Caller, account: str) -> bool:
    target = Target(graph.roles_in(account), account, "role", (), trust=True)
    decision = graph.world.ask(caller, ASSUME, target, ways=graph.ways)
    return decision.identity is not Tri.NO and _open(decision)


def _may_be_named(graph: Graph, account: str, home: str, target: Target) -> bool:
    caller = nobody(graph.world, account, home)
    decision = graph.world.ask(caller, ASSUME, target, ways=graph.ways)
    return decision.resource is not Tri.NO and _open(decision)


def _open(decision: Decision) -> bool:
    return decision.denied is not Tri.YES
