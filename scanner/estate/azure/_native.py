"""Shapes that many rows of Resource Graph share: tags, names, and the group that a resource stands in."""

from __future__ import annotations

from collections.abc import Callable

from scanner.estate.normaliser import Attr, Normaliser, Reading, field_of


def tags_of(key: str) -> Attr:
    """Tags of a row; a row without them says that there are none."""
    return field_of(key, "tags", absent={}, convert=lambda tags: {name: str(tags[name]) for name in tags})


def group_of(key: str) -> Callable[[Reading], str]:
    """The resource group that a row names, as a boundary; of a row that names none, the subscription."""

    def holder(reading: Reading) -> str:
        row = reading.record.data.get(key) if reading.record else None
        name = row.get("resourceGroup") if isinstance(row, dict) else None
        return f"{reading.scope.boundary}/{name}" if name else reading.scope.boundary

    return holder


def group_in_id(reading: Reading) -> str:
    """The resource group that an id names (``/subscriptions/S/resourcegroups/G/...``), as a boundary."""
    steps = reading.id.lower().split("/")
    return f"{reading.scope.boundary}/{steps[4]}" if len(steps) > 4 else reading.scope.boundary  # noqa: PLR2004


def name_of(key: str) -> Callable[[Reading], str]:
    """The name that a row gives."""

    def name(reading: Reading) -> str:
        row = reading.record.data.get(key) if reading.record else None
        return str((row or {}).get("name") or reading.id.rsplit("/", 1)[-1])

    return name


def told_by_tags(native: str, key: str) -> Normaliser:
    """Of a native kind that stands in rows, nothing but its tags and where it is."""
    return Normaliser(
        native=native,
        kind="other_resource",
        listed=((f"{native.split('.', 1)[0]}:{key}",),),
        tags=tags_of(key),
        name=name_of(key),
        holder=group_of(key),
        attrs={"type": field_of(key, "type", convert=str.lower)},
    )
