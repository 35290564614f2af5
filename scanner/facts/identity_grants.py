"""What is granted to single identities, and who may come to them (ACC-002, ACC-006, SRC-005).

An administrator is whoever may do anything, actions that no policy names included, and change what others
may do: by its policies within its boundary, whatever guardrails take from it. Rights that it could give
itself are no part of it; they lead to crossings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from scanner.facts.identity.actions import WITH_SAML, WITH_TOKEN
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.ci import accepted, trusts_ci
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.issuers import issuer
from scanner.facts.identity.reach import reached
from scanner.facts.identity.requests import Target
from scanner.facts.identity.shared import shared
from scanner.facts.identity.statements import Statement
from scanner.facts.identity.witness import hop
from scanner.facts.identity.world import READS, Group, World
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (*READS, "identity.service_linked", "identity.type")
_ANYTHING = "unheardof:anything"
"""An action that no policy names: whoever may do it holds a wildcard over all services."""


def derive(estate: Estate) -> Facts:
    """Marks on every identity and assignment."""
    held = shared(estate)
    scan = _Scan(held.world, held.assuming)
    callers = (held.world.callers[arn] for arn in sorted(held.world.callers))
    marks = [mark for caller in callers for mark in scan.marks(caller)]
    # What an assignment gives stands in its account as a role, which is judged itself.
    marks += (Mark(item.id, "granted", False) for item in estate.of("assignment"))
    return Facts(marks=tuple(marks))


@dataclass(frozen=True, eq=False, slots=True)
class _Scan:
    world: World
    graph: Graph
    kept: dict[Group, tuple[Tri, Decision, Target]] = field(default_factory=dict)

    def marks(self, caller: Caller) -> Iterator[Mark]:
        """Everything that is said of one identity."""
        yield self._granted(caller)
        yield self._administrator(caller)
        yield Mark(caller.arn, "break_glass", self._break_glass(caller))
        yield _direct(caller.resource)
        yield from self._federated(caller)
        yield from self._ci(caller)

    def _granted(self, caller: Caller) -> Mark:
        unread = [attr for attr in ("service_linked", "type") if attr in caller.resource.unknown]
        if unread:
            gaps = tuple(sorted({gap for attr in unread for gap in caller.resource.unknown[attr]}))
            return Mark(caller.arn, "granted", unknown=True, gaps=gaps)
        return Mark(caller.arn, "granted", caller.kind in ("role", "user") and not caller.service_linked)

    def _administrator(self, caller: Caller) -> Mark:
        group = self.world.group_of[caller.arn]
        if group not in self.kept:
            everything = Target("*", caller.account, "account")
            roles = Target(
                f"arn:{self.world.partition}:iam::{caller.account}:role/*", caller.account, "account"
            )
            anything = self.world.ask(group.first, _ANYTHING, everything)
            over = self.world.ask(group.first, "iam:putrolepolicy", roles)
            self.kept[group] = anything.state & over.identity, anything, everything
        state, decision, aim = self.kept[group]
        if state is Tri.UNKNOWN:
            gaps = tuple(sorted({gap for opening in decision.openings for gap in opening.gaps}))
            return Mark(caller.arn, "administrator", unknown=True, gaps=gaps)
        steps = hop(caller, caller.account, aim, decision) if state is Tri.YES else ()
        return Mark(caller.arn, "administrator", state is Tri.YES, steps=tuple(steps))

    def _break_glass(self, caller: Caller) -> bool:
        environment = self.world.estate.environments.get(caller.resource.environment or "")
        listed = environment.settings.get("administrators") if environment else None
        names = {name for name, held in self.world.estate.people.items() if caller.arn in held}
        return any(entry in names or fnmatchcase(caller.arn, str(entry)) for entry in listed or ())

    def _federated(self, caller: Caller) -> Iterator[Mark]:
        environment = self.world.estate.environments.get(caller.resource.environment or "")
        if "trust" in caller.resource.unknown:
            gaps = tuple(caller.resource.unknown["trust"])
            yield Mark(caller.arn, "federated", unknown=True, gaps=gaps)
            yield Mark(caller.arn, "other_providers", unknown=True, gaps=gaps)
            return
        named = sorted(set(_providers(caller)))
        listed: Any = environment.settings.get("identity_providers") if environment else None
        yield Mark(caller.arn, "federated", named)
        unread = any(statement.effect == "either" for statement in _letting_in(caller))
        if (named and listed is None) or (
            unread and all(provider_declared(one, listed or ()) for one in named)
        ):
            yield Mark(caller.arn, "other_providers", unknown=True)
            return
        others = [one for one in named if not provider_declared(one, listed or ())]
        steps = [Step(one, caller.arn, "trust policy", caller.resource.where("trust")) for one in others[:1]]
        yield Mark(caller.arn, "other_providers", others, steps=tuple(steps))

    def _ci(self, caller: Caller) -> Iterator[Mark]:
        """Whether CI reaches production by it, and as which subjects that are not declared."""
        trusted, state = trusts_ci(caller), Tri.NO
        place: str | None = None
        gaps: tuple[Gap, ...] = ()
        if trusted is not Tri.NO:
            state, place, gaps = self._production(caller)
            state = trusted & state
            if trusted is Tri.UNKNOWN and caller.trust is not None:
                gaps = (*gaps, *caller.trust.gaps)
        if state is Tri.UNKNOWN:
            for attr in ("ci_reaches_production", "ci_environment", "ci_undeclared", "ci_declared"):
                yield Mark(caller.arn, attr, unknown=True, gaps=tuple(sorted(set(gaps))))
            return
        yield Mark(caller.arn, "ci_reaches_production", state is Tri.YES)
        yield Mark(caller.arn, "ci_environment", place)
        settings = self.world.estate.environments[place].settings if place else {}
        found = list(accepted(caller, place, settings)) if state is Tri.YES and place else []
        wrong = [item for item in found if item.declared is Tri.NO]
        open_ones = [item for item in found if item.declared is Tri.UNKNOWN]
        steps = tuple(
            Step(
                item.issuer,
                caller.arn,
                f"trust admits {item.subject}",
                caller.trust.grant(item.statement).source,
            )
            for item in wrong[:1]
            if caller.trust is not None
        )
        yield Mark(caller.arn, "ci_undeclared", sorted({item.subject for item in wrong}), steps=steps)
        silent = settings.get("branches") is None and settings.get("release_tags") is None
        if (wrong and not silent) or not (wrong or open_ones):
            yield Mark(caller.arn, "ci_declared", not wrong, steps=steps)
        else:
            yield Mark(caller.arn, "ci_declared", unknown=True)

    def _production(self, caller: Caller) -> tuple[Tri, str | None, tuple[Gap, ...]]:
        environments = self.world.estate.environments
        production = {name for name, item in environments.items() if item.tier == "production"}
        if caller.place in production:
            return Tri.YES, caller.place, ()
        found = reached(self.graph, caller, production)
        best = next((item for item in found if item.state is Tri.YES), None)
        if best is not None:
            return Tri.YES, best.place, ()
        gaps = {gap for item in found for step in item.steps for gap in step.gaps}
        return (Tri.UNKNOWN if found else Tri.NO), None, tuple(sorted(gaps))


def provider_declared(name: str, listed: Any) -> bool:
    """Whether a list names a provider: by its id, or an OIDC provider by its issuer."""
    address = issuer(name)
    forms = (name, address, f"https://{address}")
    return any(fnmatchcase(form, str(pattern)) for form in forms for pattern in listed)


def _letting_in(caller: Caller) -> Iterator[Statement]:
    """The statements of a trust policy that let, or may let, somebody in whom a provider vouches for."""
    document = caller.trust.document if caller.trust else None
    for statement in document.statements if document else ():
        if statement.effect != "deny" and any(statement.acts(action) for action in (WITH_SAML, WITH_TOKEN)):
            yield statement


def _providers(caller: Caller) -> Iterator[str]:
    """Identity providers that a role trusts; ``*`` where it trusts whoever comes."""
    for statement in _letting_in(caller):
        if statement.effect == "allow" and statement.principals is not None:
            if statement.principals.excluded or statement.principals.everyone:
                yield "*"
            yield from (entry.value for entry in statement.principals.entries if entry.kind == "federated")


def _direct(resource: Resource) -> Mark:
    """What a user is granted by no group and no role; nothing for identities that are not a person's own."""
    if "type" in resource.unknown:
        return Mark(resource.id, "direct_grants", unknown=True, gaps=tuple(resource.unknown["type"]))
    if resource.attrs.get("type") != "user":
        return Mark(resource.id, "direct_grants", [])
    gaps = {gap for attr in ("inline", "attached") for gap in resource.unknown.get(attr, ())}
    inline = [f"inline policy {item.get('name', '')}" for item in resource.attrs.get("inline") or ()]
    held = [*inline, *(resource.attrs.get("attached") or ())]
    if not held and ("inline" in resource.unknown or "attached" in resource.unknown):
        return Mark(resource.id, "direct_grants", unknown=True, gaps=tuple(sorted(gaps)))
    steps = (Step(resource.id, resource.id, str(held[0]), resource.where("attached")),) if held else ()
    return Mark(resource.id, "direct_grants", held, steps=steps)
