"""Schedules that stop a compute instance: they stand in it.

Shapes: Azure Machine Learning REST API, ``ComputeSchedules``, ``ComputeStartStopSchedule``.
https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance#schedule-automatic-start-and-stop
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.estate.azure._native import group_in_id
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_KEY, _NATIVE = "Computes", "machinelearning.compute"
_INNER = "/schedules/"


def _schedules(world: World) -> Iterator[Reading]:
    for record in world.natives.get(_NATIVE, ()):
        for number, _ in enumerate(_all((record.data.get(_KEY) or {}).get("properties") or {})):
            yield Reading(f"{record.id}{_INNER}{number}", record.scope, record, world)


def _all(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = properties.get("properties") or {}
    return list((inner.get("schedules") or {}).get("computeStartStop") or ())


def _of(convert: Callable[[Mapping[str, Any], str], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        properties = inside(reading.answer(_KEY), "properties")
        if isinstance(properties, Unknown):
            return properties
        compute, _, number = reading.id.rpartition(_INNER)
        return Known(convert(_all(properties.value)[int(number)], compute), properties.pointer)

    return Attr(read, (_KEY,))


def _expression(schedule: Mapping[str, Any], _: str) -> str | None:
    cron, recurrence = schedule.get("cron") or {}, schedule.get("recurrence") or {}
    if cron.get("expression"):
        return f"cron({cron['expression']})"
    return (
        f"every {recurrence.get('interval', 1)} {recurrence['frequency']}"
        if recurrence.get("frequency")
        else None
    )


_STOPS = _of(lambda schedule, compute: [compute] if str(schedule.get("action")).lower() == "stop" else [])

SCHEDULE = Normaliser(
    native=_NATIVE,
    kind="schedule",
    listed=(("machinelearning:Workspaces",), (f"machinelearning:{_KEY}",)),
    holder=group_in_id,
    subjects=_schedules,
    attrs={
        "type": constant("compute_schedule"),
        "expression": _of(_expression),
        "pattern": constant(False),
        "enabled": _of(lambda schedule, _: schedule.get("status") == "Enabled"),
        "targets": _of(lambda _, compute: [compute]),
        "target_types": constant(["microsoft.machinelearningservices/workspaces/computes"]),
        "identity": constant(None),
        "capacity": constant(None),
        "stops": _STOPS,
    },
)
