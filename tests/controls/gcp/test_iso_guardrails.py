"""ISO-012 on folders and organization policies."""

from __future__ import annotations

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.cloud import ORGANIZATION
from tests.faults.gcp.makers import constraint

RULE = "ISO-012"
ROOT = f"organizations/{ORGANIZATION}"


@pytest.fixture
def above(lab: Lab) -> Lab:
    lab.source = {"organization": ORGANIZATION}
    return lab


def test_a_folder_of_its_own_passes(above: Lab) -> None:
    found = above.judge(RULE)
    assert {found["unit", each] for each in (above.dev, above.prod)} == {"pass"}


def test_a_project_at_the_organization_has_none(above: Lab) -> None:
    other = above.cloud.project("ml-serving")
    above.environments = {
        "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [above.dev]}}},
        "prod": {"tier": "production", "match": {"gcp": {"projects": [above.prod, other]}}},
    }
    found = above.judge(RULE)
    assert found["unit", other] == "fail"
    assert found["unit", above.prod] == "pass"


def test_a_folder_that_holds_another_environment_is_nobodys_own(above: Lab) -> None:
    other = above.cloud.project("ml-test", parent=above.cloud.folder("inner", parent=above.prod_folder))
    above.environments = {
        "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [above.dev, other]}}},
        "prod": {"tier": "production", "match": {"gcp": {"projects": [above.prod]}}},
    }
    found = above.judge(RULE)
    assert found["unit", above.prod] == "fail"
    assert found["unit", other] == "pass", "the inner one holds it alone"


def test_a_project_that_nobody_declares_is_seen_in_the_folder(above: Lab) -> None:
    """It is not read, and stands there all the same."""
    above.cloud.project("forgotten", parent=above.prod_folder)
    assert above.judge(RULE)["unit", above.prod] == "fail"


def test_an_inner_folder_counts_for_the_outer_one(above: Lab) -> None:
    inner = above.cloud.folder("inner", parent=above.prod_folder)
    other = above.cloud.project("ml-serving", parent=inner)
    above.environments = {
        "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [above.dev]}}},
        "prod": {"tier": "production", "match": {"gcp": {"projects": [above.prod, other]}}},
    }
    constraint(above.cloud, above.prod_folder, "iam.disableServiceAccountKeyCreation", enforced=True)
    found = above.judge(RULE)
    assert found["unit", other] == "pass"
    assert found["guardrail", other] == "pass"


class TestGuardrail:
    @pytest.mark.parametrize(
        ("policy", "verdict"),
        [
            ({"enforced": True}, "pass"),
            ({"enforced": False}, "fail"),
            ({"restoreDefault": {}}, "fail"),
            ({"listPolicy": {"allowedValues": ["in:eu-locations"]}}, "pass"),
            ({"listPolicy": {"deniedValues": ["in:us-locations"]}}, "pass"),
            ({"listPolicy": {"allValues": "DENY"}}, "pass"),
            ({"listPolicy": {"allValues": "ALLOW"}}, "fail"),
        ],
    )
    def test_what_bounds_something(self, above: Lab, policy: dict[str, object], verdict: str) -> None:
        constraint(above.cloud, above.prod_folder, "gcp.resourceLocations", **policy)  # type: ignore[arg-type]
        assert above.judge(RULE)["guardrail", above.prod] == verdict

    def test_one_at_the_project_counts_and_one_at_the_organization_does_not(self, above: Lab) -> None:
        constraint(above.cloud, ROOT, "compute.requireOsLogin", enforced=True)
        assert above.judge(RULE)["guardrail", above.prod] == "fail"
        number = f"projects/{above.cloud.number(above.prod)}"
        constraint(above.cloud, number, "compute.requireOsLogin", enforced=True)
        found = above.judge(RULE)
        assert found["guardrail", above.prod] == "pass"
        assert found["guardrail", above.dev] == "fail"


class TestUnknown:
    def test_without_the_organization(self, lab: Lab) -> None:
        found = lab.judge(RULE)
        assert set(found.values()) == {"unknown"}

    @pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "cut", "endless"])
    def test_policies_that_cannot_be_read(self, above: Lab, fault: str) -> None:
        constraint(above.cloud, above.prod_folder, "compute.requireOsLogin", enforced=True)
        above.server.fault(fault, "assets:ORG_POLICY")
        found = above.judge(RULE)
        assert found["guardrail", above.prod] == "unknown"
        assert found["unit", above.prod] == "pass"

    @pytest.mark.parametrize("fault", ["denied", "failing"])
    def test_folders_that_cannot_be_read(self, above: Lab, fault: str) -> None:
        above.server.fault(fault, "assets:RESOURCE", within=ROOT)
        found = above.judge(RULE)
        assert found["unit", above.prod] == "unknown"
        assert found["guardrail", above.prod] == "unknown"
