"""Estates for tests of facts about whole boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.facts import derive
from scanner.model.estate import Environment, Estate, Resource, Unlisted
from scanner.model.facts import Mark
from scanner.model.snapshot import Gap, Reason, Scope, Source

DEV, PROD, LOGS, SHARED = "111111111111", "222222222222", "333333333333", "555555555555"
REGION = "eu-west-1"
PLACES: Mapping[str, str | None] = {DEV: "dev", PROD: "prod", LOGS: "service:logs", SHARED: None}


def gap(call: str, account: str = PROD, region: str = REGION, reason: Reason = Reason.DENIED) -> Gap:
    return Gap(Scope("aws", account, region), call.replace(":", "."), call, call, reason)


def thing(
    kind: str,
    identity: str,
    account: str = PROD,
    *,
    unknown: Mapping[str, tuple[Gap, ...]] | None = None,
    region: str = REGION,
    environment: str | None = None,
    carries: Mapping[str, str] | None = None,
    **attrs: Any,
) -> Resource:
    place = PLACES.get(account)
    service = place.removeprefix("service:") if place and place.startswith("service:") else None
    own = environment or (place if service is None else None)
    source = Source(f"parts/aws/{account}/{region}/{kind}.jsonl", 1)
    known = {name: value for name, value in attrs.items() if name not in (unknown or {})}
    return Resource(
        identity,
        kind,
        identity.rsplit("/", 1)[-1],
        Scope("aws", account, region),
        known,
        unknown or {},
        carries,
        source,
        {},
        own,
        service,
    )


def boundary(account: str, **attrs: Any) -> Resource:
    full = {"contains": [], "contains_complete": True, "organization": "o-1", "management": False}
    return thing("boundary", account, account, region="global", **{**full, **attrs})


def missing(kind: str, *gaps: Gap) -> Unlisted:
    place = PLACES.get(gaps[0].scope.boundary)
    return Unlisted(kind, gaps[0].scope, gaps, place if place in ("dev", "prod") else None)


def estate(
    *resources: Resource,
    unlisted: Iterable[Unlisted] = (),
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    by_tags: Iterable[str] = (),
) -> Estate:
    told = settings or {}
    environments = {
        "dev": Environment("dev", "nonproduction", settings=told.get("dev", {})),
        "prod": Environment("prod", "production", settings=told.get("prod", {})),
    }
    known = {item.id for item in resources if item.kind == "boundary"}
    every = (*resources, *(boundary(account) for account in (DEV, PROD) if account not in known))
    kinds: dict[str, tuple[Resource, ...]] = {}
    for item in sorted(every, key=lambda each: (each.kind, each.id)):
        kinds[item.kind] = (*kinds.get(item.kind, ()), item)
    gone = tuple(unlisted)
    return Estate(
        resources=kinds,
        by_id={item.id: item for item in every},
        unlisted=gone,
        gaps=tuple(gap for item in gone for gap in item.gaps),
        environments=environments,
        services={"logs": {"purpose": "logging"}},
        flows=(),
        places=dict(PLACES),
        as_of="2026-11-24T05:00:00Z",
        by_tags=frozenset(by_tags),
    )


def marks(fact: str, found: Estate) -> dict[tuple[str, str], Mark]:
    """(resource, attribute) -> the mark of it."""
    return {(mark.resource, mark.attr): mark for mark in derive(found, only=frozenset({fact}))[fact].marks}


def told(fact: str, found: Estate, resource: str, attr: str) -> Any:
    """What a fact says of a resource, ``unknown`` where it does not know."""
    mark = marks(fact, found)[resource, attr]
    return "unknown" if mark.unknown else mark.value
