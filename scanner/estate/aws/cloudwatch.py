"""CloudWatch: alarms on metrics, and composite ones.

Shapes: Amazon CloudWatch API Reference, ``MetricAlarm``, ``CompositeAlarm``, ``MetricDataQuery``. The
function SERVICE_QUOTA of metric math gives the quota of a usage metric.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
"""

from __future__ import annotations

import re
from typing import Any

from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_ALARMS = "DescribeAlarms"
_MEMBER = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*\"?([^\")]+?)\"?\s*\)")


def _metric(native: dict[str, Any]) -> dict[str, Any]:
    return {
        "namespace": native.get("Namespace", ""),
        "name": native.get("MetricName", ""),
        "dimensions": {one["Name"]: one["Value"] for one in native.get("Dimensions") or ()},
    }


def _measured(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics") or () if query.get("MetricStat")]
    found = [_metric(one) for one in (*([alarm] if alarm.get("MetricName") else ()), *stats)]
    return sorted(found, key=str)


def _of_quota(alarm: dict[str, Any]) -> bool:
    return any("SERVICE_QUOTA(" in str(query.get("Expression", "")) for query in alarm.get("Metrics") or ())


def _members(reading: Reading) -> Value:
    """The names in a rule, as names or ARNs."""
    answer = reading.answer(_ALARMS)
    if isinstance(answer, Unknown):
        return answer
    names = {name.rsplit(":alarm:", 1)[-1] for name in _MEMBER.findall(answer.value.get("AlarmRule", ""))}
    return Known(sorted(names), f"{answer.pointer}/AlarmRule")


def _last(reading: Reading) -> str:
    return reading.id.rsplit(":alarm:", 1)[-1]


_ENABLED = field_of(_ALARMS, "ActionsEnabled", absent=True)
_ACTIONS = field_of(_ALARMS, "AlarmActions", absent=[], convert=sorted)

METRIC_ALARM = Normaliser(
    native="cloudwatch.alarm",
    kind="alarm",
    listed=((f"cloudwatch:{_ALARMS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=_last,
    attrs={
        "type": constant("metric_alarm"),
        "enabled": _ENABLED,
        "metrics": field_of(_ALARMS, convert=_measured),
        "threshold": field_of(_ALARMS, "Threshold", absent=None),
        "of_quota": field_of(_ALARMS, convert=_of_quota),
        "actions": _ACTIONS,
        "members": constant([]),
    },
)

COMPOSITE_ALARM = Normaliser(
    native="cloudwatch.composite_alarm",
    kind="alarm",
    listed=((f"cloudwatch:{_ALARMS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=_last,
    attrs={
        "type": constant("composite_alarm"),
        "enabled": _ENABLED,
        "metrics": constant([]),
        "threshold": constant(None),
        "of_quota": constant(False),
        "actions": _ACTIONS,
        "members": Attr(_members, (_ALARMS,)),
    },
)
