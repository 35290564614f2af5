"""Attacks on identity facts: estates built to pass where AWS would let somebody through."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow, deny, document, gap, role_arn, trust
from scanner import facts
from scanner.facts.identity_paths import derive as paths
from scanner.facts.production_reach import derive as reach
from scanner.facts.store_access import derive as access
from scanner.model.facts import Crossing, Facts
from scanner.model.logic import Tri

BUCKET = "arn:aws:s3:::data"
WHOLE = [BUCKET, f"{BUCKET}/*"]


@pytest.fixture
def world() -> World:
    return World()


def only(found: Facts) -> Crossing:
    (crossing,) = found.crossings
    return crossing


def assumable(world: World, **more: Any) -> None:
    """A role of dev may assume one of prod, which trusts dev."""
    world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
    world.role(PROD, "b", trust=trust(DEV, **more))


def admit(principal: Any, action: Any = "s3:GetObject", **more: Any) -> dict[str, Any]:
    named = principal if principal == "*" else {"AWS": principal}
    return {"Sid": "In", "Effect": "Allow", "Principal": named, "Action": action, "Resource": WHOLE, **more}


class TestAssuming:
    def test_a_deny_of_some_regions_leaves_the_others(self, world: World) -> None:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
        # STS answers in every region: what is denied in one is asked for in another.
        world.guardrail("full", ["r-root"], allow("*"))
        closed = {"Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "ap-east-1"]}}}
        world.guardrail("regions", ["r-root"], deny("*", **closed))
        assumable(world)
        found = only(paths(world.estate()))
        assert (found.state, found.latent) == (Tri.YES, False)

    def test_a_deny_of_all_other_regions_leaves_those_named(self, world: World) -> None:
        world.guardrail("full", ["r-root"], allow("*"))
        closed = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}
        world.guardrail("regions", ["r-root"], deny("*", **closed))
        assumable(world)
        assert only(paths(world.estate())).state is Tri.YES

    def test_assuming_scps_absent_never_closes_a_path(self, world: World) -> None:
        # DESIGN: assumptions may turn an unknown into a fail marked assumed, never into a pass.
        hole = gap(DEV, "organizations:ListTargetsForPolicy")
        world.guardrail("full", ["r-root"], allow("*"), unknown={"targets": (hole,)})
        world.guardrail("some", ["r-root"], deny("ec2:*"))
        world.assume = {"scp": "absent"}
        assumable(world)
        found = only(paths(world.estate()))
        assert (found.state, found.latent, found.assumed) == (Tri.YES, False, ("scp",))

    def test_a_bare_wildcard_for_an_arn_is_not_nobody(self, world: World) -> None:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust("*", Condition={"ArnLike": {"aws:PrincipalArn": "*"}}))
        found = only(paths(world.estate()))
        assert (found.state, found.latent) == (Tri.UNKNOWN, False)

    @pytest.mark.parametrize("kind", ["assumed-role", "assumed-role/", "user", "role/"])
    def test_a_principal_that_names_nobody_does_not_break_the_scan(self, world: World, kind: str) -> None:
        world.role(DEV, "a", allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(f"arn:aws:sts::{DEV}:{kind}"))
        assert only(paths(world.estate())).state is Tri.UNKNOWN


class TestStores:
    def test_a_public_grant_narrowed_by_a_deny_is_open_to_the_organization(self, world: World) -> None:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
        # The bucket is not public because of the deny, not because RestrictPublicBuckets is on: dev, in the
        # same organization, reads it.
        world.role(DEV, "a", allow("s3:*"))
        outside = {"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-example"}}}
        closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": WHOLE, **outside}
        world.bucket(PROD, "data", admit("*"), closed, public_access="open")
        assert only(access(world.estate())).state is Tri.UNKNOWN

    def test_a_public_grant_that_is_restricted_is_closed(self, world: World) -> None:
        world.role(DEV, "a", allow("s3:*"))
        plain = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        closed = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": WHOLE, **plain}
        world.bucket(PROD, "data", admit("*"), closed, public_access="blocked")
        assert access(world.estate()) == Facts()

    def test_a_condition_that_anybody_meets_leaves_a_grant_public(self, world: World) -> None:
        # "The meaning of public": aws:SecureTransport is no fixed value of one of the keys listed there, so
        # RestrictPublicBuckets keeps other accounts out.
        world.role(DEV, "a", allow("s3:*"))
        tls = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
        world.bucket(PROD, "data", admit("*", **tls), public_access="blocked")
        assert access(world.estate()) == Facts()

    def test_unread_policies_that_may_write_though_reading_is_denied(self, world: World) -> None:
        world.guardrail("full", ["r-root"], allow("*"))
        world.guardrail("no-read", ["r-root"], deny("s3:GetObject"))
        world.role(DEV, "a", unknown={"inline": (gap(DEV, "iam:GetAccountAuthorizationDetails"),)})
        world.bucket(PROD, "data")
        assert access(world.estate()).blind["dev->prod"]

    @pytest.mark.parametrize(
        ("action", "level"),
        [
            ("s3:PutObjectAcl", "admin"),
            ("s3:PutObjectVersionAcl", "admin"),
            ("s3:BypassGovernanceRetention", "admin"),
            ("s3:PutBucketNotification", "admin"),
            ("s3:PutBucketLogging", "admin"),
        ],
    )
    def test_actions_that_administer(self, world: World, action: str, level: str) -> None:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
        world.role(DEV, "a", allow(action))
        world.bucket(PROD, "data", admit(DEV, action))
        assert only(access(world.estate())).access == (level,)


class TestRegistries:
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create.html

    def granted(self, world: World, *actions: str) -> dict[tuple[str, ...], Tri]:
        world.role(DEV, "a", allow("ecr:*"))
        said = {
            "Sid": "In",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{DEV}:root"},
            "Action": list(actions),
            "Resource": f"arn:aws:ecr:eu-west-1:{PROD}:repository/*",
        }
        world.repository(PROD, "training", registry_policy=document(said))
        return {item.access: item.state for item in access(world.estate()).crossings}

    def test_replication_writes(self, world: World) -> None:
        assert self.granted(world, "ecr:ReplicateImage") == {("write",): Tri.YES}

    def test_other_actions_depend_on_the_scope_that_is_not_read(self, world: World) -> None:
        assert self.granted(world, "ecr:BatchGetImage", "ecr:PutImage") == {("read", "write"): Tri.UNKNOWN}

    def test_a_registry_policy_that_was_not_read(self, world: World) -> None:
        hole = gap(PROD, "ecr:GetRegistryPolicy")
        world.role(DEV, "a", allow("ecr:PutImage"))
        arn = world.repository(PROD, "training")
        item = world.resources.pop()
        world.add(arn, "registry", PROD, item.attrs, unknown={"registry_policy": (hole,)})
        found = access(world.estate())
        assert {item.state for item in found.crossings} == {Tri.UNKNOWN}
        assert found.blind["dev->prod"] == (hole,)

    def test_a_lifecycle_policy_deletes_images(self, world: World) -> None:
        world.role(DEV, "a", allow("ecr:PutLifecyclePolicy"))
        said = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "ecr:PutLifecyclePolicy"}
        world.repository(PROD, "training", said)
        assert only(access(world.estate())).access == ("delete",)


def test_people_of_a_provider_where_a_trust_policy_was_not_read(world: World) -> None:
    hole = gap(PROD, "iam:GetAccountAuthorizationDetails")
    world.role(PROD, "sso", allow("*"), unknown={"trust": (hole,)})
    everyone = world.person(f"arn:aws:iam::{PROD}:saml-provider/idp", PROD)
    marks = {mark.attr: mark for mark in reach(world.estate()).marks if mark.resource == everyone}
    assert marks["reaches_production"].unknown
    assert marks["reaches_production"].gaps == (hole,)


class TestUnknownWithoutAGap:
    """What is unknown for no recorded reason is as unknown as the rest."""

    @pytest.mark.parametrize("attr", ["inline", "attached"])
    def test_policies(self, world: World, attr: str) -> None:
        world.role(DEV, "a", unknown={attr: ()})
        world.role(PROD, "b")
        world.bucket(PROD, "data")
        found = facts.derive(world.estate(), only=frozenset({"identity_paths", "store_access"}))
        assert found["identity_paths"].blind["dev->prod"]
        assert found["store_access"].blind["dev->prod"]

    def test_a_trust_policy(self, world: World) -> None:
        world.role(DEV, "a")
        world.role(PROD, "b", unknown={"trust": ()})
        found = facts.derive(world.estate(), only=frozenset({"identity_paths"}))
        assert found["identity_paths"].blind["dev->prod"]

    @pytest.mark.parametrize("attr", ["policy", "public_access"])
    def test_a_store(self, world: World, attr: str) -> None:
        world.role(DEV, "a")
        world.bucket(PROD, "data", unknown={attr: ()})
        found = facts.derive(world.estate(), only=frozenset({"store_access"}))
        assert found["store_access"].blind["dev->prod"]


class TestSharedAccounts:
    """One account, two environments by tags: what is not followed must not look closed."""

    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html

    @pytest.mark.parametrize("action", ["iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:*"])
    def test_rights_of_its_own_lead_to_every_role(self, world: World, action: str) -> None:
        user = world.user(PROD, "u", allow(action, Sid="More"), place="dev")
        target = world.role(PROD, "b")
        (found,) = [item for item in paths(world.estate()).crossings if item.pair == "dev->prod"]
        assert (found.state, found.latent) == (Tri.YES, False)
        assert (found.sources, found.border) == ((user,), f"{user}/inline/main#More")
        assert target in found.targets
        assert {step.source_id for step in found.steps} == {user}

    @pytest.mark.parametrize("action", ["iam:AttachRolePolicy", "iam:CreatePolicyVersion", "iam:PassRole"])
    def test_half_of_a_way_is_none(self, world: World, action: str) -> None:
        # It may change what the role may do, but not act as it; it holds no policy; nothing runs.
        world.user(PROD, "u", allow(action), place="dev")
        world.role(PROD, "b")
        assert not [item for item in paths(world.estate()).crossings if item.pair == "dev->prod"]

    def test_a_service_that_no_table_knows_leaves_it_undecided(self, world: World) -> None:
        world.user(PROD, "u", allow(["iam:PassRole", "newservice:*"]), place="dev")
        world.role(PROD, "b", trust=trust({"Service": "newservice.amazonaws.com"}))
        (found,) = [item for item in paths(world.estate()).crossings if item.pair == "dev->prod"]
        assert (found.state, found.latent) == (Tri.UNKNOWN, False)

    @pytest.mark.parametrize("action", ["iam:PutUserPolicy", "iam:PassRole"])
    def test_denied_it_is_closed(self, world: World, action: str) -> None:
        world.user(PROD, "u", allow("iam:*"), deny("iam:*"), allow(action), place="dev")
        world.role(PROD, "b")
        assert not [item for item in paths(world.estate()).crossings if item.pair == "dev->prod"]

    def test_passing_a_role_of_its_own_is_nothing(self, world: World) -> None:
        own = world.role(PROD, "mine", place="dev")
        world.user(PROD, "u", allow("iam:PassRole", own), place="dev")
        world.role(PROD, "b")
        assert not [item for item in paths(world.estate()).crossings if item.pair == "dev->prod"]
