"""People and production: who reaches it, and whether every way there demands MFA."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import CI, DEV, PROD, World, allow, deny, gap, role_arn, trust, user_arn
from scanner.facts.production_reach import derive

WITHOUT = {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
WITH = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
UNKNOWN = "unknown"
SETUP = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser", "sts:GetSessionToken"]


@pytest.fixture
def world() -> World:
    return World()


def marks(world: World, person: str) -> tuple[Any, Any]:
    """``reaches_production`` and ``mfa_demanded``."""
    found = {
        mark.attr: UNKNOWN if mark.unknown else mark.value
        for mark in derive(world.estate()).marks
        if mark.resource == person
    }
    return found["reaches_production"], found["mfa_demanded"]


def person(world: World, account: str, *statements: Any, mfa: bool = True, **more: Any) -> str:
    return world.person(world.user(account, "ana", *statements, **more), account, mfa=mfa)


class TestAtHome:
    def test_any_action_reaches_it(self, world: World) -> None:
        assert marks(world, person(world, PROD, allow("s3:GetObject"))) == (True, False)

    @pytest.mark.parametrize(
        "statements", [(), (allow("iam:ChangePassword"),), (allow(SETUP),), (allow("*"), deny("*"))]
    )
    def test_nothing_or_self_service_does_not(self, world: World, statements: tuple[Any, ...]) -> None:
        assert marks(world, person(world, PROD, *statements)) == (False, None)

    def test_demanded_on_the_grant(self, world: World) -> None:
        assert marks(world, person(world, PROD, allow("s3:*", **WITH))) == (True, True)

    def test_demanded_by_denying_everything_else(self, world: World) -> None:
        nothing_else = {"Effect": "Deny", "NotAction": SETUP, "Resource": "*", **WITHOUT}
        assert marks(world, person(world, PROD, allow("*"), nothing_else)) == (True, True)

    def test_an_exception_that_is_more_than_self_service(self, world: World) -> None:
        nothing_else = {"Effect": "Deny", "NotAction": [*SETUP, "s3:GetObject"], "Resource": "*", **WITHOUT}
        assert marks(world, person(world, PROD, allow("*"), nothing_else)) == (True, False)

    def test_bool_lets_access_keys_through(self, world: World) -> None:
        weak = deny("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
        assert marks(world, person(world, PROD, allow("*"), weak)) == (True, False)

    def test_a_denied_region_is_no_way_out(self, world: World) -> None:
        world.guardrail(
            "region",
            ["r-root"],
            allow("*"),
            deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        )
        assert marks(world, person(world, PROD, allow("ec2:*"))) == (True, False)

    def test_a_condition_that_is_not_decided(self, world: World) -> None:
        office = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
        assert marks(world, person(world, PROD, allow("s3:*", **office))) == (UNKNOWN, UNKNOWN)

    def test_groups_count(self, world: World) -> None:
        group = world.group(PROD, "ops", allow("ec2:*"), deny("*", **WITHOUT))
        assert marks(world, person(world, PROD, groups=[group])) == (True, True)

    def test_what_rests_on_an_assumption_says_so(self, world: World) -> None:
        ana = person(world, PROD, allow("s3:*"))
        assert {mark.assumed for mark in derive(world.estate()).marks} == {()}
        world.unread("guardrail", PROD, "organizations:ListPolicies")
        world.assume = {"scp": "absent", "rcp": "absent"}
        found = {mark.attr: mark.assumed for mark in derive(world.estate()).marks if mark.resource == ana}
        assert found["reaches_production"] == found["mfa_demanded"] == ("rcp", "scp")

    def test_the_witness_cites_the_statement(self, world: World) -> None:
        ana = person(world, PROD, allow("s3:*", Sid="Open"))
        (mark,) = [m for m in derive(world.estate()).marks if (m.resource, m.attr) == (ana, "mfa_demanded")]
        assert [step.by for step in mark.steps] == ["inline policy main statement Open"]
        assert mark.steps[0].source.part


class TestFromElsewhere:
    def test_without_permission(self, world: World) -> None:
        world.role(PROD, "b", allow("*"), trust=trust(DEV))
        assert marks(world, person(world, DEV, allow("s3:*"))) == (False, None)

    def test_by_assuming_a_role(self, world: World) -> None:
        world.role(PROD, "b", trust=trust(DEV))
        ana = person(world, DEV, allow("sts:AssumeRole", role_arn(PROD, "b")))
        assert marks(world, ana) == (True, False)
        (mark,) = [m for m in derive(world.estate()).marks if m.attr == "production_environments"]
        assert mark.value == ["prod"]

    def test_trust_demands_it(self, world: World) -> None:
        world.role(PROD, "b", trust=trust(DEV, **WITH))
        assert marks(world, person(world, DEV, allow("sts:AssumeRole"))) == (True, True)

    def test_one_of_two_ways_does_not(self, world: World) -> None:
        world.role(PROD, "b", trust=trust(DEV, **WITH))
        world.role(PROD, "c", trust=trust(DEV))
        assert marks(world, person(world, DEV, allow("sts:AssumeRole"))) == (True, False)

    def test_demanded_on_the_first_of_two_steps(self, world: World) -> None:
        world.role(CI, "ci", allow("sts:AssumeRole"), trust=trust(DEV, **WITH))
        world.role(PROD, "b", trust=trust(CI))
        assert marks(world, person(world, DEV, allow("sts:AssumeRole"))) == (True, True)

    def test_roles_of_production_that_were_not_read(self, world: World) -> None:
        missing = world.unread("identity", PROD)
        ana = person(world, DEV, allow("sts:AssumeRole"))
        assert marks(world, ana) == (UNKNOWN, UNKNOWN)
        assert {gap for mark in derive(world.estate()).marks for gap in mark.gaps} == {missing}

    def test_identities_of_the_person_that_were_not_read(self, world: World) -> None:
        ana = person(world, DEV)
        missing = world.unread("identity", DEV)
        assert marks(world, ana) == (UNKNOWN, UNKNOWN)
        assert {mark.gaps for mark in derive(world.estate()).marks} == {(missing,)}


class TestRoot:
    def test_of_production(self, world: World) -> None:
        root = world.person(world.root(PROD), PROD, mfa=True)
        assert marks(world, root) == (True, True)

    def test_without_mfa(self, world: World) -> None:
        root = world.person(world.root(PROD), PROD, mfa=False)
        assert marks(world, root) == (True, False)

    def test_registration_that_was_not_read(self, world: World) -> None:
        hidden = gap(PROD, "iam:GetAccountSummary")
        root = world.person(world.root(PROD), PROD, unknown={"mfa_registered": (hidden,)})
        assert marks(world, root) == (True, UNKNOWN)

    def test_of_another_account(self, world: World) -> None:
        root = world.person(world.root(DEV), DEV)
        assert marks(world, root) == (False, None)


def test_scps_that_were_not_read_leave_it_open(world: World) -> None:
    world.unread("guardrail", DEV, "organizations:ListPolicies")
    ana = person(world, PROD, allow("s3:*"))
    assert marks(world, ana) == (UNKNOWN, UNKNOWN)
    assert ana == user_arn(PROD, "ana")


class TestFederated:
    """People of a SAML provider: what the roles reach that trust it; AWS knows no factor."""

    SAML = f"arn:aws:iam::{PROD}:saml-provider/company"

    def signed_in(self, provider: str = SAML) -> Any:
        return {
            "Statement": [
                {
                    "Sid": "SignIn",
                    "Effect": "Allow",
                    "Principal": {"Federated": provider},
                    "Action": "sts:AssumeRoleWithSAML",
                }
            ]
        }

    def test_a_role_in_production_that_trusts_it(self, world: World) -> None:
        world.role(PROD, "Operator", allow("s3:*"), trust=self.signed_in())
        assert marks(world, world.person(self.SAML, PROD)) == (True, UNKNOWN)

    def test_no_role_trusts_it(self, world: World) -> None:
        world.role(PROD, "Operator", allow("s3:*"))
        assert marks(world, world.person(self.SAML, PROD)) == (False, UNKNOWN)

    def test_a_role_elsewhere_that_may_assume_one_in_production(self, world: World) -> None:
        provider = self.SAML.replace(PROD, DEV)
        role = world.role(
            DEV,
            "Engineer",
            allow("sts:AssumeRole", role_arn(PROD, "Operator")),
            trust=self.signed_in(provider),
        )
        world.role(PROD, "Operator", trust=trust(role))
        assert marks(world, world.person(provider, DEV)) == (True, UNKNOWN)

    def test_roles_that_were_not_read(self, world: World) -> None:
        world.unread("identity", PROD)
        assert marks(world, world.person(self.SAML, PROD)) == (UNKNOWN, UNKNOWN)
