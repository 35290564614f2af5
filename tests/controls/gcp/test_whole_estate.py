"""All rules on an estate of Google Cloud alone, and of three clouds in one scan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.conftest import shell
from tests.contracts.test_decided_cells import GCP
from tests.controls.aws.conftest import ROLE
from tests.controls.aws.conftest import Lab as AwsLab
from tests.controls.gcp.conftest import Lab
from tests.faults.azure.makers import storage
from tests.faults.azure.server import AzureServer
from tests.faults.faulty_server import FaultyServer
from tests.faults.gcp.cloud import ORGANIZATION
from tests.faults.gcp.makers import bucket, network
from tests.faults.gcp.makers_more import (
    account_key,
    budget,
    crypto_key,
    dataset,
    instance,
    paid,
    repository,
    schedule,
    secret,
    service,
    subnet,
)

OLD = "2026-01-01T00:00:00Z"


def test_nothing_passes_that_is_not_decided_for_google_cloud(lab: Lab) -> None:
    """The contract of every rule holds, and a fact that knows others alone clears nothing of it."""
    cloud, prod = lab.cloud, lab.prod
    lab.source = {"organization": ORGANIZATION}
    models = bucket(cloud, prod, "models", labels={"environment": "prod"})
    subnet(cloud, prod, network(cloud, prod, "vpc"), "a", "10.0.0.0/24")
    schedule(cloud, lab.dev, "nightly", instance(cloud, lab.dev, "trainer"), stop="0 20 * * *")
    service(cloud, prod, "containerscanning.googleapis.com")
    account_key(cloud, prod, OLD), crypto_key(cloud, prod, "k", OLD), secret(cloud, prod, "s", OLD)
    repository(cloud, prod, "images"), dataset(cloud, prod, "features"), paid(cloud, prod)
    budget(cloud, "prod", prod)
    decided = lab.decide()
    assert decided.taken.gaps == ()
    told = {item.rule for item in decided.verdicts if item.verdict.value in {"pass", "fail"}}
    # What lies in a project of one environment needs no quota; of machines, scripts and settings are told.
    assert told <= {*GCP, "KEY-003", "QTA-001"}
    assert {item.rule for item in decided.verdicts} >= {"ISO-002", "ISO-004", "DAT-001", "ACC-002"}
    assert models in {item.subject for item in decided.verdicts if item.rule == "DAT-006"}


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[AwsLab]:
    with FaultyServer() as server, shell(server, tmp_path):
        server.reset()
        yield AwsLab(server, tmp_path)


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[AzureServer]:
    folder = tmp_path / "azure"
    folder.mkdir()
    with AzureServer(folder) as server:
        yield server
        assert server.mistakes == []


def test_one_scan_takes_in_all_three(
    lab: Lab, aws: AwsLab, azure: AzureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriptions = [azure.cloud.subscription(name) for name in ("dev", "prod")]
    account = storage(azure.cloud, azure.cloud.group(subscriptions[1], "rg"), "models")
    theirs, ours = aws.bucket(aws.prod, "models"), bucket(lab.cloud, lab.prod, "models", versioning=None)
    lab.environments = {
        name: {
            "tier": tier,
            "match": {
                "aws": {"accounts": [number]},
                "azure": {"subscriptions": [subscription]},
                "gcp": {"projects": [project]},
            },
        }
        for name, tier, number, subscription, project in (
            ("dev", "nonproduction", aws.dev, subscriptions[0], lab.dev),
            ("prod", "production", aws.prod, subscriptions[1], lab.prod),
        )
    }
    source = {
        "role": f"arn:aws:iam::{{account}}:role/{ROLE}",
        "regions": ["eu-west-1"],
        "organization": False,
    }
    gcp = lab.environment_file()["sources"]["gcp"]
    lab.file = {"sources": {"aws": source, "azure": {"endpoint": azure.url}, "gcp": gcp}}
    both = Path(azure.folder) / "both.pem"
    both.write_bytes(azure.bundle.read_bytes() + lab.server.bundle.read_bytes())
    for name, value in {**azure.environment(), "REQUESTS_CA_BUNDLE": str(both)}.items():
        monkeypatch.setenv(name, value)
    decided = lab.decide("DAT-006", "DAT-001", "ISO-004")
    words = {(item.rule, item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert words["DAT-006", "versioning", account] == "pass"
    assert words["DAT-006", "versioning", theirs] == "fail"
    assert words["DAT-006", "versioning", ours] == "fail"
    assert words["DAT-006", "public_access", ours] == "pass"
    assert {words[key] for key in words if key[0] == "ISO-004"} == {"unknown"}
    assert sorted({scope.provider for scope in decided.taken.coverage.reached}) == ["aws", "azure", "gcp"]
