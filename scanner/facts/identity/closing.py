"""Grants whose removal closes a hop, verified by deciding it again without them where it is not plain."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Reference
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.fewest import Options
from scanner.facts.identity.power import EVERYTHING
from scanner.facts.identity.requests import Target
from scanner.facts.identity.witness import every
from scanner.facts.identity.world import World, grant
from scanner.model.logic import Tri


def closing(
    world: World, members: Sequence[Caller], action: str, targets: Sequence[Target], decision: Decision
) -> Options:
    """What closes a request of callers that are alike to targets that are alike, for all of them.

    All statements of one side, or else of both; the fewest first; ``()`` where no removal closes it.
    ``decision`` is that on the first of each.
    """
    caller, target = members[0], targets[0]
    # Many edges rest on the same request; the objects are kept, so that no other has their ids.
    key = (id(caller), id(decision), action, target.arn)
    if key not in world.closed:
        world.closed[key] = (caller, decision, _removals(world, caller, action, target, decision))
    return tuple(_names(removed, members, targets) for removed in world.closed[key][2])


def _removals(
    world: World, caller: Caller, action: str, target: Target, decision: Decision
) -> tuple[tuple[Reference, ...], ...]:
    """Between accounts both sides are needed, unless the target's admits the caller by itself."""
    sides = [every(decision, side) for side in ("identity", "resource")]
    options = sorted((side for side in sides if side), key=len)
    if caller.account != target.account and options and decision.direct is Tri.NO:
        return tuple(options)

    def closed(removed: tuple[Reference, ...]) -> bool:
        return world.ask(caller, action, target, without=frozenset(removed)).state is Tri.NO

    found = tuple(removed for removed in options if closed(removed))
    both = sides[0] + sides[1]
    return found or ((both,) if closed(both) else ())


def closes(world: World, members: Sequence[Caller], edge: Edge) -> Options:
    """What closes an edge for some callers that are alike: any one request that it needs.

    Rights that an identity gave itself are no grant: they go with the request that gave them.
    """
    found: list[frozenset[str]] = []
    for ask in edge.asks:
        if ask.silent:
            continue
        who = members if ask.caller is None else (ask.caller,)
        options = closing(world, who, ask.action, (ask.aim,), ask.decision)
        found += (names for names in options if not (who[0].power and _of_itself(names)))
    return tuple(sorted(dict.fromkeys(found), key=len))


def _of_itself(names: frozenset[str]) -> bool:
    return any(name.startswith(EVERYTHING.id) for name in names)


def _names(
    removed: tuple[Reference, ...], members: Sequence[Caller], targets: Sequence[Target]
) -> frozenset[str]:
    """The grants by name: each caller may hold a statement under a name of its own, and each target."""
    own = [item for item in removed if item.side == "identity"]
    theirs = [item for item in removed if item.side != "identity"]
    return frozenset(
        {grant(item, caller, targets[0]).id for item in own for caller in members}
        | {grant(item, members[0], target).id for item in theirs for target in targets}
    )
