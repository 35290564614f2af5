"""IMG-003 on container registries: scanned by a plan of Defender for Cloud, or not at all."""

from __future__ import annotations

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import plan, registry

RULE = "IMG-003"
SCANS = "ContainerRegistriesVulnerabilityAssessments"


@pytest.mark.parametrize(
    ("name", "tier", "extensions", "word"),
    [
        ("Containers", "Standard", ((SCANS, "True"),), "pass"),
        ("Containers", "Standard", ((SCANS, "False"),), "fail"),
        ("Containers", "Standard", (), "fail"),
        ("Containers", "Free", (), "fail"),
        ("ContainerRegistry", "Standard", (), "pass"),
    ],
)
def test_a_plan_that_scans(
    lab: Lab, name: str, tier: str, extensions: tuple[tuple[str, str], ...], word: str
) -> None:
    images = registry(lab.cloud, lab.prod, "prodimages")
    plan(lab.cloud, lab.prod_subscription, name, tier, *extensions)
    assert lab.judge(RULE)["scanning", images] == word


def test_a_plan_of_another_subscription_scans_nothing_here(lab: Lab) -> None:
    images = registry(lab.cloud, lab.prod, "prodimages")
    plan(lab.cloud, lab.dev_subscription, "Containers", "Standard", (SCANS, "True"))
    assert lab.judge(RULE)["scanning", images] == "unknown"


def test_plans_that_were_not_read_leave_it_open(lab: Lab) -> None:
    images = registry(lab.cloud, lab.prod, "prodimages")
    plan(lab.cloud, lab.prod_subscription, "Containers", "Standard", (SCANS, "True"))
    lab.server.fault("denied", "security:Pricings")
    found = {item.subject: item for item in lab.verdicts(RULE)}
    assert found[images].verdict.value == "unknown"
    assert found[images].gaps == (f"azure/{lab.prod_subscription}/global security:Pricings",)


def test_registries_that_were_not_listed_are_unknown(lab: Lab) -> None:
    lab.server.fault("expired", "containerregistry:Registries")
    assert lab.judge(RULE) == {("scanning", f"azure/{lab.prod_subscription}/global/registry"): "unknown"}
