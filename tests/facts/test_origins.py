"""Where data and models come from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, gap
from facts.roads import hidden, job, pipeline, store
from scanner.facts.origins import derive
from scanner.model.facts import Mark

SHARED = "555555555555"
FILE = "s3://models/churn.tar.gz"


@pytest.fixture
def world() -> World:
    return World()


def marks(world: World, resource: str) -> dict[str, Mark]:
    return {each.attr: each for each in derive(world.estate()).marks if each.resource == resource}


def model(world: World, **attrs: Any) -> str:
    unknown = attrs.pop("unknown", None)
    full = {"artifacts": [FILE], "stores": ["arn:aws:s3:::models"], "registered_in": PROD, **attrs}
    arn = f"arn:aws:sagemaker:eu-west-1:{PROD}:model/churn"
    return world.add(arn, "model", PROD, full, unknown=unknown)


def test_a_store_that_others_copy_into(world: World) -> None:
    target = store(world, "prod", PROD)
    store(world, "dev", DEV, replication=[target])
    found = marks(world, target)["copied_from"]
    assert (found.value, found.steps[0].target_id) == (["dev"], target)


def test_a_store_that_its_own_task_fills_from_elsewhere(world: World) -> None:
    target, source = store(world, "prod", PROD), store(world, "dev", DEV)
    pipeline(world, "pull", PROD, type="datasync_task", inputs=[source], outputs=[target])
    assert marks(world, target)["copied_from"].value == ["dev"]


def test_a_store_that_nobody_copies_into(world: World) -> None:
    target = store(world, "prod", PROD)
    store(world, "dev", DEV)
    assert marks(world, target)["copied_from"].value == []


def test_unread_replication_elsewhere_leaves_it_open(world: World) -> None:
    target = store(world, "prod", PROD)
    denied = gap(DEV, "s3:GetBucketReplication")
    store(world, "dev", DEV, unknown={"replication": (denied,)})
    found = marks(world, target)["copied_from"]
    assert (found.unknown, found.gaps) == (True, (denied,))


def test_a_model_of_a_job_at_home(world: World) -> None:
    store(world, "models", PROD)
    job(world, "train", PROD, artifacts=[FILE])
    found = marks(world, model(world))
    assert (found["made_in"].value, found["made_here"].value) == (["prod"], True)


def test_a_model_of_a_job_elsewhere(world: World) -> None:
    store(world, "models", PROD)
    job(world, "train", DEV, artifacts=[FILE])
    found = marks(world, model(world))
    assert (found["made_in"].value, found["made_here"].value) == (["dev"], False)


def test_a_model_whose_files_lie_elsewhere(world: World) -> None:
    store(world, "models", DEV)
    found = marks(world, model(world))
    assert (found["made_in"].value, found["made_here"].value) == (["dev"], False)


def test_a_file_that_no_known_job_made_may_come_from_anywhere(world: World) -> None:
    store(world, "models", PROD)
    assert marks(world, model(world))["made_in"].unknown
    denied = hidden(world, "job", PROD)
    assert marks(world, model(world))["made_here"].gaps == (denied,)


def test_where_a_model_is_registered(world: World) -> None:
    assert marks(world, model(world))["registered_environment"].value == "prod"
    world = World()
    assert marks(world, model(world, registered_in=DEV))["registered_environment"].value == "dev"
    world = World()
    assert marks(world, model(world, registered_in=None))["registered_environment"].value is None
    world = World()
    denied = gap(PROD, "sagemaker:DescribeModel")
    found = marks(world, model(world, unknown={"registered_in": (denied,)}))["registered_environment"]
    assert (found.unknown, found.gaps) == (True, (denied,))


class TestItsOwnCopyTask:
    """DAT-008: what a task at home copies in comes from wherever its source lies."""

    def test_whose_source_was_not_read(self, world: World) -> None:
        target, denied = store(world, "prod", PROD), gap(PROD, "datasync:DescribeTask")
        pipeline(world, "pull", PROD, type="datasync_task", outputs=[target], unknown={"inputs": (denied,)})
        found = marks(world, target)["copied_from"]
        assert (found.unknown, found.gaps) == (True, (denied,))

    def test_whose_source_is_of_nobody_knows_whom(self, world: World) -> None:
        world.account(SHARED, None)
        target, denied = store(world, "prod", PROD), gap(SHARED, "resourcegroupstaggingapi:GetResources")
        source = store(world, "a", SHARED, unknown={"assigned_by": (denied,)})
        assert marks(world, target)["copied_from"].value == []
        pipeline(world, "pull", PROD, type="datasync_task", inputs=[source], outputs=[target])
        assert marks(world, target)["copied_from"].value == []
        estate = replace(world.estate(), by_tags=frozenset({"dev", "prod"}))
        (found,) = (mark for mark in derive(estate).marks if mark.resource == target)
        assert (found.unknown, found.gaps) == (True, (denied,))

    def test_that_could_not_be_listed(self, world: World) -> None:
        target, denied = store(world, "prod", PROD), hidden(world, "pipeline", PROD)
        assert marks(world, target)["copied_from"].gaps == (denied,)
