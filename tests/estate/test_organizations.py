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
