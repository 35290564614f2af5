"""EventBridge Scheduler: schedules and what they start or stop.

Shapes: Amazon EventBridge Scheduler API Reference, GetSchedule, ``Target``. A universal target
(``arn:aws:scheduler:::aws-sdk:ec2:stopInstances``) takes the request of the call it makes as its input.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scanner.estate.aws.events import services
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known, Value

_LIST, _GET, _STOP = "ListSchedules", "GetSchedule", "GetSchedule:stop"
_CALL = f"scheduler:{_GET}"


def _schedule(reading: Reading) -> Value:
    """The schedule, whether it stops something or not."""
    stopping, plain = reading.answer(_STOP, call=_CALL), reading.answer(_GET)
    if isinstance(stopping, Known) and stopping.value is None:
        return plain
    return plain if isinstance(plain, Known) and plain.value is not None else stopping


def _at(*path: str, **how: Any) -> Attr:
    return Attr(lambda reading: inside(_schedule(reading), *path, **how), (_GET,), (_CALL,))


def _target(target: Mapping[str, Any]) -> list[str]:
    task = (target.get("EcsParameters") or {}).get("TaskDefinitionArn")
    return [task or target["Arn"]]


def _asked(target: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request that a stopping call makes; nothing where it was concealed or is no JSON."""
    given = target.get("Input")
    try:
        found = json.loads(given) if isinstance(given, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _stops(target: Mapping[str, Any]) -> list[str]:
    call = services([target["Arn"]])[0]
    asked = _asked(target)
    if call == "ec2:stopInstances":
        return sorted(asked.get("InstanceIds") or ())
    if call == "sagemaker:stopNotebookInstance":
        return [asked["NotebookInstanceName"]] if asked.get("NotebookInstanceName") else []
    if call.startswith("autoscaling:") and _capacity(target) == 0:
        return [asked["AutoScalingGroupName"]] if asked.get("AutoScalingGroupName") else []
    if call == "ecs:updateService" and _capacity(target) == 0:
        return [_of_cluster(asked)] if asked.get("Service") else []
    return []


def _of_cluster(asked: Mapping[str, Any]) -> str:
    """``cluster/name`` of an ECS service: clusters have names of their own."""
    cluster, service = (str(asked.get(key) or "default") for key in ("Cluster", "Service"))
    return f"{cluster.rsplit('/', 1)[-1]}/{service.rsplit('/', 1)[-1]}"


def _capacity(target: Mapping[str, Any]) -> int | None:
    asked = _asked(target)
    for key in ("DesiredCapacity", "DesiredCount", "MaxSize"):
        if isinstance(asked.get(key), int):
            return int(asked[key])
    return None


def _name(reading: Reading) -> str:
    return reading.id.split(":schedule/", 1)[-1]


SCHEDULE = Normaliser(
    native="scheduler.schedule",
    kind="schedule",
    listed=((f"scheduler:{_LIST}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=_name,
    attrs={
        "type": constant("schedule"),
        "expression": _at("ScheduleExpression"),
        "pattern": constant(False),
        "enabled": _at("State", absent=True, convert=lambda state: state == "ENABLED"),
        "targets": _at("Target", convert=_target),
        "target_types": _at("Target", convert=lambda target: services([target["Arn"]])),
        "identity": _at("Target", "RoleArn", absent=None),
        "capacity": _at("Target", convert=_capacity),
        "stops": _at("Target", convert=_stops),
    },
)
