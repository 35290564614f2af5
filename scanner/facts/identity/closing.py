"""Grants whose removal closes a hop, verified by deciding it again without them where it is not plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Reference
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.fewest import Options
from scanner.facts.identity.power import EVERYTHING
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.witness import every
from scanner.facts.identity.world import World
from scanner.model.logic import Tri


def closing(
    world: World,
    members: Sequence[Caller],
    action: str,
    target: Target,
    decision: Decision,
    *,
    alike: Sequence[tuple[Policy, ...]] = (),
) -> Options:
    """What closes a request of callers that are alike to a target, for all of them.

    All statements of one side, or else of both; the fewest first; ``()`` where no removal closes it.
    ``decision`` is that on the first caller. ``alike`` are the policies of each target that it holds for,
    if there are more.
    """
    caller = members[0]
    # Many edges rest on the same request; the objects are kept, so that no other has their ids.
    key = (id(caller), id(decision), action, target.arn)
    if key not in world.closed:
        world.closed[key] = (caller, decision, _removals(world, caller, action, target, decision))
    held = alike or (target.policies,)
    return tuple(_own(world, removed, members) | _theirs(removed, held) for removed in world.closed[key][2])


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
        options = closing(world, who, ask.action, ask.aim, ask.decision)
        found += (names for names in options if not (who[0].power and _of_itself(names)))
    return tuple(sorted(dict.fromkeys(found), key=len))


def _of_itself(names: frozenset[str]) -> bool:
    return any(name.startswith(EVERYTHING.id) for name in names)


def _own(world: World, removed: tuple[Reference, ...], members: Sequence[Caller]) -> frozenset[str]:
    """The callers' grants by name, under which each may hold a statement of its own."""
    own = tuple(item for item in removed if item.side == "identity")
    # Many edges leave by the same statements of the same callers.
    key = (id(members), own)
    if key not in world.held:
        names = frozenset(name for caller in members for name in _named(own, caller.policies))
        world.held[key] = (members, names)
    return world.held[key][1]


def _theirs(removed: tuple[Reference, ...], held: Iterable[tuple[Policy, ...]]) -> frozenset[str]:
    """The targets' grants by name."""
    theirs = tuple(item for item in removed if item.side == "resource")
    if not theirs:
        return frozenset()
    return frozenset(name for policies in held for name in _named(theirs, policies))


def _named(references: tuple[Reference, ...], policies: tuple[Policy, ...]) -> Iterator[str]:
    return (policies[item.policy].referred(item.statement).id for item in references)
