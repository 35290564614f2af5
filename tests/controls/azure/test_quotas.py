"""QTA-001: quotas are a whole subscription's, whatever its resource groups hold."""

from __future__ import annotations

from typing import Any

from tests.controls.azure.conftest import Lab


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
