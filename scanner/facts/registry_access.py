"""Registries that serve production: whether they are public, and who pulls from them undeclared (IMG-006).

A registry serves the environments of production that it lies in or whose approved images it holds. Their own
group may pull from it, what its environment lists under ``images.pulled_from`` may, and what a service allows
for its own registries. A policy that admits everyone admits every account there is: ECR answers nobody who
does not sign in.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.crossings import covers
from scanner.facts.identity.access import Access
from scanner.facts.identity.approved import approved_by
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.declared import setting
from scanner.facts.identity.holders import Answer, Holders
from scanner.facts.identity.shared import PATHS, shared
from scanner.facts.identity.statements import UNREAD
from scanner.facts.identity.stores import Store
from scanner.facts.identity.witness import assumed
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark

NEEDS = (*PATHS, "registry.policy", "registry.registry_policy")
EVERYONE = "*"


def derive(estate: Estate) -> Facts:
    """Marks on every registry; who pulls from it on those that serve production."""
    held = shared(estate)
    serving = {item.id: approved_by(estate, item) for item in estate.of("registry")}
    access = Access(held.world, ("registry",), ("read",), lambda item: bool(serving[item.id]))
    holders = Holders(access, held.upstream)
    marks: list[Mark] = []
    for resource in estate.of("registry"):
        marks.append(Mark(resource.id, "serves_production", bool(serving[resource.id])))
        marks.append(Mark(resource.id, "approved_by", serving[resource.id]))
        if resource.id in access.stores:
            marks += _pulled(estate, holders, access.stores[resource.id], serving[resource.id])
    return Facts(marks=tuple(marks))


def _pulled(estate: Estate, holders: Holders, store: Store, serving: list[str]) -> Iterator[Mark]:
    welcome = _welcome(estate, store.resource, serving)

    def wanted(caller: Caller) -> bool:
        return caller.place in estate.environments and caller.place not in welcome

    answer = holders.of(store, ("read",), wanted, tuple(sorted(welcome)))
    yield from _public(holders, store, answer)
    places = {found.caller.place for found in answer.proven if found.caller.place}
    proven = tuple(found for found in answer.proven if found.caller.place)
    possible = tuple(found for found in answer.possible if found.caller.place)
    hidden = bool(possible) and not proven
    leading = (proven or possible)[:1]
    steps = holders.steps(leading[0], store) if leading else ()
    yield Mark(
        store.id,
        "undeclared_pullers",
        None if hidden else sorted(place for place in places if place),
        unknown=hidden,
        gaps=answer.gaps if hidden else (),
        steps=steps,
        assumed=assumed(steps),
    )


def _public(holders: Holders, store: Store, answer: Answer) -> Iterator[Mark]:
    """Whether anybody may pull; a policy that was not read may admit everyone."""
    sure = next((found for found in answer.proven if found.principal == EVERYONE), None)
    maybe = next((found for found in answer.possible if found.principal == EVERYONE), None)
    gaps = {gap for policy in store.policies for gap in policy.gaps}
    hidden = sure is None and (
        maybe is not None or any(policy.document is UNREAD for policy in store.policies)
    )
    found = sure or maybe
    yield Mark(
        store.id,
        "public",
        None if hidden else sure is not None,
        unknown=hidden,
        gaps=tuple(sorted(gaps)) if hidden else (),
        steps=holders.steps(found, store) if found else (),
    )


def _welcome(estate: Estate, registry: Resource, serving: list[str]) -> set[str]:
    """The environments that may pull from a registry."""
    found = {name for name, item in estate.environments.items() if item.tier == "control"} | set(serving)
    groups = {estate.environments[name].group for name in serving} - {None}
    found |= {name for name, item in estate.environments.items() if item.group in groups}
    found |= {
        flow.source
        for flow in estate.flows
        if flow.target == registry.environment and covers(flow, (registry.id,), ("read",), ())
    }
    own = estate.environments.get(registry.environment or "")
    if own is not None:
        found |= {own.name, *(setting(own, "images.pulled_from") or ())}
    service = estate.services.get(registry.service or "")
    allows = service.get("allows") if service else None
    return found | {name for name, levels in (allows or {}).items() if "read" in levels}
