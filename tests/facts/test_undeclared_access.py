"""Who may do what in production without being declared: marks, their witnesses, and what leaves them open."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import CI, DEV, OUTSIDE, PROD, World, allow, deny, gap, role_arn, trust, user_arn
from scanner.facts.undeclared_access import LISTED, derive
from scanner.model.estate import Environment
from scanner.model.facts import Mark

SECRET = f"arn:aws:secretsmanager:eu-west-1:{PROD}:secret:db-AbCdEf"
READ = allow("secretsmanager:GetSecretValue", SECRET, Sid="Read")
REGISTRY = f"arn:aws:ecr:eu-west-1:{PROD}:repository/training"
SHARED = f"arn:aws:ecr:eu-west-1:{CI}:repository/approved/base"
RAW = "arn:aws:s3:::raw"


def declaring(world: World, settings: dict[str, Any], name: str = "prod") -> None:
    tier = world.environments[name].tier
    world.environments[name] = Environment(name, tier, settings=settings)


def marks(world: World, resource: str) -> dict[str, Mark]:
    return {mark.attr: mark for mark in derive(world.estate()).marks if mark.resource == resource}


@pytest.fixture
def world() -> World:
    """A secret of production, of which only ``serving`` is a declared reader."""
    world = World()
    declaring(world, {"keys": {"readers": ["serving-team", role_arn(PROD, "serving")]}})
    world.people = {"serving-team": (user_arn(PROD, "cara"), "cara@example.com")}
    world.role(PROD, "serving", READ)
    world.secret(PROD, "db")
    return world


def readers(world: World) -> Mark:
    return marks(world, SECRET)["undeclared_readers"]


class TestReaders:
    def test_the_declared_alone(self, world: World) -> None:
        world.user(PROD, "cara", READ)
        found = readers(world)
        assert (found.value, found.unknown) == ([], False)
        assert marks(world, SECRET)["undeclared_readers_count"].value == 0

    def test_somebody_else_with_the_way(self, world: World) -> None:
        other = world.role(PROD, "notebooks", READ)
        found = readers(world)
        assert found.value == [other]
        assert [(step.source_id, step.target_id, step.by) for step in found.steps] == [
            (other, SECRET, "inline policy main statement Read")
        ]

    def test_whoever_can_become_the_declared(self, world: World) -> None:
        world.role(PROD, "serving-2", READ, trust=trust(role_arn(PROD, "helper")))
        world.environments["prod"] = Environment(
            "prod",
            "production",
            settings={"keys": {"readers": [role_arn(PROD, "serving*")]}},
        )
        helper = world.role(PROD, "helper", allow("sts:AssumeRole", role_arn(PROD, "serving-2")))
        found = readers(world)
        assert found.value == [helper]
        assert [step.target_id for step in found.steps] == [role_arn(PROD, "serving-2")] * 2 + [SECRET]

    def test_from_another_environment(self, world: World) -> None:
        world.key(PROD, "k")
        world.role(PROD, "reader", READ, trust=trust(DEV))
        source = world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "reader")))
        assert readers(world).value == [source, role_arn(PROD, "reader")]

    def test_a_denial(self, world: World) -> None:
        world.role(PROD, "notebooks", allow("*"), deny("secretsmanager:*"))
        world.role(PROD, "limited", deny("iam:*"), deny("sts:*"), allow("secretsmanager:List*"))
        assert role_arn(PROD, "limited") not in (readers(world).value or [])

    @pytest.mark.parametrize(
        "pattern",
        [
            role_arn(PROD, "serv*"),
            f"arn:aws:sts::{PROD}:assumed-role/serving/*",
            f"arn:aws:sts::{PROD}:assumed-role/serving/session",
        ],
    )
    def test_patterns(self, world: World, pattern: str) -> None:
        declaring(world, {"keys": {"readers": [pattern]}})
        assert readers(world).value == []

    def test_patterns_heed_the_case(self, world: World) -> None:
        declaring(world, {"keys": {"readers": [role_arn(PROD, "SERVING")]}})
        assert readers(world).value == [role_arn(PROD, "serving")]

    def test_administrators_count_as_declared(self, world: World) -> None:
        declaring(world, {"keys": {"readers": []}, "administrators": [role_arn(PROD, "serving")]})
        assert readers(world).value == []

    def test_root_users_and_roles_of_services_do_not_count(self, world: World) -> None:
        world.role(PROD, "AWSServiceRoleForX", READ, service_linked=True)
        assert readers(world).value == []

    def test_undeclared_has_no_mark(self, world: World) -> None:
        declaring(world, {"keys": {"readers": None}})
        assert "undeclared_readers" not in marks(world, SECRET)

    def test_nothing_is_asked_outside_of_production(self, world: World) -> None:
        declaring(world, {"keys": {"readers": []}}, "dev")
        other = world.secret(DEV, "db")
        assert marks(world, other) == {}

    def test_many_are_counted(self, world: World) -> None:
        for number in range(30):
            world.role(PROD, f"r{number:02}", READ)
        assert len(readers(world).value) == LISTED
        assert marks(world, SECRET)["undeclared_readers_count"].value == 30


class TestOutside:
    def admit(self, world: World, principal: Any, **more: Any) -> Mark:
        world.resources = [item for item in world.resources if item.kind != "secret"]
        named = {
            "Sid": "Out",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
            **more,
        }
        opening = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
        key = world.key(PROD, "k", opening)
        world.role(PROD, "serving", READ, allow("kms:Decrypt", key))
        world.secret(PROD, "db", named, key=key)
        return readers(world)

    def test_another_account(self, world: World) -> None:
        found = self.admit(world, {"AWS": OUTSIDE})
        assert (found.value, found.steps[0].by) == ([OUTSIDE], "resource policy statement Out admits it")

    def test_everyone(self, world: World) -> None:
        assert self.admit(world, "*").value == ["*"]

    def test_everyone_of_the_organization_is_nobody_of_outside(self, world: World) -> None:
        condition = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}}
        assert self.admit(world, "*", **condition).value == []

    def test_a_declared_outside_principal(self, world: World) -> None:
        declaring(world, {"keys": {"readers": [role_arn(PROD, "serving"), role_arn(OUTSIDE, "vendor")]}})
        assert self.admit(world, {"AWS": role_arn(OUTSIDE, "vendor")}).value == []


class TestOpen:
    def test_identities_that_were_not_read(self, world: World) -> None:
        missing = world.unread("identity", PROD)
        found = readers(world)
        assert (found.unknown, found.value, found.gaps) == (True, None, (missing,))
        assert marks(world, SECRET)["possible_undeclared_readers"].value == [f"arn:aws:iam::{PROD}:*"]

    def test_a_proven_one_decides_all_the_same(self, world: World) -> None:
        missing = gap(PROD, "secretsmanager:GetResourcePolicy", SECRET)
        world.role(PROD, "perhaps", READ, unknown={"attached": (missing,)})
        other = world.role(PROD, "sure", allow("secretsmanager:*", SECRET))
        found = readers(world)
        assert (found.unknown, found.value) == (False, [other])

    def test_a_condition_that_nobody_can_decide(self, world: World) -> None:
        condition = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
        other = world.role(PROD, "perhaps", {**READ, **condition})
        found = readers(world)
        assert found.unknown
        assert marks(world, SECRET)["possible_undeclared_readers"].value == [other]


class TestPublishersAndPromoters:
    def test_publishers_of_a_registry_that_production_approves(self) -> None:
        world = World()
        host = f"{CI}.dkr.ecr.eu-west-1.amazonaws.com"
        declaring(
            world, {"images": {"approved": [f"{host}/approved/*"], "publishers": [role_arn(CI, "builder")]}}
        )
        world.repository(CI, "approved/base")
        world.repository(CI, "scratch")
        for name in ("builder", "other"):
            world.role(CI, name, allow("ecr:PutImage"))
        assert marks(world, SHARED)["undeclared_publishers"].value == [role_arn(CI, "other")]
        assert marks(world, SHARED.replace("approved/base", "scratch")) == {}

    def test_workloads_do_not_promote(self) -> None:
        world = World()
        declaring(world, {"promoters": []})
        write = allow("s3:PutObject", f"{RAW}/*", Sid="Write")
        world.role(PROD, "training", write)
        person = world.user(PROD, "ana", write)
        deployer = world.role(CI, "deploy", write, trust=trust(CI))
        named = {"Effect": "Allow", "Principal": {"AWS": deployer}, "Action": "s3:*", "Resource": f"{RAW}/*"}
        world.bucket(PROD, "raw", named)
        assert marks(world, RAW)["undeclared_promoters"].value == sorted([person, deployer])


class TestReadOnly:
    def test_writers_of_the_environment_that_declares_it(self) -> None:
        world = World()
        declaring(world, {"data": {"read_only": [f"{RAW}/*"]}})
        world.role(PROD, "reader", allow("s3:GetObject", f"{RAW}/*"))
        writer = world.role(PROD, "writer", allow("s3:DeleteObject", f"{RAW}/*"))
        named = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "s3:*", "Resource": f"{RAW}/*"}
        world.role(DEV, "loader", allow("s3:PutObject", f"{RAW}/*"))
        world.bucket(PROD, "raw", named)
        world.bucket(PROD, "other")
        found = marks(world, RAW)
        assert (found["read_only"].value, found["own_writers"].value) == (True, [writer])
        assert {attr: mark.value for attr, mark in marks(world, "arn:aws:s3:::other").items()} == {
            "read_only": False
        }

    def test_nobody_writes(self) -> None:
        world = World()
        declaring(world, {"data": {"read_only": ["arn:aws:s3:::r*"]}})
        world.role(PROD, "reader", allow("s3:GetObject", f"{RAW}/*"))
        world.bucket(PROD, "raw")
        assert marks(world, RAW)["own_writers"].value == []


class TestLaunchers:
    PIPELINE = f"arn:aws:sagemaker:eu-west-1:{PROD}:pipeline/train"
    SCHEDULE = f"arn:aws:scheduler:eu-west-1:{PROD}:schedule/default/nightly"

    @pytest.fixture
    def world(self) -> World:
        world = World()
        declaring(world, {"launchers": [role_arn(PROD, "scheduler")]})
        world.add(self.PIPELINE, "pipeline", PROD, {"type": "sagemaker_pipeline"}, region="eu-west-1")
        return world

    def test_who_starts_a_pipeline(self, world: World) -> None:
        world.role(PROD, "scheduler", allow("sagemaker:StartPipelineExecution", self.PIPELINE))
        assert marks(world, self.PIPELINE)["undeclared_launchers"].value == []
        other = world.role(PROD, "notebooks", allow("sagemaker:Start*"))
        found = marks(world, self.PIPELINE)
        assert found["undeclared_launchers"].value == [other]
        assert "undeclared_promoters" not in found  # promoters are not declared here

    @pytest.mark.parametrize(
        ("target", "launchers"), [("states", ["other"]), ("sns", []), ("sagemaker", ["other"])]
    )
    def test_who_changes_a_schedule_that_starts_something(
        self, world: World, target: str, launchers: list[str]
    ) -> None:
        attrs = {"type": "schedule", "targets": [f"arn:aws:{target}:eu-west-1:{PROD}:x"]}
        world.add(self.SCHEDULE, "schedule", PROD, attrs, region="eu-west-1")
        world.role(PROD, "other", allow("scheduler:UpdateSchedule"))
        expected = [role_arn(PROD, name) for name in launchers]
        assert marks(world, self.SCHEDULE)["undeclared_launchers"].value == expected

    def test_targets_that_were_not_read(self, world: World) -> None:
        hidden = gap(PROD, "scheduler:GetSchedule", self.SCHEDULE)
        world.add(self.SCHEDULE, "schedule", PROD, {}, unknown={"targets": (hidden,)}, region="eu-west-1")
        found = marks(world, self.SCHEDULE)["undeclared_launchers"]
        assert (found.unknown, found.gaps) == (True, (hidden,))


def test_who_approves_a_model() -> None:
    world = World()
    declaring(world, {"promoters": [role_arn(PROD, "release")]})
    model = f"arn:aws:sagemaker:eu-west-1:{PROD}:model-package/risk/1"
    world.add(model, "model", PROD, {"type": "model_package", "policy": None}, region="eu-west-1")
    for name in ("release", "other"):
        world.role(PROD, name, allow("sagemaker:UpdateModelPackage"), trust=trust(PROD))
    assert marks(world, model)["undeclared_promoters"].value == [role_arn(PROD, "other")]


def test_what_no_policy_decides_is_not_known() -> None:
    """Whoever has a password of a database's own writes to it."""
    world = World()
    declaring(world, {"promoters": []})
    database = f"arn:aws:rds:eu-west-1:{PROD}:db:features"
    world.add(database, "store", PROD, {"type": "rds", "policy": None}, region="eu-west-1")
    assert marks(world, database)["undeclared_promoters"].unknown
