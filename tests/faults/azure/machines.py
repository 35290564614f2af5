"""Makes machines, and what computes on them; tests then change what they are about."""

from __future__ import annotations

from typing import Any

from tests.faults.azure.cloud import PLACE, Cloud, Json

TRUSTED: Json = {
    "securityType": "TrustedLaunch",
    "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True},
}
_IMAGE = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}


def machine(
    cloud: Cloud,
    boundary: str,
    name: str,
    *,
    size: str = "Standard_D4s_v5",
    state: str = "running",
    **tags: str,
) -> str:
    """A virtual machine with a trusted launch; its id.

    https://learn.microsoft.com/rest/api/compute/virtual-machines/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.Compute/virtualMachines",
        name,
        {
            "hardwareProfile": {"vmSize": size},
            "networkProfile": {"networkInterfaces": []},
            "osProfile": {"adminUsername": "azureuser", "computerName": name},
            "provisioningState": "Succeeded",
            "securityProfile": dict(TRUSTED),
            "storageProfile": {"imageReference": dict(_IMAGE)},
            "vmId": "00000000-0000-4000-9000-000000000001",
            "extended": {"instanceView": {"powerState": {"code": f"PowerState/{state}"}}},
        },
        tags=tags or None,
    )


def scale_set(cloud: Cloud, boundary: str, name: str, *, count: int = 2, **tags: str) -> str:
    """A scale set of machines with a trusted launch; its id.

    https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/get
    """
    return cloud.resource(
        boundary,
        "Microsoft.Compute/virtualMachineScaleSets",
        name,
        {
            "orchestrationMode": "Uniform",
            "provisioningState": "Succeeded",
            "virtualMachineProfile": {
                "priority": "Regular",
                "securityProfile": dict(TRUSTED),
                "storageProfile": {"imageReference": dict(_IMAGE)},
            },
        },
        sku={"name": "Standard_D4s_v5", "tier": "Standard", "capacity": count},
        tags=tags or None,
    )


def kubernetes(cloud: Cloud, boundary: str, name: str, *pools: Json, **tags: str) -> str:
    """A cluster with some pools; its id.

    https://learn.microsoft.com/rest/api/aks/managed-clusters/get
    """
    identity = cloud.resource(
        boundary,
        "Microsoft.ContainerService/managedClusters",
        name,
        {
            "agentPoolProfiles": list(pools),
            "dnsPrefix": name,
            "nodeResourceGroup": f"MC_{name}",
            "powerState": {"code": "Running"},
            "provisioningState": "Succeeded",
        },
        tags=tags or None,
    )
    cloud.lists[f"{identity}/providers/microsoft.insights/diagnosticsettings"] = []
    return identity


def pool(name: str, count: int = 1, **more: Any) -> Json:
    """A node pool as a cluster tells of it."""
    security = {"enableSecureBoot": True, "enableVTPM": True}
    return {"name": name, "count": count, "vmSize": "Standard_D4s_v5", "securityProfile": security, **more}


def workspace(cloud: Cloud, boundary: str, name: str, **tags: str) -> str:
    """A machine learning workspace without anything in it; its id.

    https://learn.microsoft.com/rest/api/azureml/workspaces/get
    """
    identity = cloud.resource(
        boundary,
        "Microsoft.MachineLearningServices/workspaces",
        name,
        {"friendlyName": name, "provisioningState": "Succeeded", "publicNetworkAccess": "Disabled"},
        kind="Default",
        tags=tags or None,
    )
    cloud.lists[f"{identity}/computes"] = []
    cloud.lists[f"{identity}/onlineendpoints"] = []
    return identity


def compute(cloud: Cloud, holder: str, name: str, kind: str, **properties: Any) -> str:
    """A compute of a workspace; its id.

    https://learn.microsoft.com/rest/api/azureml/compute/list
    """
    identity = f"{holder}/computes/{name}"
    cloud.lists[f"{holder}/computes"].append(
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.MachineLearningServices/workspaces/computes",
            "location": PLACE,
            "properties": {
                "computeType": kind,
                "provisioningState": "Succeeded",
                "properties": {"vmSize": "STANDARD_DS3_V2", **properties},
            },
        }
    )
    return identity


def deployment(cloud: Cloud, holder: str, name: str, **properties: Any) -> str:
    """An online endpoint with one deployment of the same name; the deployment's id.

    https://learn.microsoft.com/rest/api/azureml/online-deployments/list
    """
    endpoint = f"{holder}/onlineendpoints/{name}"
    cloud.lists[f"{holder}/onlineendpoints"].append(
        {
            "id": endpoint,
            "name": name,
            "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
            "location": PLACE,
            "properties": {"authMode": "AADToken", "provisioningState": "Succeeded"},
        }
    )
    identity = f"{endpoint}/deployments/{name}"
    cloud.lists[f"{endpoint}/deployments"] = [
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
            "location": PLACE,
            "properties": {
                "endpointComputeType": "Managed",
                "instanceType": "Standard_DS3_v2",
                "environmentVariables": {},
                "provisioningState": "Succeeded",
                **properties,
            },
        }
    ]
    return identity


def environment(cloud: Cloud, holder: str, name: str, **properties: Any) -> str:
    """A version of an environment of a workspace; its id.

    https://learn.microsoft.com/rest/api/azureml/environment-versions/get
    """
    identity = f"{holder}/environments/{name}/versions/1"
    cloud.below[identity] = {
        "id": identity,
        "name": "1",
        "type": "Microsoft.MachineLearningServices/workspaces/environments/versions",
        "properties": {"isAnonymous": False, "osType": "Linux", **properties},
    }
    return identity


def containers(cloud: Cloud, boundary: str, name: str, image: str, **settings: str) -> str:
    """A container group of one container; its id.

    https://learn.microsoft.com/rest/api/container-instances/container-groups/get
    """
    one = {
        "name": name,
        "properties": {
            "image": image,
            "resources": {"requests": {"cpu": 1.0, "memoryInGB": 1.5}},
            "environmentVariables": [{"name": key, "value": value} for key, value in settings.items()],
        },
    }
    return cloud.resource(
        boundary,
        "Microsoft.ContainerInstance/containerGroups",
        name,
        {"containers": [one], "osType": "Linux", "provisioningState": "Succeeded"},
    )


def container_app(cloud: Cloud, boundary: str, name: str, image: str, **settings: str) -> str:
    """A container app of one container; its id.

    https://learn.microsoft.com/rest/api/containerapps/container-apps/get
    """
    env = [{"name": key, "value": value} for key, value in settings.items()]
    template = {"containers": [{"name": name, "image": image, "env": env}]}
    return cloud.resource(
        boundary,
        "Microsoft.App/containerApps",
        name,
        {"template": template, "configuration": {"secrets": []}, "provisioningState": "Succeeded"},
    )


def site(cloud: Cloud, boundary: str, name: str, runs: str) -> str:
    """A web app; its id.

    https://learn.microsoft.com/rest/api/appservice/web-apps/get and get-configuration
    """
    kind = "Microsoft.Web/sites"
    identity = cloud.resource(boundary, kind, name, {"state": "Running"}, kind="app,linux")
    cloud.below[f"{identity}/config/web"] = {
        "id": f"{identity}/config/web",
        "name": name,
        "type": "Microsoft.Web/sites/config",
        "properties": {"linuxFxVersion": runs, "appSettings": None},
    }
    return identity
