"""SRC-005: what production accepts of CI, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from controls.aws.organized import Cloud, document

ISSUER = "token.actions.githubusercontent.com"
MAIN = {"branches": ["main"], "release_tags": ["v*"]}


def deployer(cloud: Cloud, account: str, condition: dict[str, Any] | None, **inline: Any) -> str:
    """A role that GitHub takes under a condition."""
    iam = cloud.client("iam", account)
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        **({"Condition": condition} if condition else {}),
    }
    made = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=document(statement))
    if inline:
        iam.put_role_policy(RoleName="deploy", PolicyName="main", PolicyDocument=document(inline))
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
def test_what_a_role_of_production_accepts(cloud: Cloud, condition: Any, verdict: str) -> None:
    role = deployer(cloud, cloud.prod, condition)
    assert cloud.judge("SRC-005", prod=MAIN)["subjects", role] == verdict


def test_a_role_elsewhere_that_goes_on_to_production(cloud: Cloud) -> None:
    target = f"arn:aws:iam::{cloud.prod}:role/target"
    role = deployer(cloud, cloud.dev, None, Effect="Allow", Action="sts:AssumeRole", Resource=target)
    assert ("subjects", role) not in cloud.judge("SRC-005", prod=MAIN)
    admit = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "sts:AssumeRole"}
    cloud.client("iam", cloud.prod).create_role(RoleName="target", AssumeRolePolicyDocument=document(admit))
    assert cloud.judge("SRC-005", prod=MAIN)["subjects", role] == "fail"


def test_no_branch_is_declared(cloud: Cloud) -> None:
    role = deployer(cloud, cloud.prod, subject("repo:example/app:ref:refs/heads/main"))
    assert cloud.judge("SRC-005")["subjects", role] == "unknown"


def test_denied(cloud: Cloud) -> None:
    deployer(cloud, cloud.prod, None)
    cloud.server.deny("iam:GetAccountAuthorizationDetails", account=cloud.prod)
    found = cloud.judge("SRC-005", prod=MAIN)
    assert found["subjects", f"aws/{cloud.prod}/global/identity"] == "unknown"
