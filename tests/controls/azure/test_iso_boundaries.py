"""ISO-001, ISO-010 and ISO-011 on subscriptions and resource groups."""

from __future__ import annotations

from typing import Any

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import network, security_group, storage

MACHINE = "Microsoft.Compute/virtualMachines"


def _groups(lab: Lab, *, subscription: bool = True) -> None:
    """Environments as resource groups of one subscription (the guide's second pattern)."""
    within: dict[str, Any] = {"subscriptions": [lab.prod_subscription]} if subscription else {}
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {**within, "resource_groups": ["rg-dev*"]}}},
        "prod": {"tier": "production", "match": {"azure": {**within, "resource_groups": ["RG-Prod"]}}},
    }
    lab.file = {"pattern": "resource_groups"}


class TestOneEnvironment:
    RULE = "ISO-001"

    def test_subscriptions_of_one_environment_each_pass(self, lab: Lab) -> None:
        storage(lab.cloud, lab.prod, "models", environment="prod")
        assert lab.judge(self.RULE) == {
            ("one_environment", lab.dev_subscription): "pass",
            ("one_environment", lab.prod_subscription): "pass",
        }

    def test_a_foreign_tag_on_whatever_resource_fails(self, lab: Lab) -> None:
        machine = lab.cloud.resource(lab.prod, MACHINE, "trainer", {}, tags={"environment": "dev"})
        found = {item.subject: item for item in lab.verdicts(self.RULE)}
        assert found[lab.prod_subscription].verdict.value == "fail"
        assert found[lab.prod_subscription].detail["resources"] == [machine]
        assert found[lab.dev_subscription].verdict.value == "pass"

    def test_a_foreign_tag_on_a_group_or_the_subscription_fails(self, lab: Lab) -> None:
        lab.cloud.group(lab.prod_subscription, "rg-scratch", environment="dev")
        assert lab.judge(self.RULE)["one_environment", lab.prod_subscription] == "fail"

    def test_a_type_that_has_a_kind_of_its_own_is_told_by_its_tags_too(self, lab: Lab) -> None:
        security_group(lab.cloud, lab.prod, "nsg", environment="dev")
        assert lab.judge(self.RULE)["one_environment", lab.prod_subscription] == "fail"

    def test_what_could_not_be_listed_leaves_it_open(self, lab: Lab) -> None:
        for call in ("resources:OtherResources", "network:RouteTables", "resources:ResourceGroups"):
            lab.server.clear()
            lab.server.fault("denied", call)
            assert lab.judge(self.RULE)["one_environment", lab.prod_subscription] == "unknown"

    def test_a_role_that_shows_a_part_only_leaves_it_open(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        role = lab.cloud.role("Microsoft.Storage/*/read", "Microsoft.Resources/*/read")
        lab.cloud.grant(lab.prod_subscription, role)
        assert lab.judge(self.RULE) == {
            ("one_environment", lab.dev_subscription): "pass",
            ("one_environment", lab.prod_subscription): "unknown",
        }

    def test_with_resource_groups_it_is_them_that_count(self, lab: Lab) -> None:
        _groups(lab)
        dev = lab.cloud.group(lab.prod_subscription, "rg-dev-ml")
        prod = lab.cloud.group(lab.prod_subscription, "rg-prod")
        storage(lab.cloud, dev, "scratch", environment="dev")
        storage(lab.cloud, prod, "models", environment="prod")
        found = lab.judge(self.RULE)
        assert found["one_environment", dev] == "pass"
        assert found["one_environment", prod] == "pass"
        assert ("one_environment", lab.prod_subscription) not in found
        network(lab.cloud, prod, "vnet", "10.0.0.0/16", environment="dev")
        assert lab.judge(self.RULE)["one_environment", prod] == "fail"
        lab.server.fault("throttled", "resources:OtherResources")
        assert lab.judge(self.RULE)["one_environment", dev] == "unknown"


class TestPattern:
    RULE = "ISO-010"

    def test_subscriptions(self, lab: Lab) -> None:
        assert lab.judge(self.RULE) == {
            ("pattern", lab.dev_subscription): "pass",
            ("pattern", lab.prod_subscription): "pass",
        }
        storage(lab.cloud, lab.dev, "models", environment="prod")
        assert lab.judge(self.RULE)["pattern", lab.dev_subscription] == "fail"
        lab.server.fault("failing", "resources:OtherResources")
        assert lab.judge(self.RULE)["pattern", lab.prod_subscription] == "unknown"

    def test_resource_groups(self, lab: Lab) -> None:
        _groups(lab, subscription=False)
        dev = lab.cloud.group(lab.prod_subscription, "rg-dev")
        prod = lab.cloud.group(lab.dev_subscription, "rg-prod")
        storage(lab.cloud, prod, "models", environment="prod")
        assert lab.judge(self.RULE) == {("pattern", dev): "pass", ("pattern", prod): "pass"}
        storage(lab.cloud, prod, "scratch", environment="dev")
        found = {item.subject: item for item in lab.verdicts(self.RULE)}
        assert found[prod].verdict.value == "fail"
        assert found[prod].detail == {"shown": "none", "declared": "resource_groups"}


class TestAssignment:
    RULE = "ISO-011"

    def test_declared_boundaries_pass_and_so_does_what_lies_in_them(self, lab: Lab) -> None:
        found = lab.judge(self.RULE)
        declared = (lab.dev_subscription, lab.prod_subscription, lab.dev, lab.prod)
        assert {found["assigned", each] for each in declared} == {"pass"}

    def test_a_subscription_that_nobody_declares_fails(self, lab: Lab) -> None:
        other = lab.cloud.subscription("forgotten")
        lab.file = {
            "sources": {
                "azure": {
                    "endpoint": lab.server.url,
                    "subscriptions": [lab.dev_subscription, lab.prod_subscription, other.upper()],
                }
            }
        }
        assert lab.judge(self.RULE)["assigned", other] == "fail"

    def test_a_group_that_nobody_declares_fails_beside_those_that_are(self, lab: Lab) -> None:
        _groups(lab)
        dev = lab.cloud.group(lab.prod_subscription, "rg-dev")
        found = lab.judge(self.RULE)
        assert found["assigned", dev] == "pass"
        assert found["assigned", lab.prod] == "fail"
        assert found["assigned", lab.prod_subscription] == "pass", "its groups are declared"

    def test_a_tag_that_contradicts(self, lab: Lab) -> None:
        right = storage(lab.cloud, lab.prod, "models", environment="prod")
        wrong = network(lab.cloud, lab.prod, "vnet", "10.0.0.0/16", environment="dev")
        machine = lab.cloud.resource(lab.prod, MACHINE, "trainer", {}, tags={"environment": "dev"})
        found = lab.judge(self.RULE)
        assert found["tag_agrees", right] == "pass"
        assert found["tag_agrees", wrong] == "fail"
        assert found["tag_agrees", machine] == "fail"

    def test_what_was_not_listed_is_unknown(self, lab: Lab) -> None:
        lab.server.fault("denied", "network:VirtualNetworks")
        lab.server.fault("denied", "managedidentity:UserAssignedIdentities")
        scope = f"azure/{lab.prod_subscription}/global"
        found = lab.judge(self.RULE)
        assert found["tag_agrees", f"{scope}/network"] == "unknown"
        assert found["tag_agrees", f"{scope}/identity"] == "unknown"

    def test_a_resource_in_a_group_of_an_environment_is_of_it(self, lab: Lab) -> None:
        _groups(lab)
        dev = lab.cloud.group(lab.prod_subscription, "Rg-Dev")
        account = storage(lab.cloud, dev, "scratch", environment="prod")
        decided = lab.decide(self.RULE)
        assert decided.estate.by_id[account].environment == "dev"
        assert {item.verdict.value for item in decided.verdicts if item.subject == account} == {"fail"}

    def test_a_management_group_places_what_nothing_else_names(self, lab: Lab) -> None:
        below = lab.cloud.subscription("team", group="MG-Prod")
        lab.cloud.subscription("elsewhere", group="mg-other")
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": [lab.dev_subscription]}}},
            "prod": {"tier": "production", "match": {"azure": {"management_groups": ["mg-prod"]}}},
        }
        found = lab.decide(self.RULE)
        places = {item.id: item.environment for item in found.estate.of("boundary")}
        assert places[below] == "prod"
        assert places[lab.dev_subscription] == "dev"
        words = {item.subject: item.verdict.value for item in found.verdicts if item.check == "assigned"}
        assert words[below] == "pass"
        assert words[lab.prod_subscription] == "fail", "it stands in another management group"

    def test_tags_select_whatever_the_case_of_their_names(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"azure": {"tags": {"Stage": ["dev*"]}}}},
            "prod": {"tier": "production", "match": {"azure": {"tags": {"Stage": ["prod"]}}}},
        }
        account = storage(lab.cloud, lab.prod, "models", stage="prod")
        found = lab.decide(self.RULE)
        assert found.estate.by_id[account].environment == "prod"
        assert found.estate.by_id[account].attrs["assigned_by"] == "tag"
