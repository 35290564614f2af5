"""Permissions boundaries, session policies, and the guardrails of an organization."""

from __future__ import annotations

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import GUIDE, NO, ORGANIZATIONS, ROLE, USER, YES, Case, answer, names, on, when

BOUNDARY = GUIDE + "access_policies_boundaries.html"
SESSION = GUIDE + "access_policies.html#policies_session"
SCP = ORGANIZATIONS + "orgs_manage_policies_scps.html"
SCP_EVALUATION = ORGANIZATIONS + "orgs_manage_policies_scps_evaluation.html"
RCP = ORGANIZATIONS + "orgs_manage_policies_rcps.html"
RCP_EVALUATION = ORGANIZATIONS + "orgs_manage_policies_rcps_evaluation.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
FULL = {"r-root": (allow("*"),)}
CLOSED = {"r-root": (deny("*"),)}
SHUT = {"r-root": (on("*", "Deny", Action="*", Resource="*"),)}

CASES = (
    Case("a boundary must allow as well", BOUNDARY, NO, (READ,), boundary=(allow("ec2:*"),)),
    Case("what both allow is allowed", BOUNDARY, YES, (READ,), boundary=(allow("s3:*"),)),
    Case("a boundary grants nothing by itself", BOUNDARY, NO, boundary=(allow("s3:*"),)),
    Case("a session policy must allow as well", SESSION, NO, (READ,), session=(allow("ec2:*"),)),
    Case("it grants nothing by itself", SESSION, NO, session=(allow("s3:*"),)),
    Case(
        "what identity and session policy both allow is allowed",
        SESSION,
        YES,
        (READ,),
        session=(allow("s3:*"),),
    ),
    # SCPs
    Case(
        "an SCP must allow at every level", SCP_EVALUATION, NO, (READ,), scp={**FULL, DEV: (allow("ec2:*"),)}
    ),
    Case(
        "allowed at every level is allowed", SCP_EVALUATION, YES, (READ,), scp={**FULL, DEV: (allow("s3:*"),)}
    ),
    Case("an SCP grants nothing", SCP, NO, scp=FULL),
    Case(
        "a deny at the root reaches every account",
        SCP_EVALUATION,
        NO,
        (READ,),
        scp={"r-root": (allow("*"), deny("s3:*"))},
    ),
    Case("SCPs bind the root user of a member account", SCP, NO, caller="root", scp=CLOSED),
    Case(
        "not users and roles of the management account",
        SCP,
        YES,
        (READ,),
        scp=CLOSED,
        home={"management": True},
    ),
    Case("nor service-linked roles", SCP, YES, (READ,), scp=CLOSED, holder={"service_linked": True}),
    Case(
        "SCPs of the resource's account do not matter",
        SCP,
        YES,
        (READ,),
        (on(ROLE),),
        True,
        scp={PROD: (deny("*"),)},
    ),
    Case(
        "those of the caller's do, whoever owns the resource",
        SCP,
        NO,
        (READ,),
        (on(ROLE),),
        True,
        scp={DEV: (deny("*"),)},
    ),
    Case(
        "nor do they bind those who did not sign in", SCP, YES, (), (on("*"),), caller="anonymous", scp=CLOSED
    ),
    Case(
        "an account in no organization has none", SCP, YES, (READ,), home={"organization": None}, scp=CLOSED
    ),
    Case(
        "conditions narrow an SCP's deny",
        SCP,
        YES,
        (READ,),
        scp={"r-root": (allow("*"), deny("*", **when("StringNotEquals", "aws:PrincipalAccount", DEV)))},
    ),
    # RCPs
    Case(
        "RCPs of the resource's account count for outsiders",
        RCP,
        NO,
        (READ,),
        (on(ROLE),),
        True,
        rcp={PROD: SHUT["r-root"]},
    ),
    Case(
        "those of the caller's account do not",
        RCP,
        YES,
        (READ,),
        (on(ROLE),),
        True,
        rcp={DEV: SHUT["r-root"]},
    ),
    Case("RCPs bind root users", RCP, NO, caller="root", rcp=SHUT),
    Case("and those who did not sign in", RCP, NO, (), (on("*"),), caller="anonymous", rcp=SHUT),
    Case("not resources of the management account", RCP, YES, (READ,), rcp=SHUT, home={"management": True}),
    Case("not service-linked roles", RCP, YES, (READ,), rcp=SHUT, holder={"service_linked": True}),
    Case(
        "not services that do not support them",
        RCP,
        YES,
        (allow("ssm:*"),),
        action="ssm:getparameter",
        arn=f"arn:aws:ssm:eu-west-1:{DEV}:parameter/p",
        kind="parameter",
        rcp=SHUT,
    ),
    Case(
        "assuming a role is something they can deny",
        RCP,
        NO,
        (allow("sts:AssumeRole"),),
        trust=({"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"},),
        rcp=SHUT,
    ),
    Case(
        "an RCP that spares the organization spares its principals",
        RCP_EVALUATION,
        YES,
        (READ,),
        (on(ROLE),),
        True,
        rcp={
            "r-root": (
                on(
                    "*",
                    "Deny",
                    Action="*",
                    Resource="*",
                    **when("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-example"),
                ),
            )
        },
    ),
    Case(
        "and shuts out those of no organization",
        RCP_EVALUATION,
        NO,
        (READ,),
        (on(USER),),
        True,
        caller="user",
        home={"organization": None},
        rcp={
            PROD: (
                on(
                    "*",
                    "Deny",
                    Action="*",
                    Resource="*",
                    **when("StringNotEquals", "aws:PrincipalOrgID", "o-example"),
                ),
            )
        },
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
