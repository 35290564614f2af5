"""What pipelines and jobs read, and whether that is declared and validated."""

from __future__ import annotations

import pytest

from facts.estates import CI, DEV, PROD, World, gap
from facts.roads import declare, hidden, job, pipeline, store
from scanner.facts.lineage import derive
from scanner.model.estate import Flow
from scanner.model.facts import Mark


@pytest.fixture
def world() -> World:
    return World()


def mark(world: World, resource: str, attr: str) -> Mark:
    (found,) = (
        each for each in derive(world.estate()).marks if (each.resource, each.attr) == (resource, attr)
    )
    return found


def foreign(world: World, resource: str) -> object:
    found = mark(world, resource, "foreign_inputs")
    return "unknown" if found.unknown else found.value


def test_data_of_its_own_environment(world: World) -> None:
    assert foreign(world, pipeline(world, "train", PROD, inputs=[store(world, "prod", PROD)])) == []


def test_data_of_another_environment_with_its_line(world: World) -> None:
    theirs = store(world, "dev", DEV)
    reader = job(world, "train", PROD, inputs=[theirs])
    assert foreign(world, reader) == [theirs]
    assert mark(world, reader, "foreign_inputs").steps[0].source.pointer == "/data/inputs"


def test_data_of_nobody_known_is_not_its_own(world: World) -> None:
    assert foreign(world, job(world, "train", PROD, inputs=["arn:aws:s3:::public"])) == [
        "arn:aws:s3:::public"
    ]


def test_what_is_declared_readable_is_not_foreign(world: World) -> None:
    theirs = store(world, "prod", PROD)
    reader = job(world, "train", DEV, inputs=[theirs])
    declare(world, "prod", data={"readable_from": ["dev"], "validation": None})
    assert foreign(world, reader) == []


def test_a_flow_with_read_access_to_it_declares_it(world: World) -> None:
    theirs = store(world, "prod", PROD)
    reader = job(world, "train", DEV, inputs=[theirs])
    world.flows.append(Flow("write", "dev", "prod", ("write",)))
    assert foreign(world, reader) == [theirs]
    world.flows.append(Flow("read", "dev", "prod", ("read",), resources=(theirs,)))
    assert foreign(world, reader) == []


def test_a_bucket_behind_an_access_point(world: World) -> None:
    point = f"arn:aws:s3:eu-west-1:{DEV}:accesspoint/reader"
    world.add(point, "access_point", DEV, {"store": store(world, "dev", DEV)})
    assert foreign(world, job(world, "train", PROD, inputs=[point])) == [point]


def test_a_store_of_a_service_that_allows_nothing(world: World) -> None:
    hub = store(world, "hub", CI)
    assert foreign(world, job(world, "train", PROD, inputs=[hub])) == [hub]


def test_unread_inputs_and_lost_buckets(world: World) -> None:
    denied = gap(PROD, "sagemaker:DescribeTrainingJob")
    reader = job(world, "train", PROD, unknown={"inputs": (denied,)})
    assert mark(world, reader, "foreign_inputs").gaps == (denied,)
    other = job(world, "other", PROD, inputs=["arn:aws:s3:::not-seen"])
    unlisted = hidden(world, "store", PROD)
    assert foreign(world, other) == "unknown"
    assert mark(world, other, "foreign_inputs").gaps == (unlisted,)


@pytest.mark.parametrize(
    ("tags", "bare"),
    [
        ({"quality": "validated-2026"}, False),
        ({"validated-by": "ana"}, False),
        ({"quality": "raw"}, True),
        ({}, True),
    ],
)
def test_evidence_is_a_tag(world: World, tags: dict[str, str], bare: bool) -> None:
    declare(world, "prod", data={"validation": ["validated-*"]})
    data = store(world, "prod", PROD, tags=tags)
    reader = pipeline(world, "train", PROD, inputs=[data])
    assert mark(world, reader, "unvalidated_inputs").value == ([data] if bare else [])


def test_evidence_as_key_and_value(world: World) -> None:
    declare(world, "prod", data={"validation": ["quality=ok"]})
    reader = job(world, "train", PROD, inputs=[store(world, "prod", PROD, tags={"quality": "ok"})])
    assert mark(world, reader, "unvalidated_inputs").value == []


def test_nothing_is_said_where_nothing_is_declared_and_delivery_reads_no_data(world: World) -> None:
    data = store(world, "prod", PROD)
    assert mark(world, job(world, "a", PROD, inputs=[data]), "unvalidated_inputs").value is None
    declare(world, "prod", data={"validation": ["validated-*"]})
    build = pipeline(world, "b", PROD, type="codebuild", inputs=[data])
    assert mark(world, build, "unvalidated_inputs").value == []


def test_unread_inputs_leave_evidence_open(world: World) -> None:
    declare(world, "prod", data={"validation": ["validated-*"]})
    denied = gap(PROD, "sagemaker:DescribePipeline")
    reader = pipeline(world, "train", PROD, unknown={"inputs": (denied,)})
    found = mark(world, reader, "unvalidated_inputs")
    assert (found.unknown, found.gaps) == (True, (denied,))
