"""CloudWatch: alarms, what they watch and whom they tell (Amazon CloudWatch API, version 2010-08-01)."""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

_STATE = (
    *("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp"),
    *("StateTransitionedTimestamp", "EvaluationState", "ActionsSuppressedBy", "ActionsSuppressedReason"),
)
_FREE_TEXT = ("AlarmDescription",)

CALLS = (
    Call(
        Read("cloudwatch", "DescribeAlarms", page=100),
        (
            Output("cloudwatch.alarm", "MetricAlarms[]", "{AlarmArn}", volatile=_STATE, drop=_FREE_TEXT),
            Output(
                "cloudwatch.composite_alarm",
                "CompositeAlarms[]",
                "{AlarmArn}",
                volatile=_STATE,
                drop=_FREE_TEXT,
            ),
        ),
        Span.REGION,
        params={"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
    ),
)
