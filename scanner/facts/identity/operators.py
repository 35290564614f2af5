"""Condition operators: how one policy value compares with one value of the request.

Each comparison answers in three values; `NEGATED` operators are true when no policy value matches.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from scanner.facts.identity.patterns import covers, intersects, matches
from scanner.facts.identity.values import Like
from scanner.model.logic import Tri, all_of

Compare = Callable[[str, str], Tri]


def _like(pattern: str, value: str) -> Tri:
    """``StringLike``: wildcards, case-sensitive."""
    if isinstance(value, Like):
        if covers(pattern, value):
            return Tri.YES
        return Tri.UNKNOWN if intersects(pattern, value) else Tri.NO
    return Tri.of(matches(pattern, str(value)))


def _equal(wanted: str, value: str) -> Tri:
    """``StringEquals``."""
    if isinstance(value, Like):
        return Tri.UNKNOWN if matches(str(value), wanted) else Tri.NO
    return Tri.of(wanted == value)


def _equal_ignoring_case(wanted: str, value: str) -> Tri:
    if isinstance(value, Like):
        return Tri.UNKNOWN
    return Tri.of(wanted.casefold() == value.casefold())


def _arn(pattern: str, value: str) -> Tri:
    """``ArnLike`` and ``ArnEquals`` alike: each of the six components by itself."""
    if isinstance(value, Like):
        return _like(pattern, value)
    mine, theirs = pattern.split(":", 5), value.split(":", 5)
    if len(mine) != len(theirs):
        # AWS describes patterns of six components: what "*" alone matches it does not say.
        return Tri.UNKNOWN if pattern == "*" else Tri.NO
    return all_of(Tri.of(matches(one, other)) for one, other in zip(mine, theirs, strict=True))


def _number(test: Callable[[float, float], bool]) -> Compare:
    def compare(wanted: str, value: str) -> Tri:
        try:
            return Tri.of(test(float(value), float(wanted)))
        except ValueError:
            return Tri.UNKNOWN

    return compare


def _date(test: Callable[[float, float], bool]) -> Compare:
    def compare(wanted: str, value: str) -> Tri:
        moments = _moment(value), _moment(wanted)
        if moments[0] is None or moments[1] is None:
            return Tri.UNKNOWN
        return Tri.of(test(moments[0], moments[1]))

    return compare


def _moment(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 date or a number of seconds."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _address(wanted: str, value: str) -> Tri:
    try:
        return Tri.of(ip_address(value) in ip_network(wanted, strict=False))
    except ValueError:
        return Tri.UNKNOWN


def _bool(wanted: str, value: str) -> Tri:
    """``Bool``: compared as texts, so that neither ``true`` nor ``false`` matches a value that is neither."""
    return Tri.of(wanted.lower() == value.lower())


def _binary(wanted: str, value: str) -> Tri:
    """``BinaryEquals``: base64 of the same bytes."""
    try:
        return Tri.of(b64decode(wanted, validate=True) == b64decode(value, validate=True))
    except ValueError:
        return Tri.UNKNOWN


POSITIVE: Mapping[str, Compare] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn,
    "arnlike": _arn,
    "binaryequals": _binary,
    "bool": _bool,
    "ipaddress": _address,
    "numericequals": _number(operator.eq),
    "numericlessthan": _number(operator.lt),
    "numericlessthanequals": _number(operator.le),
    "numericgreaterthan": _number(operator.gt),
    "numericgreaterthanequals": _number(operator.ge),
    "dateequals": _date(operator.eq),
    "datelessthan": _date(operator.lt),
    "datelessthanequals": _date(operator.le),
    "dategreaterthan": _date(operator.gt),
    "dategreaterthanequals": _date(operator.ge),
}
"""Operators that are true when some policy value matches."""

NEGATED: Mapping[str, Compare] = {
    "stringnotequals": _equal,
    "stringnotequalsignorecase": _equal_ignoring_case,
    "stringnotlike": _like,
    "arnnotequals": _arn,
    "arnnotlike": _arn,
    "notipaddress": _address,
    "numericnotequals": _number(operator.eq),
    "datenotequals": _date(operator.eq),
}
"""Operators that are true when no policy value matches, also when the key is absent."""

TEXTUAL = frozenset(name for name in (*POSITIVE, *NEGATED) if name.startswith(("string", "arn")))
"""Operators whose policy values may hold variables."""

PATTERNED = frozenset(name for name in TEXTUAL if name.startswith("arn") or name.endswith("like"))
"""Those whose policy values are patterns."""
