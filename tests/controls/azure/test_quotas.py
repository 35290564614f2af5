"""QTA-001 and QTA-002: quotas are a whole subscription's; rules over the table of quotas watch their use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import compute, machine, workspace
from tests.faults.azure.watching import action_group, quota_query, quota_rule, usage

MAIL = {"name": "a", "emailAddress": "a@example.com", "status": "Enabled"}


class TestShare:
    RULE = "QTA-001"

    def _groups(self, lab: Lab, **quotas: Any) -> None:
        lab.file = {"pattern": "resource_groups"}
        lab.environments = {
            "dev": {
                "tier": "nonproduction",
                "match": {"azure": {"resource_groups": ["rg-dev"]}},
                **({"quotas": quotas} if quotas else {}),
            },
            "prod": {"tier": "production", "match": {"azure": {"resource_groups": ["rg-ml"]}}},
        }

    def test_a_subscription_that_production_has_for_itself(self, lab: Lab) -> None:
        assert lab.judge(self.RULE) == {("share", lab.prod_subscription): "pass"}

    def test_groups_of_one_subscription_share_its_quotas(self, lab: Lab) -> None:
        self._groups(lab, share=40)
        lab.cloud.group(lab.prod_subscription, "rg-dev")
        found = lab.judge(self.RULE)
        assert found["share", lab.prod_subscription] == "fail"
        assert not any("/" in subject for _, subject in found if subject.startswith(lab.prod_subscription))

    def test_what_is_allowed_all_of_it_is_held_to_nothing(self, lab: Lab) -> None:
        self._groups(lab, share=100)
        lab.cloud.group(lab.prod_subscription, "rg-dev")
        assert lab.judge(self.RULE)["share", lab.prod_subscription] == "pass"

    def test_nothing_declared(self, lab: Lab) -> None:
        self._groups(lab)
        lab.cloud.group(lab.prod_subscription, "rg-dev")
        assert lab.judge(self.RULE)["share", lab.prod_subscription] == "unknown"

    def test_groups_that_could_not_be_listed(self, lab: Lab) -> None:
        lab.server.fault("denied", "resources:ResourceGroups")
        assert lab.judge(self.RULE)["share", lab.prod_subscription] == "unknown"


class TestAlarms:
    RULE = "QTA-002"

    def _word(self, lab: Lab) -> str:
        return lab.judge(self.RULE)["alarm", lab.prod_subscription]

    def _running(self, lab: Lab) -> str:
        """A machine, two quotas that it counts to, and an action group that somebody listens to."""
        machine(lab.cloud, lab.prod, "server")
        usage(
            lab.cloud, lab.prod_subscription, "westeurope", cores=4, standardDSv5Family=4, standardNCFamily=0
        )
        return action_group(lab.cloud, lab.prod, "team", emailReceivers=[MAIL])

    def test_nothing_runs(self, lab: Lab) -> None:
        usage(lab.cloud, lab.prod_subscription, "westeurope", cores=0, virtualMachines=3)
        assert self._word(lab) == "pass"

    def test_a_rule_over_all_quotas(self, lab: Lab) -> None:
        group = self._running(lab)
        assert self._word(lab) == "fail"
        quota_rule(lab.cloud, lab.prod, "all", quota_query(), group.upper())
        assert self._word(lab) == "pass"

    @pytest.mark.parametrize(
        ("filters", "word"),
        [
            (
                ("where quotaName in~ ('cores', 'standardDSv5Family')", "where location =~ 'westeurope'"),
                "pass",
            ),
            (("where quotaName in~ ('cores')",), "fail"),
            (("where location in~ ('northeurope')",), "fail"),
            (("where subscriptionId =~ '00000000-0000-4000-8000-00000000ffff'",), "fail"),
            (("where quotaName !in~ ('cores')",), "unknown"),
            (("take 1",), "unknown"),
        ],
    )
    def test_what_its_query_leaves_out(self, lab: Lab, filters: tuple[str, ...], word: str) -> None:
        group = self._running(lab)
        quota_rule(lab.cloud, lab.prod, "some", quota_query(*filters), group)
        assert self._word(lab) == word

    @pytest.mark.parametrize(
        "more", [{"threshold": 100.0}, {"enabled": False}, {"actions": {"actionGroups": []}}]
    )
    def test_a_rule_that_tells_nobody_in_time(self, lab: Lab, more: dict[str, Any]) -> None:
        group = self._running(lab)
        quota_rule(lab.cloud, lab.prod, "all", quota_query(), group, **more)
        assert self._word(lab) == "fail"

    def test_a_rule_that_asks_as_nobody(self, lab: Lab) -> None:
        rule = quota_rule(lab.cloud, lab.prod, "all", quota_query(), self._running(lab))
        lab.cloud.find(rule)["identity"] = None
        assert self._word(lab) == "fail"

    def test_a_rule_over_something_else(self, lab: Lab) -> None:
        group = self._running(lab)
        quota_rule(lab.cloud, lab.prod, "heartbeat", "Heartbeat | where Computer == 'x'", group)
        assert self._word(lab) == "fail"

    def test_machines_where_no_quota_is_told(self, lab: Lab) -> None:
        group = self._running(lab)
        quota_rule(lab.cloud, lab.prod, "all", quota_query(), group)
        other = machine(lab.cloud, lab.prod, "elsewhere")
        lab.cloud.find(other)["location"] = "northeurope"
        assert self._word(lab) == "unknown"

    def test_quotas_of_machine_learning_are_others(self, lab: Lab) -> None:
        group = self._running(lab)
        quota_rule(lab.cloud, lab.prod, "all", quota_query(), group)
        compute(lab.cloud, workspace(lab.cloud, lab.prod, "ml"), "cpu", "AmlCompute")
        assert self._word(lab) == "unknown"

    @pytest.mark.parametrize("fault", ["denied", "throttled", "unsupported", "truncated"])
    @pytest.mark.parametrize(
        "call", ["quota:ComputeUsages", "insights:ScheduledQueryRules", "compute:VirtualMachines"]
    )
    def test_what_could_not_be_listed(self, lab: Lab, call: str, fault: str) -> None:
        self._running(lab)
        lab.server.fault(fault, call)
        # A quota in use that nothing watches fails whatever else may run.
        assert self._word(lab) == ("fail" if call == "compute:VirtualMachines" else "unknown")
