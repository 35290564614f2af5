"""Quotas of compute that something counts to: of vCPUs, by location and family of machines.

Table ``quotaresources`` of Azure Resource Graph, which alerts on quotas read too:
https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources,
https://learn.microsoft.com/rest/api/compute/usage/list. How much is in use changes by the hour: that
anything is, is kept.
"""

from __future__ import annotations

from scanner.collect.azure._words import Rows
from scanner.collect.calls import Call, Output

_CORES = "ends_with(name.value, 'Family') || name.value == 'cores' || name.value == 'lowPriorityCores'"
_KEPT = "{name: name.value, label: name.localizedValue, limit: limit}"

CALLS = (
    Call(
        Rows(
            "quota",
            "ComputeUsages",
            "Microsoft.Compute/locations/usages/read",
            table="quotaresources",
            type="microsoft.compute/locations/usages",
            columns=("id", "name", "type", "location", "subscriptionId", "properties"),
        ),
        (
            Output(
                "quota.location",
                "rows[].{id: id, location: location, quotas: "
                f"properties.value[?currentValue > `0` && ({_CORES})].{_KEPT}}}",
                "{id}",
            ),
        ),
    ),
)
