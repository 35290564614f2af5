"""Step Functions: state machines, as roads that data and models take.

Shapes: AWS Step Functions API Reference, DescribeStateMachine; of the definition only what it refers to.
"""

from __future__ import annotations

from scanner.estate.aws._definitions import data, run
from scanner.estate.aws._native import last_segment, tags_in_bulk
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_DESCRIBE = "DescribeStateMachine"
_MEANS = (":aws-sdk:s3:", ":aws-sdk:dynamodb:", ":states:::dynamodb:", ":states:::s3:")
"""Integrations that read and write data named by plain parameters."""


def _approvals(reading: Reading) -> Value:
    """A step that waits for a token may wait for a person, or for a program."""
    found = inside(reading.answer(_DESCRIBE), "references")
    if isinstance(found, Unknown):
        return found
    waits = any(".waitForTaskToken" in str(each.get("refers_to", "")) for each in found.value)
    return Unknown() if waits else Known([], found.pointer)


STATE_MACHINE = Normaliser(
    native="stepfunctions.state_machine",
    kind="pipeline",
    listed=(("stepfunctions:ListStateMachines",),),
    regional=True,
    tags=tags_in_bulk("ListTagsForResource"),
    name=last_segment,
    attrs={
        "type": constant("state_machine"),
        "identity": field_of(_DESCRIBE, "roleArn"),
        "triggers": constant([]),
        "sources": constant([]),
        "approvals": Attr(_approvals, (_DESCRIBE,)),
        "inputs": data(_DESCRIBE, output=False, other_means=_MEANS),
        "outputs": data(_DESCRIBE, output=True, other_means=_MEANS),
        "images": run(_DESCRIBE),
    },
)
