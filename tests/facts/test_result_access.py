"""Results and logs of one environment as seen from another."""

from __future__ import annotations

from facts.estates import DEV, PROD, World, allow, gap, role_arn, trust
from scanner.facts.result_access import derive
from scanner.model.estate import Environment
from scanner.model.logic import Tri

LOG = f"arn:aws:logs:eu-west-1:{PROD}:log-group:/ml/training"
OUT = "arn:aws:s3:::results"
IN = "arn:aws:s3:::inputs"


def log(world: World, **more: object) -> str:
    attrs = {"type": "log_group", "key": None, "retention_days": None, "policy": None, "subscriptions": []}
    return world.add(LOG, "log", PROD, {**attrs, **more}, region="eu-west-1")


def reading(world: World) -> None:
    """A role of production that development may assume, and that reads logs and buckets."""
    world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "viewer"), Sid="Go"))
    world.role(PROD, "viewer", allow(["logs:*", "s3:GetObject"]), trust=trust(DEV))


def test_logs_are_read_by_becoming_somebody() -> None:
    world = World()
    reading(world)
    log(world)
    (found,) = derive(world.estate()).crossings
    assert (found.pair, found.targets, found.access, found.state) == ("dev->prod", (LOG,), ("read",), Tri.YES)
    assert found.border == f"{role_arn(DEV, 'a')}/inline/main#Go"


def test_only_what_jobs_write_are_results() -> None:
    world = World()
    reading(world)
    world.bucket(PROD, "results")
    world.bucket(PROD, "inputs")
    world.add(f"arn:aws:sagemaker:eu-west-1:{PROD}:training-job/j", "job", PROD, {"outputs": [OUT]})
    (found,) = derive(world.estate()).crossings
    assert found.targets == (OUT,)


def test_what_may_be_read_is_declared_for_stores_alone() -> None:
    world = World()
    world.environments["prod"] = Environment(
        "prod", "production", settings={"data": {"readable_from": ["dev"]}}
    )
    reading(world)
    world.bucket(PROD, "results")
    world.add("job", "job", PROD, {"outputs": [OUT]})
    assert [item.flow for item in derive(world.estate()).crossings] == ["data.readable_from"]
    log(world)
    assert [(item.flow, item.targets) for item in derive(world.estate()).crossings] == [(None, (LOG,))]


def test_unread_outputs_blind() -> None:
    world = World()
    hidden = gap(PROD, "sagemaker:DescribeTrainingJob")
    world.add("job", "job", PROD, {}, unknown={"outputs": (hidden,)})
    assert derive(world.estate()).blind == {"dev->prod": (hidden,), "test->prod": (hidden,)}


def test_a_log_policy_that_was_not_read() -> None:
    world = World()
    hidden = gap(PROD, "logs:DescribeResourcePolicies")
    world.role(DEV, "a", allow("logs:*"))
    world.add(LOG, "log", PROD, {"type": "log_group"}, unknown={"policy": (hidden,)}, region="eu-west-1")
    facts = derive(world.estate())
    assert hidden in facts.blind["dev->prod"]
