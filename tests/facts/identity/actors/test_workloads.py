"""Workloads with a role of another environment, in an account that environments share."""

from __future__ import annotations

import pytest

from facts.acting import SHARED, blind, crossings, only, runs, served, shared_world, stores, tagged
from facts.estates import PROD, World, allow, gap, role_arn, trust
from scanner.facts import identity_paths
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Reason, Scope

READ = allow("s3:GetObject", "arn:aws:s3:::data/*")


@pytest.fixture
def world() -> World:
    return shared_world()


def test_a_workload_of_one_environment_runs_with_a_role_of_another(world: World) -> None:
    role = served(world, "train")
    functions = tuple(runs(world, name, role) for name in ("f", "g"))
    runs(world, "own", role, "prod")
    found = only(world)
    assert (found.pair, found.state, found.latent, found.access) == ("dev->prod", Tri.YES, False, ("assume",))
    assert (found.sources, found.targets) == (functions, (role,))
    assert found.border == f"{role} (run as by workloads of dev)"
    assert found.closes == (found.border,)
    (step,) = found.steps
    assert (step.source_id, step.target_id, step.by) == (functions[0], role, "runs as it")
    assert step.source.pointer == "/data/identity"
    assert "workload" in step.source.part


def test_a_role_of_its_own_place_is_no_crossing(world: World) -> None:
    runs(world, "f", served(world, "train", place="dev"))
    assert crossings(world) == []
    assert identity_paths.derive(tagged(world)).blind == {}


def test_the_way_goes_on_from_the_role(world: World) -> None:
    target = world.role(PROD, "target", READ, trust=trust(role_arn(SHARED, "train")))
    role = served(world, "train", allow("sts:AssumeRole", target, Sid="Go"), place="service:ci")
    function = runs(world, "f", role)
    world.bucket(PROD, "data")
    found = only(world)
    assert (found.pair, found.targets, found.via) == ("dev->prod", (target,), ("ci",))
    assert [step.by for step in found.steps] == [
        "runs as it",
        "inline policy main statement Go",
        "trust statement 1",
    ]
    (store,) = [item for item in stores(world) if item.source_env == "dev"]
    assert (store.access, store.sources, store.targets) == (("read",), (function,), ("arn:aws:s3:::data",))
    assert store.steps[0].source_id == function
    assert store.closes == (found.border,)


def test_stores_of_the_role_s_own_place(world: World) -> None:
    function = runs(world, "f", served(world, "train", READ))
    world.bucket(SHARED, "data", place="prod")
    (store,) = stores(world)
    assert (store.pair, store.sources, store.state) == ("dev->prod", (function,), Tri.YES)


def test_an_instance_by_its_profile(world: World) -> None:
    profile = f"arn:aws:iam::{SHARED}:instance-profile/train"
    role = served(world, "train", service="ec2", instance_profiles=[profile])
    arn = f"arn:aws:ec2:eu-west-1:{SHARED}:instance/i-1"
    world.add(arn, "instance", SHARED, {"profile": profile}, place="dev")
    found = only(world)
    assert (found.sources, found.targets) == ((arn,), (role,))
    assert found.steps[0].by == "runs as it, by its instance profile"
    assert found.steps[0].source.pointer == "/data/profile"


@pytest.mark.parametrize(
    ("kind", "arn", "service"),
    [
        ("job", "arn:aws:sagemaker:eu-west-1:666666666666:training-job/t", "sagemaker"),
        ("workload", "arn:aws:sagemaker:eu-west-1:666666666666:notebook-instance/n", "sagemaker"),
        ("workload", "arn:aws:batch:eu-west-1:666666666666:job-definition/j:1", "ecs-tasks"),
        ("workload", "arn:aws:ecs:eu-west-1:666666666666:service/ml/s", "ecs-tasks"),
        ("pipeline", "arn:aws:states:eu-west-1:666666666666:stateMachine:m", "states"),
        ("pipeline", "arn:aws:codebuild:eu-west-1:666666666666:project/p", "codebuild"),
        ("schedule", "arn:aws:scheduler:eu-west-1:666666666666:schedule/default/s", "scheduler"),
        ("node_pool", "arn:aws:eks:eu-west-1:666666666666:nodegroup/ml/n", "ec2"),
    ],
)
def test_whatever_runs_as_a_role(world: World, kind: str, arn: str, service: str) -> None:
    role = served(world, "train", service=service)
    world.add(arn, kind, SHARED, {"type": "x", "identity": role}, place="dev")
    assert (only(world).sources, only(world).state) == ((arn,), Tri.YES)


def test_a_role_that_no_longer_admits_the_service_is_half_open(world: World) -> None:
    role = served(world, "train", service="ec2")
    function = runs(world, "f", role)
    found = only(world)
    assert (found.latent, found.state, found.sources) == (True, Tri.YES, (function,))
    assert [step.state for step in found.steps] == [Tri.YES, Tri.NO]
    assert found.steps[1].by == "the trust policy of train does not admit the service that runs it"


def test_a_trust_policy_that_was_not_read(world: World) -> None:
    hidden = gap(SHARED, "iam:GetAccountAuthorizationDetails")
    runs(world, "f", served(world, "train", unknown={"trust": (hidden,)}))
    found = only(world)
    assert (found.state, found.gaps) == (Tri.UNKNOWN, (hidden,))


def test_a_role_of_another_account_is_never_passed(world: World) -> None:
    runs(world, "f", world.role(PROD, "x", trust=trust({"Service": "lambda.amazonaws.com"})))
    assert crossings(world) == []


class TestUnread:
    def test_which_role_it_has(self, world: World) -> None:
        hidden = gap(SHARED, "lambda:GetFunctionConfiguration")
        served(world, "train")
        runs(world, "f", None, unknown={"identity": (hidden,)})
        assert crossings(world) == []
        assert blind(world) == (hidden,)
        assert blind(world, "prod->dev") == ()

    def test_which_role_it_has_where_none_could_be_foreign(self, world: World) -> None:
        served(world, "train", place="dev")
        served(world, "other", service="ec2")
        hidden = Gap(
            Scope("aws", SHARED, "eu-west-1"), "lambda.function", "lambda:GetFunction", "x", Reason.DENIED
        )
        runs(world, "f", None, unknown={"identity": (hidden,)})
        assert blind(world) == (), "of another service's roles it can have none"

    def test_whose_it_is(self, world: World) -> None:
        hidden = gap(SHARED, "lambda:ListTags")
        runs(world, "f", served(world, "train"), None, unknown={"assigned_by": (hidden,)})
        assert crossings(world) == []
        assert blind(world) == (hidden,)

    def test_whose_the_role_is(self, world: World) -> None:
        hidden = gap(SHARED, "iam:ListRoleTags")
        runs(world, "f", served(world, "train", place=None, unknown={"assigned_by": (hidden,)}))
        assert crossings(world) == []
        assert blind(world) == (hidden,)

    def test_workloads_that_were_not_listed(self, world: World) -> None:
        served(world, "train", READ)
        served(world, "lab", place="dev")
        world.bucket(SHARED, "data", place="prod")
        missing = world.unread("workload", SHARED, "lambda:ListFunctions")
        assert blind(world) == blind(world, "prod->dev") == (missing,)

    def test_workloads_of_an_account_of_one_environment_were_not_listed(self, world: World) -> None:
        world.role(PROD, "x", trust=trust({"Service": "lambda.amazonaws.com"}))
        world.unread("workload", PROD, "lambda:ListFunctions")
        assert identity_paths.derive(tagged(world)).blind == {}
