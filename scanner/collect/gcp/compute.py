"""Compute Engine: networks with their subnets, instances, and the policies that start and stop them.

- https://cloud.google.com/compute/docs/reference/rest/v1/networks, subnetworks, instances, resourcePolicies.

Metadata of an instance holds scripts, keys and settings: of each item its name is kept, and what it looks
like.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._words import Assets


def _listed(operation: str, noun: str, volatile: tuple[str, ...] = (), conceal: tuple[str, ...] = ()) -> Call:
    read = Assets("compute", operation, type=f"compute.googleapis.com/{noun}")
    output = Output(f"compute.{noun.lower()}", "assets[]", "{name}", volatile=volatile, conceal=conceal)
    return Call(read, (output,))


CALLS = (
    _listed("Networks", "Network"),
    _listed("Subnetworks", "Subnetwork"),
    _listed(
        "Instances",
        "Instance",
        volatile=("updateTime", "resource.data.lastStartTimestamp", "resource.data.lastStopTimestamp"),
        conceal=("resource.data.metadata.items.value",),
    ),
    _listed("ResourcePolicies", "ResourcePolicy"),
)
