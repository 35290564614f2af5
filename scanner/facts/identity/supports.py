"""Which grants a request rests on: no more than are needed for it to stay open, whatever else goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Reference
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.statements import Statement, acting
from scanner.facts.identity.world import World
from scanner.model.logic import Tri

_SIDES = ("identity", "resource", "boundary")
"""Where a grant may stand, what is to be removed rather first. A boundary only leaves what others grant."""


@dataclass(frozen=True, eq=False, slots=True)
class Need:
    """A request that a way needs, by one caller on one target.

    ``holders`` are all callers, ``alike`` the policies of all targets, of whom the same is true.
    ``naming`` are statements one of which has to name the target besides, in one account.
    """

    caller: Caller
    action: str
    target: Target
    holders: Sequence[Caller]
    alike: Sequence[tuple[Policy, ...]]
    naming: tuple[Reference, ...] = ()

    def of(self, side: str) -> tuple[Policy, ...]:
        """The policies of a side."""
        return self.target.policies if side == "resource" else _held(self.caller, side)


def supports(world: World, need: Need) -> list[frozenset[str]]:
    """Sets of grants without any of which the request may be closed, while with all it is open.

    Each is one statement, under every name that it bears. What nobody can take away is in none.
    """
    removable = {item for side in _SIDES for item in _removable(need, side)}
    kept = _few(world, need, removable)
    for item in sorted(kept, key=_order, reverse=True):
        if _open(world, need, removable - kept | {item}):
            kept -= {item}
    if need.naming and need.caller.account == need.target.account and kept.isdisjoint(need.naming):
        kept |= {need.naming[0]}
    return [_names(need, item) for item in sorted(kept, key=_order)]


def _order(item: Reference) -> tuple[int, Reference]:
    return (_SIDES.index(item.side), item)


def upholding(
    world: World, caller: Caller, action: str, target: Target, *, side: str, ways: Ways | None = None
) -> tuple[str, ...]:
    """Every grant by which one side of a request agrees, each of them by itself.

    None where something that nobody can take away is among them.
    """
    policies = caller.policies if side == "identity" else target.policies
    gone: set[Reference] = set()
    while True:
        decision = world.ask(caller, action, target, ways=ways, without=frozenset(gone))
        agreed = decision.identity if side == "identity" else decision.resource
        found = {item for item in (*decision.allows, *decision.maybe) if item.side == side}
        if agreed & ~decision.denied is Tri.NO or not found:
            break
        gone |= found
    names = [policies[item.policy].removal(_statement(policies, item)) for item in sorted(gone)]
    return tuple(dict.fromkeys(name for name in names if name)) if None not in names else ()


def _statement(policies: tuple[Policy, ...], item: Reference) -> Statement:
    return policies[item.policy].document.statements[item.statement]


def _held(caller: Caller, side: str) -> tuple[Policy, ...]:
    return caller.policies if side == "identity" else caller.boundary


def _few(world: World, need: Need, removable: set[Reference]) -> set[Reference]:
    """Some statements that keep it open by themselves: one of each side, if two can."""
    decision = world.ask(need.caller, need.action, need.target)
    bounds = {item for item in removable if item.side == "boundary"}
    found = [item for item in (*decision.allows, *decision.maybe) if item in removable]
    pair = {item for side in _SIDES if (item := next((it for it in found if it.side == side), None))}
    for kept in (pair | bounds, {*found, *bounds}):
        if _open(world, need, removable - kept):
            return kept
    return removable


def _open(world: World, need: Need, gone: set[Reference]) -> bool:
    if not gone:
        return True
    return world.ask(need.caller, need.action, need.target, without=frozenset(gone)).state is not Tri.NO


def _removable(need: Need, side: str) -> Iterable[Reference]:
    return (
        Reference(side, place, statement.index)
        for place, policy in enumerate(need.of(side))
        for statement in acting(policy.document, need.action)
        if statement.effect != "deny" and policy.removal(statement) is not None
    )


def _names(need: Need, item: Reference) -> frozenset[str]:
    """Every name of a statement: that of each caller, or of each target, that has it."""
    every = need.alike if item.side == "resource" else [_held(one, item.side) for one in need.holders]
    found = set()
    for policies in every:
        name = policies[item.policy].removal(_statement(policies, item))
        if name is not None:
            found.add(name)
    return frozenset(found)
