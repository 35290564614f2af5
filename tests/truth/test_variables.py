"""Policy variables in resources and conditions, with and without a value."""

from __future__ import annotations

import pytest

from facts.estates import allow, deny
from truth.cases import GUIDE, NO, UNKNOWN, YES, Case, answer, names, when

VARIABLES = GUIDE + "reference_policies_variables.html"
VERSION = GUIDE + "reference_policies_elements_version.html"

HOME = allow("*", "arn:aws:s3:::${aws:username}/*")

CASES = (
    Case("a variable in a resource", VARIABLES, YES, (HOME,), caller="user", arn="arn:aws:s3:::u/x"),
    Case("another user's", VARIABLES, NO, (HOME,), caller="user", arn="arn:aws:s3:::v/x"),
    Case("a role has no user name: nothing matches", VARIABLES, NO, (HOME,), arn="arn:aws:s3:::r/x"),
    Case(
        "a default where there is no value",
        VARIABLES,
        YES,
        (allow("*", "arn:aws:s3:::${aws:PrincipalTag/t, 'b'}/*"),),
    ),
    Case(
        "the value where there is one",
        VARIABLES,
        NO,
        (allow("*", "arn:aws:s3:::${aws:PrincipalTag/t, 'b'}/*"),),
        tags={"t": "c"},
    ),
    Case(
        "a variable in a condition",
        VARIABLES,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}")),),
        tags={"a": "x", "b": "x"},
    ),
    Case(
        "that does not hold",
        VARIABLES,
        NO,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}")),),
        tags={"a": "x", "b": "y"},
    ),
    Case(
        "a resource tag in a condition",
        VARIABLES,
        YES,
        (allow("*", **when("StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}")),),
        tags={"team": "ml"},
        resource_tags={"team": "ml"},
        kind="secret",
        arn="arn:aws:secretsmanager:eu-west-1:111111111111:secret:s",
        action="secretsmanager:getsecretvalue",
    ),
    Case(
        "a value that is not known leaves it open",
        VARIABLES,
        UNKNOWN,
        (allow("*", "arn:aws:s3:::${aws:SourceVpce}/*"),),
    ),
    Case(
        "a dollar sign can be written",
        VARIABLES,
        YES,
        (allow("*", "arn:aws:s3:::b/${$}x"),),
        arn="arn:aws:s3:::b/$x",
    ),
    Case("an escaped star is a star", VARIABLES, NO, (allow("*", "arn:aws:s3:::b/${*}"),)),
    Case(
        "in StringLike too",
        VARIABLES,
        YES,
        (allow("*", **when("StringLike", "aws:PrincipalTag/t", "a${*}*")),),
        tags={"t": "a*b"},
    ),
    Case(
        "where another text does not match",
        VARIABLES,
        NO,
        (allow("*", **when("StringLike", "aws:PrincipalTag/t", "a${*}*")),),
        tags={"t": "ab"},
    ),
    Case(
        "in StringEquals it is one as well",
        VARIABLES,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/t", "a${*}")),),
        tags={"t": "a*"},
    ),
    Case(
        "a denied part named by a variable",
        VARIABLES,
        NO,
        (allow("*"), deny("*", "arn:aws:s3:::${aws:username}/*")),
        caller="user",
        arn="arn:aws:s3:::u/x",
    ),
    Case(
        "version 2008-10-17 has no variables",
        VERSION,
        NO,
        (HOME,),
        caller="user",
        arn="arn:aws:s3:::u/x",
        version="2008-10-17",
    ),
    Case(
        "nor in conditions",
        VERSION,
        NO,
        (allow("*", **when("StringEquals", "aws:username", "${aws:username}")),),
        caller="user",
        version="2008-10-17",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
