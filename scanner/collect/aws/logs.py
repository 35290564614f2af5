"""CloudWatch Logs: log groups, who may write and read them, where logs are sent (API version 2014-03-28).

Where one group's events are sent is told by a call for each group (DescribeSubscriptionFilters), which is
not made: another account's destination takes in only what its own policy admits, and that is listed here.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, required
from scanner.collect.documents import documents_in

_GROUPS = Read("logs", "DescribeLogGroups", page=50)
_POLICIES = Read("logs", "DescribeResourcePolicies", page=10)
_DESTINATIONS = Read("logs", "DescribeDestinations", page=50)
_KIND = "logs.log_group"


def _groups(desk: Desk) -> Mapping[str, list[Data]]:
    listed = required(desk.ask(_GROUPS, {}), "logGroups")
    return {_KIND: [{_GROUPS.operation: {**item, "logGroupArn": _arn(item)}} for item in listed]}


def _arn(group: Mapping[str, str]) -> str:
    """The group's ARN; ``arn`` means the streams in it."""
    return group.get("logGroupArn") or group["arn"].removesuffix(":*")


def _policies(desk: Desk) -> Mapping[str, list[Data]]:
    listed = required(desk.ask(_POLICIES, {}), "resourcePolicies")
    decoded = documents_in(list(listed), frozenset({"policyDocument"}))
    return {"logs.resource_policy": [{_POLICIES.operation: item} for item in decoded]}


def _destinations(desk: Desk) -> Mapping[str, list[Data]]:
    listed = required(desk.ask(_DESTINATIONS, {}), "destinations")
    decoded = documents_in(list(listed), frozenset({"accessPolicy"}))
    return {"logs.destination": [{_DESTINATIONS.operation: item} for item in decoded]}


CALLS = (
    Call(
        _GROUPS,
        (Output(_KIND, "", "{logGroupArn}", volatile=("storedBytes",)),),
        Span.REGION,
        gather=_groups,
        bulk=tagged("logs:log-group"),
    ),
    Call(
        _POLICIES,
        (
            Output(
                "logs.resource_policy",
                "",
                "arn:{partition}:logs:{region}:{account}:resource-policy/{policyName}",
            ),
        ),
        Span.REGION,
        gather=_policies,
    ),
    Call(_DESTINATIONS, (Output("logs.destination", "", "{arn}"),), Span.REGION, gather=_destinations),
)
