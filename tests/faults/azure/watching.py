"""Makes what watches, keeps logs, and stops machines; tests then change what they are about."""

from __future__ import annotations

from typing import Any

from tests.faults.azure.cloud import Cloud, Json

_SETTINGS = "/providers/microsoft.insights/diagnosticsettings"


def log_workspace(cloud: Cloud, boundary: str, name: str, days: int, **tables: int) -> str:
    """A workspace that keeps logs for some days, and tables for others; its id.

    https://learn.microsoft.com/rest/api/loganalytics/workspaces/get and tables/list-by-workspace
    """
    identity = cloud.resource(
        boundary,
        "Microsoft.OperationalInsights/workspaces",
        name,
        {"retentionInDays": days, "provisioningState": "Succeeded", "sku": {"name": "PerGB2018"}},
    )
    cloud.lists[f"{identity}/tables"] = [
        {
            "id": f"{identity}/tables/{table}",
            "name": table,
            "type": "Microsoft.OperationalInsights/workspaces/tables",
            "properties": {"retentionInDays": kept, "totalRetentionInDays": kept, "plan": "Analytics"},
        }
        for table, kept in tables.items()
    ]
    return identity


def logs_to(cloud: Cloud, holder: str, name: str, *logs: Json, **to: str) -> str:
    """A diagnostic setting of a resource, or of a subscription; its id.

    https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list
    """
    base = holder if holder.startswith("/") else f"/subscriptions/{holder}"
    identity = f"{base}{_SETTINGS}/{name}"
    cloud.lists[f"{base}{_SETTINGS}"].append(
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.Insights/diagnosticSettings",
            "properties": {"logs": list(logs), "metrics": [], **to},
        }
    )
    return identity


def category(name: str, *, enabled: bool = True, group: bool = False) -> Json:
    """A log of one category, or of a group of them."""
    return {
        "categoryGroup" if group else "category": name,
        "enabled": enabled,
        "retentionPolicy": {"enabled": False, "days": 0},
    }


def shutdown(cloud: Cloud, boundary: str, machine: str, *, status: str = "Enabled", **more: Any) -> str:
    """The daily shutdown of a machine; the schedule's id.

    https://learn.microsoft.com/rest/api/dtl/global-schedules/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.DevTestLab/schedules",
        f"shutdown-computevm-{machine.rsplit('/', 1)[-1]}",
        {
            "dailyRecurrence": {"time": "1900"},
            "notificationSettings": {"emailRecipient": "ana@example.com", "status": "Enabled"},
            "provisioningState": "Succeeded",
            "status": status,
            "targetResourceId": machine,
            "taskType": "ComputeVmShutdownTask",
            "timeZoneId": "W. Europe Standard Time",
            **more,
        },
    )


def autoscale(cloud: Cloud, boundary: str, target: str, *profiles: tuple[int, int, bool]) -> str:
    """An autoscale setting: least and most machines of each profile, and whether it recurs; its id.

    https://learn.microsoft.com/rest/api/monitor/autoscale-settings/get
    """
    schedule = {"days": ["Monday"], "hours": [19], "minutes": [0], "timeZone": "UTC"}
    made = [
        {
            "name": f"profile-{number}",
            "capacity": {"minimum": str(least), "maximum": str(most), "default": str(least)},
            "rules": [],
            **({"recurrence": {"frequency": "Week", "schedule": schedule}} if recurs else {}),
        }
        for number, (least, most, recurs) in enumerate(profiles)
    ]
    properties = {"enabled": True, "targetResourceUri": target, "profiles": made}
    return cloud.resource(boundary, "Microsoft.Insights/autoscaleSettings", "scale", properties)


def action_group(cloud: Cloud, boundary: str, name: str, **receivers: Any) -> str:
    """An action group; its id.

    https://learn.microsoft.com/rest/api/monitor/action-groups/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.Insights/actionGroups",
        name,
        {"enabled": True, "groupShortName": name[:12], **receivers},
    )


def budget(
    cloud: Cloud,
    scope: str,
    name: str,
    *,
    limited: Json | None = None,
    ends: str = "2036-01-01T00:00:00Z",
    **notified: Any,
) -> str:
    """A budget of a subscription, a group (``subscription/group``) or (``/name``) a management group; its id.

    https://learn.microsoft.com/rest/api/consumption/budgets/list
    """
    outer, _, inner = scope.partition("/")
    base = f"/subscriptions/{outer}" + (f"/resourcegroups/{inner}" if inner else "")
    if not outer:
        base = f"/providers/microsoft.management/managementgroups/{inner.lower()}"
    identity = f"{base}/providers/microsoft.consumption/budgets/{name}"
    note = {"enabled": True, "operator": "GreaterThan", "threshold": 80, "thresholdType": "Actual"}
    cloud.lists[f"{base}/providers/microsoft.consumption/budgets"].append(
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.Consumption/budgets",
            "properties": {
                "category": "Cost",
                "amount": 1000.0,
                "timeGrain": "Monthly",
                "timePeriod": {"startDate": "2026-01-01T00:00:00Z", "endDate": ends},
                "notifications": {"first": {**note, "contactEmails": [], **notified}} if notified else {},
                **({"filter": limited} if limited else {}),
            },
        }
    )
    return identity


def usage(cloud: Cloud, subscription: str, location: str, **used: int) -> None:
    """The quotas of vCPUs of a location, each with how many are in use.

    https://learn.microsoft.com/rest/api/compute/usage/list, as a row of ``quotaresources``:
    https://learn.microsoft.com/azure/quotas/how-to-guide-monitoring-alerting
    """
    cloud.quotas.append(
        {
            "id": f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages",
            "name": "usages",
            "type": "microsoft.compute/locations/usages",
            "location": location,
            "subscriptionId": subscription,
            "properties": {
                "value": [
                    {
                        "unit": "Count",
                        "currentValue": count,
                        "limit": 100,
                        "name": {"value": name, "localizedValue": name},
                    }
                    for name, count in used.items()
                ]
            },
        }
    )


def quota_rule(
    cloud: Cloud, boundary: str, name: str, query: str, *groups: str, threshold: float = 80.0, **more: Any
) -> str:
    """A rule over the use of quotas, as the portal makes it; its id.

    https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/get
    """
    condition = {
        "query": query,
        "timeAggregation": "Maximum",
        "metricMeasureColumn": "usagePercent",
        "operator": "GreaterThanOrEqual",
        "threshold": threshold,
        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
        "dimensions": [],
    }
    properties = {
        "enabled": True,
        "scopes": [f"/subscriptions/{boundary.partition('/')[0]}"],
        "evaluationFrequency": "PT15M",
        "windowSize": "PT15M",
        "criteria": {"allOf": [condition]},
        "actions": {"actionGroups": list(groups)},
        **more,
    }
    identity = {"type": "SystemAssigned"}
    kind = "Microsoft.Insights/scheduledQueryRules"
    return cloud.resource(boundary, kind, name, properties, identity=identity)


def quota_query(*filters: str) -> str:
    """The query of such a rule, limited by some lines."""
    each = "propertyJson"
    name = f"quotaName = tostring({each}.['name'].value)"
    lines = (
        'arg("").QuotaResources',
        "where type =~ 'microsoft.compute/locations/usages'",
        "where isnotempty(properties)",
        "mv-expand propertyJson = properties.value limit 400",
        f"extend usage = {each}.currentValue, quota = {each}.['limit'], {name}",
        "extend usagePercent = toint(usage)*100 / toint(quota)",
        "project-away properties",
        *filters,
    )
    return "\n| ".join(lines)


def policy(cloud: Cloud, scope: str, name: str, effect: str, *seen_by: str, **more: Any) -> str:
    """An assignment at a scope of a definition of its own, as some subscriptions list it; its id.

    https://learn.microsoft.com/rest/api/policy/policy-assignments/list and policy-definitions/get
    """
    definition = f"/providers/Microsoft.Authorization/policyDefinitions/{name}"
    cloud.below[definition.lower()] = {
        "id": definition,
        "name": name,
        "type": "Microsoft.Authorization/policyDefinitions",
        "properties": {
            "policyType": "BuiltIn",
            "mode": "All",
            "parameters": {"effect": {"type": "String", "defaultValue": "Audit"}},
            "policyRule": {"if": {"field": "type", "equals": "x"}, "then": {"effect": effect}},
        },
    }
    identity = f"{scope}/providers/microsoft.authorization/policyassignments/{name}".lower()
    for subscription in seen_by:
        cloud.lists[
            f"/subscriptions/{subscription}/providers/microsoft.authorization/policyassignments"
        ].append(
            {
                "id": identity,
                "name": name,
                "type": "Microsoft.Authorization/policyAssignments",
                "properties": {
                    "scope": scope,
                    "policyDefinitionId": definition,
                    "enforcementMode": "Default",
                    "notScopes": [],
                    **more,
                },
            }
        )
    return identity


def exempt(cloud: Cloud, subscription: str, assignment: str) -> None:
    """Exempt a subscription from an assignment.

    https://learn.microsoft.com/rest/api/policy/policy-exemptions/list
    """
    base = f"/subscriptions/{subscription}/providers/microsoft.authorization/policyexemptions"
    cloud.lists[base].append(
        {
            "id": f"{base}/waived",
            "name": "waived",
            "type": "Microsoft.Authorization/policyExemptions",
            "properties": {"policyAssignmentId": assignment, "exemptionCategory": "Waiver"},
        }
    )
