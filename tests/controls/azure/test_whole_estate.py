"""All rules on an estate of Azure alone, and of Azure beside AWS, in one scan each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.conftest import shell
from tests.controls.aws.conftest import ROLE
from tests.controls.aws.conftest import Lab as AwsLab
from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import container, storage
from tests.faults.faulty_server import FaultyServer

DECIDED = {
    "CST-001",
    "CST-002",
    "ACC-002",
    "DAT-001",
    "DAT-002",
    "DAT-003",
    "ISO-004",
    "ISO-008",
    "CST-003",
    "CST-004",
    "DAT-006",
    "HRD-001",
    "HRD-002",
    "HRD-003",
    "IMG-001",
    "IMG-002",
    "IMG-003",
    "ISO-001",
    "ISO-002",
    "ISO-010",
    "ISO-011",
    "ISO-012",
    "KEY-002",
    "KEY-003",
    "KEY-004",
    "KEY-005",
    "QTA-001",
    "QTA-002",
}


def test_nothing_passes_that_is_not_decided_for_azure(lab: Lab) -> None:
    """The contract of every rule holds, and a fact that knows AWS alone clears nothing of Azure."""
    account = storage(lab.cloud, lab.prod, "models", environment="prod")
    decided = lab.decide()
    assert decided.taken.gaps == ()
    told = {item.rule for item in decided.verdicts if item.verdict.value in {"pass", "fail"}}
    assert told <= DECIDED
    assert {item.rule for item in decided.verdicts} >= {"ISO-002", "ISO-004", "DAT-001", "ACC-002"}
    assert account in {item.subject for item in decided.verdicts if item.rule == "DAT-006"}


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[AwsLab]:
    with FaultyServer() as server, shell(server, tmp_path):
        server.reset()
        yield AwsLab(server, tmp_path)


def test_one_scan_takes_in_both(lab: Lab, aws: AwsLab) -> None:
    bucket = aws.bucket(aws.prod, "models")
    account = storage(lab.cloud, lab.prod, "models")
    lab.cloud.find(account)["properties"]["allowBlobPublicAccess"] = True
    container(lab.cloud, account, "open", "Blob")
    lab.environments = {
        name: {
            "tier": tier,
            "match": {"aws": {"accounts": [number]}, "azure": {"subscriptions": [subscription]}},
        }
        for name, tier, number, subscription in (
            ("dev", "nonproduction", aws.dev, lab.dev_subscription),
            ("prod", "production", aws.prod, lab.prod_subscription),
        )
    }
    source = {
        "role": f"arn:aws:iam::{{account}}:role/{ROLE}",
        "regions": ["eu-west-1"],
        "organization": False,
    }
    lab.file = {
        "sources": {
            "aws": source,
            "azure": {"endpoint": lab.server.url, "directory_endpoint": lab.server.url},
        }
    }
    decided = lab.decide("DAT-006", "DAT-001", "ISO-004")
    words = {(item.rule, item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert words["DAT-006", "public_access", account] == "fail"
    assert words["DAT-006", "versioning", account] == "pass"
    assert words["DAT-006", "versioning", bucket] == "fail"
    assert {words[key] for key in words if key[0] == "ISO-004"} == {"unknown"}
    assert [scope.provider for scope in decided.taken.coverage.reached] == ["aws", "aws", "azure", "azure"]
