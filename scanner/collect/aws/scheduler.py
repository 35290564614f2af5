"""EventBridge Scheduler: schedules of every group, and what they start (API 2021-06-30).

What a schedule passes to its target may hold a secret and is concealed. That of a call which stops
machines is kept: it holds no more than the machines' names (Scheduler User Guide, "universal targets").
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_STOPS = " || ".join(
    f"ends_with(Target.Arn, ':aws-sdk:{call}')"
    for call in (
        "ec2:stopInstances",
        "sagemaker:stopNotebookInstance",
        "autoscaling:updateAutoScalingGroup",
        "autoscaling:setDesiredCapacity",
        "ecs:updateService",
    )
)
_GET = Read("scheduler", "GetSchedule")
_NAMES = {"Name": "{Name}", "GroupName": "{GroupName}"}
_MOVING = ("LastModificationDate", "CreationDate")

CALLS = (
    Call(
        Read("scheduler", "ListSchedules", page=100),
        (Output("scheduler.schedule", "Schedules[]", "{Arn}", volatile=("LastModificationDate",)),),
        Span.REGION,
        follows=(
            Follow(_GET, _NAMES, "@", when=f"!({_STOPS})", volatile=_MOVING, conceal=("Target.Input",)),
            Follow(_GET, _NAMES, "@", key="GetSchedule:stop", when=_STOPS, volatile=_MOVING),
        ),
    ),
)
