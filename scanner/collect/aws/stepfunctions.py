"""Step Functions: state machines and what they refer to (AWS Step Functions API, version 2016-11-23).

A definition may hold secrets: what it refers to is kept, nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required
from scanner.collect.definitions import references

_LIST = Read("stepfunctions", "ListStateMachines", "states:ListStateMachines", page=1000)
_DESCRIBE = Read("stepfunctions", "DescribeStateMachine", "states:DescribeStateMachine")
_MACHINE = "stepfunctions.state_machine"
_KEPT = ("roleArn", "status", "type", "loggingConfiguration")


def _machines(desk: Desk) -> Mapping[str, list[Data]]:
    found: list[Data] = []
    for machine in required(desk.ask(_LIST, {}), "stateMachines"):
        arn = machine["stateMachineArn"]
        data: Data = {_LIST.operation: machine}
        try:
            data[_DESCRIBE.operation] = _described(desk.ask(_DESCRIBE, {"stateMachineArn": arn}))
        except UnansweredError as error:
            desk.miss(_DESCRIBE, _MACHINE, error, arn)
        found.append(data)
    return {_MACHINE: found}


def _described(answer: Data | None) -> Data:
    definition = references(required(answer, "definition"))
    return {**{key: (answer or {}).get(key) for key in _KEPT}, "references": definition}


CALLS = (
    Call(
        _LIST,
        (Output(_MACHINE, "", "{stateMachineArn}"),),
        Span.REGION,
        gather=_machines,
        reads={_DESCRIBE: _MACHINE},
        bulk=tagged("states:stateMachine"),
    ),
)
