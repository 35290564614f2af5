"""Assuming roles: trust policies in one account and across two, external ids, tags, regions."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import ACCOUNT_ROOT, GUIDE, NO, ROLE, SESSION, UNKNOWN, USER, YES, Case, answer, names, when

PRINCIPAL = GUIDE + "reference_policies_elements_principal.html"
ROLES = GUIDE + "id_roles_terms-and-concepts.html"
ASSUME = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"
EXTERNAL = GUIDE + "id_roles_common-scenarios_third-party.html"
CROSS = GUIDE + "reference_policies_evaluation-logic-cross-account.html"
SWITCH = GUIDE + "id_roles_use_permissions-to-switch.html"
SESSION_TAGS = GUIDE + "id_session-tags.html"
MFA = GUIDE + "id_credentials_mfa_configure-api-require.html"

MAY = allow("sts:AssumeRole")


def trusts(principal: Any, **more: Any) -> tuple[dict[str, Any]]:
    named = principal if principal == "*" or isinstance(principal, dict) else {"AWS": principal}
    return ({"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole", **more},)


CASES = (
    Case("across accounts both sides must agree", CROSS, YES, (MAY,), trust=trusts(DEV), foreign=True),
    Case("trust alone is not enough", CROSS, NO, trust=trusts(ROLE), foreign=True),
    Case("nor a policy alone", CROSS, NO, (MAY,), trust=trusts(PROD), foreign=True),
    Case("in one account the trust policy must agree too", ROLES, NO, (allow("*"),), trust=trusts(PROD)),
    Case("naming the account leaves it to its policies", PRINCIPAL, NO, trust=trusts(ACCOUNT_ROOT)),
    Case("which may then allow", SWITCH, YES, (MAY,), trust=trusts(ACCOUNT_ROOT)),
    Case("naming the role is enough without a policy", PRINCIPAL, YES, trust=trusts(ROLE)),
    Case("naming the user too", PRINCIPAL, YES, trust=trusts(USER), caller="user"),
    Case("naming a session of the role too", PRINCIPAL, YES, trust=trusts(SESSION)),
    Case(
        "a boundary limits what naming the role grants",
        PRINCIPAL,
        NO,
        trust=trusts(ROLE),
        boundary=(allow("s3:*"),),
    ),
    Case(
        "not what naming the user does",
        PRINCIPAL,
        YES,
        trust=trusts(USER),
        caller="user",
        boundary=(allow("s3:*"),),
    ),
    Case("everyone in the same account needs no policy", PRINCIPAL, YES, trust=trusts("*")),
    Case("everyone elsewhere does", PRINCIPAL, NO, trust=trusts("*"), foreign=True),
    Case("the root user cannot assume roles", ASSUME, NO, trust=trusts(ACCOUNT_ROOT), caller="root"),
    Case(
        "a service's trust is not the account's",
        ROLES,
        NO,
        (MAY,),
        trust=trusts({"Service": "ec2.amazonaws.com"}),
    ),
    Case(
        "a deny in the trust policy wins",
        ROLES,
        NO,
        (MAY,),
        trust=(*trusts(ROLE), {**trusts(ROLE)[0], "Effect": "Deny"}),
    ),
    Case(
        "a policy that names another role does not help",
        SWITCH,
        NO,
        (allow("sts:AssumeRole", f"{ROLE}x"),),
        trust=trusts(DEV),
        foreign=True,
    ),
    Case(
        "an external id is known to whom it is given",
        EXTERNAL,
        YES,
        (MAY,),
        trust=trusts(DEV, **when("StringEquals", "sts:ExternalId", "x")),
        foreign=True,
    ),
    Case(
        "the role's own tags count",
        SWITCH,
        NO,
        (allow("sts:AssumeRole", **when("StringEquals", "aws:ResourceTag/open", "yes")),),
        trust=trusts(DEV),
        foreign=True,
        resource_tags={},
    ),
    Case(
        "and those it has",
        SWITCH,
        YES,
        (allow("sts:AssumeRole", **when("StringEquals", "aws:ResourceTag/open", "yes")),),
        trust=trusts(DEV),
        foreign=True,
        resource_tags={"open": "yes"},
    ),
    Case(
        "a user's MFA",
        MFA,
        YES,
        (MAY,),
        trust=trusts(DEV, **when("Bool", "aws:MultiFactorAuthPresent", "true")),
        foreign=True,
        caller="user",
    ),
    Case(
        "not without it",
        MFA,
        NO,
        (MAY,),
        trust=trusts(DEV, **when("Bool", "aws:MultiFactorAuthPresent", "true")),
        foreign=True,
        caller="user",
        mfa="without",
    ),
    Case(
        "session tags may differ from the role's",
        SESSION_TAGS,
        UNKNOWN,
        (MAY,),
        trust=trusts(DEV, **when("StringEquals", "aws:PrincipalTag/team", "ml")),
        foreign=True,
        tags={"team": "ml"},
        holder={
            "trust": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": DEV},
                        "Action": ["sts:AssumeRole", "sts:TagSession"],
                    }
                ],
            }
        },
    ),
    Case(
        "where they cannot, the role's tags hold",
        SESSION_TAGS,
        YES,
        (MAY,),
        trust=trusts(DEV, **when("StringEquals", "aws:PrincipalTag/team", "ml")),
        foreign=True,
        tags={"team": "ml"},
    ),
    Case(
        "STS is in every region",
        ASSUME,
        YES,
        (MAY, deny("*", **when("StringNotEquals", "aws:RequestedRegion", "eu-west-1"))),
        trust=trusts(DEV),
        foreign=True,
    ),
    Case(
        "everybody but one",
        PRINCIPAL,
        NO,
        (MAY,),
        trust=(
            *trusts(DEV),
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sts:AssumeRole",
                **when("ArnNotEquals", "aws:PrincipalArn", f"{ROLE}x"),
            },
        ),
        foreign=True,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
