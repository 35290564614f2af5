"""Attacks on environments that are selected by tags: what was not read, and what carries no tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from estate.native import LONE, estate, gap, record
from scanner import facts, pipeline
from scanner.evaluate import Catalogue, Engine, evaluate, load_catalogue, open_engine
from scanner.model.estate import Estate
from scanner.model.logic import Verdict
from scanner.model.snapshot import Record

CONFIG = """
version: 1
environments:
  dev: {tier: nonproduction, match: {aws: {tags: {stage: [dev]}}}}
  prod: {tier: production, match: {aws: {tags: {stage: [prod]}}}}
"""
DATA = "arn:aws:s3:::data"
CATALOGUE: Catalogue = load_catalogue(pipeline.policies_folder())
EC2 = f"arn:aws:ec2:eu-west-1:{LONE}"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("embedded", pipeline.policies_folder()) as opened:
        yield opened


def verdicts(engine: Engine, found: Estate, rule: str) -> dict[str, Verdict]:
    every = evaluate(found, facts.derive(found), CATALOGUE, engine)
    return {f"{item.check} {item.subject}": item.verdict for item in every if item.rule == rule}


def bucket(**more: Any) -> Record:
    data: dict[str, Any] = {
        "ListBuckets": {"Name": "data"},
        "GetBucketPolicy": None,
        "GetBucketVersioning": {},
        "GetResources": [{"Key": "stage", "Value": "prod"}],
    }
    kept = {key: value for key, value in {**data, **more}.items() if value is not ...}
    return record("s3.bucket", DATA, kept, LONE)


def test_a_store_whose_tags_were_not_read_does_not_vanish(engine: Engine) -> None:
    hole = gap("resourcegroupstaggingapi:GetResources", "s3.bucket", DATA, LONE)
    found = estate(bucket(GetResources=...), gaps=[hole], config=CONFIG, asked=[LONE])
    store = f"versioning aws/{LONE}/global/store"
    assert verdicts(engine, found, "DAT-006")[store] is Verdict.UNKNOWN
    assert verdicts(engine, found, "DAT-002")["write dev->prod"] is Verdict.UNKNOWN


@pytest.mark.parametrize("rule", ["ISO-002", "ISO-004", "DAT-002"])
def test_an_account_that_was_not_reached_may_hold_either(engine: Engine, rule: str) -> None:
    hole = gap("sts:AssumeRole", "*", "", LONE)
    found = estate(gaps=[hole], config=CONFIG, asked=[LONE], reached=[])
    told = verdicts(engine, found, rule)
    assert told
    assert set(told.values()) == {Verdict.UNKNOWN}


def instance(stage: str) -> list[Record]:
    native = {
        "InstanceId": f"i-{stage}",
        "State": {"Name": "running"},
        "Tags": [{"Key": "stage", "Value": stage}],
    }
    plugged = {
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "Groups": [{"GroupId": "sg-1"}],
        "PrivateIpAddress": {"dev": "10.0.0.5", "prod": "10.0.0.6"}[stage],
        "OwnerId": LONE,
        "Attachment": {"InstanceId": f"i-{stage}", "InstanceOwnerId": LONE},
    }
    return [
        record("ec2.instance", f"{EC2}:instance/i-{stage}", {"DescribeInstances": native}, LONE),
        record(
            "ec2.network_interface",
            f"{EC2}:network-interface/eni-{stage}",
            {"DescribeNetworkInterfaces": plugged},
            LONE,
        ),
    ]


def test_an_interface_without_tags_is_of_its_instances_environment(engine: Engine) -> None:
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html: tags of an instance are not
    # those of its interfaces, unless whoever launches it says so.
    everyone = {
        "IpProtocol": "-1",
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }
    group = {"GroupName": "g", "VpcId": "vpc-1", "OwnerId": LONE, "IpPermissions": [everyone]}
    group["IpPermissionsEgress"] = [everyone]
    network = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": LONE}
    found = estate(
        *instance("dev"),
        *instance("prod"),
        record("ec2.vpc", f"{EC2}:vpc/vpc-1", {"DescribeVpcs": network}, LONE),
        record("ec2.security_group", f"{EC2}:security-group/sg-1", {"DescribeSecurityGroups": group}, LONE),
        config=CONFIG,
        asked=[LONE],
    )
    assert {item.name: item.environment for item in found.of("interface")} == {
        "eni-dev": "dev",
        "eni-prod": "prod",
    }
    told = verdicts(engine, found, "ISO-002")
    assert told == {"path dev->prod": Verdict.FAIL, "path prod->dev": Verdict.FAIL}
