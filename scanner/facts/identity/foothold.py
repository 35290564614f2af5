"""Whether a caller may do anything in its own account beyond managing its own sign-in."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.identity.actions import SELF_SERVICE
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.patterns import covers, meet, samples
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.reach import Reached
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.witness import hop
from scanner.facts.identity.world import World
from scanner.model.logic import Tri

_LIMIT = 400
"""How many kinds of actions are tried before the question is left open."""


def foothold(world: World, caller: Caller, ways: Ways) -> Reached | None:
    """The first action that a caller may take at home, as a way to reach its own place; ``None`` if none."""
    target = Target("*", caller.account, "account")
    best: Reached | None = None
    patterns = list(action_patterns(world, caller))
    for action in patterns[:_LIMIT]:
        for sample in samples(action):
            if any(covers(own, sample) for own in SELF_SERVICE):
                continue
            decision = world.ask(caller, sample, target, ways=ways)
            if decision.state is Tri.NO:
                continue
            steps = tuple(hop(caller, caller.account, target, decision))
            found = Reached(caller.place or "", decision.state, steps)
            if decision.state is Tri.YES:
                return found
            best = best or found
    return best


def action_patterns(world: World, caller: Caller) -> Iterator[str]:
    """Patterns of actions that may be allowed, and what limits and denials leave of them."""
    guard = world.organizations.account(caller.account).scp
    limits = [*caller.boundary, *(policy for level in guard.levels for policy in level)]
    cuts = {cut for policy in (*caller.policies, *limits) for cut in _exceptions(policy)}
    cuts |= {cut for policy in limits for cut in _allowed(policy)}
    seen: dict[str, None] = {}
    for pattern in sorted({pattern for policy in caller.policies for pattern in _allowed(policy)}):
        seen[pattern] = None
        for cut in sorted(cuts):
            seen.update(dict.fromkeys(meet(pattern, cut) or ()))
    yield from seen


def _exceptions(policy: Policy) -> Iterator[str]:
    """What denials of everything else leave out."""
    for statement in policy.document.statements:
        if statement.effect == "deny" and statement.other_actions:
            yield from statement.actions


def _allowed(policy: Policy) -> Iterator[str]:
    for statement in policy.document.statements:
        if statement.effect != "deny":
            yield from ("*",) if statement.other_actions else statement.actions
