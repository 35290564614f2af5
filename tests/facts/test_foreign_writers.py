"""People who use stores of production from elsewhere, without becoming anybody there (ACC-001, ACC-005)."""

from __future__ import annotations

from typing import Any

import pytest

from facts.acting import SHARED, shared_world, tagged
from facts.estates import CI, DEV, PROD, TEST, World, allow, deny, document, gap, trust
from scanner.facts.production_reach import derive

UNKNOWN = "unknown"
WITH = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
READ, PUT, BOTH = "s3:GetObject", "s3:PutObject", ["s3:GetObject", "s3:PutObject"]


@pytest.fixture
def world() -> World:
    return shared_world()


def ana(world: World, *statements: Any, account: str = DEV, **more: Any) -> str:
    return world.person(world.user(account, "ana", *statements, **more), account)


def admitting(world: World, actions: Any, principal: Any = DEV, **more: Any) -> str:
    """A bucket of production whose policy admits somebody."""
    named = principal if principal == "*" else {"AWS": principal}
    statement = {
        "Sid": "In",
        "Effect": "Allow",
        "Principal": named,
        "Action": actions,
        "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
    }
    return world.bucket(PROD, "data", {**statement, **more.pop("test", {})}, **more)


def marks(world: World, person: str) -> dict[str, Any]:
    found = {mark.attr: mark for mark in derive(tagged(world)).marks if mark.resource == person}
    return {attr: UNKNOWN if mark.unknown else mark.value for attr, mark in found.items()}


def test_a_bucket_policy_lets_them_write(world: World) -> None:
    bucket = admitting(world, PUT)
    person = ana(world, allow(PUT, "arn:aws:s3:::data/*", Sid="Put"))
    found = marks(world, person)
    assert (found["writes"], found["writes_production"]) == (["dev", "prod"], True)
    assert (found["overlaps"], found["distinct_writer"]) == (["dev"], False)
    assert (found["reaches_production"], found["production_environments"]) == (True, ["prod"])
    (mark,) = [item for item in derive(tagged(world)).marks if item.attr == "writes_production"]
    assert [(step.source_id, step.target_id, step.by) for step in mark.steps] == [
        (person, bucket, "inline policy main statement Put"),
        (person, bucket, "bucket policy statement In"),
    ]


def test_reading_reaches_and_changes_nothing(world: World) -> None:
    admitting(world, READ)
    found = marks(world, ana(world, allow(READ)))
    assert (found["writes_production"], found["reaches_production"]) == (False, True)


@pytest.mark.parametrize(
    ("own", "theirs"), [((), BOTH), ((allow(READ),), PUT), ((allow(BOTH), deny("s3:*")), BOTH)]
)
def test_one_side_alone_gives_nothing(world: World, own: tuple[Any, ...], theirs: Any) -> None:
    admitting(world, theirs)
    found = marks(world, ana(world, *own))
    assert (found["writes_production"], found["reaches_production"]) == (False, False)


def test_by_a_role_of_another_place(world: World) -> None:
    admitting(world, PUT, CI)
    deploy = world.role(CI, "deploy", allow(PUT), trust=trust(DEV))
    person = ana(world, allow("sts:AssumeRole", deploy))
    assert marks(world, person)["writes_production"] is True
    (mark,) = [item for item in derive(tagged(world)).marks if item.attr == "reaches_production"]
    assert [step.source_id for step in mark.steps] == [person, person, deploy, deploy]


def test_a_registry(world: World) -> None:
    admit = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "ecr:*", "Resource": "*"}
    world.add(
        f"arn:aws:ecr:eu-west-1:{PROD}:repository/app",
        "registry",
        PROD,
        {"type": "repository", "policy": document(admit), "registry_policy": None},
    )
    assert marks(world, ana(world, allow("ecr:PutImage")))["writes_production"] is True


@pytest.mark.parametrize(("principal", "writes"), [(DEV, True), (PROD, False)])
def test_a_secret_needs_its_key_too(world: World, principal: str, writes: bool) -> None:
    admit = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "secretsmanager:*", "Resource": "*"}
    key = world.key(PROD, "k", {**admit, "Principal": {"AWS": principal}, "Action": "kms:*"})
    world.secret(PROD, "db", admit, key=key)
    person = ana(world, allow(["secretsmanager:PutSecretValue", "kms:GenerateDataKey", "kms:Decrypt"]))
    assert marks(world, person)["writes_production"] is writes


def test_in_one_account_that_tags_divide(world: World) -> None:
    world.bucket(SHARED, "data", place="prod")
    person = ana(world, allow(PUT, "arn:aws:s3:::data/*"), account=SHARED, place="dev")
    assert marks(world, person)["writes_production"] is True


def test_a_key_that_keeps_it_closed(world: World) -> None:
    key = world.key(PROD, "k")
    admitting(world, READ, encryption="aws:kms", key=key)
    assert marks(world, ana(world, allow(["s3:*", "kms:*"])))["reaches_production"] is False


def test_what_everyone_may_do_is_nobody_s_in_particular(world: World) -> None:
    admitting(world, READ, "*", public_access="public")
    assert marks(world, ana(world, allow(READ)))["reaches_production"] is False


def test_a_store_of_another_environment_that_is_no_production(world: World) -> None:
    world.bucket(TEST, "data", {**admit_all(), "Principal": {"AWS": DEV}})
    found = marks(world, ana(world, allow(PUT)))
    assert (found["writes"], found["writes_production"]) == (["dev", "test"], False)


def admit_all() -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]}


class TestMfa:
    def test_not_demanded(self, world: World) -> None:
        admitting(world, READ)
        assert marks(world, ana(world, allow(READ)))["mfa_demanded"] is False

    def test_by_the_identity_s_policy(self, world: World) -> None:
        admitting(world, READ)
        assert marks(world, ana(world, allow(READ, **WITH)))["mfa_demanded"] is True

    def test_by_the_bucket_s_policy(self, world: World) -> None:
        admitting(world, READ, test=WITH)
        assert marks(world, ana(world, allow(READ)))["mfa_demanded"] is True

    def test_of_one_action_alone(self, world: World) -> None:
        admitting(world, BOTH)
        person = ana(world, allow(READ, **WITH), allow(PUT))
        assert marks(world, person)["mfa_demanded"] is False


class TestUnread:
    def test_the_policy_of_a_bucket(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetBucketPolicy")
        world.bucket(PROD, "data", unknown={"policy": (hidden,)})
        found = marks(world, ana(world, allow(BOTH)))
        assert found["writes_production"] == found["reaches_production"] == UNKNOWN
        assert found["distinct_writer"] == UNKNOWN
        assert {one for mark in derive(tagged(world)).marks for one in mark.gaps} == {hidden}

    def test_buckets_that_were_not_listed(self, world: World) -> None:
        missing = world.unread("store", PROD, "s3:ListBuckets")
        person = ana(world, allow(BOTH))
        found = marks(world, person)
        assert found["writes_production"] == found["reaches_production"] == found["mfa_demanded"] == UNKNOWN
        assert {one for mark in derive(tagged(world)).marks for one in mark.gaps} == {missing}

    def test_buckets_that_were_not_listed_of_whom_nobody_is_granted_any(self, world: World) -> None:
        world.unread("store", PROD, "s3:ListBuckets")
        found = marks(world, ana(world, allow("ec2:*")))
        assert (found["writes_production"], found["reaches_production"]) == (False, False)

    def test_a_sure_way_is_sure_whatever_was_not_listed(self, world: World) -> None:
        world.unread("store", PROD, "s3:ListBuckets")
        world.role(PROD, "b", allow("s3:*"), trust=trust(DEV))
        found = marks(world, ana(world, allow(["sts:AssumeRole", "s3:*"])))
        assert (found["writes_production"], found["reaches_production"]) == (True, True)
