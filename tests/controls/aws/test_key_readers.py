"""KEY-004 over the wire: who can read production's secrets."""

from __future__ import annotations

import json

from tests.controls.aws.conftest import Lab

READ = {"Sid": "Read", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}


def secret(lab: Lab) -> str:
    made = lab.client("secretsmanager", lab.prod).create_secret(Name="prod/db", SecretString="x")
    return str(made["ARN"])


def test_declared_readers_and_nobody_else(lab: Lab) -> None:
    arn = secret(lab)
    lab.role(lab.prod, "serving", READ)
    lab.role(lab.dev, "notebooks", READ)  # allowed by its own side alone
    lab.prod_settings = {"keys": {"readers": [f"arn:aws:iam::{lab.prod}:role/serving"]}}
    assert lab.judge("KEY-004") == {("readers", arn): "pass"}


def test_somebody_who_is_not_declared(lab: Lab) -> None:
    arn = secret(lab)
    lab.prod_settings = {"keys": {"readers": []}}
    other = lab.role(lab.prod, "notebooks", READ)
    decided = lab.decide("KEY-004")
    (verdict,) = decided.verdicts
    assert (verdict.subject, verdict.verdict.value) == (arn, "fail")
    assert verdict.detail == {"count": 1, "first": other}
    steps = next(mark.steps for mark in decided.facts["undeclared_access"].marks if mark.steps)
    assert steps[0].by == "inline policy main statement Read"
    assert steps[0].source.part.startswith("parts/aws/")


def test_a_secrets_own_policy_that_admits_everyone(lab: Lab) -> None:
    key = lab.client("kms", lab.prod).create_key(
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}],
            }
        )
    )["KeyMetadata"]["Arn"]
    vault = lab.client("secretsmanager", lab.prod)
    arn = vault.create_secret(Name="open", SecretString="x", KmsKeyId=key)["ARN"]
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    vault.put_resource_policy(
        SecretId=arn, ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    lab.prod_settings = {"keys": {"readers": []}}
    assert lab.judge("KEY-004") == {("readers", arn): "fail"}


def test_what_was_not_read(lab: Lab) -> None:
    arn = secret(lab)
    lab.role(lab.prod, "idle")  # whom the secret's own policy may name
    lab.prod_settings = {"keys": {"readers": []}}
    for call in ("secretsmanager:GetResourcePolicy", "iam:GetAccountAuthorizationDetails"):
        lab.server.clear()
        lab.server.deny(call, account=lab.prod)
        assert lab.judge("KEY-004") == {("readers", arn): "unknown"}, call
    lab.server.clear()
    lab.server.deny("secretsmanager:ListSecrets", account=lab.prod)
    assert set(lab.judge("KEY-004").values()) == {"unknown"}


def test_nobody_declared_who_may(lab: Lab) -> None:
    arn = secret(lab)
    (verdict,) = lab.verdicts("KEY-004")
    assert (verdict.subject, verdict.verdict.value) == (arn, "unknown")
    assert verdict.undeclared == "environments.prod.keys.readers"
