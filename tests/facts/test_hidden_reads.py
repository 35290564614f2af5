"""Whatever is hidden, with its gap: no pass appears that was not there, and no fail appears either."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facts.estates import CI, DEV, PROD, TEST, World, allow, deny, gap, role_arn, trust
from scanner.facts import identity_paths, production_reach, store_access
from scanner.facts.crossings import pairs
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts
from scanner.model.logic import Tri

NEEDS = {need for fact in (identity_paths, production_reach, store_access) for need in fact.NEEDS}
KINDS = ("identity", "policy", "group", "guardrail", "container", "store", "registry")


def build() -> World:
    """A small estate with one of everything: open, chained, half-open, denied, undecided, declared safe."""
    world = World()
    world.guardrail("all", ["r-root"], allow("*"))
    world.guardrail("stop", [TEST], allow("*"), deny("sts:AssumeRole", role_arn(PROD, "desk")))
    shared = world.policy(DEV, "shared", allow("sts:AssumeRole", role_arn(CI, "builder")))
    limit = world.policy(DEV, "limit", allow(["sts:*", "s3:*"]))
    group = world.group(DEV, "people", allow("sts:AssumeRole", role_arn(PROD, "open"), Sid="Go"))
    world.user(DEV, "ana", groups=[group])
    world.role(DEV, "worker", allow("s3:*", "arn:aws:s3:::data/*"), attached=[shared], boundary=limit)
    world.role(CI, "builder", allow("sts:AssumeRole", role_arn(PROD, "deploy")), trust=trust(DEV))
    world.role(TEST, "visitor", allow("sts:AssumeRole", [role_arn(PROD, "desk"), role_arn(PROD, "deploy")]))
    world.role(PROD, "open", allow("s3:GetObject", "arn:aws:s3:::data/*"), trust=trust(DEV, Sid="Dev"))
    world.role(PROD, "deploy", allow(["ecr:*", "s3:*"]), trust=trust(role_arn(CI, "builder")))
    world.role(PROD, "desk", trust=trust(role_arn(TEST, "visitor")))
    world.bucket(DEV, "scratch")
    admit = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "s3:GetObject"}
    world.bucket(PROD, "data", {**admit, "Resource": "arn:aws:s3:::data/*"})
    world.repository(PROD, "training")
    safe = {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    world.person(world.user(PROD, "alice", allow("ec2:*"), deny("*", **safe)), PROD)
    world.person(world.user(PROD, "bob", allow("ec2:*")), PROD)
    world.person(world.user(DEV, "dan"), DEV)
    return world


def verdicts(estate: Estate) -> dict[str, str]:
    """What rules would make of the facts: ``fact pair`` and ``person attr`` -> pass, fail or unknown."""
    found: dict[str, str] = {}
    for fact in (identity_paths, store_access):
        derived: Facts = fact.derive(estate)
        for home, place in pairs(estate):
            pair = f"{home}->{place}"
            states = {item.state for item in derived.crossings if item.pair == pair and item.flow is None}
            blind = "unknown" if Tri.UNKNOWN in states or derived.blind.get(pair) else "pass"
            found[f"{fact.__name__} {pair}"] = "fail" if Tri.YES in states else blind
    for mark in production_reach.derive(estate).marks:
        if mark.attr == "mfa_demanded":
            known = "fail" if mark.value is False else "pass"
            found[mark.resource] = "unknown" if mark.unknown else known
    return found


def hideable() -> Iterator[tuple[str, str]]:
    for resource in build().resources:
        for attr in resource.attrs:
            if f"{resource.kind}.{attr}" in NEEDS:
                yield resource.id, attr


def without(resource: Resource, attr: str) -> Resource:
    attrs = {key: value for key, value in resource.attrs.items() if key != attr}
    hidden = {**resource.unknown, attr: (gap(resource.scope.boundary, "x:Hidden", resource.id),)}
    return Resource(
        resource.id,
        resource.kind,
        resource.name,
        resource.scope,
        attrs,
        hidden,
        resource.tags,
        resource.source,
        resource.pointers,
        resource.environment,
        resource.service,
    )


BEFORE = verdicts(build().estate())


def compare(after: dict[str, str]) -> list[str]:
    """What became a pass, or a fail, that was not one."""
    return [
        f"{key}: {BEFORE[key]} became {verdict}"
        for key, verdict in after.items()
        if verdict != "unknown" and BEFORE[key] != verdict
    ]


def test_the_estate_has_all_verdicts() -> None:
    assert set(BEFORE.values()) == {"pass", "fail"}


@pytest.mark.parametrize(("resource_id", "attr"), sorted(set(hideable())))
def test_an_attribute(resource_id: str, attr: str) -> None:
    world = build()
    world.resources = [
        without(r, attr) if r.id == resource_id and attr in r.attrs else r for r in world.resources
    ]
    assert compare(verdicts(world.estate())) == []


@pytest.mark.parametrize("account", [DEV, PROD, CI, TEST])
@pytest.mark.parametrize("kind", KINDS)
def test_a_listing(kind: str, account: str) -> None:
    world = build()
    world.unread(kind, account)
    assert compare(verdicts(world.estate())) == []
