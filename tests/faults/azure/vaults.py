"""Makes key vaults, and the keys and secrets in them, as Resource Manager tells of them."""

from __future__ import annotations

from typing import Any

from tests.faults.azure.cloud import Cloud, Json


def vault(cloud: Cloud, boundary: str, name: str, **tags: str) -> str:
    """A key vault without keys; its id.

    https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get
    """
    identity = cloud.resource(
        boundary,
        "Microsoft.KeyVault/vaults",
        name,
        {
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "provisioningState": "Succeeded",
            "sku": {"family": "A", "name": "standard"},
            "tenantId": "99999999-0000-4000-8000-000000000001",
            "vaultUri": f"https://{name}.vault.azure.net/",
        },
        tags=tags or None,
    )
    cloud.lists[f"{identity}/keys"] = []
    cloud.lists[f"{identity}/secrets"] = []
    cloud.lists[f"{identity}/providers/microsoft.insights/diagnosticsettings"] = []
    return identity


def key(cloud: Cloud, holder: str, name: str, *made: int, enabled: bool = True, **tags: Any) -> str:
    """A key of a vault with a version for each time (seconds since 1970); its id.

    https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/list and keys/list-versions
    """
    identity = f"{holder}/keys/{name}"
    attributes = {"enabled": enabled, "created": made[0], "updated": made[-1], "exportable": False}
    cloud.lists[f"{holder}/keys"].append(_key(identity, name, attributes) | ({"tags": tags} if tags else {}))
    cloud.lists[f"{identity}/versions"] = [
        _key(f"{identity}/versions/{number:032x}", f"{number:032x}", {**attributes, "created": moment})
        for number, moment in enumerate(made, start=1)
    ]
    return identity


def _key(identity: str, name: str, attributes: Json) -> Json:
    kind = "Microsoft.KeyVault/vaults/keys" + ("/versions" if "/versions/" in identity else "")
    return {
        "id": identity,
        "name": name,
        "type": kind,
        "location": "westeurope",
        "properties": {"attributes": dict(attributes)},
    }


def secret(
    cloud: Cloud, holder: str, name: str, made: int, updated: int | None = None, *, enabled: bool = True
) -> str:
    """A secret of a vault (seconds since 1970); its id. Resource Manager never tells its value.

    https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list
    """
    identity = f"{holder}/secrets/{name}"
    attributes = {"enabled": enabled, "created": made, "updated": made if updated is None else updated}
    cloud.lists[f"{holder}/secrets"].append(
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.KeyVault/vaults/secrets",
            "location": "westeurope",
            "properties": {
                "attributes": attributes,
                "contentType": "text/plain",
                "secretUri": f"https://kv.vault.azure.net/secrets/{name}",
            },
        }
    )
    return identity
