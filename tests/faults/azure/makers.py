"""Makes resources as they come from the portal with safe settings; tests then change what they are about."""

from __future__ import annotations

from tests.faults.azure.cloud import Cloud, Json

_BLOBS = "blobServices/default"


def storage(cloud: Cloud, boundary: str, name: str, *, kind: str = "StorageV2", **tags: str) -> str:
    """A storage account that keeps versions, logs access and shows nothing to the public; its id.

    https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties,
    https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties,
    https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list
    """
    identity = cloud.resource(
        boundary,
        "Microsoft.Storage/storageAccounts",
        name,
        {
            "accessTier": "Hot",
            "allowBlobPublicAccess": False,
            "allowSharedKeyAccess": False,
            "creationTime": "2026-01-05T08:00:00.0000000Z",
            "encryption": {
                "keySource": "Microsoft.Storage",
                "services": {
                    "blob": {"enabled": True, "keyType": "Account"},
                    "file": {"enabled": True, "keyType": "Account"},
                },
            },
            "minimumTlsVersion": "TLS1_2",
            "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow"},
            "primaryLocation": "westeurope",
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled",
            "statusOfPrimary": "available",
            "supportsHttpsTrafficOnly": True,
        },
        kind=kind,
        sku={"name": "Standard_ZRS", "tier": "Standard"},
        tags=tags or None,
    )
    if kind != "FileStorage":
        service = f"{identity}/{_BLOBS}".lower()
        cloud.below[service] = {
            "id": f"{identity}/{_BLOBS}",
            "name": "default",
            "type": "Microsoft.Storage/storageAccounts/blobServices",
            "sku": {"name": "Standard_ZRS", "tier": "Standard"},
            "properties": {
                "cors": {"corsRules": []},
                "deleteRetentionPolicy": {"enabled": True, "days": 7},
                "isVersioningEnabled": True,
            },
        }
        cloud.lists[f"{service}/containers"] = []
        cloud.absent[f"{identity}/managementpolicies/default"] = "ManagementPolicyNotFound"
        cloud.lists[f"{service}/providers/microsoft.insights/diagnosticsettings"] = [
            setting(identity, "to-workspace", _log(categoryGroup="allLogs"))
        ]
    return identity


def setting(identity: str, name: str, *logs: Json) -> Json:
    """A diagnostic setting of an account's blobs that sends logs to a workspace."""
    base = f"{identity}/{_BLOBS}/providers/microsoft.insights/diagnosticSettings/{name}"
    workspace = "/subscriptions/0/resourcegroups/logs/providers/microsoft.operationalinsights/workspaces/all"
    return {
        "id": base,
        "name": name,
        "type": "Microsoft.Insights/diagnosticSettings",
        "properties": {"logs": list(logs), "metrics": [], "workspaceId": workspace},
    }


def log(category: str, *, enabled: bool = True) -> Json:
    """A log of one category."""
    return _log(category=category) | {"enabled": enabled}


def _log(**which: str) -> Json:
    return {**which, "enabled": True, "retentionPolicy": {"enabled": False, "days": 0}}


def container(cloud: Cloud, account: str, name: str, access: str) -> None:
    """A container with anonymous access ``Blob``, ``Container`` or ``None``.

    https://learn.microsoft.com/rest/api/storagerp/blob-containers/list
    """
    service = f"{account}/{_BLOBS}".lower()
    cloud.lists[f"{service}/containers"].append(
        {
            "id": f"{account}/{_BLOBS}/containers/{name}",
            "name": name,
            "type": "Microsoft.Storage/storageAccounts/blobServices/containers",
            "etag": '"0x8D"',
            "properties": {
                "publicAccess": access,
                "hasImmutabilityPolicy": False,
                "hasLegalHold": False,
                "leaseStatus": "Unlocked",
                "lastModifiedTime": "2026-03-01T09:00:00.0000000Z",
            },
        }
    )


def network(cloud: Cloud, boundary: str, name: str, *ranges: str, **tags: str) -> str:
    """A virtual network with one subnet; its id.

    https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.Network/virtualNetworks",
        name,
        {
            "addressSpace": {"addressPrefixes": list(ranges)},
            "enableDdosProtection": False,
            "provisioningState": "Succeeded",
            "subnets": [
                {
                    "name": "default",
                    "properties": {"addressPrefix": ranges[0], "provisioningState": "Succeeded"},
                }
            ],
            "virtualNetworkPeerings": [],
        },
        tags=tags or None,
    )


def security_group(cloud: Cloud, boundary: str, name: str, **tags: str) -> str:
    """A network security group that lets HTTPS in; its id.

    https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/get
    """
    rule = {
        "access": "Allow",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
        "direction": "Inbound",
        "priority": 100,
        "protocol": "Tcp",
        "sourceAddressPrefix": "VirtualNetwork",
        "sourcePortRange": "*",
    }
    properties = {
        "provisioningState": "Succeeded",
        "defaultSecurityRules": [],
        "securityRules": [{"name": "https", "properties": rule}],
    }
    kind = "Microsoft.Network/networkSecurityGroups"
    return cloud.resource(boundary, kind, name, properties, tags=tags or None)


def registry(cloud: Cloud, boundary: str, name: str, **tags: str) -> str:
    """A container registry; its id.

    https://learn.microsoft.com/rest/api/containerregistry/registries/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.ContainerRegistry/registries",
        name,
        {
            "adminUserEnabled": False,
            "anonymousPullEnabled": False,
            "creationDate": "2026-02-01T10:00:00.0000000Z",
            "loginServer": f"{name}.azurecr.io",
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled",
        },
        sku={"name": "Premium", "tier": "Premium"},
        tags=tags or None,
    )


def plan(cloud: Cloud, subscription: str, name: str, tier: str, *extensions: tuple[str, str]) -> Json:
    """A plan of Defender for Cloud; the row, which can be changed.

    https://learn.microsoft.com/rest/api/defenderforcloud/pricings/list
    """
    row: Json = {
        "id": f"/subscriptions/{subscription}/providers/Microsoft.Security/pricings/{name}",
        "name": name,
        "type": "microsoft.security/pricings",
        "subscriptionId": subscription,
        "properties": {
            "pricingTier": tier,
            "freeTrialRemainingTime": "PT0S",
            "extensions": [{"name": each, "isEnabled": enabled} for each, enabled in extensions],
        },
    }
    cloud.security.append(row)
    return row
