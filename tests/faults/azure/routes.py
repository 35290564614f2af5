"""Which requests the tests' Resource Manager knows: method, path and API version, each with its document.

Names are those of our call table, so that a fault can be put on a call. Every answer is held to ``model``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.faults.azure.watched import IDENTITY as _ID
from tests.faults.azure.watched import SUBSCRIPTION as _SUB
from tests.faults.azure.watched import WATCHED, WATCHED_TYPES

_AUTHORIZATION = r"/providers/microsoft\.authorization"


@dataclass(frozen=True)
class Route:
    """A GET: its name, path (lower case), API version, ``$filter``, and whether it answers with a list."""

    name: str
    path: re.Pattern[str]
    version: str
    document: str
    model: tuple[str, str] | None
    """Module and class of the SDK that its object (of a list: each item) is held to, where there is one."""
    listed: bool = True
    select: str | None = None


def _route(name: str, path: str, version: str, document: str, model: str = "", **more: Any) -> Route:
    where = f"https://learn.microsoft.com/rest/api/{document}"
    module, _, kind = model.rpartition(".")
    held = (f"azure.mgmt.{module}", kind) if model else None
    return Route(name, re.compile(path), version, where, held, **more)


HAVING = {"identity": "managedidentity:Bearers"}
"""Column -> the call that asks for the rows of every type that have something there."""
PRINCIPAL = "11111111-aaaa-4000-8000-000000000001"
"""The object id of whoever scans."""

ROUTES = (
    _route(
        "authorization:OwnRoleAssignments",
        f"{_SUB}{_AUTHORIZATION}/roleassignments",
        "2022-04-01",
        "authorization/role-assignments/list-for-subscription",
        "authorization.v2022_04_01.models.RoleAssignment",
        select=f"atScope() and assignedTo('{PRINCIPAL}')",
    ),
    _route(
        "authorization:RoleAssignments",
        f"{_SUB}{_AUTHORIZATION}/roleassignments",
        "2022-04-01",
        "authorization/role-assignments/list-for-subscription",
        "authorization.v2022_04_01.models.RoleAssignment",
    ),
    _route(
        "authorization:RoleDefinition",
        f"{_SUB}{_AUTHORIZATION}/roledefinitions/(?P<name>[^/]+)",
        "2022-04-01",
        "authorization/role-definitions/get",
        "authorization.v2022_04_01.models.RoleDefinition",
        listed=False,
    ),
    _route(
        "authorization:CustomRoleDefinitions",
        f"{_SUB}{_AUTHORIZATION}/roledefinitions",
        "2022-04-01",
        "authorization/role-definitions/list",
        "authorization.v2022_04_01.models.RoleDefinition",
        select="type eq 'CustomRole'",
    ),
    _route(
        "tenant:ProvidedRoles",
        f"{_SUB}{_AUTHORIZATION}/roledefinitions",
        "2022-04-01",
        "authorization/role-definitions/list",
        "authorization.v2022_04_01.models.RoleDefinition",
        select="type eq 'BuiltInRole'",
    ),
    _route(
        "authorization:DenyAssignments",
        f"{_SUB}{_AUTHORIZATION}/denyassignments",
        "2022-04-01",
        "authorization/deny-assignments/list",
        "authorization.v2022_04_01.models.DenyAssignment",
    ),
    _route(
        "authorization:EligibleRoles",
        f"{_SUB}{_AUTHORIZATION}/roleeligibilityscheduleinstances",
        "2020-10-01",
        "authorization/role-eligibility-schedule-instances/list-for-scope",
        "authorization.v2020_10_01.models.RoleEligibilityScheduleInstance",
    ),
    # No package that the tests have models these; the shape is the API page's.
    _route(
        "managedidentity:FederatedIdentityCredentials",
        rf"{_ID}/federatedidentitycredentials",
        "2023-01-31",
        "managedidentity/federated-identity-credentials/list",
        "",
    ),
    _route(
        "storage:BlobServiceProperties",
        rf"{_ID}/blobservices/default",
        "2023-05-01",
        "storagerp/blob-services/get-service-properties",
        "storage.models.BlobServiceProperties",
        listed=False,
    ),
    _route(
        "storage:BlobContainers",
        rf"{_ID}/blobservices/default/containers",
        "2023-05-01",
        "storagerp/blob-containers/list",
        "storage.models.ListContainerItem",
    ),
    _route(
        "storage:DiagnosticSettings",
        rf"{_ID}/blobservices/default/providers/microsoft\.insights/diagnosticsettings",
        "2021-05-01-preview",
        "monitor/diagnostic-settings/list",
        "monitor.v2021_05_01_preview.models.DiagnosticSettingsResource",
    ),
    _route(
        "keyvault:Keys", rf"{_ID}/keys", "2023-07-01", "keyvault/keyvault/keys/list", "keyvault.models.Key"
    ),
    _route(
        "keyvault:KeyVersions",
        rf"{_ID}/keys/[^/]+/versions",
        "2023-07-01",
        "keyvault/keyvault/keys/list-versions",
        "keyvault.models.Key",
    ),
    _route(
        "keyvault:Secrets",
        rf"{_ID}/secrets",
        "2023-07-01",
        "keyvault/keyvault/secrets/list",
        "keyvault.models.Secret",
    ),
    *(_route(name, path, **more) for name, path, more in WATCHED),
)

TYPES: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    **WATCHED_TYPES,
    "microsoft.resources/subscriptions": ("resources:Subscriptions", None),
    "microsoft.resources/subscriptions/resourcegroups": ("resources:ResourceGroups", None),
    "microsoft.storage/storageaccounts": (
        "storage:StorageAccounts",
        ("azure.mgmt.storage.models", "StorageAccountProperties"),
    ),
    "microsoft.keyvault/vaults": ("keyvault:Vaults", ("azure.mgmt.keyvault.models", "VaultProperties")),
    "microsoft.containerregistry/registries": (
        "containerregistry:Registries",
        ("azure.mgmt.containerregistry.models", "RegistryProperties"),
    ),
    "microsoft.managedidentity/userassignedidentities": ("managedidentity:UserAssignedIdentities", None),
    "microsoft.security/pricings": ("security:Pricings", None),
    "microsoft.network/virtualnetworks": (
        "network:VirtualNetworks",
        ("azure.mgmt.network.models", "VirtualNetworkPropertiesFormat"),
    ),
    "microsoft.network/networksecuritygroups": (
        "network:NetworkSecurityGroups",
        ("azure.mgmt.network.models", "NetworkSecurityGroupPropertiesFormat"),
    ),
    "microsoft.network/routetables": (
        "network:RouteTables",
        ("azure.mgmt.network.models", "RouteTablePropertiesFormat"),
    ),
    **{
        f"microsoft.network/{noun.lower()}": (f"network:{call}", ("azure.mgmt.network.models", model))
        for noun, call, model in (
            ("networkInterfaces", "NetworkInterfaces", "NetworkInterfacePropertiesFormat"),
            ("publicIPAddresses", "PublicIPAddresses", "PublicIPAddressPropertiesFormat"),
            ("privateEndpoints", "PrivateEndpoints", "PrivateEndpointProperties"),
            ("privateLinkServices", "PrivateLinkServices", "PrivateLinkServiceProperties"),
            ("loadBalancers", "LoadBalancers", "LoadBalancerPropertiesFormat"),
            ("natGateways", "NatGateways", "NatGatewayPropertiesFormat"),
            ("virtualNetworkGateways", "VirtualNetworkGateways", "VirtualNetworkGatewayPropertiesFormat"),
            ("azureFirewalls", "AzureFirewalls", "AzureFirewallPropertiesFormat"),
            ("networkWatchers/flowLogs", "FlowLogs", "FlowLogPropertiesFormat"),
        )
    },
    "microsoft.network/effectivesecurityadminrules": ("network:SecurityAdminRules", None),
    "microsoft.network/networkgroupmemberships": ("network:GroupMemberships", None),
}
"""Type -> the call that asks for its rows, and the model that a row's properties are held to, if any."""
OTHERS = "resources:OtherResources"


@cache
def model_of(named: tuple[str, str]) -> type:
    """A class of the SDK."""
    module, name = named
    found: type = getattr(__import__(module, fromlist=[name]), name)
    return found
