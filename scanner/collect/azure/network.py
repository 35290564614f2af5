"""Virtual networks with their subnets and peerings, and the security groups and route tables beside them.

Subnets, peerings, rules and routes stand in their parent's properties:
https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/get, network-security-groups/get,
route-tables/get.
"""

from __future__ import annotations

from scanner.collect.azure._words import Rows
from scanner.collect.calls import Call, Output


def _listed(operation: str, noun: str) -> Call:
    read = Rows(
        "network", operation, f"Microsoft.Network/{noun}/read", type=f"microsoft.network/{noun.lower()}"
    )
    kind = f"network.{noun.lower().removesuffix('s')}"
    return Call(read, (Output(kind, "rows[]", "{id}", volatile=("properties.provisioningState",)),))


CALLS = (
    _listed("VirtualNetworks", "virtualNetworks"),
    _listed("NetworkSecurityGroups", "networkSecurityGroups"),
    _listed("RouteTables", "routeTables"),
)
