"""Step Functions: state machines and what they refer to (AWS Step Functions API, version 2016-11-23).

A definition may hold secrets: what it refers to is kept, nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required
from scanner.collect.definitions import references

_LIST = Read("stepfunctions", "ListStateMachines", "states:ListStateMachines", page=1000)
_DESCRIBE = Read("stepfunctions", "DescribeStateMachine", "states:DescribeStateMachine")
_TAGS = Read("stepfunctions", "ListTagsForResource", "states:ListTagsForResource")
_MACHINE = "stepfunctions.state_machine"
_KEPT = ("roleArn", "status", "type", "loggingConfiguration")


def _machines(desk: Desk) -> Mapping[str, list[Data]]:
    found: list[Data] = []
    for machine in required(desk.ask(_LIST, {}), "stateMachines"):
        arn = machine["stateMachineArn"]
        data: Data = {_LIST.operation: machine}
        for read, params, keep in (
            (_DESCRIBE, {"stateMachineArn": arn}, _described),
            (_TAGS, {"resourceArn": arn}, lambda answer: required(answer, "tags")),
        ):
            try:
                data[read.operation] = keep(desk.ask(read, params))
            except UnansweredError as error:
                desk.miss(read, _MACHINE, error, arn)
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
        reads={_DESCRIBE: _MACHINE, _TAGS: _MACHINE},
    ),
)
