"""What is assigned and what is denied, found by scope: each where it holds in a subscription.

What lies above a subscription (a management group, the tenant's root) holds in all of it, as the list of its
assignments says; so scopes here are subscriptions, resource groups and resources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.azure.rbac.actions import Ask
from scanner.facts.azure.rbac.conditions import holds
from scanner.facts.azure.rbac.roles import Block, Role, block_of, role_of
from scanner.facts.identity.provenance import Grant
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

READS = (
    *(f"assignment.{name}" for name in ("boundary", "condition", "eligible", "origin", "permission_set")),
    *(f"assignment.{name}" for name in ("principal", "principal_type", "scope")),
    *("permission_set.inline", "guardrail.document", "guardrail.targets", "guardrail.type"),
)
"""What of an estate says who holds which role where."""
EVERYBODY = "00000000-0000-0000-0000-000000000000"
"""Denied, it is every principal: https://learn.microsoft.com/azure/role-based-access-control/deny-assignments."""


@dataclass(frozen=True, eq=False, slots=True)
class Holding:
    """A role that a principal holds at a scope, or (``eligible``) may activate there.

    ``principal`` is ``None`` where it was not read; ``gaps`` are what leaves it undecided.
    """

    principal: str | None
    at: str
    role: Role
    condition: str | None
    eligible: bool
    grant: Grant
    resource: Resource
    gaps: tuple[Gap, ...] = ()

    def allows(self, ask: Ask) -> Tri:
        """Whether it allows an action, denials aside."""
        found = self.role.allows(ask) & holds(self.condition, ask.action)
        return found & Tri.UNKNOWN if self.gaps and found is Tri.YES else found

    @property
    def assigned_at(self) -> str:
        """The scope as it was assigned, without a slash at its end: a subscription, or what lies above it."""
        return str(self.resource.attrs.get("scope") or "").rstrip("/")

    @property
    def why(self) -> tuple[Gap, ...]:
        """What leaves it undecided, if anything that was not read does."""
        return tuple(sorted({*self.gaps, *self.role.gaps}))


@dataclass(frozen=True, eq=False, slots=True)
class Denial:
    """A deny assignment where it holds: at a scope, and below it unless ``only_there``."""

    at: str
    only_there: bool
    principals: frozenset[str]
    excluded: frozenset[str]
    blocks: tuple[Block, ...]
    condition: str | None
    known: bool = True
    gaps: tuple[Gap, ...] = ()

    def denies(self, refs: Iterable[str], ask: Ask) -> Tri:
        """Whether it denies an action to whoever goes by some references (their own, those of groups)."""
        if not self.known:
            return Tri.UNKNOWN
        ids = {ref.rpartition("/")[2] for ref in refs}
        if ids & self.excluded or not (EVERYBODY in self.principals or ids & self.principals):
            return Tri.NO
        return any_of(block.allows(ask) for block in self.blocks) & holds(self.condition, ask.action)


def chain(identity: str) -> tuple[str, ...]:
    """A resource's id, in lower case, and those of all that it may lie in; the nearest first."""
    steps = identity.lower().strip("/").split("/")
    return tuple("/" + "/".join(steps[:count]) for count in range(len(steps), 1, -1))


class Holdings:
    """All of an estate. ``scopes``: where anything is assigned or denied; ``below``: those inside a thing."""

    def __init__(self, estate: Estate) -> None:
        self._roles: dict[str, Role] = {}
        self._sets = {item.id: item for item in estate.of("permission_set")}
        self._absent = tuple(sorted({gap for item in estate.missing("permission_set") for gap in item.gaps}))
        self.by_scope: dict[str, list[Holding]] = defaultdict(list)
        self.by_principal: dict[str, list[Holding]] = defaultdict(list)
        self.unread: dict[str, list[Holding]] = defaultdict(list)
        """Subscription -> assignments of which it was not read whose they are, or where."""
        self.denials: dict[str, list[Denial]] = defaultdict(list)
        self.undenied: dict[str, tuple[Gap, ...]] = {}
        """Subscription -> why its deny assignments were not read."""
        for item in estate.of("assignment"):
            self._add(item)
        for item in estate.of("guardrail"):
            if item.attrs.get("type") == "deny_assignment":
                for denial in _denials(item):
                    self.denials[denial.at].append(denial)
        for missing in estate.missing("guardrail"):
            self.undenied[missing.scope.boundary] = missing.gaps
        self.below: dict[str, set[str]] = defaultdict(set)
        for scope in (*self.by_scope, *self.denials):
            for above in chain(scope)[1:]:
                self.below[above].add(scope)
        self.scopes = frozenset((*self.by_scope, *self.denials))

    def role(self, identity: str) -> Role:
        """A role by its id; one that was not listed, or has no document, is not known."""
        if identity not in self._roles:
            item = self._sets.get(identity)
            document = item.attrs.get("inline") if item else None
            if item is not None and document is not None:
                self._roles[identity] = role_of(identity, item.name, document)
            else:
                gaps = tuple(item.unknown.get("inline", ())) if item else self._absent
                name = item.name if item else identity.rpartition("/")[2]
                self._roles[identity] = Role(identity, name, None, gaps=gaps)
        return self._roles[identity]

    def relevant(self, identity: str) -> tuple[str, ...]:
        """The scopes above a thing, its own and those in it, at which something is assigned or denied."""
        above = [scope for scope in chain(identity) if scope in self.scopes]
        return tuple(sorted({*above, *self.below.get(identity.lower(), ())}))

    def denied(self, identity: str, refs: Iterable[str], ask: Ask) -> tuple[Tri, tuple[Gap, ...]]:
        """Whether somebody is denied an action on a thing, and what leaves that open."""
        hidden = self.undenied.get(identity.split("/")[2])
        found, gaps = Tri.NO, set[Gap]()
        for scope in chain(identity):
            for denial in self.denials.get(scope, ()):
                if denial.only_there and scope != identity.lower():
                    continue
                state = denial.denies(refs, ask)
                gaps |= set(denial.gaps) if state is Tri.UNKNOWN else set()
                found = found | state
        if found is not Tri.YES and hidden is not None:
            return Tri.UNKNOWN, tuple(sorted({*gaps, *hidden}))
        return found, tuple(sorted(gaps)) if found is Tri.UNKNOWN else ()

    def may_be_denied(self, identity: str) -> bool:
        """Whether anything is denied there at all, or might be."""
        if identity.split("/")[2] in self.undenied:
            return True
        return any(scope in self.denials for scope in chain(identity))

    def _add(self, item: Resource) -> None:
        subscription = item.scope.boundary
        told = item.attrs
        at = str(told.get("scope") or "")
        own = f"/subscriptions/{subscription}"
        if not f"{at}/".startswith(f"{own}/"):
            at = own
        gaps = tuple(sorted({gap for name in _DECIDING for gap in item.unknown.get(name, ())}))
        role = self.role(str(told.get("permission_set")))
        words = f"role {role.name} assigned at {told.get('scope') or '/'}"
        grant = Grant(str(told.get("origin") or item.id), words, item.source)
        principal = told.get("principal")
        held = Holding(
            None if principal is None else str(principal),
            at,
            role,
            told.get("condition"),
            told.get("eligible") is True,
            grant,
            item,
            gaps,
        )
        if principal is None:
            self.unread[subscription].append(held)
            return
        self.by_scope[at].append(held)
        self.by_principal[str(principal)].append(held)


_DECIDING = ("permission_set", "scope", "condition", "eligible")


def _denials(item: Resource) -> Iterator[Denial]:
    own = f"/subscriptions/{item.scope.boundary}"
    document: Mapping[str, Any] | None = item.attrs.get("document")
    if document is None:
        gaps = tuple(item.unknown.get("document", ()))
        yield Denial(own, False, frozenset(), frozenset(), (), None, known=False, gaps=gaps)
        return
    for target in item.attrs.get("targets") or (own,):
        inside = f"{target}/".startswith(f"{own}/")
        only = bool(document.get("doNotApplyToChildScopes"))
        if only and not inside:
            continue
        yield Denial(
            str(target) if inside else own,
            only,
            frozenset(each["id"] for each in document["principals"]),
            frozenset(each["id"] for each in document["excludePrincipals"]),
            tuple(map(block_of, document["permissions"])),
            document.get("condition"),
        )
