"""Container groups, each a workload of its own machine.

Shapes: Azure Container Instances REST API, ``ContainerGroup``. A container may be given the rights of the
machine below: https://learn.microsoft.com/rest/api/container-instances/container-groups/get,
``SecurityContextDefinition``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._settings import contained
from scanner.estate.normaliser import UNTOLD, Normaliser
from scanner.estate.workloads import of, workload

_ROWS = "ContainerGroups"


def _containers(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    properties = row.get("properties") or {}
    for where in ("containers", "initContainers"):
        for each in properties.get(where) or ():
            yield {"name": each.get("name"), **(each.get("properties") or {})}


def _privileged(row: Mapping[str, Any]) -> bool:
    return any((each.get("securityContext") or {}).get("privileged") is True for each in _containers(row))


def _subnets(row: Mapping[str, Any]) -> list[str]:
    named = (row.get("properties") or {}).get("subnetIds") or ()
    return sorted(str(each["id"]).lower() for each in named if each.get("id"))


def _bought(row: Mapping[str, Any]) -> str:
    priority = (row.get("properties") or {}).get("priority")
    return "spot" if str(priority or "").lower() == "spot" else "on_demand"


GROUP = Normaliser(
    native="containerinstance.group",
    kind="workload",
    listed=((f"containerinstance:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        **workload("container_group", identity=UNTOLD, execution_identity=UNTOLD, secrets=UNTOLD),
        **contained(_ROWS, _containers, variables="environmentVariables", words=("command",)),
        "privileged": of(_ROWS, _privileged),
        "subnets": of(_ROWS, _subnets),
        "lifecycle": of(_ROWS, _bought),
    },
)
