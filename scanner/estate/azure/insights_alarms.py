"""Rules that run a query again and again, and tell somebody; those over the use of quotas are understood.

Shapes: Azure Monitor REST API, ``ScheduledQueryRuleResource``. It asks as its own identity, and without one
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._quota_queries import Watched, watched
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_ROWS = "ScheduledQueryRules"
_PERCENT = "usagepercent"
_ABOVE = frozenset({"greaterthan", "greaterthanorequal"})
_QUOTAS = "quotaresources"


def _conditions(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((properties.get("criteria") or {}).get("allOf") or ())


def _sound(condition: Mapping[str, Any]) -> Watched | None:
    """What a condition watches, if it goes off when the part in use has been above a limit once."""
    periods = condition.get("failingPeriods") or {}
    fits = (
        str(condition.get("metricMeasureColumn", "")).lower() == _PERCENT
        and str(condition.get("operator", "")).lower() in _ABOVE
        and str(condition.get("timeAggregation", "")).lower() == "maximum"
        and int(periods.get("minFailingPeriodsToAlert") or 1)
        <= int(periods.get("numberOfEvaluationPeriods") or 1)
    )
    return watched(str(condition.get("query") or "")) if fits else None


def _is_of_quota(reading: Reading) -> Value:
    """Unknown for a query over quotas that is not understood."""
    properties = inside(reading.answer(_ROWS), "properties")
    if isinstance(properties, Unknown):
        return properties
    asked = [each for each in _conditions(properties.value) if _QUOTAS in str(each.get("query", "")).lower()]
    if not asked:
        return Known(False, properties.pointer)
    return Known(True, properties.pointer) if len(asked) == 1 and _sound(asked[0]) else Unknown()


def _metrics(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [_sound(each) for each in _conditions(properties)]
    return [
        {
            "namespace": "quotaresources",
            "name": _PERCENT,
            "dimensions": {
                name: ",".join(sorted(getattr(each, name)))
                for name in ("subscriptions", "types", "locations", "names")
            },
        }
        for each in found
        if each is not None
    ]


def _threshold(properties: Mapping[str, Any]) -> float | None:
    return next((float(each["threshold"]) for each in _conditions(properties) if "threshold" in each), None)


def _actions(properties: Mapping[str, Any]) -> list[str]:
    return sorted(str(each).lower() for each in (properties.get("actions") or {}).get("actionGroups") or ())


def _enabled(row: Mapping[str, Any]) -> bool:
    identity = (row.get("identity") or {}).get("type") or "None"
    return (row.get("properties") or {}).get("enabled") is not False and identity != "None"


ALARM = Normaliser(
    native="insights.queryrule",
    kind="alarm",
    listed=((f"insights:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("query_alarm"),
        "enabled": field_of(_ROWS, convert=_enabled),
        "metrics": field_of(_ROWS, "properties", convert=_metrics),
        "threshold": field_of(_ROWS, "properties", convert=_threshold),
        "of_quota": Attr(_is_of_quota, (_ROWS,)),
        "actions": field_of(_ROWS, "properties", convert=_actions),
        "members": constant([]),
    },
)
