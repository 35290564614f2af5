"""CloudWatch Logs' resource policies: each of a region is for whatever log group its resources name.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value

NATIVE = "logs.resource_policy"
CALL = "logs:DescribeResourcePolicies"


def policy_of(reading: Reading) -> Value:
    """One document of every statement in the region's policies that may name a log group, or ``None``."""
    world, scope = reading.world, reading.scope
    if gaps := world.hiding_any(CALL, scope):
        return Unknown(gaps)
    if not world.listed(scope.boundary, NATIVE):
        return Unknown()
    found: list[Any] = []
    for record in world.inside(NATIVE, scope.boundary):
        if record.scope != scope:
            continue
        document = record.data.get("DescribeResourcePolicies", {}).get("policyDocument")
        if not isinstance(document, dict) or "Statement" not in document:
            return Unknown()
        found += (one for one in _listed(document["Statement"]) if _names(one, reading.id))
    return Known({"Version": "2012-10-17", "Statement": found} if found else None)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _names(statement: Any, group: str) -> bool:
    """Whether a statement may be about a group, or streams in it; one with no resources in sight may be."""
    patterns = list(_patterns(statement))
    return not patterns or any(_pattern(text).fullmatch(name) for text in patterns for name in _forms(group))


def _forms(group: str) -> Iterable[str]:
    return group, f"{group}:*", f"{group}:log-stream:x"


def _patterns(statement: Any) -> Iterator[str]:
    if isinstance(statement, dict):
        yield from (str(one) for one in _listed(statement.get("Resource", [])))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)
