"""Quotas of vCPUs that are in use, one for each location and name.

Shapes: Azure Compute REST API, ``Usage``: https://learn.microsoft.com/rest/api/compute/usage/list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_KEY, _NATIVE = "ComputeUsages", "quota.location"
TYPE = "microsoft.compute/locations/usages"


def _quotas(world: World) -> Iterator[Reading]:
    for record in world.natives.get(_NATIVE, ()):
        for each in (record.data.get(_KEY) or {}).get("quotas") or ():
            yield Reading(f"{record.id}/{str(each['name']).lower()}", record.scope, record, world)


def _of(convert: Callable[[Mapping[str, Any], str], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        row = inside(reading.answer(_KEY))
        if isinstance(row, Unknown):
            return row
        name = reading.id.rpartition("/")[2]
        for index, each in enumerate(row.value.get("quotas") or ()):
            if str(each["name"]).lower() == name:
                made = convert(each, str(row.value.get("location") or "").lower())
                return Unknown() if made is None else Known(made, f"{row.pointer}/quotas/{index}")
        return Unknown()

    return Attr(read, (_KEY,))


def _metric(quota: Mapping[str, Any], location: str) -> dict[str, Any]:
    dimensions = {"types": TYPE, "locations": location, "names": str(quota["name"]).lower()}
    return {"namespace": "quotaresources", "name": "usagepercent", "dimensions": dimensions}


QUOTA = Normaliser(
    native=_NATIVE,
    kind="quota",
    listed=((f"quota:{_KEY}",),),
    subjects=_quotas,
    attrs={
        "region": field_of(_KEY, "location", convert=str.lower),
        "service": constant("compute"),
        "code": _of(lambda quota, _: quota["name"]),
        "label": _of(lambda quota, _: quota.get("label") or quota["name"]),
        "value": _of(lambda quota, _: quota.get("limit")),
        "metric": _of(_metric),
    },
)
