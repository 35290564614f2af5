"""Schedules that shut a machine down every day.

Shapes: Azure DevTest Labs REST API, ``Schedule``; one with the task ``ComputeVmShutdownTask`` stops the
machine that it names, any other the machines of a lab, which are not told apart here.
https://learn.microsoft.com/azure/virtual-machines/auto-shutdown-vm
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_ROWS = "Schedules"
_SHUTS_DOWN = "computevmshutdowntask"


def _expression(properties: Mapping[str, Any]) -> str | None:
    """``daily 1900`` (of its own time zone); None for one that names no time."""
    daily, weekly = properties.get("dailyRecurrence") or {}, properties.get("weeklyRecurrence") or {}
    if daily.get("time"):
        return f"daily {daily['time']}"
    if weekly.get("time") and weekly.get("weekdays"):
        return f"weekly {weekly['time']}"
    return None


def _stops(reading: Reading) -> Value:
    found = inside(reading.answer(_ROWS), "properties")
    if isinstance(found, Unknown):
        return found
    if str(found.value.get("taskType", "")).lower() != _SHUTS_DOWN:
        return Unknown()
    target = found.value.get("targetResourceId")
    return Known([str(target).lower()] if target else [], found.pointer)


SCHEDULE = Normaliser(
    native="devtestlab.schedule",
    kind="schedule",
    listed=((f"devtestlab:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("auto_shutdown"),
        "expression": field_of(_ROWS, "properties", convert=_expression),
        "pattern": constant(False),
        "enabled": field_of(_ROWS, "properties", "status", convert=lambda word: word == "Enabled"),
        "targets": Attr(_stops, (_ROWS,)),
        "target_types": constant(["microsoft.compute/virtualmachines"]),
        "identity": constant(None),
        "capacity": constant(None),
        "stops": Attr(_stops, (_ROWS,)),
    },
)
