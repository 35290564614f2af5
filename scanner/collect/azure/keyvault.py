"""Key vaults, and when their keys were made and replaced: metadata of Resource Manager, no key material.

- https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get;
- https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/list and keys/list-versions.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_VERSION = "2023-07-01"
_KEYS = "Microsoft.KeyVault/vaults/keys"

CALLS = (
    Call(
        Rows(
            "keyvault",
            "Vaults",
            "Microsoft.KeyVault/vaults/read",
            type="microsoft.keyvault/vaults",
        ),
        (Output("keyvault.vault", "rows[]", "{id}"),),
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
        ),
    ),
)
