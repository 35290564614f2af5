"""Container groups: their images, and the names of their settings.

https://learn.microsoft.com/rest/api/container-instances/container-groups/get. Values of settings, commands
and probes may hold secrets: a classification of each is kept. Secure values Azure itself never tells.
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Rows
from scanner.collect.calls import Call, Output

_EACH = tuple(f"properties.{where}.properties" for where in ("containers", "initContainers"))

CALLS = (
    Call(
        Rows(
            "containerinstance",
            "ContainerGroups",
            "Microsoft.ContainerInstance/containerGroups/read",
            type="microsoft.containerinstance/containergroups",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                "containerinstance.group",
                "rows[]",
                "{id}",
                volatile=(
                    "properties.provisioningState",
                    "properties.instanceView",
                    *(f"{each}.instanceView" for each in _EACH),
                ),
                drop=(
                    *(f"{each}.environmentVariables.secureValue" for each in _EACH),
                    *(f"{each}.{probe}" for each in _EACH for probe in ("livenessProbe", "readinessProbe")),
                    "properties.imageRegistryCredentials.password",
                    "properties.volumes",
                    "properties.diagnostics",
                ),
                conceal=(
                    *(f"{each}.environmentVariables.value" for each in _EACH),
                    *(f"{each}.command" for each in _EACH),
                ),
            ),
        ),
    ),
)
