"""Container apps and their jobs: images, and the names of their settings; secrets Azure does not tell.

https://learn.microsoft.com/rest/api/containerapps/container-apps/get and jobs/get.
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Rows
from scanner.collect.calls import Call, Output

_EACH = tuple(f"properties.template.{where}" for where in ("containers", "initContainers"))


def _listed(operation: str, noun: str, kind: str) -> Call:
    return Call(
        Rows(
            "app",
            operation,
            f"Microsoft.App/{noun}/read",
            type=f"microsoft.app/{noun.lower()}",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                kind,
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState", "properties.runningStatus"),
                drop=(
                    "properties.configuration.secrets.value",
                    "properties.configuration.dapr",
                    "properties.customDomainVerificationId",
                    *(f"{each}.probes" for each in _EACH),
                ),
                conceal=(
                    *(f"{each}.env.value" for each in _EACH),
                    *(f"{each}.{words}" for each in _EACH for words in ("args", "command")),
                ),
            ),
        ),
    )


CALLS = (
    _listed("ContainerApps", "containerApps", "app.app"),
    _listed("Jobs", "jobs", "app.job"),
)
