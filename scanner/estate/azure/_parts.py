"""Things that stand in a list inside a row: subnets of a network, peerings, rules of a balancer.

Each becomes a reading of its own, which points into the row's line at its place in the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scanner.estate.normaliser import REQUIRED, Attr, Reading, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record


@dataclass(frozen=True, slots=True)
class Part(Reading):
    """A reading of one element of a list in a row."""

    native: Any = None
    """The element, as the row has it."""
    pointer: str = ""
    """Where it stands in the record's line."""


def id_of(reference: Any) -> str | None:
    """The id that ``{"id": ...}`` refers to, in lower case; ``None`` of nothing."""
    found = reference.get("id") if isinstance(reference, dict) else None
    return str(found).lower() if found else None


def ids_of(references: Iterable[Any] | None) -> list[str]:
    """The ids of a list of references, sorted."""
    return sorted({found for each in references or () if (found := id_of(each))})


def properties_of(record: Record, key: str) -> dict[str, Any]:
    """The properties of a row."""
    return (record.data.get(key) or {}).get("properties") or {}


def parts_of(native: str, key: str, *lists: str) -> Callable[[World], Iterator[Part]]:
    """Every element of lists in the properties of rows of a native kind; an id in lower case each.

    One without an id gets that of the row, the list's name and its own.
    """

    def subjects(world: World) -> Iterator[Part]:
        for record in world.natives.get(native, ()):
            for name in lists:
                for index, element in enumerate(properties_of(record, key).get(name) or ()):
                    own = id_of(element) or f"{record.id}/{name.lower()}/{str(element.get('name')).lower()}"
                    where = f"/data/{key}/properties/{name}/{index}"
                    yield Part(own, record.scope, record, world, {}, element, where)

    return subjects


def of_part(
    key: str, *path: str, absent: Any = REQUIRED, convert: Callable[[Any], Any] | None = None
) -> Attr:
    """An attribute that stands at ``path`` in an element; as `scanner.estate.normaliser.field_of`."""

    def read(reading: Reading) -> Value:
        if not isinstance(reading, Part):
            return Unknown()
        return inside(Known(reading.native, reading.pointer), *path, absent=absent, convert=convert)

    return Attr(read, (key,))


def holder_of(reading: Reading) -> str:
    """The boundary that an id names: ``/subscriptions/S/resourcegroups/G/...``."""
    return boundary_of(reading.id) or reading.scope.boundary


def boundary_of(identity: str) -> str:
    """``S/G`` of an id, in lower case; nothing of one that names no group."""
    steps = identity.lower().split("/")
    return f"{steps[2]}/{steps[4]}" if len(steps) > 5 and steps[3] == "resourcegroups" else ""  # noqa: PLR2004


def network_of(subnet: str | None) -> str | None:
    """The network that a subnet's id names."""
    return subnet.rpartition("/subnets/")[0] or None if subnet else None
