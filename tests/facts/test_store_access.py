"""Access to stores and registries of other environments: levels, borders, what is undecided and why."""

from __future__ import annotations

import random
from typing import Any

import pytest

from facts.estates import CI, DEV, PROD, TEST, World, allow, deny, gap, role_arn, trust
from scanner.facts.store_access import derive
from scanner.model.estate import Flow
from scanner.model.facts import Crossing, Facts
from scanner.model.logic import Tri

BUCKET = "arn:aws:s3:::data"
OBJECTS = f"{BUCKET}/*"


@pytest.fixture
def world() -> World:
    return World()


def only(world: World) -> Crossing:
    (found,) = derive(world.estate()).crossings
    return found


def table(world: World) -> dict[str, tuple[str, bool, tuple[str, ...]]]:
    return {
        f"{item.pair} {item.border}": (item.state.value, item.latent, item.access)
        for item in derive(world.estate()).crossings
    }


def admit(principal: Any, action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    named = principal if principal == "*" else {"AWS": principal}
    return {
        "Sid": "In",
        "Effect": "Allow",
        "Principal": named,
        "Action": action,
        "Resource": [BUCKET, OBJECTS],
        **more,
    }


def use(action: Any = "s3:GetObject", resource: Any = OBJECTS, **more: Any) -> dict[str, Any]:
    return allow(action, resource, Sid="Use", **more)


class TestDirect:
    def test_both_sides_grant(self, world: World) -> None:
        source = world.role(DEV, "a", use())
        target = world.bucket(PROD, "data", admit(source))
        found = only(world)
        assert (found.pair, found.border) == ("dev->prod", f"{source}/inline/main#Use")
        assert (found.state, found.access, found.targets) == (Tri.YES, ("read",), (target,))
        assert [step.by for step in found.steps] == [
            "inline policy main statement Use",
            "bucket policy statement In",
        ]
        assert found.steps[1].source.pointer == "/data/policy/Statement/0"

    @pytest.mark.parametrize(
        ("actions", "levels"),
        [
            ("s3:Get*", ("read",)),
            ("s3:PutObject", ("write",)),
            (["s3:GetObject", "s3:PutObject"], ("read", "write")),
            ("s3:DeleteObject*", ("delete",)),
            ("s3:PutLifecycleConfiguration", ("admin",)),
            ("s3:PutBucketPolicy", ()),  # S3 grants it to the owner's account alone
            ("s3:ListBucket", ()),  # names, not content
            ("s3:*", ("read", "write", "delete", "admin")),
        ],
    )
    def test_levels(self, world: World, actions: Any, levels: tuple[str, ...]) -> None:
        world.role(DEV, "a", use(actions, [BUCKET, OBJECTS]))
        world.bucket(PROD, "data", admit(DEV, "s3:*"))
        found = {item.access for item in derive(world.estate()).crossings if not item.latent}
        assert found == ({levels} if levels else set())

    def test_identities_alone_are_nothing(self, world: World) -> None:
        world.role(DEV, "a", allow("*"))
        world.bucket(PROD, "data")
        assert derive(world.estate()) == Facts()

    def test_an_explicit_deny(self, world: World) -> None:
        source = world.role(DEV, "a", use())
        closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, OBJECTS]}
        condition = {"Condition": {"StringNotEquals": {"aws:PrincipalAccount": PROD}}}
        world.bucket(PROD, "data", admit(source), {**closed, **condition})
        assert derive(world.estate()) == Facts()

    def test_a_denied_part_leaves_the_rest(self, world: World) -> None:
        source = world.role(DEV, "a", use(), deny("s3:*", f"{BUCKET}/secret/*"))
        world.bucket(PROD, "data", admit(source))
        assert only(world).state is Tri.YES

    def test_a_grant_that_is_denied_as_a_whole(self, world: World) -> None:
        world.role(DEV, "a", use(resource=f"{BUCKET}/models/*"), deny("s3:*", f"{BUCKET}/m*"))
        world.bucket(PROD, "data", admit(DEV))
        found = only(world)
        assert (found.latent, found.border) == (True, f"{BUCKET}/policy#In")

    def test_in_one_account_the_identity_is_enough(self, world: World) -> None:
        source = world.role(PROD, "a", use(), place="dev")
        world.bucket(PROD, "data")
        assert only(world).sources == (source,)

    def test_root_users_are_no_sources(self, world: World) -> None:
        world.root(DEV)
        world.bucket(PROD, "data", admit(DEV))
        found = only(world)
        assert (found.latent, found.sources) == (True, (f"arn:aws:iam::{DEV}:root",))
        assert "root user may" in found.steps[-1].by

    def test_registries(self, world: World) -> None:
        source = world.role(DEV, "a", allow("ecr:*", Sid="Use"))
        named = {
            "Sid": "In",
            "Effect": "Allow",
            "Principal": {"AWS": DEV},
            "Action": ["ecr:BatchGetImage", "ecr:PutImage"],
        }
        target = world.repository(PROD, "training", named)
        found = only(world)
        assert (found.border, found.access, found.targets) == (
            f"{source}/inline/main#Use",
            ("read", "write"),
            (target,),
        )


class TestIndirect:
    def test_the_border_is_the_assume_grant(self, world: World) -> None:
        source = world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b"), Sid="Go"))
        world.role(PROD, "b", use(["s3:GetObject", "s3:PutObject"]), trust=trust(DEV))
        world.bucket(PROD, "data")
        found = only(world)
        assert (found.border, found.access) == (f"{source}/inline/main#Go", ("read", "write"))
        assert [step.target_id for step in found.steps] == [role_arn(PROD, "b")] * 2 + [BUCKET]

    def test_through_a_service_that_is_admitted(self, world: World) -> None:
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(CI, "ci")))
        world.role(CI, "ci", use(), trust=trust(DEV))
        world.bucket(PROD, "data", admit(CI))
        assert (only(world).via, only(world).access) == (("ci",), ("read",))

    def test_an_undecided_step(self, world: World) -> None:
        condition = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", use(), trust=trust(DEV, **condition))
        world.bucket(PROD, "data")
        assert only(world).state is Tri.UNKNOWN


class TestLatent:
    def test_a_bucket_that_does_not_admit(self, world: World) -> None:
        source = world.role(DEV, "a", use(["s3:GetObject", "s3:PutObject"]))
        world.bucket(PROD, "data")
        found = only(world)
        assert (found.latent, found.border, found.access) == (
            True,
            f"{source}/inline/main#Use",
            ("read", "write"),
        )
        assert [step.state for step in found.steps] == [Tri.YES, Tri.NO]

    @pytest.mark.parametrize("pattern", ["*", "arn:aws:s3:::*", "arn:aws:s3:::d*/x"])
    def test_a_wildcard_names_no_bucket(self, world: World, pattern: str) -> None:
        world.role(DEV, "a", use(resource=pattern))
        world.bucket(PROD, "data")
        assert derive(world.estate()) == Facts()

    @pytest.mark.parametrize("principal", [DEV, role_arn(DEV, "a")])
    def test_a_bucket_that_admits_who_may_not(self, world: World, principal: str) -> None:
        world.role(DEV, "a", allow("ec2:*"))
        world.bucket(PROD, "data", admit(principal))
        found = only(world)
        assert (found.latent, found.border, found.access) == (True, f"{BUCKET}/policy#In", ("read",))

    def test_a_repository_of_the_account(self, world: World) -> None:
        world.role(DEV, "a", allow("ecr:*", f"arn:aws:ecr:*:{PROD}:repository/*"))
        world.repository(PROD, "training")
        assert only(world).latent

    def test_levels_that_are_half_open_stand_beside_those_that_are_open(self, world: World) -> None:
        source = world.role(DEV, "a", use(["s3:GetObject", "s3:PutObject"]))
        world.bucket(PROD, "data", admit(source))
        border = f"dev->prod {source}/inline/main#Use"
        assert table(world) == {
            border: ("yes", False, ("read",)),
            f"{border} (half-open)": ("yes", True, ("write",)),
        }


class TestPublic:
    def test_everyone_is_in_every_environment(self, world: World) -> None:
        world.bucket(PROD, "data", admit("*"), public_access="public")
        assert table(world) == {
            f"{home}->prod {BUCKET}/policy#In": ("yes", False, ("read",)) for home in ("dev", "test")
        }
        assert {item.sources for item in derive(world.estate()).crossings} == {("*",)}

    @pytest.mark.parametrize("exposure", ["blocked", "open"])
    def test_restricted_public_policies_admit_nobody_from_outside(self, world: World, exposure: str) -> None:
        world.role(DEV, "a", use())
        world.bucket(PROD, "data", admit("*"), public_access=exposure)
        assert derive(world.estate()) == Facts()

    def test_exposure_that_was_not_read(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetPublicAccessBlock", BUCKET)
        world.bucket(PROD, "data", admit("*"), unknown={"public_access": (hidden,)})
        facts = derive(world.estate())
        assert {item.state for item in facts.crossings} == {Tri.UNKNOWN}
        assert facts.blind == {"dev->prod": (hidden,), "test->prod": (hidden,)}

    def test_an_organization_is_not_everyone(self, world: World) -> None:
        source = world.role(DEV, "a", use())
        condition = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}}
        world.bucket(PROD, "data", admit("*", **condition))
        assert only(world).sources == (source,)

    def test_public_otherwise_is_undecided(self, world: World) -> None:
        world.bucket(PROD, "data", public_access="public")
        assert {item.state for item in derive(world.estate()).crossings} == {Tri.UNKNOWN}

    def test_an_account_by_its_canonical_id_may_be_anybodys(self, world: World) -> None:
        world.bucket(
            PROD, "data", acl_grantees=["75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"]
        )
        assert table(world) == {
            f"{home}->prod {BUCKET}/acl": ("unknown", False, ("read", "write")) for home in ("dev", "test")
        }

    def test_grantees_that_were_not_read_blind(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetBucketAcl", BUCKET)
        world.bucket(PROD, "data", unknown={"acl_grantees": (hidden,)})
        assert derive(world.estate()).blind == {"dev->prod": (hidden,), "test->prod": (hidden,)}


class TestUndecided:
    @pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
    def test_reading_under_a_key_needs_the_key(self, world: World, algorithm: str) -> None:
        source = world.role(DEV, "a", use(["s3:GetObject", "s3:PutObject"]))
        world.bucket(PROD, "data", admit(source, "s3:*"), encryption=algorithm)
        border = f"dev->prod {source}/inline/main#Use"
        assert table(world) == {
            border: ("yes", False, ("write",)),
            f"{border} (undecided)": ("unknown", False, ("read",)),
        }

    def test_encryption_that_was_not_read(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetBucketEncryption", BUCKET)
        source = world.role(DEV, "a", use())
        world.bucket(PROD, "data", admit(source), unknown={"encryption": (hidden,)})
        assert (only(world).state, only(world).gaps) == (Tri.UNKNOWN, (hidden,))

    def test_a_bucket_policy_that_was_not_read(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetBucketPolicy", BUCKET)
        source = world.role(DEV, "a", use())
        world.role(TEST, "t", allow("ec2:*"))
        world.bucket(PROD, "data", unknown={"policy": (hidden,)})
        found = only(world)
        assert (found.state, found.sources, found.gaps) == (Tri.UNKNOWN, (source,), (hidden,))

    def test_it_may_also_deny_at_home(self, world: World) -> None:
        hidden = gap(PROD, "s3:GetBucketPolicy", BUCKET)
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", use(), trust=trust(DEV))
        world.bucket(PROD, "data", unknown={"policy": (hidden,)})
        assert only(world).state is Tri.UNKNOWN


class TestBlind:
    def test_buckets_that_were_not_listed(self, world: World) -> None:
        missing = world.unread("store", PROD, "s3:ListBuckets")
        assert derive(world.estate()).blind == {"dev->prod": (missing,), "test->prod": (missing,)}

    def test_repositories_need_someone_who_may_use_them(self, world: World) -> None:
        missing = world.unread("registry", PROD, "ecr:DescribeRepositories")
        world.role(DEV, "a", allow("ecr:*"))
        assert derive(world.estate()).blind == {"dev->prod": (missing,)}

    def test_identities_that_were_not_read_where_a_store_admits_them(self, world: World) -> None:
        missing = world.unread("identity", DEV)
        world.role(TEST, "t", allow("s3:*"))
        world.bucket(PROD, "data", admit(DEV))
        facts = derive(world.estate())
        assert facts.blind == {"dev->prod": (missing,)}
        assert [(item.state, item.latent) for item in facts.crossings] == [(Tri.UNKNOWN, True)]


def test_flows_take_levels_away(world: World) -> None:
    source = world.role(DEV, "a", use(["s3:GetObject", "s3:PutObject"]))
    world.bucket(PROD, "data", admit(source, "s3:*"))
    world.flows.append(Flow("read-models", "dev", "prod", ("read",), resources=("arn:aws:s3:::d*",)))
    assert (only(world).flow, only(world).access) == (None, ("write",))
    world.flows.append(Flow("write-models", "dev", "prod", ("write",)))
    assert (only(world).flow, only(world).access) == ("read-models", ("read", "write"))


def test_the_order_of_resources_does_not_matter() -> None:
    world = World()
    for index in range(4):
        world.role(DEV, f"a{index}", allow("s3:*", [f"arn:aws:s3:::b{index}", f"arn:aws:s3:::b{index}/*"]))
        bucket = f"arn:aws:s3:::b{index}/*"
        named = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "s3:Get*", "Resource": bucket}
        world.bucket(PROD, f"b{index}", *([named] if index else []))
    expected = derive(world.estate())
    assert expected.crossings
    for seed in range(5):
        assert repr(derive(world.estate(random.Random(seed)))) == repr(expected)


class TestRegions:
    """An SCP that closes all regions but some decides by where a bucket lies."""

    def build(self, region: str | None) -> World:
        world = World()
        elsewhere = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}}
        world.guardrail("regions", ["r-root"], allow("*"), deny("*", **elsewhere))
        world.role(DEV, "worker", allow("s3:GetObject", "arn:aws:s3:::data/*", Sid="Read"))
        admit = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "s3:GetObject"}
        more = {} if region is None else {"region": region}
        world.bucket(PROD, "data", {**admit, "Resource": "arn:aws:s3:::data/*"}, **more)
        return world

    def state(self, region: str | None) -> Tri | None:
        found = [item for item in derive(self.build(region).estate()).crossings if not item.latent]
        return found[0].state if found else None

    def test_an_open_region(self) -> None:
        assert self.state("eu-west-1") is Tri.YES

    def test_a_closed_one(self) -> None:
        assert self.state("us-east-1") is None

    def test_one_that_is_not_known(self) -> None:
        assert self.state(None) is Tri.UNKNOWN
