"""Systems Manager: parameters by name and age, never their values (AWS SSM API, version 2014-11-06)."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, required

_PARAMETERS = Read("ssm", "DescribeParameters", page=50)
_KIND = "ssm.parameter"


def _parameters(desk: Desk) -> Mapping[str, list[Data]]:
    listed = required(desk.ask(_PARAMETERS, {}), "Parameters")
    return {_KIND: [{_PARAMETERS.operation: {**item, "ARN": _arn(desk, item["Name"])}} for item in listed]}


def _arn(desk: Desk, name: str) -> str:
    """The slash that a path begins with is the one that ARNs have after ``parameter``."""
    words = desk.words
    if name.startswith("arn:"):
        return name
    where = f"{words['partition']}:ssm:{words['region']}:{words['account']}"
    return f"arn:{where}:parameter/{name.removeprefix('/')}"


CALLS = (
    Call(
        _PARAMETERS,
        # Free text, in which people note what they should not.
        (Output(_KIND, "", "{ARN}", drop=("Description", "AllowedPattern")),),
        Span.REGION,
        gather=_parameters,
        bulk=tagged("ssm:parameter"),
    ),
)
