"""Condition operators, on keys that are there, that are not, and that have several values."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import GUIDE, NO, UNKNOWN, YES, Case, answer, names, when

OPERATORS = GUIDE + "reference_policies_elements_condition_operators.html"
BLOCKS = GUIDE + "reference_policies_condition-logic-multiple-context-keys-or-values.html"
SETS = GUIDE + "reference_policies_condition-single-vs-multi-valued-context-keys.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
TAG = "aws:PrincipalTag/t"


def given(**values: Any) -> dict[str, Any]:
    """Keys that the request holds; ``number=("5",)`` is ``test:number``."""
    return {"given": {f"test:{name}": value for name, value in values.items()}}


def only(operator: str, key: str, value: Any) -> tuple[dict[str, Any]]:
    """Everything is allowed under one condition."""
    return (allow("*", **when(operator, key, value)),)


def case(says: str, expected: Any, *test: Any, page: str = OPERATORS, **more: Any) -> Case:
    return Case(says, page, expected, only(*test), **more)


CASES = (
    # texts
    case("StringEquals is exact", YES, "StringEquals", "aws:PrincipalAccount", DEV),
    case("and false on another value", NO, "StringEquals", "aws:PrincipalAccount", PROD),
    case("StringEquals has no wildcards", NO, "StringEquals", "aws:PrincipalArn", "arn:*:role/?"),
    case("StringEquals respects case", NO, "StringEquals", TAG, "ML", tags={"t": "ml"}),
    case("StringEqualsIgnoreCase does not", YES, "StringEqualsIgnoreCase", TAG, "ML", tags={"t": "ml"}),
    case("StringLike has wildcards", YES, "StringLike", "aws:PrincipalArn", "arn:*:role/?"),
    case("StringNotLike is their negation", NO, "StringNotLike", "aws:PrincipalArn", "arn:*:role/?"),
    case("a condition key's name ignores case", YES, "StringEquals", "AWS:principalACCOUNT", DEV),
    # ARNs
    case("ArnLike goes by the six components", NO, "ArnLike", "aws:PrincipalArn", "arn:*:role/?"),
    case("ArnLike has wildcards in each", YES, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/?"),
    case("ArnEquals is the same", YES, "ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/?"),
    case("ArnNotEquals is its negation", NO, "ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/?"),
    # numbers, dates, addresses, truth, bytes
    case("NumericLessThanEquals", YES, "NumericLessThanEquals", "test:number", "5", **given(number=("5",))),
    case("NumericLessThan", NO, "NumericLessThan", "test:number", "5", **given(number=("5",))),
    case("numbers are not texts", YES, "NumericEquals", "test:number", "10", **given(number=("10.0",))),
    case("a date that has passed", NO, "DateLessThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
    case("a date to come", YES, "DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"),
    case("seconds since 1970 are dates", YES, "DateGreaterThan", "aws:EpochTime", "1700000000"),
    case(
        "an address in a range", YES, "IpAddress", "test:ip", "203.0.113.0/24", **given(ip=("203.0.113.9",))
    ),
    case("one outside", NO, "IpAddress", "test:ip", "203.0.113.0/24", **given(ip=("198.51.100.9",))),
    case(
        "an address without a prefix is one host",
        YES,
        "IpAddress",
        "test:ip",
        "203.0.113.9",
        **given(ip=("203.0.113.9",)),
    ),
    case("IPv6 ranges", YES, "IpAddress", "test:ip", "2001:db8::/32", **given(ip=("2001:db8:1::9",))),
    case(
        "a v4 address is in no v6 range",
        NO,
        "IpAddress",
        "test:ip",
        "2001:db8::/32",
        **given(ip=("203.0.113.9",)),
    ),
    case(
        "NotIpAddress is outside of all",
        YES,
        "NotIpAddress",
        "test:ip",
        ["10.0.0.0/8", "2001:db8::/32"],
        **given(ip=("203.0.113.9",)),
    ),
    case("Bool", YES, "Bool", "test:flag", "true", **given(flag=("true",))),
    case("Bool takes JSON's own", YES, "Bool", "test:flag", True, **given(flag=("true",))),
    case("Bool on a key that is not there is false", NO, "Bool", "test:flag", "false", **given(flag=None)),
    case("BinaryEquals compares bytes", YES, "BinaryEquals", "test:bytes", "QUJD", **given(bytes=("QUJD",))),
    # keys that are not there
    case("an operator on a missing key is false", NO, "StringEquals", TAG, "x"),
    case("a negated one is true", YES, "StringNotEquals", TAG, "x"),
    case(
        "so are ArnNotLike and NotIpAddress",
        YES,
        "ArnNotLike",
        "test:arn",
        "arn:aws:iam::*:role/x",
        **given(arn=None),
    ),
    case(
        "and a date's negation", YES, "DateNotEquals", "test:date", "2026-01-01T00:00:00Z", **given(date=None)
    ),
    case("IfExists is true on a missing key", YES, "StringEqualsIfExists", TAG, "x"),
    case("and tested on one that is there", NO, "StringEqualsIfExists", TAG, "x", tags={"t": "y"}),
    case(
        "NumericLessThanIfExists on a missing key",
        YES,
        "NumericLessThanIfExists",
        "test:number",
        "5",
        **given(number=None),
    ),
    case("Null true: the key is not there", YES, "Null", TAG, "true"),
    case("Null true on a key that is", NO, "Null", TAG, "true", tags={"t": "x"}),
    case("Null false: the key is there", YES, "Null", TAG, "false", tags={"t": "x"}),
    case("Null false on a key that is not", NO, "Null", TAG, "false"),
    # sets
    case(
        "several values of a policy: any",
        YES,
        "StringEquals",
        "aws:PrincipalAccount",
        [PROD, DEV],
        page=BLOCKS,
    ),
    case(
        "several values of a negated test: none",
        NO,
        "StringNotEquals",
        "aws:PrincipalAccount",
        [PROD, DEV],
        page=BLOCKS,
    ),
    Case(
        "several keys: all",
        BLOCKS,
        NO,
        (allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": DEV, TAG: "x"}}),),
    ),
    Case(
        "several operators: all",
        BLOCKS,
        NO,
        (allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": DEV}, "Null": {TAG: "false"}}),),
    ),
    case("ForAllValues is true on a missing key", YES, "ForAllValues:StringEquals", TAG, "x", page=SETS),
    case(
        "so that a deny with it applies",
        YES,
        "ForAllValues:StringEquals",
        "test:set",
        ["a"],
        page=SETS,
        **given(set=None),
    ),
    case(
        "ForAllValues: every value is among the policy's",
        YES,
        "ForAllValues:StringEquals",
        "test:set",
        ["a", "b", "c"],
        page=SETS,
        **given(set=("a", "b")),
    ),
    case(
        "one that is not spoils it",
        NO,
        "ForAllValues:StringEquals",
        "test:set",
        ["a", "c"],
        page=SETS,
        **given(set=("a", "b")),
    ),
    case("ForAnyValue is false on a missing key", NO, "ForAnyValue:StringEquals", TAG, "x", page=SETS),
    case(
        "ForAnyValue: one value is among them",
        YES,
        "ForAnyValue:StringEquals",
        "test:set",
        ["b", "c"],
        page=SETS,
        **given(set=("a", "b")),
    ),
    case(
        "ForAnyValue of a negation: one value is not",
        YES,
        "ForAnyValue:StringNotEquals",
        "test:set",
        ["b"],
        page=SETS,
        **given(set=("a", "b")),
    ),
    case(
        "ForAllValues of a negation: none is",
        NO,
        "ForAllValues:StringNotEquals",
        "test:set",
        ["b"],
        page=SETS,
        **given(set=("a", "b")),
    ),
    case(
        "ForAnyValue of a negation on a missing key is false",
        NO,
        "ForAnyValue:StringNotEquals",
        "test:set",
        ["b"],
        page=SETS,
        **given(set=None),
    ),
    Case(
        "a deny by ForAllValues on a missing key denies",
        SETS,
        NO,
        (READ, deny("*", **when("ForAllValues:StringEquals", "test:set", ["x"]))),
        **given(set=None),
    ),
    # not known
    case("an operator that AWS does not have", UNKNOWN, "StringAlike", "aws:PrincipalAccount", DEV),
    case("a value that is not known", UNKNOWN, "IpAddress", "aws:SourceIp", "10.0.0.0/8"),
    Case(
        "a deny that may not apply is no block",
        OPERATORS,
        UNKNOWN,
        (READ, deny("*", **when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"))),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
