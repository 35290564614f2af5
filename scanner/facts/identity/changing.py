"""Whether an identity may change anything in its account: write, delete, run or administer.

The action tables (`levels`) say which actions change what; of services without a table every action that
is not named as one that reads. Managing one's own password and factors is no change of an environment, and
neither is assuming a role: what that role may do counts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
"""

from __future__ import annotations

from functools import cache

from scanner.facts.identity.actions import SELF_SERVICE
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.compute import anything, may
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.foothold import action_patterns
from scanner.facts.identity.levels import TYPES
from scanner.facts.identity.patterns import matches, samples, wild
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import Group, World
from scanner.model.logic import Tri

_LIMIT = 400
_READS = (
    *("batchget", "check", "describe", "detect", "download", "estimate", "get", "head", "list", "lookup"),
    *("query", "read", "scan", "search", "select", "simulate", "validate", "verify", "view"),
)
"""How actions that read are named."""
_NEUTRAL = frozenset(("kms:decrypt", "logs:startquery", "logs:stopquery", "athena:startqueryexecution"))
"""Actions that read though they are named otherwise."""
CHANGING = ("admin", "write", "delete", "run", "promote", "pass")


@cache
def _actions() -> tuple[str, ...]:
    """Every action that changes something, those that change most first."""
    found: dict[str, None] = {}
    for level in CHANGING:
        for item in TYPES:
            found.update(dict.fromkeys(item.levels.get(level, ())))
    return tuple(one for one in found if not any(matches(own, one) for own in SELF_SERVICE))


class Changes:
    """Answers for classes of callers, each once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[Group, tuple[str, Target, Decision] | None] = {}

    def of(self, group: Group) -> tuple[str, Target, Decision] | None:
        """The surest request of a class that changes something in its account; ``None`` if there is none."""
        if group not in self._kept:
            self._kept[group] = self._search(group)
        return self._kept[group]

    def _search(self, group: Group) -> tuple[str, Target, Decision] | None:
        caller, best = group.first, None
        for action in _actions():
            if caller.kind != "root" and not may(caller, action):
                continue
            aim = self._target(caller.account, action)
            decision = self._world.ask(caller, action, aim)
            if decision.state is Tri.YES:
                return action, aim, decision
            if decision.state is Tri.UNKNOWN and best is None:
                best = action, aim, decision
        return best if best is not None else self._untabled(caller)

    def _untabled(self, caller: Caller) -> tuple[str, Target, Decision] | None:
        best = None
        aim = Target("*", caller.account, "account")
        for pattern in list(action_patterns(self._world, caller))[:_LIMIT]:
            name, _, verb = pattern.partition(":")
            if verb.startswith(_READS) or pattern in _NEUTRAL or wild(name) or name == "sts":
                continue
            sample = min(samples(pattern), key=len)
            if any(matches(own, sample) for own in SELF_SERVICE):
                continue
            decision = self._world.ask(caller, sample, aim)
            if decision.state is Tri.YES:
                return sample, aim, decision
            if decision.state is Tri.UNKNOWN and best is None:
                best = sample, aim, decision
        return best

    def _target(self, account: str, action: str) -> Target:
        name = action.partition(":")[0]
        if name == "s3":
            return Target(f"arn:{self._world.partition}:s3:::*", account, "account")
        return anything(self._world, account, name)
