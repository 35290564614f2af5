"""What is set above a project and holds in it: organization policies, and audit configurations.

- https://cloud.google.com/resource-manager/docs/organization-policy/understanding-hierarchy;
- audit configurations add up: https://cloud.google.com/logging/docs/audit/configure-data-access.

Policies that are set conditionally, by tags, are told by version 2 alone, and not looked at: version 1 has of
such a policy what holds without a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.estate.gcp._native import ABOVE
from scanner.estate.normaliser import Reading
from scanner.estate.values import Truth
from scanner.estate.world import World
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Record, Scope

_POLICIES, _ALLOWED = "organizations:Policies", "asset:IamPolicies"
_READ_AND_WRITTEN = frozenset({"DATA_READ", "DATA_WRITE"})


def way_up(world: World, boundary: str) -> tuple[str, ...]:
    """``projects/N``, its folders and its organization, the nearest first; nothing for an unknown project."""
    record = world.beside("resources.project", Scope(world.provider, boundary, "global"))
    asset = (record.data.get("Projects") if record else None) or {}
    return tuple(asset.get("ancestors") or ())


def enforced(reading: Reading, constraint: str) -> Truth:
    """Whether a constraint that is enforced or not (off unless it is set) holds in a resource's project."""
    world, boundary = reading.world, reading.scope.boundary
    way = way_up(world, boundary)
    if not way or not _told(world, way, "organizations.policy"):
        return Truth(Tri.UNKNOWN, _hiding(world, _POLICIES))
    for node in way:
        record = world.identified("organizations.policy", f"{ABOVE}{node}")
        for policy in (record.data.get("Policies") or {}).get("orgPolicy", ()) if record else ():
            if policy.get("constraint") == f"constraints/{constraint}":
                return Truth(Tri.of((policy.get("booleanPolicy") or {}).get("enforced") is True))
    return Truth(Tri.NO)


def data_access_logged(reading: Reading, service: str) -> Truth:
    """Whether audit logs record who reads and writes the data of a service, with nobody exempted."""
    world = reading.world
    way = way_up(world, reading.scope.boundary)
    found: set[str] = set()
    unread: list[Gap] = []
    whole = bool(way)
    for node in way:
        record = _holder(world, node)
        if record is None or "IamPolicies" not in record.data:
            whole = False
            unread += _hiding(world, _ALLOWED, record)
            continue
        found |= set(_logged(record.data["IamPolicies"] or {}, service))
    if found >= _READ_AND_WRITTEN:
        return Truth(Tri.YES)
    return Truth(Tri.NO) if whole else Truth(Tri.UNKNOWN, tuple(sorted(set(unread))))


def _logged(policy: dict[str, Any], service: str) -> Iterator[str]:
    for configuration in policy.get("auditConfigs") or ():
        if configuration.get("service") in {"allServices", service}:
            for log in configuration.get("auditLogConfigs") or ():
                if not log.get("exemptedMembers"):
                    yield str(log.get("logType"))


def _holder(world: World, node: str) -> Record | None:
    sort = {"projects": "resources.project", "folders": "organizations.folder"}
    native = sort.get(node.partition("/")[0], "organizations.organization")
    return world.identified(native, f"{ABOVE}{node}")


def _told(world: World, way: Iterable[str], native: str) -> bool:
    """Whether the organization that a project stands in was listed; one in none has nothing above it."""
    root = next((node for node in way if node.startswith("organizations/")), None)
    return root is not None and world.listed(root, native)


def _hiding(world: World, call: str, record: Record | None = None) -> tuple[Gap, ...]:
    if record is not None:
        return world.hiding_any(call, record.scope)
    return world.gaps_of(call)
