"""DataSync: tasks that copy data, and the places they copy from and to (AWS DataSync API, 2018-11-09)."""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_MOVING = ("Status", "CurrentTaskExecutionArn", "ErrorCode", "ErrorDetail")

CALLS = (
    Call(
        Read("datasync", "ListTasks", page=100),
        (Output("datasync.task", "Tasks[]", "{TaskArn}", volatile=("Status",)),),
        Span.REGION,
        follows=(Follow(Read("datasync", "DescribeTask"), {"TaskArn": "{TaskArn}"}, "@", volatile=_MOVING),),
    ),
    Call(
        Read("datasync", "ListLocations", page=100),
        (Output("datasync.location", "Locations[]", "{LocationArn}"),),
        Span.REGION,
    ),
)
