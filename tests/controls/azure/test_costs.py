"""CST-001 and CST-002 on subscriptions, of one environment each or shared by resource groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import machine
from tests.faults.azure.makers import storage
from tests.faults.azure.watching import action_group, budget

TEAM = {"contactEmails": ["ml-team@example.com"]}


def _shared(lab: Lab) -> tuple[str, str]:
    """Environments as resource groups of one subscription; the group of development, and of production."""
    lab.file = {"pattern": "resource_groups"}
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"resource_groups": ["rg-dev*"]}}},
        "prod": {"tier": "production", "match": {"azure": {"resource_groups": ["rg-ml", "rg-prod*"]}}},
    }
    return lab.cloud.group(lab.prod_subscription, "rg-dev"), lab.prod


def _dimension(name: str, *values: str, operator: str = "In") -> dict[str, Any]:
    return {"dimensions": {"name": name, "operator": operator, "values": list(values)}}


class TestBudget:
    RULE = "CST-001"

    def _words(self, lab: Lab) -> tuple[str, str]:
        found = lab.judge(self.RULE)
        return found["budget", lab.prod_subscription], found["alert", lab.prod_subscription]

    def test_a_budget_of_the_subscription(self, lab: Lab) -> None:
        assert self._words(lab) == ("fail", "fail")
        budget(lab.cloud, lab.prod_subscription, "silent")
        assert self._words(lab) == ("pass", "fail")
        budget(lab.cloud, lab.prod_subscription, "heard", **TEAM)
        decided = lab.decide(self.RULE)
        found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
        assert found["alert", lab.prod_subscription] == "pass"
        assert found["budget", lab.dev_subscription] == "fail", "every environment has to have one"
        assert not any("/" in subject for _, subject in found if subject.startswith(lab.prod_subscription))
        assert "ml-team@example.com" not in repr(decided.taken.records)

    @pytest.mark.parametrize(
        ("more", "word"),
        [
            ({"ends": "2026-02-01T00:00:00Z"}, "fail"),
            ({"limited": _dimension("ServiceName", "Storage")}, "fail"),
            ({"limited": _dimension("ResourceGroupName", "rg-ml", operator="NotIn")}, "fail"),
            (
                {"limited": {"and": [_dimension("ResourceGroupName", "rg-ml"), _dimension("Meter", "x")]}},
                "fail",
            ),
            ({"limited": _dimension("ResourceGroupName", "rg-ml")}, "fail"),
        ],
    )
    def test_a_budget_that_counts_a_part_or_no_more(self, lab: Lab, more: dict[str, Any], word: str) -> None:
        budget(lab.cloud, lab.prod_subscription, "one", **more, **TEAM)
        assert self._words(lab) == (word, word)

    @pytest.mark.parametrize(
        ("receivers", "word"),
        [
            (
                {"emailReceivers": [{"name": "a", "emailAddress": "a@example.com", "status": "Enabled"}]},
                "pass",
            ),
            (
                {"emailReceivers": [{"name": "a", "emailAddress": "a@example.com", "status": "Disabled"}]},
                "fail",
            ),
            ({"smsReceivers": [{"name": "a", "countryCode": "1", "phoneNumber": "5550100"}]}, "pass"),
            ({"armRoleReceivers": [{"name": "a", "roleId": "x", "useCommonAlertSchema": True}]}, "fail"),
            (
                {"enabled": False, "smsReceivers": [{"name": "a", "countryCode": "1", "phoneNumber": "5"}]},
                "fail",
            ),
            ({}, "fail"),
        ],
    )
    def test_an_action_group(self, lab: Lab, receivers: dict[str, Any], word: str) -> None:
        group = action_group(lab.cloud, lab.prod, "team", **receivers)
        budget(lab.cloud, lab.prod_subscription, "one", contactGroups=[group.upper()])
        decided = lab.decide(self.RULE)
        found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
        assert found["alert", lab.prod_subscription] == word
        assert "a@example.com" not in repr(decided.taken.records)
        assert "5550100" not in repr(decided.taken.records)

    def test_whoever_holds_a_role_is_not_known(self, lab: Lab) -> None:
        budget(lab.cloud, lab.prod_subscription, "one", contactRoles=["Owner"])
        assert self._words(lab) == ("pass", "unknown")

    def test_an_action_group_of_a_subscription_that_nobody_read(self, lab: Lab) -> None:
        other = "/subscriptions/0/resourceGroups/x/providers/microsoft.insights/actionGroups/team"
        budget(lab.cloud, lab.prod_subscription, "one", contactGroups=[other])
        assert self._words(lab) == ("pass", "unknown")

    def test_a_notification_that_is_off(self, lab: Lab) -> None:
        budget(lab.cloud, lab.prod_subscription, "one", enabled=False, **TEAM)
        assert self._words(lab) == ("pass", "fail")

    def test_groups_of_a_shared_subscription(self, lab: Lab) -> None:
        dev, prod = _shared(lab)
        more = lab.cloud.group(lab.prod_subscription, "rg-prod-2")
        budget(lab.cloud, lab.prod_subscription, "all", **TEAM)
        assert self._words(lab) == ("fail", "fail"), "it counts both environments"
        budget(lab.cloud, dev, "dev", **TEAM)
        budget(lab.cloud, prod, "prod", **TEAM)
        assert self._words(lab) == ("fail", "fail"), "one group of production has none"
        budget(lab.cloud, more, "more", **TEAM)
        assert self._words(lab) == ("pass", "pass")

    def test_a_budget_limited_to_groups_or_to_a_tag(self, lab: Lab) -> None:
        _shared(lab)
        budget(
            lab.cloud, lab.prod_subscription, "p", limited=_dimension("ResourceGroupName", "RG-ML"), **TEAM
        )
        tag = {"tags": {"name": "Environment", "operator": "In", "values": ["dev"]}}
        budget(lab.cloud, lab.prod_subscription, "dev", limited=tag, **TEAM)
        assert self._words(lab) == ("pass", "pass")

    def test_a_budget_that_counts_groups_of_two_environments(self, lab: Lab) -> None:
        _shared(lab)
        both = _dimension("ResourceGroupName", "rg-ml", "rg-dev")
        budget(lab.cloud, lab.prod_subscription, "both", limited=both, **TEAM)
        assert self._words(lab) == ("fail", "fail")

    def test_a_management_group_may_hold_others_that_nobody_sees(self, lab: Lab) -> None:
        lab.cloud.subscription("team", group="mg-prod")
        below = lab.cloud.subscription("serving", group="mg-prod")
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": [lab.dev_subscription]}}},
            "prod": {"tier": "production", "match": {"azure": {"management_groups": ["mg-prod"]}}},
        }
        budget(lab.cloud, "/mg-prod", "all", **TEAM)
        assert lab.judge(self.RULE)["budget", below] == "unknown"
        named = _dimension("SubscriptionId", below)
        budget(lab.cloud, "/mg-prod", "one", limited=named, **TEAM)
        assert lab.judge(self.RULE)["budget", below] == "pass"

    @pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "missing", "unsupported"])
    @pytest.mark.parametrize(
        "call", ["consumption:Budgets", "consumption:GroupBudgets", "consumption:ManagementGroupBudgets"]
    )
    def test_budgets_that_could_not_be_read(self, lab: Lab, call: str, fault: str) -> None:
        lab.server.fault(fault, call)
        assert self._words(lab) == ("unknown", "unknown")

    def test_what_was_not_read_elsewhere_changes_no_pass(self, lab: Lab) -> None:
        budget(lab.cloud, lab.prod_subscription, "one", **TEAM)
        lab.server.fault("denied", "consumption:ManagementGroupBudgets")
        assert self._words(lab) == ("pass", "pass")
        lab.server.fault("denied", "resources:ResourceGroups")
        assert self._words(lab) == ("unknown", "unknown"), "a group may be of another environment"

    def test_action_groups_that_could_not_be_listed(self, lab: Lab) -> None:
        group = action_group(lab.cloud, lab.prod, "team", smsReceivers=[])
        budget(lab.cloud, lab.prod_subscription, "one", contactGroups=[group])
        lab.server.fault("denied", "insights:ActionGroups")
        assert self._words(lab) == ("pass", "unknown")


class TestCostScope:
    RULE = "CST-002"

    def test_a_subscription_has_a_bill_of_its_own(self, lab: Lab) -> None:
        assert lab.judge(self.RULE) == {
            ("cost_scope", lab.dev_subscription): "pass",
            ("cost_scope", lab.prod_subscription): "pass",
        }

    def test_groups_tell_costs_apart(self, lab: Lab) -> None:
        dev, prod = _shared(lab)
        machine(lab.cloud, dev, "trainer")
        storage(lab.cloud, prod, "models")
        assert lab.judge(self.RULE)["cost_scope", lab.prod_subscription] == "pass"
        common = lab.cloud.group(lab.prod_subscription, "common")
        assert lab.judge(self.RULE)["cost_scope", lab.prod_subscription] == "pass", "it is empty"
        storage(lab.cloud, common, "scratch")
        assert lab.judge(self.RULE)["cost_scope", lab.prod_subscription] == "fail"

    @pytest.mark.parametrize("call", ["resources:OtherResources", "storage:StorageAccounts"])
    def test_what_could_not_be_listed(self, lab: Lab, call: str) -> None:
        _shared(lab)
        lab.server.fault("denied", call)
        assert lab.judge(self.RULE)["cost_scope", lab.prod_subscription] == "unknown"

    def test_groups_that_could_not_be_listed(self, lab: Lab) -> None:
        lab.server.fault("denied", "resources:ResourceGroups")
        assert lab.judge(self.RULE)["cost_scope", lab.prod_subscription] == "unknown"
