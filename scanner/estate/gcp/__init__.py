"""Google Cloud: native records to resources, one module a service; found by path.

Boundaries are projects, by their ids; a resource's id is its full name
(``//storage.googleapis.com/models``), as Cloud Asset Inventory has it.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.estate.world import World

ENTRY = "resources:Projects"
"""The call that shows which projects there are."""
NOTHING_OF: frozenset[str] = frozenset()
"""Kinds that stand for nothing here."""
FOLDED_TAGS = False
"""Whether names of tags are the same whatever their case: labels are in lower case, tags are told apart."""


def containers(world: World) -> Mapping[str, tuple[str, ...]]:
    """Project -> the folders that it stands in, the nearest first."""
    found: dict[str, tuple[str, ...]] = {}
    for native in ("organizations.project", "resources.project"):
        for record in world.natives.get(native, ()):
            asset = record.data.get("Projects") or {}
            data = (asset.get("resource") or {}).get("data") or {}
            way = asset.get("ancestors") or ()
            found[str(data.get("projectId") or record.scope.boundary)] = tuple(
                each for each in way if each.startswith("folders/")
            )
    return found
