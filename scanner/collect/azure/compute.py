"""Virtual machines and scale sets, never the data or script that they start with.

- https://learn.microsoft.com/rest/api/compute/virtual-machines/get, virtual-machine-scale-sets/get;
- ``properties.extended.instanceView``, which Resource Graph adds with the power state:
  https://learn.microsoft.com/azure/virtual-machines/resource-graph-samples.

Resource Manager takes custom data and gives none back; user data it gives on demand alone, and we do not ask.
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Rows
from scanner.collect.calls import Call, Output

_NEVER = ("customData", "adminPassword", "secrets", "windowsConfiguration.additionalUnattendContent")


def _never(profile: str) -> tuple[str, ...]:
    return tuple(f"properties.{profile}.{name}" for name in _NEVER)


CALLS = (
    Call(
        Rows(
            "compute",
            "VirtualMachines",
            "Microsoft.Compute/virtualMachines/read",
            type="microsoft.compute/virtualmachines",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                "compute.virtualmachine",
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState", "properties.timeCreated"),
                drop=("properties.userData", *_never("osProfile")),
            ),
        ),
    ),
    Call(
        Rows(
            "compute",
            "ScaleSets",
            "Microsoft.Compute/virtualMachineScaleSets/read",
            type="microsoft.compute/virtualmachinescalesets",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                "compute.scaleset",
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState",),
                drop=(
                    "properties.virtualMachineProfile.userData",
                    "properties.virtualMachineProfile.extensionProfile",
                    *_never("virtualMachineProfile.osProfile"),
                ),
            ),
        ),
    ),
)
