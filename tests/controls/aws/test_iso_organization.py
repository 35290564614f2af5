"""ISO-010 and ISO-012: how accounts stand in their organization, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.aws.organized import Cloud, policy

DENY = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}


def organize(org: Cloud, *, shared: bool = False, guarded: bool = True) -> None:
    """Units for the accounts, one of them all or one each, and a guardrail on that of production."""
    organizations: Any = org.management("organizations", "us-east-1")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    units = {}
    for name, account in (("dev", org.dev), ("prod", org.prod)):
        if name == "dev" or not shared:
            made = organizations.create_organizational_unit(ParentId=root, Name=name)
            units[name] = made["OrganizationalUnit"]["Id"]
        unit = units.get(name, units["dev"])
        organizations.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    if guarded:
        guard = organizations.create_policy(
            Content=policy(DENY), Description="x", Name="guard", Type="SERVICE_CONTROL_POLICY"
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=guard, TargetId=units.get("prod", units["dev"]))


@pytest.mark.parametrize(
    ("shared", "guarded", "unit", "guardrail"),
    [(False, True, "pass", "pass"), (False, False, "pass", "fail"), (True, True, "fail", "fail")],
)
def test_units_and_guardrails(org: Cloud, shared: bool, guarded: bool, unit: str, guardrail: str) -> None:
    organize(org, shared=shared, guarded=guarded)
    found = org.judge("ISO-012")
    assert (found["unit", org.prod], found["guardrail", org.prod]) == (unit, guardrail)


def test_directly_below_the_root(org: Cloud) -> None:
    assert org.judge("ISO-012")["unit", org.prod] == "fail"


@pytest.mark.parametrize(
    ("call", "check"),
    [("organizations:ListAccountsForParent", "unit"), ("organizations:ListTargetsForPolicy", "guardrail")],
)
def test_denied(org: Cloud, call: str, check: str) -> None:
    organize(org, guarded=check == "unit")
    organizations = org.management("organizations", "us-east-1")
    if check == "guardrail":
        organizations.create_policy(
            Content=policy(DENY), Description="x", Name="idle", Type="SERVICE_CONTROL_POLICY"
        )
    org.server.deny(call)
    assert org.judge("ISO-012")[check, org.prod] == "unknown"


def test_one_environment_in_one_account(org: Cloud) -> None:
    assert org.judge("ISO-010")["pattern", org.prod] == "pass"
    assert org.judge("ISO-010", file={"pattern": "namespaces"})["pattern", org.prod] == "fail"


def test_two_environments_in_one_account(org: Cloud) -> None:
    iam = org.client("iam", org.prod)
    iam.create_user(UserName="x", Tags=[{"Key": "environment", "Value": "dev"}])
    assert org.judge("ISO-010")["pattern", org.prod] == "fail"


def test_tags_that_were_not_read(org: Cloud) -> None:
    org.server.deny("iam:GetAccountAuthorizationDetails", account=org.prod)
    assert org.judge("ISO-010")["pattern", org.prod] == "unknown"
