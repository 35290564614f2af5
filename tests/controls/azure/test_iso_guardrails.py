"""ISO-012: management groups of one environment, and policies that deny there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.cloud import fresh
from tests.faults.azure.watching import exempt, policy

RULE = "ISO-012"
_ABOVE = "/providers/Microsoft.Management/managementGroups"


def _apart(lab: Lab) -> tuple[str, str]:
    """A subscription of development and one of production, each in a management group of its own."""
    dev = lab.cloud.subscription("dev", group="mg-dev")
    prod = lab.cloud.subscription("prod", group="MG-Prod")
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": [dev]}}},
        "prod": {"tier": "production", "match": {"azure": {"subscriptions": [prod]}}},
    }
    return dev, prod


def test_groups_that_environments_share(lab: Lab) -> None:
    found = lab.judge(RULE)
    assert found["unit", lab.dev_subscription] == "fail"
    assert found["unit", lab.prod_subscription] == "fail"
    assert found["guardrail", lab.prod_subscription] == "fail"


def test_a_group_and_a_policy_of_its_own(lab: Lab) -> None:
    dev, prod = _apart(lab)
    policy(lab.cloud, f"{_ABOVE}/MG-Prod", "no-public", "Deny", prod)
    found = lab.judge(RULE)
    assert (found["unit", prod], found["guardrail", prod]) == ("pass", "pass")
    assert (found["unit", dev], found["guardrail", dev]) == ("pass", "fail")


def test_a_subscription_that_nobody_sees_may_be_another_environments(lab: Lab) -> None:
    _, prod = _apart(lab)
    policy(lab.cloud, f"{_ABOVE}/MG-Prod", "no-public", "Deny", prod)
    lab.cloud.below_group("MG-Prod", fresh())
    found = lab.judge(RULE)
    assert (found["unit", prod], found["guardrail", prod]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("effect", "more", "word"),
    [
        ("deny", {}, "pass"),
        ("DenyAction", {}, "pass"),
        ("Audit", {}, "fail"),
        ("[parameters('effect')]", {}, "fail"),
        ("[parameters('effect')]", {"parameters": {"effect": {"value": "Deny"}}}, "pass"),
        ("[if(equals(1, 1), 'deny', 'audit')]", {}, "unknown"),
        ("deny", {"enforcementMode": "DoNotEnforce"}, "fail"),
        ("deny", {"notScopes": [f"{_ABOVE}/mg-platform"]}, "fail"),
        ("deny", {"metadata": {"assignedBy": "Security Center"}}, "fail"),
        ("deny", {"overrides": [{"kind": "policyEffect", "value": "Audit"}]}, "unknown"),
        (
            "deny",
            {"policyDefinitionId": "/providers/Microsoft.Authorization/policySetDefinitions/s"},
            "unknown",
        ),
    ],
)
def test_what_a_policy_does(lab: Lab, effect: str, more: dict[str, Any], word: str) -> None:
    scope = f"/subscriptions/{lab.prod_subscription}"
    policy(lab.cloud, scope, "one", effect, lab.prod_subscription, **more)
    assert lab.judge(RULE)["guardrail", lab.prod_subscription] == word


def test_a_policy_above_both_is_nobodys_own(lab: Lab) -> None:
    both = (lab.dev_subscription, lab.prod_subscription)
    policy(lab.cloud, f"{_ABOVE}/mg-platform", "all", "deny", *both)
    assert lab.judge(RULE)["guardrail", lab.prod_subscription] == "fail"


def test_a_subscription_that_was_exempted(lab: Lab) -> None:
    scope = f"/subscriptions/{lab.prod_subscription}"
    exempt(lab.cloud, lab.prod_subscription, policy(lab.cloud, scope, "one", "deny", lab.prod_subscription))
    assert lab.judge(RULE)["guardrail", lab.prod_subscription] == "fail"


def test_a_policy_of_one_resource_group_bounds_that_alone(lab: Lab) -> None:
    scope = f"/subscriptions/{lab.prod_subscription}/resourceGroups/RG-ML"
    policy(lab.cloud, scope, "one", "deny", lab.prod_subscription)
    found = lab.judge(RULE)
    assert found["guardrail", lab.prod] == "pass"
    assert found["guardrail", lab.prod_subscription] == "fail"


def test_resource_groups_as_units(lab: Lab) -> None:
    lab.file = {"pattern": "resource_groups"}
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"resource_groups": ["rg-dev"]}}},
        "prod": {"tier": "production", "match": {"azure": {"resource_groups": ["rg-ml"]}}},
    }
    dev = lab.cloud.group(lab.prod_subscription, "rg-dev")
    found = lab.judge(RULE)
    assert (found["unit", dev], found["unit", lab.prod]) == ("pass", "pass")
    assert (found["guardrail", dev], found["guardrail", lab.prod]) == ("fail", "fail")
    policy(lab.cloud, f"/subscriptions/{lab.prod_subscription}", "both", "deny", lab.prod_subscription)
    assert lab.judge(RULE)["guardrail", lab.prod] == "fail", "it bounds development alike"


@pytest.mark.parametrize("fault", ["denied", "throttled", "failing"])
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("policy:Assignments", ("pass", "unknown")),
        ("policy:Definition", ("pass", "unknown")),
        ("policy:Exemptions", ("pass", "unknown")),
        ("resources:Descendants", ("unknown", "unknown")),
    ],
)
def test_what_was_not_answered(lab: Lab, call: str, fault: str, words: tuple[str, str]) -> None:
    _, prod = _apart(lab)
    policy(lab.cloud, f"{_ABOVE}/MG-Prod", "no-public", "Deny", prod)
    lab.server.fault(fault, call)
    found = lab.judge(RULE)
    assert (found["unit", prod], found["guardrail", prod]) == words


def test_what_many_ask_alike_is_asked_once(lab: Lab) -> None:
    below = [lab.cloud.subscription(f"team-{number}", group="mg-team") for number in range(4)]
    policy(lab.cloud, f"{_ABOVE}/mg-team", "all", "deny", *below)
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": below}}},
        "prod": {"tier": "production", "match": {"azure": {"subscriptions": [lab.prod_subscription]}}},
    }
    found = lab.judge(RULE)
    assert {found["guardrail", each] for each in below} == {"pass"}
    assert lab.server.calls["policy:Definition"] == 1
    assert lab.server.calls["resources:Descendants"] == 2, "of mg-team, and of mg-platform"
