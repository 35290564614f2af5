"""CST-001 on budgets of the billing accounts that pay for projects."""

from __future__ import annotations

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.makers_more import budget, paid, written_to

RULE = "CST-001"
LIST = "billing:Budgets"


@pytest.fixture
def billed(lab: Lab) -> Lab:
    for project in (lab.dev, lab.prod):
        paid(lab.cloud, project)
    return lab


def _of(lab: Lab, project: str) -> tuple[str, str]:
    found = lab.judge(RULE)
    return found["budget", project], found["alert", project]


def test_a_budget_of_the_project_alone(billed: Lab) -> None:
    budget(billed.cloud, "prod", billed.prod)
    assert _of(billed, billed.prod) == ("pass", "pass")
    assert _of(billed, billed.dev) == ("fail", "fail")
    assert billed.server.calls[LIST] == 2, "once a run, whatever projects share the account"


def test_a_budget_of_the_whole_account_is_nobodys(billed: Lab) -> None:
    budget(billed.cloud, "all")
    assert _of(billed, billed.prod) == ("fail", "fail")


def test_one_that_counts_another_environment_too(billed: Lab) -> None:
    budget(billed.cloud, "both", billed.dev, billed.prod)
    assert _of(billed, billed.prod) == ("fail", "fail")


def test_one_that_counts_a_project_of_nobody(billed: Lab) -> None:
    other = billed.cloud.project("elsewhere")
    budget(billed.cloud, "more", billed.prod, other)
    assert _of(billed, billed.prod)[0] == "fail"


def test_one_that_counts_a_part(billed: Lab) -> None:
    made = budget(billed.cloud, "machines", billed.prod)
    made["budgetFilter"]["services"] = ["services/6F81-5844-456A"]
    assert _of(billed, billed.prod) == ("fail", "fail")


def test_one_by_label(billed: Lab) -> None:
    made = budget(billed.cloud, "labelled")
    made["budgetFilter"]["labels"] = {"environment": ["prod"]}
    assert _of(billed, billed.prod) == ("pass", "pass")
    made["budgetFilter"]["labels"] = {"environment": ["dev"]}
    assert _of(billed, billed.prod)[0] == "fail"


def test_one_whose_period_is_over_counts_nothing(billed: Lab) -> None:
    billed.as_of = "2026-11-24T00:00:00Z"
    made = budget(billed.cloud, "project", billed.prod)
    period = {"startDate": {"year": 2026, "month": 1, "day": 1}}
    made["budgetFilter"]["customPeriod"] = {**period, "endDate": {"year": 2026, "month": 12, "day": 31}}
    assert _of(billed, billed.prod) == ("pass", "pass")
    made["budgetFilter"]["customPeriod"] = {**period, "endDate": {"year": 2026, "month": 6, "day": 30}}
    assert _of(billed, billed.prod) == ("fail", "fail")


def test_one_of_a_folder_is_open(billed: Lab) -> None:
    """Which projects are below it is not looked up."""
    made = budget(billed.cloud, "folder")
    made["budgetFilter"]["resourceAncestors"] = [billed.prod_folder]
    assert _of(billed, billed.prod) == ("unknown", "unknown")


class TestAlert:
    @pytest.mark.parametrize(
        ("rule", "verdict"),
        [
            ({}, "pass"),
            ({"disableDefaultIamRecipients": True}, "fail"),
            ({"disableDefaultIamRecipients": True, "enableProjectLevelRecipients": True}, "unknown"),
            ({"disableDefaultIamRecipients": True, "pubsubTopic": "projects/p/topics/t"}, "unknown"),
            (
                {
                    "disableDefaultIamRecipients": True,
                    "monitoringNotificationChannels": ["projects/p/notificationChannels/1"],
                },
                "unknown",
            ),
        ],
    )
    def test_who_gets_it(self, billed: Lab, rule: dict[str, object], verdict: str) -> None:
        budget(billed.cloud, "prod", billed.prod, notificationsRule=rule)
        assert _of(billed, billed.prod) == ("pass", verdict)

    @pytest.mark.parametrize(
        ("members", "verdict"),
        [
            (["serviceAccount:ci@p.iam.gserviceaccount.com"], "fail"),
            (["group:billing@example.com"], "unknown"),
            (["group:billing@example.com", "user:ada@example.com"], "pass"),
        ],
    )
    def test_who_administers_the_account(self, billed: Lab, members: list[str], verdict: str) -> None:
        written_to(billed.cloud, *members)
        budget(billed.cloud, "prod", billed.prod)
        assert _of(billed, billed.prod) == ("pass", verdict)

    @pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "cut"])
    def test_who_does_that_cannot_be_read(self, billed: Lab, fault: str) -> None:
        budget(billed.cloud, "prod", billed.prod)
        billed.server.fault(fault, "billing:AccountPolicy")
        assert _of(billed, billed.prod) == ("pass", "unknown")

    def test_without_a_threshold_nobody_is_told(self, billed: Lab) -> None:
        budget(billed.cloud, "prod", billed.prod, thresholdRules=[])
        assert _of(billed, billed.prod) == ("pass", "fail")


class TestUnknown:
    @pytest.mark.parametrize(
        "fault", ["denied", "missing", "throttled", "failing", "disabled", "expired", "cut"]
    )
    def test_budgets_that_cannot_be_read(self, billed: Lab, fault: str) -> None:
        budget(billed.cloud, "prod", billed.prod)
        billed.server.fault(fault, LIST)
        assert _of(billed, billed.prod) == ("unknown", "unknown")

    def test_an_account_that_may_not_be_read(self, billed: Lab) -> None:
        budget(billed.cloud, "prod", billed.prod)
        for held in billed.cloud.granted.values():
            held.discard("billing.budgets.list")
        assert _of(billed, billed.prod) == ("unknown", "unknown")

    def test_a_project_that_was_not_read(self, billed: Lab) -> None:
        billed.server.fault("denied", "assets:RESOURCE", within=billed.prod)
        assert _of(billed, billed.prod) == ("unknown", "unknown")

    def test_a_project_of_which_nobody_says_who_pays(self, lab: Lab) -> None:
        paid(lab.cloud, lab.dev)
        assert _of(lab, lab.prod) == ("unknown", "unknown")
