"""Application Auto Scaling: scheduled actions of ECS services, a region in one listing (2016-02-06)."""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

CALLS = (
    Call(
        Read("application-autoscaling", "DescribeScheduledActions", page=50),
        (Output("application-autoscaling.scheduled_action", "ScheduledActions[]", "{ScheduledActionARN}"),),
        Span.REGION,
        params={"ServiceNamespace": "ecs"},
    ),
)
