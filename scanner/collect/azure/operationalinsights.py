"""Workspaces that keep logs, and for how long their tables do.

- https://learn.microsoft.com/rest/api/loganalytics/workspaces/get;
- https://learn.microsoft.com/rest/api/loganalytics/tables/list-by-workspace. Of tables those are kept that
  records of calls go to: https://learn.microsoft.com/azure/azure-monitor/reference/tables-category.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_TABLES = ("AZKVAuditLogs", "AzureActivity", "AzureDiagnostics")

CALLS = (
    Call(
        Rows(
            "operationalinsights",
            "Workspaces",
            "Microsoft.OperationalInsights/workspaces/read",
            type="microsoft.operationalinsights/workspaces",
        ),
        (
            Output(
                "operationalinsights.workspace",
                "rows[]",
                "{id}",
                volatile=(
                    "properties.provisioningState",
                    "properties.workspaceCapping",
                    "properties.modifiedDate",
                ),
            ),
        ),
        follows=(
            Follow(
                Get(
                    "operationalinsights",
                    "Tables",
                    "Microsoft.OperationalInsights/workspaces/tables/read",
                    path="{id}/tables",
                    version="2022-10-01",
                    listed=True,
                ),
                {"id": "{id}"},
                f"value[?contains(`{list(_TABLES)}`, name)]".replace("'", '"')
                + ".{name: name, days: properties.totalRetentionInDays}",
            ),
        ),
    ),
)
