"""Attacks on rules about what starts pipelines: calls that name in their input what they start."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow
from facts.roads import declare, pipeline
from scanner.facts.declared_roads import derive as roads
from scanner.facts.stopping import derive as stopping
from scanner.facts.undeclared_access import derive as undeclared
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark

SCHEDULE = f"arn:aws:scheduler:eu-west-1:{PROD}:schedule/default/nightly"
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
UNIVERSAL = "arn:aws:scheduler:::aws-sdk"


@pytest.fixture
def world() -> World:
    return World()


def schedule(world: World, target: str, *, enabled: bool = True) -> str:
    attrs = {"type": "schedule", "targets": [target], "enabled": enabled, "pattern": False}
    return world.add(SCHEDULE, "schedule", PROD, attrs, region="eu-west-1")


def mark(found: Facts, resource: str, attr: str) -> Mark:
    return next(item for item in found.marks if (item.resource, item.attr) == (resource, attr))


def triggers(estate: Estate, made: str) -> tuple[bool, object]:
    said = mark(roads(estate), made, "undeclared_triggers")
    return said.unknown, said.value


class TestTriggers:
    """PIP-001."""

    def test_a_call_that_may_start_it(self, world: World) -> None:
        declare(world, "prod", triggers=["release"])
        made = pipeline(world, "train", PROD)
        schedule(world, f"{UNIVERSAL}:sagemaker:startPipelineExecution")
        assert triggers(world.estate(), made) == (True, None)

    @pytest.mark.parametrize("call", ["sagemaker:stopPipelineExecution", "sfn:startExecution"])
    def test_a_call_that_starts_none_of_these(self, world: World, call: str) -> None:
        declare(world, "prod", triggers=["release"])
        made = pipeline(world, "train", PROD)
        schedule(world, f"{UNIVERSAL}:{call}")
        assert triggers(world.estate(), made) == (False, [])

    def test_one_that_is_off(self, world: World) -> None:
        declare(world, "prod", triggers=["release"])
        made = pipeline(world, "train", PROD)
        schedule(world, f"{UNIVERSAL}:sagemaker:startPipelineExecution", enabled=False)
        assert triggers(world.estate(), made) == (False, [])

    def test_schedules_are_declared(self, world: World) -> None:
        declare(world, "prod", triggers=["schedule"])
        made = pipeline(world, "train", PROD)
        schedule(world, f"{UNIVERSAL}:sagemaker:startPipelineExecution")
        assert triggers(world.estate(), made) == (False, [])


class TestLaunchers:
    """ACC-003: who changes a schedule changes what it starts, however it is started."""

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            (f"{UNIVERSAL}:sagemaker:startPipelineExecution", "fail"),
            (f"{UNIVERSAL}:sfn:startExecution", "fail"),
            (f"arn:aws:ssm:eu-west-1:{PROD}:automation-definition/Deploy", "fail"),
            (f"{UNIVERSAL}:ec2:runInstances", "unknown"),
            (f"arn:aws:sqs:eu-west-1:{PROD}:jobs", "unknown"),
            (f"arn:aws:events:eu-west-1:{PROD}:event-bus/jobs", "unknown"),
            (f"{UNIVERSAL}:ec2:stopInstances", "pass"),
        ],
    )
    def test_targets(self, world: World, target: str, said: str) -> None:
        declare(world, "prod", launchers=[])
        world.role(PROD, "other", allow("scheduler:UpdateSchedule"))
        schedule(world, target)
        found = mark(undeclared(world.estate()), SCHEDULE, "undeclared_launchers")
        verdict = "unknown" if found.unknown else "fail" if found.value else "pass"
        assert verdict == said


class TestStopping:
    """CST-003."""

    WEB = f"arn:aws:ecs:eu-west-1:{DEV}:service/lab/web"

    def stops(self, world: World, *names: str, unknown: Any = None, **attrs: Any) -> tuple[bool, object]:
        world.add(
            self.WEB,
            "workload",
            DEV,
            {"active": True, "idle_stop": "never", "idle_seconds": None},
            region="eu-west-1",
        )
        full = {"stops": list(names), "enabled": True, "expression": "cron(0 20 * * ? *)", **attrs}
        arn = f"arn:aws:scheduler:eu-west-1:{DEV}:schedule/default/night"
        world.add(arn, "schedule", DEV, full, region="eu-west-1", unknown=unknown)
        said = mark(stopping(world.estate()), self.WEB, "stops_itself")
        return said.unknown, said.value

    def test_its_own(self, world: World) -> None:
        assert self.stops(world, "lab/web") == (False, True)

    def test_a_service_of_the_same_name_in_another_cluster(self, world: World) -> None:
        assert self.stops(world, "other/web") == (False, False)

    @pytest.mark.parametrize("expression", ["at(2025-01-01T20:00:00)", None])
    def test_what_was_stopped_once_runs_again(self, world: World, expression: str | None) -> None:
        # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
        assert self.stops(world, "lab/web", expression=expression) == (False, False)

    @pytest.mark.parametrize("attr", ["stops", "enabled", "expression"])
    def test_a_schedule_that_was_not_read_for_no_recorded_reason(self, world: World, attr: str) -> None:
        assert self.stops(world, "lab/web", unknown={attr: ()}) == (True, None)
