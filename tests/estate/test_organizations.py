"""Boundaries, containers and guardrails: what an organization says, and what it does not."""

from __future__ import annotations

from estate.native import (
    BOSS,
    DEV,
    LONE,
    ORG,
    PROD,
    account_settings,
    estate,
    gap,
    only,
    organization,
    record,
    without,
)
from scanner.model.snapshot import Reason, Record

LIST = gap("organizations:ListAccounts", "organizations.account", account=BOSS)
DESCRIBE = gap("organizations:DescribeOrganization", "organizations.organization", account=BOSS)
ACCOUNT = f"{ORG}:account/o-1/{PROD}"


def lacking(kind: str, key: str = "") -> list[Record]:
    """The organization without records of a kind, or without one answer of them."""
    if not key:
        return [each for each in organization() if each.kind != kind]
    return [without(each, key) if each.kind == kind else each for each in organization()]


def test_a_listed_account() -> None:
    found = only(estate(*organization()), "boundary", PROD)
    assert (found.attrs["type"], found.attrs["name"], found.name) == (
        "account",
        "prod-ml-account",
        "prod-ml-account",
    )
    assert (found.attrs["parent"], found.attrs["organization"], found.attrs["status"]) == (
        "ou-1-prod",
        "o-1",
        "ACTIVE",
    )
    assert (found.attrs["listed"], found.attrs["management"]) == (True, False)
    assert (found.environment, found.attrs["assigned_by"]) == ("prod", "boundary")
    assert found.where("parent").pointer == "/data/ListAccountsForParent/ParentId"
    assert only(estate(*organization()), "boundary", BOSS).attrs["management"] is True


def test_a_declared_account_that_the_organization_does_not_list() -> None:
    found = only(estate(*organization()), "boundary", DEV)
    assert found.attrs["listed"] is False
    assert {"name", "parent", "organization", "management", "status"} <= set(found.unknown)


def test_an_account_that_is_only_seen_is_a_boundary_without_a_place() -> None:
    found = estate(account_settings(LONE))
    assert only(found, "boundary", LONE).place is None
    assert found.places == {DEV: "dev", PROD: "prod", LONE: None}


def test_without_the_listing_nothing_is_known_of_membership() -> None:
    found = estate(*lacking("organizations.account"), gaps=[LIST])
    boundary = only(found, "boundary", PROD)
    assert boundary.unknown["listed"] == (LIST,)
    assert boundary.unknown["name"] == (LIST,)
    assert [item.id for item in found.missing("boundary")] == [f"aws/{BOSS}/global/boundary"]
    nothing = only(estate(), "boundary", PROD)
    assert {"listed", "parent", "organization", "management"} <= set(nothing.unknown)


def test_without_the_organization_itself_accounts_are_still_listed() -> None:
    found = only(estate(*lacking("organizations.organization"), gaps=[DESCRIBE]), "boundary", PROD)
    assert found.unknown["management"] == (DESCRIBE,)
    assert found.unknown["organization"] == (DESCRIBE,)
    assert (found.attrs["listed"], found.attrs["parent"]) == (True, "ou-1-prod")


def test_a_parent_is_hidden_by_any_step_down_the_tree() -> None:
    units = "organizations:ListOrganizationalUnitsForParent"
    own = gap(units, "organizations.account", ACCOUNT, BOSS)
    other = gap(units, "organizations.account", f"{ORG}:account/o-1/{LONE}", BOSS)
    found = estate(*lacking("organizations.account", "ListAccountsForParent"), gaps=[own, other])
    assert only(found, "boundary", PROD).unknown["parent"] == (own,)
    assert found.missing("container") == (), "a gap on an account hides no unit"


def test_an_account_that_is_in_no_organization_is_known_to_be_in_none() -> None:
    alone = gap(DESCRIBE.call, DESCRIBE.kind, account=PROD, reason=Reason.NOT_ENABLED)
    found = estate(gaps=[alone])
    boundary = only(found, "boundary", PROD)
    assert (boundary.attrs["organization"], boundary.attrs["parent"]) == (None, None)
    assert (boundary.attrs["management"], boundary.attrs["listed"]) == (False, False)
    assert "organization" in only(found, "boundary", DEV).unknown


def test_containers() -> None:
    found = estate(*organization())
    root, unit = only(found, "container", "r-1"), only(found, "container", "ou-1-prod")
    assert (root.attrs["type"], root.attrs["parent"], root.attrs["name"]) == ("root", None, "Root")
    assert (unit.attrs["type"], unit.attrs["parent"], unit.name) == (
        "organizational_unit",
        "r-1",
        "Production",
    )
    bare = estate(*lacking("organizations.unit", "ListOrganizationalUnitsForParent"))
    assert {"parent", "name"} <= set(only(bare, "container", "ou-1-prod").unknown)


def test_a_guardrail() -> None:
    found = only(estate(*organization()), "guardrail")
    assert (found.attrs["type"], found.attrs["managed"], found.name) == ("scp", False, "guard")
    assert found.attrs["document"]["Statement"][0]["Effect"] == "Deny"
    assert found.attrs["targets"] == [PROD, "r-1"]
    assert found.where("document").pointer == "/data/DescribePolicy/Content"


def test_a_guardrail_half_read() -> None:
    denied = gap(
        "organizations:DescribePolicy",
        "organizations.policy",
        f"{ORG}:policy/o-1/service_control_policy/p-1",
        BOSS,
    )
    found = only(estate(*lacking("organizations.policy", "DescribePolicy"), gaps=[denied]), "guardrail")
    assert found.unknown["document"] == (denied,)
    assert found.attrs["targets"] == [PROD, "r-1"]
    assert (
        "targets"
        in only(estate(*lacking("organizations.policy", "ListTargetsForPolicy")), "guardrail").unknown
    )


def own(account: str, organization_id: str = "o-1") -> Record:
    """DescribeOrganization as a member account answers it."""
    arn = f"{ORG}:organization/{organization_id}"
    data = {"Id": organization_id, "Arn": arn, "MasterAccountId": BOSS}
    return record("organizations.organization", arn, {"DescribeOrganization": data}, account)


def test_an_account_knows_its_own_organization() -> None:
    found = only(estate(own(PROD), gaps=[LIST]), "boundary", PROD)
    assert (found.attrs["organization"], found.attrs["management"]) == ("o-1", False)
    assert "organization" in only(estate(own(PROD), gaps=[LIST]), "boundary", DEV).unknown


def test_accounts_of_two_organizations_and_of_none() -> None:
    alone = gap(DESCRIBE.call, DESCRIBE.kind, account=LONE, reason=Reason.NOT_ENABLED)
    found = estate(own(PROD, "o-2"), own(DEV), gaps=[alone], asked=[DEV, PROD, LONE])
    members = {each.id: each.attrs.get("organization", ...) for each in found.of("boundary")}
    assert members == {DEV: "o-1", PROD: "o-2", LONE: None}


def test_another_accounts_answer_does_not_hide_ones_own() -> None:
    alone = gap(DESCRIBE.call, DESCRIBE.kind, account=DEV, reason=Reason.NOT_ENABLED)
    denied = gap(DESCRIBE.call, DESCRIBE.kind, account=PROD)
    found = only(estate(gaps=[alone, denied]), "boundary", PROD)
    assert found.unknown["organization"] == (denied,)


def test_an_organization_that_only_members_name_hides_what_stands_in_it() -> None:
    found = estate(own(DEV), gaps=[gap("sts:AssumeRole", "*")], reached=[DEV])
    assert {item.scope.boundary for item in found.missing("guardrail")} == {PROD}
