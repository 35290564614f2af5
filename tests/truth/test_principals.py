"""Whom ``Principal`` and ``NotPrincipal`` name, and what naming them so grants."""

from __future__ import annotations

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import (
    ACCOUNT_ROOT,
    GUIDE,
    NO,
    ROLE,
    SESSION,
    UNKNOWN,
    USER,
    YES,
    Case,
    answer,
    but,
    names,
    on,
)

PRINCIPAL = GUIDE + "reference_policies_elements_principal.html"
NOT_PRINCIPAL = GUIDE + "reference_policies_elements_notprincipal.html"
LOGIC = GUIDE + "reference_policies_evaluation-logic.html"
BOUNDARY = GUIDE + "access_policies_boundaries.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
ELSEWHERE = (allow("ec2:*"),)
"""A limit that leaves reading out."""

CASES = (
    # whom
    Case(
        "the account's number and its root ARN are the same",
        PRINCIPAL,
        YES,
        (READ,),
        (on(ACCOUNT_ROOT),),
        True,
    ),
    Case("everyone includes the role, without any policy of its own", PRINCIPAL, YES, (), (on("*"),)),
    Case("AWS: * is everyone too", PRINCIPAL, YES, (), (on({"AWS": "*"}),)),
    Case(
        "and includes those who did not sign in", PRINCIPAL, YES, (), (on({"AWS": "*"}),), caller="anonymous"
    ),
    Case("across accounts everyone still needs a policy of its own", PRINCIPAL, NO, (), (on("*"),), True),
    Case("and with one may", PRINCIPAL, YES, (READ,), (on("*"),), True),
    Case("a session is named by role and session name", PRINCIPAL, YES, (READ,), (on(SESSION),), True),
    Case(
        "a session of another role is not", PRINCIPAL, NO, (READ,), (on(SESSION.replace("/r/", "/s/")),), True
    ),
    Case("a unique id names the role it was given to", PRINCIPAL, YES, (READ,), (on(f"AROA{DEV}R"),), True),
    Case("a deleted role's names nobody", PRINCIPAL, NO, (READ,), (on("AROAGONEGONEGONEGONE1"),), True),
    Case("a service is not the role it uses", PRINCIPAL, NO, (), (on({"Service": "ec2.amazonaws.com"}),)),
    Case(
        "a canonical user id may be any account",
        PRINCIPAL,
        UNKNOWN,
        (READ,),
        (on({"CanonicalUser": "ab1"}),),
        True,
    ),
    Case("several are any of them", PRINCIPAL, YES, (READ,), (on([PROD, ROLE]),), True),
    # what it grants
    Case("a boundary limits a grant to the role's ARN", LOGIC, NO, (), (on(ROLE),), boundary=ELSEWHERE),
    Case("not one to its session's", LOGIC, YES, (), (on(SESSION),), boundary=ELSEWHERE),
    Case("nor one to the user's", BOUNDARY, YES, (), (on(USER),), caller="user", boundary=ELSEWHERE),
    Case("a session policy limits a grant to the role's ARN", LOGIC, NO, (), (on(ROLE),), session=ELSEWHERE),
    Case("not one to the session's", LOGIC, YES, (), (on(SESSION),), session=ELSEWHERE),
    Case("and one to the user who federated", LOGIC, NO, (), (on(USER),), caller="user", session=ELSEWHERE),
    Case("of everyone no page says it", LOGIC, UNKNOWN, (), (on("*"),), boundary=ELSEWHERE),
    Case(
        "its explicit denials hold against a user's ARN",
        BOUNDARY,
        NO,
        (),
        (on(USER),),
        caller="user",
        boundary=(deny("s3:*"),),
    ),
    # NotPrincipal
    Case(
        "Allow with NotPrincipal allows everyone else",
        NOT_PRINCIPAL,
        YES,
        (READ,),
        (but(USER, "Allow"),),
        True,
    ),
    Case("also those who did not sign in", NOT_PRINCIPAL, YES, (), (but(USER, "Allow"),), caller="anonymous"),
    Case(
        "Deny with NotPrincipal denies everyone else",
        NOT_PRINCIPAL,
        NO,
        (READ,),
        (on(DEV), but(USER, "Deny")),
        True,
    ),
    Case(
        "it spares a user who is listed with its account",
        NOT_PRINCIPAL,
        YES,
        (READ,),
        (on(DEV), but([USER, ACCOUNT_ROOT], "Deny")),
        True,
        caller="user",
    ),
    Case(
        "without the account the user may be denied",
        NOT_PRINCIPAL,
        UNKNOWN,
        (READ,),
        (on(DEV), but(USER, "Deny")),
        True,
        caller="user",
    ),
    Case(
        "a role needs its session and its account listed too",
        NOT_PRINCIPAL,
        YES,
        (READ,),
        (on(DEV), but([ROLE, SESSION, ACCOUNT_ROOT], "Deny")),
        True,
    ),
    Case(
        "the role's ARN alone does not spare its sessions for sure",
        NOT_PRINCIPAL,
        UNKNOWN,
        (READ,),
        (on(DEV), but([ROLE, ACCOUNT_ROOT], "Deny")),
        True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
