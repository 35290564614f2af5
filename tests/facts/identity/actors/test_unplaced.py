"""Accounts that tags divide: what was not read of whose something is hides the paths that it may be on."""

from __future__ import annotations

import pytest

from facts.acting import SHARED, blind, crossings, shared_world, stores, tagged
from facts.estates import DEV, PROD, World, allow, gap, role_arn, trust
from scanner.facts import store_access

HIDDEN = gap(SHARED, "iam:ListRoleTags")
X = role_arn(SHARED, "x")


@pytest.fixture
def world() -> World:
    return shared_world()


def unplaced(world: World, *statements: object, principal: str = PROD) -> str:
    """A role of which it is not known whose it is."""
    unknown = {"assigned_by": (HIDDEN,)}
    return world.role(SHARED, "x", *statements, trust=trust(principal), place=None, unknown=unknown)


def store_blind(world: World, pair: str = "dev->prod") -> tuple[object, ...]:
    return store_access.derive(tagged(world)).blind.get(pair, ())


def test_an_identity_that_is_reached(world: World) -> None:
    world.role(DEV, "d", allow("sts:AssumeRole", X))
    unplaced(world, principal=role_arn(DEV, "d"))
    assert crossings(world) == []
    assert (blind(world), blind(world, "prod->dev")) == ((HIDDEN,), ())


def test_an_identity_that_reaches(world: World) -> None:
    target = world.role(PROD, "p", allow("s3:*"), trust=trust(X))
    unplaced(world, allow("sts:AssumeRole", target))
    world.bucket(PROD, "data")
    assert (crossings(world), stores(world)) == ([], [])
    assert (blind(world), blind(world, "prod->dev")) == ((HIDDEN,), ())
    assert (store_blind(world), store_blind(world, "prod->dev")) == ((HIDDEN,), ())


def test_an_identity_that_uses_a_store(world: World) -> None:
    unplaced(world, allow("s3:GetObject"))
    world.bucket(SHARED, "data", place="prod")
    assert (store_blind(world), blind(world)) == ((HIDDEN,), ())


def test_an_identity_that_leads_nowhere(world: World) -> None:
    unplaced(world)
    assert (blind(world), blind(world, "prod->dev"), store_blind(world)) == ((), (), ())


@pytest.mark.parametrize(("action", "found"), [("s3:GetObject", (HIDDEN,)), ("ec2:*", ())])
def test_a_store(world: World, action: str, found: tuple[object, ...]) -> None:
    world.role(SHARED, "d", allow(action), place="dev")
    world.bucket(SHARED, "data", place=None, unknown={"assigned_by": (HIDDEN,)})
    assert (stores(world), store_blind(world)) == ([], found)


def test_identities_that_were_not_read(world: World) -> None:
    world.bucket(SHARED, "data", place="prod")
    missing = world.unread("identity", SHARED)
    assert (blind(world), store_blind(world)) == ((missing,), (missing,))


def test_stores_that_were_not_listed(world: World) -> None:
    world.role(SHARED, "d", allow("s3:GetObject"), place="dev")
    missing = world.unread("store", SHARED, "s3:ListBuckets")
    assert store_blind(world) == (missing,)
