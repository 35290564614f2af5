"""Key vaults, when their keys and secrets were made and replaced, and where their use is logged.

- https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get;
- https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/list and keys/list-versions;
- https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list;
- https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list.

Metadata of Resource Manager: it has no value of a secret and no key material, and the vault's own address is
never asked. A certificate stands among keys and secrets, by its name.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_VERSION = "2023-07-01"
_KEYS = "Microsoft.KeyVault/vaults/keys"
_SECRETS = "Microsoft.KeyVault/vaults/secrets"

CALLS = (
    Call(
        Rows(
            "keyvault",
            "Vaults",
            "Microsoft.KeyVault/vaults/read",
            type="microsoft.keyvault/vaults",
        ),
        (Output("keyvault.vault", "rows[]", "{id}"),),
        follows=(
            Follow(
                Get(
                    "keyvault",
                    "DiagnosticSettings",
                    "Microsoft.Insights/diagnosticSettings/read",
                    path="{id}/providers/Microsoft.Insights/diagnosticSettings",
                    version="2021-05-01-preview",
                    listed=True,
                ),
                {"id": "{id}"},
                "value[].{name: name, logs: properties.logs || `[]`, "
                "workspace: properties.workspaceId || '', account: properties.storageAccountId || ''}",
            ),
        ),
        children=(
            Call(
                Get(
                    "keyvault",
                    "Keys",
                    f"{_KEYS}/read",
                    path="{id}/keys",
                    version=_VERSION,
                    listed=True,
                ),
                (Output("keyvault.key", "value[]", "{id}"),),
                params={"id": "{_parent}"},
                follows=(
                    Follow(
                        Get(
                            "keyvault",
                            "KeyVersions",
                            f"{_KEYS}/versions/read",
                            path="{id}/versions",
                            version=_VERSION,
                            listed=True,
                        ),
                        {"id": "{id}"},
                        "value[].properties.attributes",
                    ),
                ),
            ),
            Call(
                Get(
                    "keyvault",
                    "Secrets",
                    f"{_SECRETS}/read",
                    path="{id}/secrets",
                    version=_VERSION,
                    listed=True,
                ),
                (Output("keyvault.secret", "value[]", "{id}", drop=("properties.value",)),),
                params={"id": "{_parent}"},
            ),
        ),
    ),
)
