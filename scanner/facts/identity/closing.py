"""Grants whose removal closes an edge, verified by deciding it again without them."""

from __future__ import annotations

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.requests import Target
from scanner.facts.identity.witness import every
from scanner.facts.identity.world import World, grant
from scanner.model.logic import Tri


def closing(world: World, caller: Caller, action: str, target: Target, decision: Decision) -> tuple[str, ...]:
    """The fewest statements, all of one side, or else of both; ``()`` where no removal closes it."""
    sides = [every(decision, side) for side in ("identity", "resource")]
    options = sorted((side for side in sides if side), key=len)
    for removed in (*options, sides[0] + sides[1]):
        again = world.ask(caller, action, target, without=frozenset(removed))
        if again.state is Tri.NO:
            return tuple(sorted({grant(item, caller, target).id for item in removed}))
    return ()
