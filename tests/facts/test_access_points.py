"""Buckets through access points: both policies decide, and the key of the content."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow
from scanner.facts.store_access import derive
from scanner.model.facts import Crossing
from scanner.model.logic import Tri

BUCKET = "arn:aws:s3:::data"
POINT = f"arn:aws:s3:eu-west-1:{PROD}:accesspoint/shared"
OBJECTS = f"{POINT}/object/*"


def admit(principal: Any, resource: str, **more: Any) -> dict[str, Any]:
    named = principal if principal == "*" else {"AWS": principal}
    return {"Effect": "Allow", "Principal": named, "Action": "s3:GetObject", "Resource": resource, **more}


def delegating(account: str = PROD) -> dict[str, Any]:
    condition = {"Condition": {"StringEquals": {"s3:DataAccessPointAccount": account}}}
    return admit("*", f"{BUCKET}/*", **condition)


@pytest.fixture
def world() -> World:
    """A development role that may use an access point of production, which admits it."""
    world = World()
    world.role(DEV, "a", allow("s3:GetObject", OBJECTS, Sid="Use"))
    point(world)
    return world


def point(world: World, **more: Any) -> None:
    world.resources = [item for item in world.resources if item.kind != "access_point"]
    attrs = {
        "store": BUCKET,
        "store_account": PROD,
        "policy": {"Version": "2012-10-17", "Statement": [{"Sid": "Door", **admit(DEV, OBJECTS)}]},
        "network_origin": "internet",
        "network": None,
        "public_access": "blocked",
        **more,
    }
    world.add(POINT, "access_point", PROD, attrs, region="eu-west-1")


def through(world: World) -> list[Crossing]:
    return [item for item in derive(world.estate()).crossings if POINT in item.targets]


def only(world: World) -> Crossing:
    (found,) = through(world)
    return found


def test_a_bucket_that_lets_its_access_points_decide(world: World) -> None:
    world.bucket(PROD, "data", delegating())
    found = only(world)
    assert (found.state, found.latent, found.access) == (Tri.YES, False, ("read",))
    assert [step.by for step in found.steps] == [
        "inline policy main statement Use",
        "bucket policy statement Door",
    ]


def test_delegating_is_no_admission_to_the_bucket_itself(world: World) -> None:
    world.role(DEV, "b", allow("s3:GetObject", f"{BUCKET}/*"))
    world.bucket(PROD, "data", delegating())
    assert [item.targets for item in derive(world.estate()).crossings if not item.latent] == [(POINT,)]


@pytest.mark.parametrize("statements", [(), (delegating(DEV),)])
def test_a_bucket_that_does_not(world: World, statements: tuple[dict[str, Any], ...]) -> None:
    world.bucket(PROD, "data", *statements)
    assert [item for item in derive(world.estate()).crossings if not item.latent] == []


def test_one_network_alone_is_not_followed(world: World) -> None:
    point(world, network_origin="vpc")
    world.bucket(PROD, "data", delegating())
    assert [item.state for item in through(world) if not item.latent] == [Tri.UNKNOWN]


def test_the_key_of_the_bucket(world: World) -> None:
    world.bucket(PROD, "data", delegating(), encryption="aws:kms", key=None)
    assert only(world).latent


def test_a_bucket_that_was_not_collected(world: World) -> None:
    assert [item.state for item in through(world) if not item.latent] == [Tri.UNKNOWN]
