"""Container registries, and the Defender plan that scans what is in them.

- https://learn.microsoft.com/rest/api/containerregistry/registries/get;
- https://learn.microsoft.com/rest/api/defenderforcloud/pricings/list (table ``securityresources``).
"""

from __future__ import annotations

from scanner.collect.azure._words import Rows
from scanner.collect.calls import Call, Output

CALLS = (
    Call(
        Rows(
            "containerregistry",
            "Registries",
            "Microsoft.ContainerRegistry/registries/read",
            type="microsoft.containerregistry/registries",
        ),
        (Output("containerregistry.registry", "rows[]", "{id}"),),
    ),
    Call(
        Rows(
            "security",
            "Pricings",
            "Microsoft.Security/pricings/read",
            table="securityresources",
            type="microsoft.security/pricings",
            columns=("id", "name", "type", "subscriptionId", "properties"),
        ),
        (Output("security.pricing", "rows[]", "{id}", volatile=("properties.freeTrialRemainingTime",)),),
    ),
)
