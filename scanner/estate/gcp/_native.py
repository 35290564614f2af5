"""Shapes that many assets share: what they tell of themselves, labels, names and places.

An asset of Cloud Asset Inventory holds what its own API says under ``resource.data``, and ``assetExceptions``
where that was cut off, which makes all it would tell unknown:
https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets. JSON of Google's APIs leaves out what
has its default (``false``, ``0``, an empty list), so that ``absent`` is what a field means that is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.estate.normaliser import REQUIRED, Attr, Normaliser, Reading, inside
from scanner.estate.values import Known, Unknown, Value

ABOVE = "//cloudresourcemanager.googleapis.com/"


def data_of(reading: Reading, key: str) -> Value:
    """What an asset tells of itself; unknown where it was cut off, or its type tells nothing."""
    asset = reading.answer(key)
    if isinstance(asset, Known) and (asset.value or {}).get("assetExceptions"):
        return Unknown()
    return inside(asset, "resource", "data")


def told(key: str, *path: str, absent: Any = REQUIRED, convert: Callable[[Any], Any] | None = None) -> Attr:
    """An attribute that stands at ``path`` in what an asset tells; the rest as `field_of`."""

    def read(reading: Reading) -> Value:
        return inside(data_of(reading, key), *path, absent=absent, convert=convert)

    return Attr(read, (key,))


def made(key: str, convert: Callable[[dict[str, Any]], Any]) -> Attr:
    """An attribute made of all that an asset tells."""

    def read(reading: Reading) -> Value:
        return inside(data_of(reading, key), convert=convert)

    return Attr(read, (key,))


def labels_of(key: str) -> Attr:
    """Labels of an asset, whatever its API calls them; one without them says that there are none."""
    return made(key, _labels)


def _labels(data: dict[str, Any]) -> dict[str, str]:
    settings = data.get("settings")
    several = (
        data.get("labels"),
        data.get("resourceLabels"),
        data.get("userLabels"),
        settings.get("userLabels") if isinstance(settings, dict) else None,
    )
    return {
        str(name): str(value) for some in several if isinstance(some, dict) for name, value in some.items()
    }


def location_of(key: str) -> Attr:
    """Where an asset lies; ``global`` where it says nothing."""

    def read(reading: Reading) -> Value:
        return inside(reading.answer(key), "resource", "location", absent="global", convert=str.lower)

    return Attr(read, (key,))


def name_of(reading: Reading) -> str:
    """The last part of an asset's name."""
    return reading.id.rsplit("/", 1)[-1]


def told_by_labels(native: str, key: str) -> Normaliser:
    """Of a native kind, nothing but its labels and where it is."""
    return Normaliser(
        native=native,
        kind="other_resource",
        listed=((f"{native.split('.', 1)[0]}:{key}",),),
        tags=labels_of(key),
        name=name_of,
        attrs={
            "type": Attr(lambda reading: inside(reading.answer(key), "assetType", convert=str.lower), (key,))
        },
    )


def full_name(link: str | None) -> str:
    """``//compute.googleapis.com/projects/...`` of a link as the Compute Engine API writes it.

    ``https://www.googleapis.com/compute/v1/projects/...``, of whatever version and host; empty for none.
    """
    _, found, path = str(link or "").partition("/projects/")
    return f"//compute.googleapis.com/projects/{path}" if found else ""
