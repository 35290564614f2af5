"""Projects as boundaries, bindings of tags, and resources of whose type nothing but labels is told.

A project is a boundary also where nothing of it could be read: it was asked for, or is declared, or its
organization lists it. Shapes:
Resource Manager API v3, ``Project`` (v1 where an asset has that), ``TagBinding``, ``TagValue``. A binding
carries the tag itself: what it is bound to is named by numbers, which other assets are not named by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.config.boundaries import is_pattern
from scanner.estate.gcp._native import ABOVE, labels_of, name_of, told, told_by_labels
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import GLOBAL, World
from scanner.model.snapshot import Record, Scope

_KEY = "Projects"
_ENTRY = f"resources:{_KEY}"


def _id_of(record: Record) -> str:
    data = ((record.data.get(_KEY) or {}).get("resource") or {}).get("data") or {}
    return str(data.get("projectId") or record.id)


def project_of(world: World, number: str) -> str | None:
    """The id of a project (``projects/123``) that was read, or that the organization lists."""
    for native in ("resources.project", "organizations.project"):
        record = world.identified(native, f"{ABOVE}{number}")
        if record is not None:
            return _id_of(record)
    return None


def _projects(world: World) -> Iterator[Reading]:
    found = {_id_of(record): record for record in world.natives.get("organizations.project", ())}
    found |= {record.scope.boundary: record for record in world.natives.get("resources.project", ())}
    boundaries = {*found, *world.declared, *world.seen, *world.asked}
    for boundary in sorted(boundaries):
        if not is_pattern(boundary) and "/" not in boundary:
            scope = Scope(world.provider, boundary, GLOBAL)
            yield Reading(boundary, scope, found.get(boundary), world)


def _of_project(how: Attr) -> Attr:
    """What a project's own asset tells; of one without, what hides it."""

    def read(reading: Reading) -> Value:
        if reading.record is None:
            return Unknown(reading.world.hiding_any(_ENTRY, reading.scope))
        return how.read(reading)

    return Attr(read, (_KEY,))


def _above(convert: Callable[[list[str]], Any]) -> Attr:
    """Something of the way up to the organization, the project itself left out."""

    def read(reading: Reading) -> Value:
        return inside(reading.answer(_KEY), "ancestors", convert=lambda found: convert(found[1:]))

    return Attr(read, (_KEY,))


def _state(data: dict[str, Any]) -> Any:
    return data.get("state") or data.get("lifecycleState")


PROJECT = Normaliser(
    native="resources.project",
    kind="boundary",
    listed=((_ENTRY,),),
    subjects=_projects,
    tags=_of_project(labels_of(_KEY)),
    attrs={
        "type": constant("project"),
        "name": _of_project(told(_KEY, convert=lambda data: data.get("displayName") or data.get("name"))),
        "status": _of_project(told(_KEY, convert=_state)),
        "parent": _of_project(_above(lambda found: found[0] if found else None)),
        "management": constant(False),
        "organization": _of_project(
            _above(lambda found: next((each for each in found if each.startswith("organizations/")), None))
        ),
        "listed": Attr(lambda reading: Known(True) if reading.record else Unknown(), (_KEY,)),
    },
)


def _bound(reading: Reading) -> Value:
    """The tag of a binding, as key and value; unknown where the value's name is told nowhere."""
    data = inside(reading.answer("TagBindings"), "resource", "data")
    if isinstance(data, Unknown):
        return data
    spelled = data.value.get("tagValueNamespacedName")
    if not spelled:
        spelled = _spelled(reading.world, str(data.value.get("tagValue")))
    parts = str(spelled or "").split("/")
    return Known({parts[1]: parts[2]}) if len(parts) == 3 else Unknown()  # noqa: PLR2004


def _spelled(world: World, value: str) -> str | None:
    """``parent/key/value`` of a tag's value (``tagValues/123``), as its asset tells."""
    for native in ("resources.tagvalue", "organizations.tagvalue"):
        record = world.identified(native, f"{ABOVE}{value}")
        if record is not None:
            asset = record.data.get("TagValues") or {}
            return ((asset.get("resource") or {}).get("data") or {}).get("namespacedName")
    return None


BINDING = Normaliser(
    native="resources.tagbinding",
    kind="other_resource",
    listed=(("resources:TagBindings",),),
    tags=Attr(_bound, ("TagBindings",), ("resources:TagValues", "organizations:TagValues")),
    name=name_of,
    attrs={"type": constant("cloudresourcemanager.googleapis.com/tagbinding")},
)
TAG_VALUE = told_by_labels("resources.tagvalue", "TagValues")
OTHER = told_by_labels("resources.other", "OtherAssets")
