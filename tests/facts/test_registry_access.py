"""Registries that serve production: who pulls, and whether anybody may."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import CI, DEV, PROD, TEST, World, allow, gap
from scanner.facts.identity.approved import matches
from scanner.facts.registry_access import derive
from scanner.model.estate import Environment, Flow
from scanner.model.facts import Mark

REGISTRY = f"arn:aws:ecr:eu-west-1:{PROD}:repository/training"
HOST = f"{CI}.dkr.ecr.eu-west-1.amazonaws.com"


def admit(principal: Any) -> dict[str, Any]:
    named = principal if principal == "*" else {"AWS": principal}
    return {"Sid": "Pull", "Effect": "Allow", "Principal": named, "Action": ["ecr:BatchGetImage"]}


def marks(world: World, resource: str = REGISTRY) -> dict[str, Mark]:
    return {mark.attr: mark for mark in derive(world.estate()).marks if mark.resource == resource}


@pytest.fixture
def world() -> World:
    world = World()
    world.role(DEV, "a", allow("ecr:*", Sid="Ecr"))
    return world


def test_nobody_pulls(world: World) -> None:
    world.repository(PROD, "training")
    found = {attr: mark.value for attr, mark in marks(world).items()}
    assert found == {
        "serves_production": True,
        "approved_by": ["prod"],
        "public": False,
        "undeclared_pullers": [],
    }


def test_another_environment_pulls(world: World) -> None:
    world.repository(PROD, "training", admit(DEV))
    found = marks(world)["undeclared_pullers"]
    assert found.value == ["dev"]
    assert [step.by for step in found.steps] == [
        "inline policy main statement Ecr",
        "repository policy statement Pull",
    ]


@pytest.mark.parametrize("how", ["pulled_from", "flow", "group"])
def test_it_is_declared(world: World, how: str) -> None:
    world.repository(PROD, "training", admit(DEV))
    if how == "pulled_from":
        world.environments["prod"] = Environment(
            "prod", "production", settings={"images": {"pulled_from": ["dev"]}}
        )
    elif how == "group":
        for name, tier in (("prod", "production"), ("dev", "nonproduction")):
            world.environments[name] = Environment(name, tier, group="one")
    else:
        world.flows.append(Flow("images", "dev", "prod", ("read",)))
    assert marks(world)["undeclared_pullers"].value == []


def test_everyone(world: World) -> None:
    world.repository(PROD, "training", admit("*"))
    found = marks(world)["public"]
    assert (found.value, found.steps[0].by) == (True, "repository policy statement Pull admits it")


def test_a_policy_that_was_not_read(world: World) -> None:
    hidden = gap(PROD, "ecr:GetRepositoryPolicy", REGISTRY)
    world.resources = [item for item in world.resources if item.kind != "registry"]
    attrs = {"type": "repository", "registry_policy": None}
    world.add(REGISTRY, "registry", PROD, attrs, unknown={"policy": (hidden,)})
    found = marks(world)
    assert (found["public"].unknown, found["public"].gaps) == (True, (hidden,))
    assert found["undeclared_pullers"].unknown


def test_a_service_says_who_may(world: World) -> None:
    world.environments["prod"] = Environment(
        "prod", "production", settings={"images": {"approved": [f"{HOST}/approved/*"]}}
    )
    world.services = {"ci": {"allows": {"dev": ["read"]}}}
    world.role(TEST, "t", allow("ecr:*"))
    shared = world.repository(CI, "approved/base", admit([DEV, TEST]))
    assert marks(world, shared)["undeclared_pullers"].value == ["test"]
    other = world.repository(CI, "scratch", admit("*"))
    assert {attr: mark.value for attr, mark in marks(world, other).items()} == {
        "serves_production": False,
        "approved_by": [],
    }


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        (f"{HOST}/approved/*", True),
        (f"{HOST}/approved/base", True),
        (f"{HOST}/approved/base:1.2", True),
        (f"{HOST}/approved/base@sha256:00", True),
        (HOST, True),
        (f"{CI}.dkr.ecr.*.amazonaws.com/approved/base", True),
        (f"{HOST}/approved", True),
        (f"{HOST}/other", False),
        ("docker.io/library/*", False),
    ],
)
def test_what_a_pattern_over_images_approves(pattern: str, covered: bool) -> None:
    assert matches(pattern, f"{HOST}/approved/base") is covered
