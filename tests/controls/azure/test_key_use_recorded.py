"""KEY-005: the use of a vault's keys is recorded by a setting of each vault, and kept where that sends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import storage
from tests.faults.azure.vaults import vault
from tests.faults.azure.watching import category, log_workspace, logs_to

RULE = "KEY-005"


def _words(lab: Lab) -> tuple[str, str]:
    found = lab.judge(RULE)
    return found["recorded", lab.prod_subscription], found["kept", lab.prod_subscription]


def _rule(prefix: str, days: int, **more: Any) -> dict[str, Any]:
    """https://learn.microsoft.com/rest/api/storagerp/management-policies/get."""
    filters = {"blobTypes": ["appendBlob"], "prefixMatch": [prefix]}
    actions = {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": days}}}
    return {
        "enabled": True,
        "name": "old",
        "type": "Lifecycle",
        "definition": {"filters": {**filters, **more}, "actions": actions},
    }


def _deleting(lab: Lab, account: str, *rules: dict[str, Any]) -> None:
    path = f"{account}/managementpolicies/default"
    lab.cloud.below[path] = {
        "id": path,
        "name": "DefaultManagementPolicy",
        "type": "Microsoft.Storage/storageAccounts/managementPolicies",
        "properties": {"policy": {"rules": list(rules)}},
    }


def test_every_vault_of_production_is_audited_into_a_workspace(lab: Lab) -> None:
    kept = log_workspace(lab.cloud, lab.prod, "logs", 400)
    first, second = (vault(lab.cloud, lab.prod, name) for name in ("kv-1", "kv-2"))
    vault(lab.cloud, lab.dev, "kv-dev")
    logs_to(lab.cloud, first, "audit", category("AuditEvent"), workspaceId=kept)
    assert _words(lab) == ("fail", "fail"), "one vault has no setting"
    logs_to(lab.cloud, second, "audit", category("audit", group=True), workspaceId=kept)
    assert _words(lab) == ("pass", "pass")
    assert (("recorded", lab.dev_subscription)) not in lab.judge(RULE)


@pytest.mark.parametrize(
    ("log", "word"),
    [
        (category("allLogs", group=True), "pass"),
        (category("AuditEvent", enabled=False), "fail"),
        (category("AzurePolicyEvaluationDetails"), "fail"),
    ],
)
def test_what_a_setting_sends(lab: Lab, log: dict[str, Any], word: str) -> None:
    holder = vault(lab.cloud, lab.prod, "kv")
    logs_to(lab.cloud, holder, "s", log, workspaceId=log_workspace(lab.cloud, lab.prod, "logs", 400))
    assert _words(lab) == (word, word)


def test_a_stream_is_no_record(lab: Lab) -> None:
    holder = vault(lab.cloud, lab.prod, "kv")
    rule = "/subscriptions/0/resourceGroups/x/providers/Microsoft.EventHub/namespaces/n/authorizationrules/r"
    logs_to(lab.cloud, holder, "s", category("AuditEvent"), eventHubAuthorizationRuleId=rule)
    assert _words(lab) == ("fail", "fail")


@pytest.mark.parametrize(
    ("days", "tables", "word"),
    [
        (400, {}, "pass"),
        (90, {}, "fail"),
        (400, {"AzureDiagnostics": 30}, "fail"),
        (90, {"AZKVAuditLogs": 730}, "pass"),
        (400, {"Heartbeat": 7}, "pass"),
    ],
)
def test_how_long_a_workspace_keeps_it(lab: Lab, days: int, tables: dict[str, int], word: str) -> None:
    kept = log_workspace(lab.cloud, lab.prod, "logs", days, **tables)
    logs_to(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "s", category("AuditEvent"), workspaceId=kept)
    assert _words(lab) == ("pass", word)


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ((), "pass"),
        ((_rule("insights-logs-auditevent", 30),), "fail"),
        ((_rule("insights-logs-auditevent", 400),), "pass"),
        ((_rule("models/", 7),), "pass"),
        ((_rule("", 30),), "fail"),
        ((_rule("", 30, blobIndexMatch=[{"name": "a", "op": "==", "value": "b"}]),), "pass"),
    ],
)
def test_how_long_a_storage_account_keeps_it(lab: Lab, rules: tuple[Any, ...], word: str) -> None:
    account = storage(lab.cloud, lab.prod, "audit")
    if rules:
        _deleting(lab, account, *rules)
    logs_to(
        lab.cloud, vault(lab.cloud, lab.prod, "kv"), "s", category("AuditEvent"), storageAccountId=account
    )
    assert _words(lab) == ("pass", word)


def test_a_workspace_that_nobody_read_may_keep_it_or_not(lab: Lab) -> None:
    other = "/subscriptions/0/resourcegroups/logs/providers/microsoft.operationalinsights/workspaces/all"
    logs_to(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "s", category("AuditEvent"), workspaceId=other)
    assert _words(lab) == ("pass", "unknown")


@pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "unsupported"])
@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("keyvault:DiagnosticSettings", ("unknown", "unknown")),
        ("keyvault:Vaults", ("unknown", "unknown")),
        ("operationalinsights:Workspaces", ("pass", "unknown")),
        ("operationalinsights:Tables", ("pass", "unknown")),
    ],
)
def test_what_was_not_answered_is_unknown(lab: Lab, call: str, fault: str, words: tuple[str, str]) -> None:
    kept = log_workspace(lab.cloud, lab.prod, "logs", 400)
    logs_to(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "s", category("AuditEvent"), workspaceId=kept)
    lab.server.fault(fault, call)
    assert _words(lab) == words


def test_a_managed_hsm_is_not_read(lab: Lab) -> None:
    lab.cloud.resource(lab.prod, "Microsoft.KeyVault/managedHSMs", "hsm", {})
    assert _words(lab) == ("unknown", "unknown")


def test_groups_are_told_by_their_subscription(lab: Lab) -> None:
    holder = vault(lab.cloud, lab.prod, "kv")
    assert ("recorded", lab.prod) not in lab.judge(RULE)
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"resource_groups": ["rg-dev"]}}},
        "prod": {"tier": "production", "match": {"azure": {"resource_groups": ["rg-ml"]}}},
    }
    lab.file = {"pattern": "resource_groups"}
    scratch = vault(lab.cloud, lab.cloud.group(lab.prod_subscription, "rg-dev"), "kv-dev")
    kept = log_workspace(lab.cloud, lab.prod, "logs", 400)
    logs_to(lab.cloud, holder, "s", category("AuditEvent"), workspaceId=kept)
    assert lab.cloud.lists[f"{scratch}/providers/microsoft.insights/diagnosticsettings"] == []
    assert _words(lab) == ("pass", "pass"), "a vault of development is none of production's"
