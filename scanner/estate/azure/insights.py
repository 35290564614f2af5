"""Azure Monitor: action groups, autoscale settings, and where what is done in a subscription is recorded.

Shapes: Azure Monitor REST API, ``ActionGroupResource``, ``AutoscaleSettingResource``,
``DiagnosticSettingsResource``. The activity log records what changes something; it is kept 90 days, and
longer where a setting sends it somewhere:
https://learn.microsoft.com/azure/azure-monitor/platform/activity-log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.estate.azure._logging import records, sends_to
from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Normaliser, constant, field_of, made_of

_GROUPS, _AUTOSCALE, _ACTIVITY = "ActionGroups", "AutoscaleSettings", "ActivityLogSettings"
_RECEIVERS = {
    "emailReceivers": "email",
    "smsReceivers": "sms",
    "voiceReceivers": "voice",
    "azureAppPushReceivers": "push",
    "webhookReceivers": "webhook",
    "itsmReceivers": "itsm",
    "logicAppReceivers": "logic_app",
    "azureFunctionReceivers": "function",
    "automationRunbookReceivers": "runbook",
    "eventHubReceivers": "event_hub",
}
_DISABLED = "Disabled"
"""Of an address that turned the messages off: https://learn.microsoft.com/rest/api/monitor/action-groups/get."""


def _listeners(properties: Mapping[str, Any]) -> list[str]:
    """How it tells somebody. Whoever holds a role is nobody here: perhaps none does."""
    if properties.get("enabled") is False:
        return []
    return sorted(
        word
        for receivers, word in _RECEIVERS.items()
        for each in properties.get(receivers) or ()
        if each.get("status") != _DISABLED
    )


TOPIC = Normaliser(
    native="insights.actiongroup",
    kind="topic",
    listed=((f"insights:{_GROUPS}",),),
    tags=tags_of(_GROUPS),
    name=name_of(_GROUPS),
    holder=group_of(_GROUPS),
    attrs={
        "type": constant("action_group"),
        "listeners": field_of(_GROUPS, "properties", convert=_listeners),
    },
)


def _recurring(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for each in properties.get("profiles") or () if each.get("recurrence"))


def _least(properties: Mapping[str, Any]) -> int | None:
    """The most machines that a profile with set times leaves, None without one."""
    found = [int((each.get("capacity") or {}).get("maximum") or 0) for each in _recurring(properties)]
    return min(found, default=None)


def _target(properties: Mapping[str, Any]) -> list[str]:
    named = properties.get("targetResourceUri")
    return [str(named).lower()] if named else []


AUTOSCALE = Normaliser(
    native="insights.autoscale",
    kind="schedule",
    listed=((f"insights:{_AUTOSCALE}",),),
    tags=tags_of(_AUTOSCALE),
    name=name_of(_AUTOSCALE),
    holder=group_of(_AUTOSCALE),
    attrs={
        "type": constant("autoscale_profile"),
        "expression": field_of(
            _AUTOSCALE,
            "properties",
            convert=lambda found: "recurring profiles" if any(_recurring(found)) else None,
        ),
        "pattern": constant(False),
        "enabled": field_of(_AUTOSCALE, "properties", "enabled", absent=True),
        "targets": field_of(_AUTOSCALE, "properties", convert=_target),
        "target_types": constant(["microsoft.compute/virtualmachinescalesets"]),
        "identity": constant(None),
        "capacity": field_of(_AUTOSCALE, "properties", convert=_least),
        "stops": field_of(
            _AUTOSCALE, "properties", convert=lambda found: _target(found) if _least(found) == 0 else []
        ),
    },
)


def _activity(properties: Mapping[str, Any]) -> bool:
    return records(properties.get("logs") or (), "Administrative")


ACTIVITY = Normaliser(
    native="insights.setting",
    kind="trail",
    listed=((f"insights:{_ACTIVITY}",),),
    attrs={
        "type": constant("activity_log"),
        "logging": field_of(_ACTIVITY, "properties", convert=_activity),
        # Nothing tells whether what was sent arrived.
        "delivers": UNTOLD,
        "multi_region": constant(True),
        "organization": constant(False),
        "covers": made_of(_ACTIVITY, lambda reading, _: [reading.scope.boundary]),
        "region": constant("global"),
        "management_events": field_of(
            _ACTIVITY, "properties", convert=lambda found: "write" if _activity(found) else "none"
        ),
        "excluded": constant([]),
        "excluded_changes": constant([]),
        "data_events": constant([]),
        "store": field_of(_ACTIVITY, "properties", convert=lambda found: sends_to(found, "storageAccountId")),
        "prefix": constant("insights-activity-logs/"),
        "log_group": field_of(_ACTIVITY, "properties", convert=lambda found: sends_to(found, "workspaceId")),
        "validation": constant(False),
        "key": UNTOLD,
    },
)
