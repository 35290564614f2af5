"""DataSync: tasks, roads by which data is copied from one store to another.

Shapes: AWS DataSync API Reference, DescribeTask, ``LocationListEntry``. Which role reads and writes is a
matter of the locations, which a listing does not tell.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._beside import only
from scanner.estate.aws._data_places import stores
from scanner.estate.normaliser import (
    UNREAD_TAGS,
    UNTOLD,
    Attr,
    Normaliser,
    Reading,
    constant,
    field_of,
    inside,
)
from scanner.estate.values import Known, Unknown, Value

_TASK, _LOCATIONS = "DescribeTask", "datasync:ListLocations"


def _store_at(field: str) -> Attr:
    def read(reading: Reading) -> Value:
        location = inside(reading.answer(_TASK), field)
        if isinstance(location, Unknown):
            return location
        found = only(reading, "datasync.location", _LOCATIONS, "LocationArn", location.value)
        if isinstance(found, Unknown):
            return found
        return Known(stores(reading, [found.value.data["ListLocations"].get("LocationUri")]))

    return Attr(read, (_TASK,), (_LOCATIONS,))


def _triggers(task: dict[str, Any]) -> list[dict[str, Any]]:
    schedule = task.get("Schedule") or {}
    scheduled = schedule.get("ScheduleExpression") and schedule.get("Status") != "DISABLED"
    return [{"kind": "schedule", "ref": None}] if scheduled else []


def _name(reading: Reading) -> str:
    listed = (reading.record.data.get("ListTasks") or {}) if reading.record else {}
    return str(listed.get("Name") or reading.id.rsplit("/", 1)[-1])


TASK = Normaliser(
    native="datasync.task",
    kind="pipeline",
    listed=(("datasync:ListTasks",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=_name,
    attrs={
        "type": constant("datasync_task"),
        "identity": UNTOLD,
        "triggers": field_of(_TASK, convert=_triggers),
        "sources": constant([]),
        "approvals": constant([]),
        "inputs": _store_at("SourceLocationArn"),
        "outputs": _store_at("DestinationLocationArn"),
        "images": constant([]),
    },
)
