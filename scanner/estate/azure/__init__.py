"""Azure: native records to resources, one module a service; found by path.

Boundaries are subscriptions (their GUID) and resource groups (``GUID/name``); ids are in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.estate.world import World
from scanner.model.snapshot import Record

ENTRY = "resources:Subscriptions"
"""The call that shows which subscriptions there are."""
NOTHING_OF: frozenset[str] = frozenset()
"""Kinds that stand for nothing here."""
FOLDED_TAGS = True
"""Whether names of tags are the same whatever their case.

https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
"""
_LEVELS = 7


def containers(world: World) -> Mapping[str, tuple[str, ...]]:
    """Subscription -> the management groups that it stands in, the nearest first, in lower case."""
    return {record.id: above(record) for record in world.natives.get("resources.subscription", ())}


def above(record: Record | None) -> tuple[str, ...]:
    """The management groups that a subscription stands in, by its record, the nearest first."""
    row = (record.data.get("Subscriptions") if record else None) or {}
    return tuple(name.lower() for level in range(_LEVELS) if (name := row.get(f"managementGroup{level}")))
