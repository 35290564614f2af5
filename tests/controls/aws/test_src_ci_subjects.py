"""SRC-005: what production accepts of CI, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.aws.organized import Cloud, policy

ISSUER = "token.actions.githubusercontent.com"
MAIN = {"branches": ["main"], "release_tags": ["v*"]}


def deployer(org: Cloud, account: str, condition: dict[str, Any] | None, **inline: Any) -> str:
    """A role that GitHub takes under a condition."""
    iam = org.client("iam", account)
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        **({"Condition": condition} if condition else {}),
    }
    made = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=policy(statement))
    if inline:
        iam.put_role_policy(RoleName="deploy", PolicyName="main", PolicyDocument=policy(inline))
    return str(made["Role"]["Arn"])


def subject(value: Any, operator: str = "StringEquals") -> dict[str, Any]:
    return {operator: {f"{ISSUER}:sub": value}}


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (subject("repo:example/app:ref:refs/heads/main"), "pass"),
        (subject("repo:example/app:ref:refs/tags/v1.2.3"), "pass"),
        (subject("repo:example/app:ref:refs/tags/v*", "StringLike"), "pass"),
        (subject("repo:example/app:environment:prod"), "pass"),
        (subject(["repo:example/app:ref:refs/heads/main", "repo:example/app:pull_request"]), "fail"),
        (subject("repo:example/app:ref:refs/heads/develop"), "fail"),
        (subject("repo:example/app:*", "StringLike"), "fail"),
        (subject("repo:example/*:ref:refs/heads/main", "StringLike"), "fail"),
        (subject("repo:example/app:environment:staging"), "fail"),
        (subject("repo:example/app:ref:refs/heads/main", "StringEqualsIfExists"), "fail"),
        ({"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}, "fail"),
        (None, "fail"),
    ],
)
def test_what_a_role_of_production_accepts(org: Cloud, condition: Any, verdict: str) -> None:
    role = deployer(org, org.prod, condition)
    assert org.judge("SRC-005", prod=MAIN)["subjects", role] == verdict


def test_a_role_elsewhere_that_goes_on_to_production(org: Cloud) -> None:
    target = f"arn:aws:iam::{org.prod}:role/target"
    role = deployer(org, org.dev, None, Effect="Allow", Action="sts:AssumeRole", Resource=target)
    assert ("subjects", role) not in org.judge("SRC-005", prod=MAIN)
    admit = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole"}
    org.client("iam", org.prod).create_role(RoleName="target", AssumeRolePolicyDocument=policy(admit))
    assert org.judge("SRC-005", prod=MAIN)["subjects", role] == "fail"


def test_no_branch_is_declared(org: Cloud) -> None:
    role = deployer(org, org.prod, subject("repo:example/app:ref:refs/heads/main"))
    assert org.judge("SRC-005")["subjects", role] == "unknown"


def test_denied(org: Cloud) -> None:
    deployer(org, org.prod, None)
    org.server.deny("iam:GetAccountAuthorizationDetails", account=org.prod)
    found = org.judge("SRC-005", prod=MAIN)
    assert found["subjects", f"aws/{org.prod}/global/identity"] == "unknown"
