"""People of Identity Center: the roles that assignments give them, and where they can change things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import DEV, PROD, TEST, World, allow, gap, trust
from scanner.facts.production_reach import derive
from scanner.model.facts import Mark

MANAGEMENT = "555555555555"
ANA, TEAM = "arn:aws:identitystore:::user/ana", "arn:aws:identitystore:::group/team"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


@pytest.fixture
def world() -> World:
    made = World()
    made.account(MANAGEMENT, "service:organization")
    attrs = {"identity": ANA, "root": False, "console": True, "logins": ["ana@example.com"]}
    made.add(ANA, "person", MANAGEMENT, attrs, unknown={"mfa_registered": ()})
    made.add(SET, "permission_set", MANAGEMENT, {"name": "Engineer"})
    return made


def team(world: World, **more: Any) -> None:
    world.add(TEAM, "people_group", MANAGEMENT, {"members": [ANA]}, **more)


def assign(world: World, account: str, principal: str = ANA) -> None:
    attrs = {"boundary": account, "permission_set": SET, "principal": principal}
    world.add(f"{SET}/{account}/{principal}", "assignment", MANAGEMENT, attrs)


def provision(world: World, account: str, *statements: Any) -> str:
    """The role that Identity Center makes of a permission set."""
    name = "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Engineer_0123456789abcdef"
    federated = trust({"Federated": f"arn:aws:iam::{account}:saml-provider/AWSSSO_1_DO_NOT_DELETE"})
    return world.role(account, name, *statements, trust=federated)


def marks(world: World, person: str = ANA) -> dict[str, Any]:
    found: dict[str, Mark] = {
        mark.attr: mark for mark in derive(world.estate()).marks if mark.resource == person
    }
    return {attr: "unknown" if mark.unknown else mark.value for attr, mark in found.items()}


def test_an_assignment_leads_into_production(world: World) -> None:
    assign(world, PROD)
    role = provision(world, PROD, allow("s3:PutObject"))
    found = marks(world)
    assert (found["reaches_production"], found["production_environments"]) == (True, ["prod"])
    assert (found["writes"], found["writes_production"]) == (["prod"], True)
    assert found["mfa_demanded"] == "unknown", "no API of AWS tells how somebody signs in there"
    (mark,) = [m for m in derive(world.estate()).marks if (m.resource, m.attr) == (ANA, "reaches_production")]
    assert [(step.source_id, step.target_id) for step in mark.steps] == [(ANA, role)]
    assert all(step.source.part for step in mark.steps)


def test_a_group_leads_there_too(world: World) -> None:
    team(world)
    assign(world, PROD, TEAM)
    provision(world, PROD, allow("s3:GetObject"))
    found = marks(world)
    assert found["reaches_production"] is True
    assert (found["writes"], found["writes_production"]) == ([], False), "reading changes nothing"


def test_a_permission_set_that_is_not_provisioned_gives_nothing(world: World) -> None:
    assign(world, PROD)
    assert marks(world)["reaches_production"] is False


def test_another_permission_set_s_role_is_not_taken(world: World) -> None:
    assign(world, PROD)
    world.role(PROD, "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Other_0123456789abcdef", allow("s3:*"))
    world.role(PROD, "AWSReservedSSO_Engineer_0123456789abcdef", allow("s3:*"))
    assert marks(world)["reaches_production"] is False


def test_who_is_in_a_group_was_not_read(world: World) -> None:
    hidden = gap(MANAGEMENT, "identitystore:ListGroupMemberships", TEAM)
    team(world, unknown={"members": (hidden,)})
    assign(world, PROD, TEAM)
    provision(world, PROD, allow("s3:*"))
    assert marks(world)["reaches_production"] == marks(world)["writes_production"] == "unknown"


@pytest.mark.parametrize("kind", ["assignment", "permission_set", "people_group"])
def test_a_listing_that_failed_hides_what_a_person_may_take(world: World, kind: str) -> None:
    world.unread(kind, MANAGEMENT, "sso-admin:ListInstances")
    assert marks(world)["reaches_production"] == "unknown"


def test_identities_of_the_account_were_not_read(world: World) -> None:
    assign(world, PROD)
    world.unread("identity", PROD)
    assert marks(world)["reaches_production"] == marks(world)["writes"] == "unknown"


class TestDeclared:
    def declare(self, world: World, *principals: str) -> None:
        prod = world.environments["prod"]
        world.environments["prod"] = replace(prod, settings={"people": list(principals)})

    @pytest.mark.parametrize(
        ("principals", "declared"),
        [
            (["ana@example.com"], True),
            ([ANA], True),
            (["*:role/aws-reserved/*"], True),
            ([TEAM], True),
            (["arn:aws:identitystore:::group/other"], False),
            (["ben"], False),
            ([], False),
        ],
    )
    def test_by_whatever_they_are_known_by(self, world: World, principals: list[str], declared: bool) -> None:
        team(world)
        assign(world, PROD)
        provision(world, PROD, allow("s3:*"))
        self.declare(world, *principals)
        assert marks(world)["declared_writer"] is declared

    def test_nothing_declared_is_left_to_the_rule(self, world: World) -> None:
        assign(world, PROD)
        provision(world, PROD, allow("s3:*"))
        assert marks(world)["declared_writer"] == "unknown"


class TestOverlap:
    def test_one_person_in_two_environments(self, world: World) -> None:
        for account in (PROD, DEV):
            assign(world, account)
            provision(world, account, allow("s3:*"))
        found = marks(world)
        assert (found["overlaps"], found["distinct_writer"]) == (["dev"], False)

    def test_reading_elsewhere_is_no_overlap(self, world: World) -> None:
        for account, action in ((PROD, "s3:*"), (DEV, "s3:GetObject")):
            assign(world, account)
            provision(world, account, allow(action))
        assert marks(world)["distinct_writer"] is True

    def test_one_human_of_two_identities(self, world: World) -> None:
        assign(world, PROD)
        provision(world, PROD, allow("s3:*"))
        user = world.user(TEST, "ana", allow("ec2:*"))
        world.person(user, TEST)
        assert marks(world)["distinct_writer"] is True, "never joined on similar names"
        estate = replace(world.estate(), people={"ana": ("ana@example.com", user)})
        found = {mark.attr: mark.value for mark in derive(estate).marks if mark.resource == ANA}
        assert (found["overlaps"], found["distinct_writer"]) == (["test"], False)

    def test_environments_of_one_group_are_one(self, world: World) -> None:
        for account in (PROD, TEST):
            assign(world, account)
            provision(world, account, allow("s3:*"))
        for name in ("prod", "test"):
            world.environments[name] = replace(world.environments[name], group="eu")
        assert marks(world)["distinct_writer"] is True


def test_everyone_at_its_own_provider_is_told_one_by_one(world: World) -> None:
    provider = f"arn:aws:iam::{PROD}:saml-provider/AWSSSO_1_DO_NOT_DELETE"
    world.add(provider, "person", PROD, {"identity": provider, "root": False}, unknown={"mfa_registered": ()})
    federated = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    world.role(PROD, "x", allow("s3:*"), trust={"Version": "2012-10-17", "Statement": [federated]})
    assert marks(world, provider)["reaches_production"] is False
    world.unread("assignment", MANAGEMENT, "sso-admin:ListInstances")
    assert marks(world, provider)["reaches_production"] is True
