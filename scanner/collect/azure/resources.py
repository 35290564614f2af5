"""Subscriptions and resource groups, and every resource of a type that no other file reads.

Tables ``resourcecontainers`` and ``resources`` of Azure Resource Graph,
https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources;
``managementGroupAncestorsChain``:
https://learn.microsoft.com/azure/governance/resource-graph/samples/samples-by-table. A tree of management
groups has at most six levels below its root, the nearest comes first in the chain:
https://learn.microsoft.com/azure/governance/management-groups/overview. The tags of every resource tell
which environments a boundary holds, so that all of them are listed.
"""

from __future__ import annotations

from scanner.collect.azure._words import Rows
from scanner.collect.azure.consumption import ABOVE, OF_A_GROUP
from scanner.collect.calls import Call, Output

SUBSCRIPTIONS = Rows(
    "resources",
    "Subscriptions",
    "Microsoft.Resources/subscriptions/read",
    table="resourcecontainers",
    type="microsoft.resources/subscriptions",
    columns=(
        "id",
        "name",
        "type",
        "subscriptionId",
        "tenantId",
        "tags",
        "state=tostring(properties.state)",
        *(
            f"managementGroup{level}=tostring(properties.managementGroupAncestorsChain[{level}].name)"
            for level in range(7)
        ),
    ),
)
"""Also tells which subscriptions are seen at all."""

CALLS = (
    Call(SUBSCRIPTIONS, (Output("resources.subscription", "rows[]", "{subscriptionId}"),), follows=ABOVE),
    Call(
        Rows(
            "resources",
            "ResourceGroups",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            table="resourcecontainers",
            type="microsoft.resources/subscriptions/resourcegroups",
            columns=(
                "id",
                "name",
                "type",
                "location",
                "subscriptionId",
                "resourceGroup=tolower(name)",
                "managedBy",
                "tags",
                "properties",
            ),
        ),
        (Output("resources.group", "rows[]", "{subscriptionId}/{resourceGroup}"),),
        children=(OF_A_GROUP,),
    ),
    Call(
        Rows(
            "resources",
            "OtherResources",
            "*/read",
            columns=(
                "id",
                "name",
                "type",
                "location",
                "subscriptionId",
                "resourceGroup=tolower(resourceGroup)",
                "tags",
            ),
        ),
        (Output("resources.other", "rows[]", "{id}"),),
    ),
)
