"""Two accounts in no organization: each says so itself, and identity paths are decided without ``assume``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from e2e.conftest import Estate
from scanner import pipeline
from scanner.config import parse
from scanner.model.logic import Verdict
from scanner.model.snapshot import Reason
from tests.silent import Silent

DEV, PROD = "700000000001", "700000000002"
"""Of no organization, though the server has one."""
CONFIG = f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{DEV}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["{PROD}"]}}}}}}
sources:
  aws: {{role: "arn:aws:iam::{{account}}:role/Audit", regions: [eu-west-1]%s}}
"""


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


def session(estate: Estate, account: str) -> dict[str, str]:
    """Credentials of an account."""
    sts = boto3.client(
        "sts",
        endpoint_url=estate.server.url,
        region_name="eu-west-1",
        aws_access_key_id="tester",
        aws_secret_access_key="tester",
    )
    role = f"arn:aws:iam::{account}:role/Audit"
    return dict(sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"])


@pytest.fixture(scope="module")
def deployer(estate: Estate) -> str:
    """A role of production that a role of development may assume; its ARN."""
    clients = {}
    for account in (DEV, PROD):
        keys = session(estate, account)
        clients[account] = boto3.client(
            "iam",
            endpoint_url=estate.server.url,
            region_name="us-east-1",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
    ec2 = document(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")
    worker = clients[DEV].create_role(RoleName="worker", AssumeRolePolicyDocument=ec2)["Role"]["Arn"]
    trust = document(Principal={"AWS": worker}, Action="sts:AssumeRole")
    made = clients[PROD].create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    clients[DEV].put_role_policy(
        RoleName="worker",
        PolicyName="deploy",
        PolicyDocument=document(Action="sts:AssumeRole", Resource=made),
    )
    return str(made)


def decided(
    estate: Estate, tmp_path: Path, patch: pytest.MonkeyPatch, more: str = ""
) -> tuple[pipeline.Decided, dict[str, Any]]:
    for name, value in estate.environ().items():
        patch.setenv(name, value)
    keys = session(estate, DEV)
    patch.setenv("AWS_ACCESS_KEY_ID", keys["AccessKeyId"])
    patch.setenv("AWS_SECRET_ACCESS_KEY", keys["SecretAccessKey"])
    patch.setenv("AWS_SESSION_TOKEN", keys["SessionToken"])
    config = parse(CONFIG % more, "envsplit.yaml")
    pipeline.collect(config, tmp_path / "snapshot", Silent())
    found = pipeline.decide(
        config, tmp_path / "snapshot", pipeline.Judging(engine="embedded", only=("ISO-004",))
    )
    return found, {item.subject: item for item in found.verdicts}


def test_identity_paths_are_decided(
    healthy: Estate, deployer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, verdicts = decided(healthy, tmp_path, monkeypatch)
    alone = {
        gap.scope.boundary for gap in found.taken.gaps if gap.call == "organizations:DescribeOrganization"
    }
    assert alone == {DEV, PROD}
    assert {gap.reason for gap in found.taken.gaps if gap.call.startswith("organizations:")} == {
        Reason.NOT_ENABLED
    }
    assert {each.attrs["organization"] for each in found.estate.of("boundary")} == {None}
    assert verdicts["dev->prod"].verdict is Verdict.FAIL, deployer
    assert verdicts["prod->dev"].verdict is Verdict.PASS


def test_they_are_not_where_nobody_may_ask(
    healthy: Estate, deployer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, verdicts = decided(healthy, tmp_path, monkeypatch, ", organization: false")
    assert verdicts["dev->prod"].verdict is Verdict.UNKNOWN, deployer
    assert "organizations:DescribeOrganization" not in {
        gap.call for gap in found.taken.gaps if gap.reason is not Reason.UNREACHED
    }
