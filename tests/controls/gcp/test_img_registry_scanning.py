"""IMG-003 on repositories of Artifact Registry."""

from __future__ import annotations

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.makers_more import repository, service

RULE = "IMG-003"
SCANNER, OTHER = "containerscanning.googleapis.com", "compute.googleapis.com"


def _scans(**state: str) -> dict[str, dict[str, str]]:
    return {"vulnerabilityScanningConfig": state}


def test_what_the_repository_says_counts(lab: Lab) -> None:
    cloud, prod = lab.cloud, lab.prod
    service(cloud, prod, SCANNER)
    active = repository(cloud, prod, "active", **_scans(enablementState="SCANNING_ACTIVE"))
    off = repository(cloud, prod, "off", **_scans(enablementState="SCANNING_DISABLED"))
    opted_out = repository(cloud, prod, "out", **_scans(enablementConfig="DISABLED"))
    unsupported = repository(cloud, prod, "virtual", **_scans(enablementState="SCANNING_UNSUPPORTED"))
    found = lab.judge(RULE)
    assert [found["scanning", one] for one in (active, off, opted_out, unsupported)] == [
        "pass",
        "fail",
        "fail",
        "fail",
    ]


@pytest.mark.parametrize(
    ("services", "verdict"),
    [
        ([(SCANNER, "ENABLED")], "pass"),
        ([(SCANNER, "DISABLED"), (OTHER, "ENABLED")], "fail"),
        ([(OTHER, "ENABLED")], "fail"),
        ([(SCANNER, "STATE_UNSPECIFIED")], "unknown"),
        ([], "unknown"),
    ],
)
def test_else_what_its_project_has_enabled(lab: Lab, services: list[tuple[str, str]], verdict: str) -> None:
    for name, state in services:
        service(lab.cloud, lab.prod, name, state)
    images = repository(lab.cloud, lab.prod, "images", **_scans(enablementConfig="INHERITED"))
    assert lab.judge(RULE)["scanning", images] == verdict


def test_repositories_of_other_things_and_of_development_are_no_subjects(lab: Lab) -> None:
    python = repository(lab.cloud, lab.prod, "wheels", format="PYTHON")
    scratch = repository(lab.cloud, lab.dev, "scratch")
    subjects = {subject for _, subject in lab.judge(RULE)}
    assert subjects.isdisjoint({python, scratch})


@pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "disabled", "cut"])
def test_what_was_not_listed(lab: Lab, fault: str) -> None:
    repository(lab.cloud, lab.prod, "images")
    lab.server.fault(fault, "assets:RESOURCE", within=lab.prod)
    assert lab.judge(RULE)["scanning", f"gcp/{lab.prod}/global/registry"] == "unknown"


def test_a_repository_that_was_cut_off(lab: Lab) -> None:
    images = repository(lab.cloud, lab.prod, "images", **_scans(enablementState="SCANNING_ACTIVE"))
    lab.cloud.whole(images)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
    assert lab.judge(RULE)["scanning", images] == "unknown"
