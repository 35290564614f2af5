"""Roles that trust the tokens of an OIDC provider, and whether a token for some subject gets one.

A trust policy names the provider as it stands in the role's own account; where none stands there, no token
does. Whoever gets a token chooses its audience among those that the provider accepts.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.identity.actions import WITH_TOKEN
from scanner.facts.identity.actors.acting import TOKEN, Acting, actor, said
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import Made, opened
from scanner.facts.identity.issuers import PROVIDER, issuer
from scanner.facts.identity.provenance import Grant, Policy
from scanner.facts.identity.requests import members
from scanner.facts.identity.statements import UNREAD, Statement, acting
from scanner.facts.identity.unread import missing
from scanner.facts.identity.values import OPEN, Held
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

READS = ("identity_provider.audiences",)
_RANK = {Tri.YES: 2, Tri.UNKNOWN: 1, Tri.NO: 0}


@dataclass(frozen=True, eq=False, slots=True)
class Trust:
    """A role, and a provider whose tokens its trust policy speaks of."""

    role: Caller
    provider: str
    patterns: tuple[str, ...]
    """The subjects that its statements name, sorted."""
    excluded: tuple[str, ...]
    anyone: bool
    """Whether one of its statements names none that it admits."""

    @property
    def issuer(self) -> str:
        """The provider's address, without the scheme."""
        return issuer(self.provider)

    def subjects(self, within: str, also: Iterable[str] = ()) -> tuple[tuple[str, ...], bool]:
        """Subjects that stand for all of a pattern, and whether they do so exactly."""
        return members(within, {*self.patterns, *also}, self.excluded)


class Tokens:
    """All roles that trust the tokens of some provider."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._standing = {item.id: item for item in world.estate.of("identity_provider")}
        self._here: dict[str, list[str]] = defaultdict(list)
        for name in self._standing:
            if PROVIDER in name:
                self._here[name.split(":")[4]].append(name)
        self._hidden: dict[str, set[Gap]] = defaultdict(set)
        for item in missing(world.estate, "identity_provider"):
            self._hidden[item.scope.boundary].update(item.gaps)
        self.trusts = tuple(self._trusts())

    def _trusts(self) -> Iterator[Trust]:
        for role in self._world.callers.values():
            if role.trust is None or role.service_linked:
                continue
            statements = [
                statement
                for statement in acting(role.trust.document, WITH_TOKEN)
                if statement.effect != "deny" and statement.principals is not None
            ]
            providers = {name for statement in statements for name in self._named(role, statement)}
            for provider in sorted(providers):
                yield _trust(role, provider)

    def _named(self, role: Caller, statement: Statement) -> Iterator[str]:
        assert statement.principals is not None  # noqa: S101 - the caller's condition
        if statement.principals.everyone:
            yield from self._here[role.account]
        for entry in statement.principals.entries:
            if entry.kind == "federated" and PROVIDER in entry.value:
                yield entry.value

    def acting(
        self, trust: Trust, home: str, name: str, resource: Resource, subjects: Iterable[str], *, exact: bool
    ) -> Acting | None:
        """Whether whoever has a token for one of some subjects gets the role, as well as it can be known.

        ``exact``: these subjects stand for all that are meant.
        """
        aim = self._world.as_target(trust.role)
        best: tuple[Caller, Decision] | None = None
        for subject in subjects:
            for audience in self._audiences(trust):
                key = trust.issuer.lower()
                claims: dict[str, Held] = {f"{key}:sub": (subject,), f"{key}:aud": audience}
                caller = actor(TOKEN, name, home, resource, claims=claims, provider=trust.provider)
                decision = self._world.ask(caller, WITH_TOKEN, aim)
                if best is None or _RANK[decision.state] > _RANK[best[1].state]:
                    best = caller, decision
                if decision.state is Tri.YES:
                    return self._standing_there(trust, home, caller, decision)
        if best is None:
            return None
        caller, decision = best
        if decision.state is not Tri.NO:
            return self._standing_there(trust, home, caller, decision)
        return None if exact else self._open(trust, home, caller)

    def _open(self, trust: Trust, home: str, caller: Caller) -> Acting:
        """Too many patterns to tell whether some subject gets the role."""
        role, words = trust.role, "too many patterns to compare"
        held = role.trust or Policy(f"{role.arn}/trust", UNREAD, role.resource.source, "trust policy")
        step = Step(caller.arn, role.arn, f"{held.words}: {words}", held.source, Tri.UNKNOWN)
        made = Made(Grant(held.id, words, held.source), lambda _: (step,))
        return Acting(home, (caller,), role, self._world.as_target(role), said(Tri.UNKNOWN), made=made)

    def _audiences(self, trust: Trust) -> list[Held]:
        standing = self._standing.get(trust.provider)
        if standing is None or "audiences" in standing.unknown:
            return [OPEN]
        return [(str(one),) for one in standing.attrs.get("audiences") or ()] or [OPEN]

    def _standing_there(self, trust: Trust, home: str, caller: Caller, decision: Decision) -> Acting:
        """The same, if the provider stands in the role's account."""
        role, aim = trust.role, self._world.as_target(trust.role)
        closed = None
        if trust.provider not in self._standing:
            gaps = tuple(sorted(self._hidden.get(role.account, ())))
            if role.account in self._hidden:
                decision = opened(decision, "resource", "whether its provider is set up was not read", gaps)
            else:
                words = f"no provider {trust.issuer} is set up in account {role.account}"
                closed = Step(caller.arn, role.arn, words, role.resource.source, Tri.NO)
        return Acting(home, (caller,), role, aim, decision, WITH_TOKEN, closed=closed)


def _trust(role: Caller, provider: str) -> Trust:
    key = f"{issuer(provider).lower()}:sub"
    named: set[str] = set()
    excluded: set[str] = set()
    anyone = False
    assert role.trust is not None  # noqa: S101 - the caller's condition
    for statement in acting(role.trust.document, WITH_TOKEN):
        tests = [test for test in statement.tests if test.key == key and test.operator != "null"]
        for test in tests:
            negated = ("not" in test.operator) != (statement.effect == "deny")
            (excluded if negated else named).update(test.values)
        if statement.effect != "deny" and _speaks_of(statement, provider):
            anyone = anyone or all("not" in test.operator for test in tests)
    return Trust(role, provider, tuple(sorted(named)), tuple(sorted(excluded)), anyone)


def _speaks_of(statement: Statement, provider: str) -> bool:
    said = statement.principals
    return said is None or said.everyone or any(entry.value == provider for entry in said.entries)
