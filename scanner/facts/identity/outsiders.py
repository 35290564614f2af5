"""Principals that a policy admits and that no estate holds: everyone, and accounts that are somebody else's.

Their own side is theirs to grant, so that being admitted is enough.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.power import EVERYTHING
from scanner.facts.identity.principals import Entry
from scanner.facts.identity.store_classes import StoreClass
from scanner.facts.identity.values import Like
from scanner.facts.identity.witness import chosen
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Scope

_NOBODYS = "000000000000"
"""An account id that AWS gives to no account: it stands for any that nobody here knows."""


def admitted(access: Access, item: StoreClass) -> Iterator[tuple[str, Caller, Use]]:
    """The outside principals that a class of stores admits, as its policies write them, and each use."""
    for entry in _entries(access.world, item):
        caller = _outsider(entry)
        for use in access.uses(caller, item, item.stores, open_only=True):
            if use.state is not Tri.NO:
                yield entry.value, caller, _unlimited(use)


def _unlimited(use: Use) -> Use:
    """A use that only the outsider's own guardrails could hold back, which are not ours to count on."""
    key = use.key.decision if use.key else None
    openings = [*use.decision.openings, *(key.openings if key else ())]
    if use.state is not Tri.UNKNOWN or any(opening.side != "scp" for opening in openings):
        return use
    return replace(use, decision=replace(use.decision, state=Tri.YES, openings=()))


def admission(principal: str, caller: Caller, use: Use) -> tuple[Step, ...]:
    """The one step by which an outside principal is let in."""
    pick = chosen(use.decision, "resource", caller, use.target)
    assert pick is not None, "whoever is admitted is admitted by a statement"  # noqa: S101 - an invariant
    return (Step(principal, use.store.id, f"{pick[1].words} admits it", pick[1].source, use.state),)


def _entries(world: World, item: StoreClass) -> list[Entry]:
    """Whom of outside some statement admits; one that leaves some out, or is not read, may admit anybody."""
    found: set[Entry] = set()
    for policy in item.first.policies:
        for statement in policy.document.statements:
            if statement.effect == "either":
                found.add(Entry("everyone", "", "*"))
            if statement.effect != "allow" or statement.principals is None:
                continue
            if statement.principals.excluded:
                found.add(Entry("everyone", "", "*"))
            else:
                found |= {entry for entry in statement.principals.entries if _outside(world, entry)}
    return sorted(found)


def _outside(world: World, entry: Entry) -> bool:
    if entry.kind == "everyone":
        return True
    return entry.kind in ("account", "role", "user", "session") and entry.account not in world.accounts


def _outsider(entry: Entry) -> Caller:
    """Somebody whom an entry names, with every right of their own and in no organization of ours."""
    account = entry.account or _NOBODYS
    kind = "user" if entry.kind == "user" else "role"
    arn = entry.value if entry.kind in ("role", "user") else f"arn:aws:iam::{account}:role/anybody"
    if entry.kind == "session":
        arn = f"arn:aws:iam::{account}:role/{entry.value.split('/')[1]}"
    resource = Resource(arn, "identity", account, Scope("aws", account, "global"), {})
    claims = {
        "aws:principalorgid": ("o-outside",),
        "aws:principalorgpaths": (Like("o-outside/r-outside/*"),),
    }
    return Caller(arn, account, kind, None, None, {}, (EVERYTHING,), (), None, False, resource, claims=claims)
