"""Content under keys, the keys themselves, and secrets: who of another environment may use them."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow, gap, role_arn, trust
from scanner.facts.store_access import derive
from scanner.model.facts import Crossing
from scanner.model.logic import Tri

BUCKET = "arn:aws:s3:::data"
KEY = f"arn:aws:kms:eu-west-1:{PROD}:key/k"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{PROD}:secret:db-AbCdEf"
KMS = "aws:kms"


def only(world: World) -> Crossing:
    (found,) = derive(world.estate()).crossings
    return found


def by_targets(world: World) -> dict[tuple[str, ...], tuple[str, bool, tuple[str, ...]]]:
    return {
        item.targets: (item.state.value, item.latent, item.access)
        for item in derive(world.estate()).crossings
    }


def admit(principal: str, actions: Any, **more: Any) -> dict[str, Any]:
    return {
        "Sid": "In",
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": actions,
        "Resource": "*",
        **more,
    }


def into(principal: str) -> dict[str, Any]:
    return {**admit(principal, "s3:GetObject"), "Resource": f"{BUCKET}/*"}


@pytest.fixture
def world() -> World:
    """A development role that a bucket of production admits for reading, under a key."""
    world = World()
    world.role(
        DEV, "a", allow("s3:GetObject", f"{BUCKET}/*", Sid="Use"), allow("kms:Decrypt", KEY, Sid="Key")
    )
    return world


class TestContentUnderAKey:
    def test_the_key_agrees(self, world: World) -> None:
        world.key(PROD, "k", admit(DEV, "kms:*"))
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        found = only_reading(world)
        assert (found.state, found.latent, found.access) == (Tri.YES, False, ("read",))
        assert [step.by for step in found.steps] == [
            "inline policy main statement Use",
            "bucket policy statement In",
            "inline policy main statement Key (kms:decrypt on its key)",
            "key policy statement In (kms:decrypt on its key)",
        ]
        assert found.steps[-1].target_id == BUCKET

    def test_the_key_alone_keeps_it_closed(self, world: World) -> None:
        world.key(PROD, "k")
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        found = only_reading(world)
        assert (found.state, found.latent, found.steps[-1].state) == (Tri.YES, True, Tri.NO)
        assert found.steps[-1].by == "the key of its content does not let it kms:decrypt"

    @pytest.mark.parametrize("key", [None, "alias/aws/s3", f"arn:aws:kms:eu-west-1:{PROD}:alias/aws/s3"])
    def test_the_providers_own_key_serves_no_other_account(self, world: World, key: str | None) -> None:
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=key)
        assert only(world).latent

    def test_the_providers_own_key_serves_its_account(self) -> None:
        world = World()
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", allow("s3:GetObject", f"{BUCKET}/*"), trust=trust(DEV))
        world.bucket(PROD, "data", encryption=KMS, key=None)
        assert only(world).state is Tri.YES

    def test_a_key_that_was_not_collected(self, world: World) -> None:
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        assert only(world).state is Tri.UNKNOWN

    def test_grants_that_were_not_read_may_open_it(self, world: World) -> None:
        hidden = gap(PROD, "kms:ListGrants", KEY)
        world.key(PROD, "k", unknown={"grants": (hidden,)})
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        found = only_reading(world)
        assert (found.state, found.gaps) == (Tri.UNKNOWN, (hidden,))

    def test_a_grant_opens_it(self, world: World) -> None:
        world.key(PROD, "k", grants=[{"grantee": role_arn(DEV, "a"), "operations": ["Decrypt"]}])
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        assert (only_reading(world).state, only_reading(world).latent) == (Tri.YES, False)

    @pytest.mark.parametrize(("service", "state"), [("s3", "yes"), ("secretsmanager", "latent")])
    def test_by_way_of_which_service(self, world: World, service: str, state: str) -> None:
        through = {"Condition": {"StringEquals": {"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"}}}
        world.key(PROD, "k", admit(DEV, "kms:Decrypt", **through))
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        found = only_reading(world)
        assert ("latent" if found.latent else found.state.value) == state

    def test_a_key_named_by_its_id_alone(self, world: World) -> None:
        world.key(PROD, "k", admit(DEV, "kms:*"))
        world.bucket(PROD, "data", into(role_arn(DEV, "a")), encryption=KMS, key=KEY)
        assert only_reading(world).state is Tri.YES


def only_reading(world: World) -> Crossing:
    """The crossing to the bucket, whatever else there is."""
    (found,) = [item for item in derive(world.estate()).crossings if BUCKET in item.targets]
    return found


class TestKeys:
    def test_both_sides(self, world: World) -> None:
        world.key(PROD, "k", admit(DEV, ["kms:Decrypt", "kms:Encrypt"]))
        found = only(world)
        assert (found.targets, found.access, found.state) == ((KEY,), ("read",), Tri.YES)

    def test_a_key_that_does_not_delegate_admits_nobody_at_home(self) -> None:
        world = World()
        world.role(PROD, "a", allow("kms:*"), place="dev")
        world.key(PROD, "k", admit(role_arn(PROD, "other"), "kms:*"))
        assert [item for item in derive(world.estate()).crossings if not item.latent] == []

    def test_a_grant_needs_no_identity_policy(self) -> None:
        world = World()
        source = world.role(DEV, "a", allow("ec2:*"))
        world.key(PROD, "k", grants=[{"grantee": source, "operations": ["Decrypt"]}])
        found = only(world)
        assert (found.state, found.access, found.sources) == (Tri.YES, ("read",), (source,))

    def test_a_grant_under_some_context_may_not_hold(self) -> None:
        world = World()
        source = world.role(DEV, "a", allow("ec2:*"))
        world.key(PROD, "k", grants=[{"grantee": source, "operations": ["Decrypt"], "constrained": True}])
        assert only(world).state is Tri.UNKNOWN

    def test_unread_grants_blind(self) -> None:
        world = World()
        hidden = gap(PROD, "kms:ListGrants", KEY)
        world.role(DEV, "a", allow("ec2:*"))
        world.key(PROD, "k", unknown={"grants": (hidden,)})
        assert hidden in derive(world.estate()).blind["dev->prod"]


class TestSecrets:
    def test_both_sides_and_the_key(self) -> None:
        world = World()
        world.role(DEV, "a", allow("secretsmanager:GetSecretValue", Sid="Get"), allow("kms:Decrypt", KEY))
        world.key(PROD, "k", admit(DEV, "kms:Decrypt"))
        world.secret(PROD, "db", admit(DEV, "secretsmanager:*"), key=KEY)
        assert by_targets(world)[SECRET,] == ("yes", False, ("read",))

    def test_the_default_key_keeps_other_accounts_out(self) -> None:
        world = World()
        world.role(DEV, "a", allow("secretsmanager:GetSecretValue"))
        world.secret(PROD, "db", admit(DEV, "secretsmanager:*"))
        assert by_targets(world) == {(SECRET,): ("yes", True, ("read",))}

    def test_a_policy_that_was_not_read(self) -> None:
        world = World()
        hidden = gap(PROD, "secretsmanager:GetResourcePolicy", SECRET)
        world.key(PROD, "k", admit(DEV, "kms:Decrypt"))
        world.role(DEV, "a", allow("secretsmanager:GetSecretValue", Sid="Get"), allow("kms:Decrypt", KEY))
        world.secret(PROD, "db", key=KEY, unknown={"policy": (hidden,)})
        assert by_targets(world)[SECRET,][0] == "unknown"


def test_stores_that_are_alike_are_one_crossing_by_one_grant() -> None:
    world = World()
    for number in range(30):
        world.role(DEV, f"r{number}", attached=[f"arn:aws:iam::{DEV}:policy/shared"])
        bucket = f"arn:aws:s3:::prod-{number}"
        statement = {**admit(DEV, "s3:GetObject"), "Resource": f"{bucket}/*"}
        world.bucket(PROD, f"prod-{number}", statement)
    world.policy(DEV, "shared", allow("s3:*", "arn:aws:s3:::prod-*", Sid="All"))
    found = only(world)
    assert (len(found.sources), len(found.targets), found.state) == (30, 30, Tri.YES)


def test_what_policies_tell_apart_is_told_apart() -> None:
    """Of stores with the same policy, a caller's denial takes one out and a grant by name opens one more."""
    world = World()
    for name in ("prod-1", "prod-2", "prod-3", "other"):
        bucket = f"arn:aws:s3:::{name}"
        world.bucket(PROD, name, {**admit(DEV, "s3:*"), "Resource": [bucket, f"{bucket}/*"]})
    world.role(
        DEV,
        "a",
        allow("s3:GetObject", "arn:aws:s3:::prod-*", Sid="Use"),
        {**allow("s3:*", "arn:aws:s3:::prod-2*"), "Effect": "Deny"},
        allow("s3:PutObject", "arn:aws:s3:::prod-3/in/*", Sid="Put"),
    )
    found = {
        item.border.rpartition("#")[2]: (item.targets, item.access)
        for item in derive(world.estate()).crossings
        if not item.latent
    }
    assert found == {
        "Use": (("arn:aws:s3:::prod-1", "arn:aws:s3:::prod-3"), ("read",)),
        "Put": (("arn:aws:s3:::prod-3",), ("write",)),
    }


def test_each_level_of_one_border_has_its_own_witness() -> None:
    world = World()
    world.role(DEV, "a", allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::*", Sid="Use"))
    world.bucket(PROD, "data", into(DEV))
    world.bucket(
        PROD, "drop", {**admit(DEV, "s3:PutObject"), "Resource": "arn:aws:s3:::drop/*", "Sid": "Drop"}
    )
    found = only(world)
    assert found.access == ("read", "write")
    assert [step.target_id for step in found.narrowed(("write",)).steps] == ["arn:aws:s3:::drop"] * 2
    assert [step.target_id for step in found.narrowed(("read",)).steps] == [BUCKET] * 2
    assert found.narrowed(("write", "delete")).access == ("write",)
