"""Kubernetes clusters with their node pools, and which logs of the control plane are sent somewhere.

- https://learn.microsoft.com/rest/api/aks/managed-clusters/get;
- https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list.

What runs in a cluster is told by its own API alone.
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Get, Rows
from scanner.collect.calls import Call, Follow, Output

CALLS = (
    Call(
        Rows(
            "containerservice",
            "ManagedClusters",
            "Microsoft.ContainerService/managedClusters/read",
            type="microsoft.containerservice/managedclusters",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                "containerservice.cluster",
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState",),
                drop=("properties.windowsProfile.adminPassword", "properties.servicePrincipalProfile.secret"),
            ),
        ),
        follows=(
            Follow(
                Get(
                    "containerservice",
                    "DiagnosticSettings",
                    "Microsoft.Insights/diagnosticSettings/read",
                    path="{id}/providers/Microsoft.Insights/diagnosticSettings",
                    version="2021-05-01-preview",
                    listed=True,
                ),
                {"id": "{id}"},
                "value[].{name: name, logs: properties.logs || `[]`}",
            ),
        ),
    ),
)
