"""Grants whose removal closes a hop, verified by deciding it again without them where it is not plain."""

from __future__ import annotations

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Reference
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.power import EVERYTHING
from scanner.facts.identity.requests import Target
from scanner.facts.identity.witness import every
from scanner.facts.identity.world import World, grant
from scanner.model.logic import Tri


def closing(world: World, caller: Caller, action: str, target: Target, decision: Decision) -> tuple[str, ...]:
    """The fewest statements, all of one side, or else of both; ``()`` where no removal closes it.

    Between accounts both sides are needed, so that all allowing statements of either one are enough.
    """
    # Many edges rest on the same request; the objects are kept, so that no other has their ids.
    key = (id(caller), id(decision), action, target.arn)
    if key not in world.closed:
        world.closed[key] = (caller, decision, _closing(world, caller, action, target, decision))
    return world.closed[key][2]


def _closing(
    world: World, caller: Caller, action: str, target: Target, decision: Decision
) -> tuple[str, ...]:
    sides = [every(decision, side) for side in ("identity", "resource")]
    options = sorted((side for side in sides if side), key=len)
    if caller.account != target.account and options:
        return _names(options[0], caller, target)
    for removed in (*options, sides[0] + sides[1]):
        if world.ask(caller, action, target, without=frozenset(removed)).state is Tri.NO:
            return _names(removed, caller, target)
    return ()


def closes(world: World, caller: Caller, edge: Edge) -> tuple[str, ...]:
    """The fewest grants whose removal closes an edge: of any one request that it needs.

    Rights that an identity gave itself are no grant: they go with the request that gave them.
    """
    found = []
    for ask in edge.asks:
        if ask.silent:
            continue
        held = ask.caller or caller
        names = closing(world, held, ask.action, ask.aim, ask.decision)
        if names and not (held.power and any(name.startswith(EVERYTHING.id) for name in names)):
            found.append(names)
    return min(found, key=len, default=())


def _names(removed: tuple[Reference, ...], caller: Caller, target: Target) -> tuple[str, ...]:
    return tuple(sorted({grant(item, caller, target).id for item in removed}))
