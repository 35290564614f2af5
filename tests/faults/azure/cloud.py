"""What stands in the tests' Azure: subscriptions, groups, resources and what belongs to them, natively.

Each maker says which document its object follows; the server holds every answer to the model made from it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.azure.directory import Directory
from tests.faults.azure.routes import PRINCIPAL

TENANT = "99999999-0000-4000-8000-000000000001"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
"""The built-in role Reader, https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/general."""
PLACE = "westeurope"
Json = dict[str, Any]

_ABOVE, _BUDGETS = (
    "/providers/microsoft.management/managementgroups",
    "/providers/microsoft.consumption/budgets",
)
_POLICY = "/providers/microsoft.authorization"
_NUMBERS = itertools.count(1)


def fresh() -> str:
    """A GUID that no other object of this process has."""
    return f"00000000-0000-4000-8000-{next(_NUMBERS):012x}"


@dataclass
class Cloud:
    """A tenant, as its Resource Manager knows it; ``below`` are GETs by path (lower case)."""

    containers: list[Json] = field(default_factory=list)
    resources: list[Json] = field(default_factory=list)
    security: list[Json] = field(default_factory=list)
    quotas: list[Json] = field(default_factory=list)
    network: list[Json] = field(default_factory=list)
    """Rows of the table ``networkresources``."""
    below: dict[str, Json] = field(default_factory=dict)
    lists: dict[str, list[Json]] = field(default_factory=dict)
    roles: dict[str, list[Json]] = field(default_factory=dict)
    """Name of a role definition -> its permission blocks."""
    provided: dict[str, str] = field(default_factory=lambda: {READER: "Reader"})
    """Name of a role that Azure provides -> what it is called."""
    directory: Directory = field(default_factory=Directory)
    partly: dict[str, bool] = field(default_factory=dict)
    """Subscriptions of which some resource may be read though no role is held there."""
    absent: dict[str, str] = field(default_factory=dict)
    """Path of what was never set -> the code that says so."""
    hidden: set[str] = field(default_factory=set)
    """Ids of what Resource Graph does not show."""

    def __post_init__(self) -> None:
        self.roles[READER] = [
            {"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}
        ]

    def subscription(self, name: str, *, group: str = "mg-platform", reader: bool = True) -> str:
        """A subscription below a management group, which the tests' principal may read; its id.

        https://learn.microsoft.com/azure/governance/resource-graph/samples/samples-by-table
        """
        identity = fresh()
        chain = [{"displayName": group, "name": group}, {"displayName": "Tenant Root Group", "name": TENANT}]
        self.containers.append(
            {
                "id": f"/subscriptions/{identity}",
                "name": name,
                "type": "microsoft.resources/subscriptions",
                "tenantId": TENANT,
                "subscriptionId": identity,
                "tags": {},
                "properties": {"state": "Enabled", "managementGroupAncestorsChain": chain},
            }
        )
        self.lists[f"/subscriptions/{identity}/providers/microsoft.authorization/roleassignments"] = []
        self.lists[f"/subscriptions/{identity}/providers/microsoft.insights/diagnosticsettings"] = []
        self.lists[f"/subscriptions/{identity}{_BUDGETS}"] = []
        self.lists[f"/subscriptions/{identity}{_POLICY}/policyassignments"] = []
        self.lists[f"/subscriptions/{identity}{_POLICY}/policyexemptions"] = []
        self.lists.setdefault(f"{_ABOVE}/{group.lower()}{_BUDGETS}", [])
        self.below_group(group, identity)
        if reader:
            self.grant(identity, READER)
        return identity

    def below_group(self, group: str, identity: str) -> None:
        """Let a subscription stand below a management group, seen or not.

        https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
        """
        self.lists.setdefault(f"{_ABOVE}/{group.lower()}/descendants", []).append(
            {
                "id": f"/subscriptions/{identity}",
                "name": identity,
                "type": "Microsoft.Management/managementGroups/subscriptions",
                "properties": {"displayName": identity, "parent": {"id": f"{_ABOVE}/{group}"}},
            }
        )

    def grant(self, subscription: str, role: str, **properties: Any) -> None:
        """Assign a role to whoever scans.

        https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription
        """
        base = f"/subscriptions/{subscription}/providers/Microsoft.Authorization"
        name = fresh()
        self.lists[f"{base}/roleAssignments".lower()].append(
            {
                "id": f"{base}/roleAssignments/{name}",
                "name": name,
                "type": "Microsoft.Authorization/roleAssignments",
                "properties": {
                    "scope": f"/subscriptions/{subscription}",
                    "roleDefinitionId": f"{base}/roleDefinitions/{role}",
                    "principalId": PRINCIPAL,
                    "principalType": "ServicePrincipal",
                    **properties,
                },
            }
        )

    def role(self, *actions: str, denied: tuple[str, ...] = ()) -> str:
        """A role definition; its name.

        https://learn.microsoft.com/rest/api/authorization/role-definitions/get
        """
        name = fresh()
        self.roles[name] = [
            {
                "actions": list(actions),
                "notActions": list(denied),
                "dataActions": [],
                "notDataActions": [],
            }
        ]
        return name

    def revoke(self, subscription: str) -> None:
        """Take every role that was granted to whoever scans."""
        self.lists[f"/subscriptions/{subscription}/providers/microsoft.authorization/roleassignments"].clear()

    def group(self, subscription: str, name: str, **tags: str) -> str:
        """A resource group; the boundary that it is.

        https://learn.microsoft.com/rest/api/resources/resource-groups/list
        """
        self.containers.append(
            {
                "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
                "name": name,
                "type": "microsoft.resources/subscriptions/resourcegroups",
                "location": PLACE,
                "tenantId": TENANT,
                "subscriptionId": subscription,
                "managedBy": "",
                "tags": tags or None,
                "properties": {"provisioningState": "Succeeded"},
            }
        )
        self.lists[f"/subscriptions/{subscription}/resourcegroups/{name.lower()}{_BUDGETS}"] = []
        return f"{subscription}/{name.lower()}"

    def resource(
        self, boundary: str, typed: str, name: str, properties: Mapping[str, Any], **more: Any
    ) -> str:
        """A resource of a type in a resource group; its id, in lower case."""
        subscription, _, group = boundary.partition("/")
        identity = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{typed}/{name}"
        self.resources.append(
            {
                "id": identity,
                "name": name,
                "type": typed.lower(),
                "tenantId": TENANT,
                "kind": "",
                "location": PLACE,
                # As Resource Graph writes it: not always as it was given.
                "resourceGroup": group.upper(),
                "subscriptionId": subscription,
                "sku": None,
                "tags": None,
                "properties": dict(properties),
                **more,
            }
        )
        return identity.lower()

    def find(self, identity: str) -> Json:
        """A resource that can be changed."""
        return next(row for row in self.resources if row["id"].lower() == identity)
