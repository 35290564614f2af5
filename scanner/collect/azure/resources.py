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

from scanner.collect.azure._words import Get, Rows
from scanner.collect.azure.consumption import ABOVE, LEVELS, OF_A_GROUP
from scanner.collect.calls import Call, Follow, Output

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
_BELOW = tuple(
    Follow(
        Get(
            "resources",
            "Descendants",
            "Microsoft.Management/managementGroups/descendants/read",
            path="/providers/Microsoft.Management/managementGroups/{group}/descendants",
            version="2020-05-01",
            listed=True,
            shared=True,
        ),
        {"group": f"{{managementGroup{level}}}"},
        "length(value[?type == 'Microsoft.Management/managementGroups/subscriptions'])",
        key=f"Below{level}",
        when=f"managementGroup{level} != '' && managementGroup{level} != tenantId",
    )
    for level in range(LEVELS)
)
"""How many subscriptions stand below each management group of one: also those that are not seen.

https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
"""

CALLS = (
    Call(
        SUBSCRIPTIONS,
        (Output("resources.subscription", "rows[]", "{subscriptionId}"),),
        follows=(*ABOVE, *_BELOW),
    ),
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
