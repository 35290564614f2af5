"""AWS Config: its recorders, and whether they record (AWS Config API, version 2014-11-12)."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required

_RECORDERS = Read("config", "DescribeConfigurationRecorders")
_STATUS = Read("config", "DescribeConfigurationRecorderStatus")
_KIND = "config.recorder"


def _recorders(desk: Desk) -> Mapping[str, list[Data]]:
    """The recorders of a region (one of the account's own, others of AWS services), each with its status."""
    listed = required(desk.ask(_RECORDERS, {}), "ConfigurationRecorders")
    found: list[Data] = [{_RECORDERS.operation: item} for item in listed]
    try:
        states = required(desk.ask(_STATUS, {}), "ConfigurationRecordersStatus")
    except UnansweredError as error:
        desk.miss(_STATUS, _KIND, error)
        return {_KIND: found}
    recording = {state["name"]: bool(state.get("recording")) for state in states}
    for data in found:
        data[_STATUS.operation] = {"recording": recording.get(data[_RECORDERS.operation]["name"])}
    return {_KIND: found}


CALLS = (
    Call(
        _RECORDERS,
        (Output(_KIND, "", "arn:{partition}:config:{region}:{account}:configuration-recorder/{name}"),),
        Span.REGION,
        gather=_recorders,
        reads={_STATUS: _KIND},
    ),
)
