"""Azure Monitor: whom alerts tell, what goes off, when machines are added or taken, where calls are logged.

- https://learn.microsoft.com/rest/api/monitor/action-groups/get: how many it tells and how, never their
  addresses;
- https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/get (a rule over the use of quotas is
  one, https://learn.microsoft.com/azure/quotas/how-to-guide-monitoring-alerting);
- https://learn.microsoft.com/rest/api/monitor/autoscale-settings/get;
- https://learn.microsoft.com/rest/api/monitor/subscription-diagnostic-settings/list (the activity log).
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Get, Rows
from scanner.collect.calls import Call, Output

_ADDRESSES = (
    ("emailReceivers", "emailAddress"),
    ("smsReceivers", "phoneNumber"),
    ("voiceReceivers", "phoneNumber"),
    ("azureAppPushReceivers", "emailAddress"),
    ("webhookReceivers", "serviceUri"),
    ("logicAppReceivers", "callbackUrl"),
    ("azureFunctionReceivers", "httpTriggerUrl"),
    ("automationRunbookReceivers", "serviceUri"),
    ("itsmReceivers", "ticketConfiguration"),
)
"""What would tell who somebody is, or open what it leads to."""

CALLS = (
    Call(
        Rows(
            "insights",
            "ActionGroups",
            "Microsoft.Insights/actionGroups/read",
            type="microsoft.insights/actiongroups",
        ),
        (
            Output(
                "insights.actiongroup",
                "rows[]",
                "{id}",
                drop=tuple(f"properties.{receivers}.{address}" for receivers, address in _ADDRESSES),
            ),
        ),
    ),
    Call(
        Rows(
            "insights",
            "ScheduledQueryRules",
            "Microsoft.Insights/scheduledQueryRules/read",
            type="microsoft.insights/scheduledqueryrules",
            columns=(*COLUMNS, "identity"),
        ),
        (Output("insights.queryrule", "rows[]", "{id}"),),
    ),
    Call(
        Rows(
            "insights",
            "AutoscaleSettings",
            "Microsoft.Insights/autoscaleSettings/read",
            type="microsoft.insights/autoscalesettings",
        ),
        (Output("insights.autoscale", "rows[]", "{id}", drop=("properties.notifications",)),),
    ),
    Call(
        Get(
            "insights",
            "ActivityLogSettings",
            "Microsoft.Insights/diagnosticSettings/read",
            path="/subscriptions/{subscription}/providers/Microsoft.Insights/diagnosticSettings",
            version="2021-05-01-preview",
            listed=True,
        ),
        (Output("insights.setting", "value[]", "{id}"),),
    ),
)
