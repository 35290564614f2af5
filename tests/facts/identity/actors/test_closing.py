"""What closes a crossing of somebody who acts as a role without being an identity."""

from __future__ import annotations

from typing import Any

import pytest

from facts.acting import GITHUB, crossings, declare, provider, runs, served, shared_world, stores, tagged
from facts.estates import PROD, World, allow, document, role_arn, trust
from facts.removal import without
from scanner.facts import identity_paths
from scanner.model.facts import Crossing


@pytest.fixture
def world() -> World:
    return shared_world()


def tokens(sid: str, subject: str, *, account: str = PROD) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{GITHUB}:sub": subject}},
    }


def from_dev(found: list[Crossing]) -> Crossing:
    (only,) = (item for item in found if item.pair == "dev->prod" and not item.latent)
    return only


def test_every_statement_by_which_a_run_gets_the_role_is_named(world: World) -> None:
    """Each admits other runs of the same repository: without one the other still does."""
    provider(world, PROD, GITHUB)
    declare(world, "dev", github={"repositories": ["example/app"], "branches": []})
    trusting = document(tokens("Main", "repo:example/app:*main"), tokens("All", "repo:example/app:*"))
    role = world.role(PROD, "deploy", trust=trusting)
    found = from_dev(crossings(world))
    assert found.closes == (f"{role}/trust#All", f"{role}/trust#Main")
    assert found.smallest
    estate = tagged(world)
    for gone, count in ((found.closes, 0), (found.closes[:1], 1), (found.closes[1:], 1)):
        left = identity_paths.derive(without(estate, gone)).crossings
        assert sum(item.pair == "dev->prod" and not item.latent for item in left) == count


def test_a_workload_is_given_another_role(world: World) -> None:
    role = served(world, "etl")
    for name in ("one", "two"):
        runs(world, name, role)
    found = from_dev(crossings(world))
    assert found.closes == (found.border,)
    assert found.smallest


def test_what_lies_behind_the_role_of_a_workload_is_closed_where_one_grant_does(world: World) -> None:
    """Two workloads with roles of their own, one bucket that both may read through a third role."""
    through = allow("sts:AssumeRole", role_arn(PROD, "reader"), Sid="Go")
    role = served(world, "etl", through, place="service:ci")
    runs(world, "one", role)
    world.role(PROD, "reader", allow("s3:GetObject", "*", Sid="Read"), trust=trust(role, Sid="Etl"))
    world.bucket(PROD, "data")
    found = from_dev(stores(world))
    assert len(found.closes) == 1
    estate = tagged(world)
    for name in (f"{role}/inline/main#Go", f"{role_arn(PROD, 'reader')}/trust#Etl"):
        left = identity_paths.derive(without(estate, [name])).crossings
        assert not [item for item in left if item.pair == "dev->prod" and not item.latent]
