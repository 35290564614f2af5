"""KMS: the key's policy must agree, delegation to the account, grants, other accounts."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD, allow, deny
from truth.cases import ACCOUNT_ROOT, KMS, NO, ROLE, UNKNOWN, YES, Case, answer, names, when

DEFAULT = KMS + "key-policy-default.html"
OVERVIEW = KMS + "key-policies.html"
IAM = KMS + "iam-policies.html"
GRANTS = KMS + "grants.html"
CONDITIONS = KMS + "conditions-kms.html"
OTHERS = KMS + "key-policy-modifying-external-accounts.html"

HERE = f"arn:aws:kms:eu-west-1:{DEV}:key/k"
USE = allow("kms:Decrypt")


def says(principal: Any, action: str = "kms:*", **more: Any) -> dict[str, Any]:
    named = principal if principal == "*" or isinstance(principal, dict) else {"AWS": principal}
    return {"Effect": "Allow", "Principal": named, "Action": action, "Resource": "*", **more}


def key(
    words: str,
    page: str,
    expected: Any,
    identity: tuple[Any, ...] = (),
    policy: tuple[Any, ...] = (),
    **more: Any,
) -> Case:
    """A request to decrypt with a key."""
    return Case(
        words,
        page,
        expected,
        identity,
        policy,
        **{"action": "kms:decrypt", "arn": HERE, "kind": "key", **more},
    )


SERVED = when("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com")

CASES = (
    key("an identity policy alone is not enough", OVERVIEW, NO, (allow("*"),)),
    key("nor with a key policy that names others", OVERVIEW, NO, (allow("*"),), (says(PROD),)),
    key("naming the account enables its IAM policies", DEFAULT, YES, (USE,), (says(ACCOUNT_ROOT),)),
    key("which then have to allow", DEFAULT, NO, (), (says(ACCOUNT_ROOT),)),
    key("naming the role is enough by itself", OVERVIEW, YES, (), (says(ROLE),)),
    key("the root user needs the key policy as well", DEFAULT, NO, caller="root", policy=(says(ROLE),)),
    key("and with its account named may", DEFAULT, YES, caller="root", policy=(says(ACCOUNT_ROOT),)),
    key(
        "the account may be enabled for some actions only",
        IAM,
        NO,
        (USE,),
        (says(ACCOUNT_ROOT, "kms:Encrypt"),),
    ),
    key("an identity's deny wins over the key policy", IAM, NO, (deny("kms:*"),), (says(ROLE),)),
    # other accounts
    key("across accounts both must allow", OTHERS, YES, (USE,), (says(DEV),), foreign=True),
    key("the key policy alone is not enough", OTHERS, NO, (), (says(ROLE),), foreign=True),
    key(
        "other accounts can never administer a key",
        OTHERS,
        NO,
        (allow("*"),),
        (says(ROLE),),
        foreign=True,
        action="kms:putkeypolicy",
    ),
    key(
        "nor schedule its deletion",
        OTHERS,
        NO,
        (allow("*"),),
        (says(ROLE),),
        foreign=True,
        action="kms:schedulekeydeletion",
    ),
    key(
        "but create grants",
        OTHERS,
        YES,
        (allow("kms:CreateGrant"),),
        (says(DEV),),
        foreign=True,
        action="kms:creategrant",
    ),
    # conditions
    key(
        "everyone of an account, by kms:CallerAccount",
        CONDITIONS,
        YES,
        (),
        (says("*", **when("StringEquals", "kms:CallerAccount", DEV)),),
    ),
    key(
        "another account's",
        CONDITIONS,
        NO,
        (USE,),
        (says("*", **when("StringEquals", "kms:CallerAccount", PROD)),),
    ),
    key("through a service the caller may go", CONDITIONS, YES, (), (says(ROLE, **SERVED),)),
    key(
        "what goes through that service",
        CONDITIONS,
        YES,
        (),
        (says(ROLE, **SERVED),),
        given={"kms:viaservice": ("s3.eu-west-1.amazonaws.com",)},
    ),
    key(
        "what goes through another does not",
        CONDITIONS,
        NO,
        (),
        (says(ROLE, **SERVED),),
        given={"kms:viaservice": ("ec2.eu-west-1.amazonaws.com",)},
    ),
    key(
        "nor does a direct call", CONDITIONS, NO, (), (says(ROLE, **SERVED),), given={"kms:viaservice": None}
    ),
    key(
        "an encryption context is the caller's to state",
        CONDITIONS,
        YES,
        (),
        (says(ROLE, **when("StringEquals", "kms:EncryptionContext:app", "x")),),
    ),
    # grants
    key("a grant suffices", GRANTS, YES, grants=({"grantee": ROLE, "operations": ["Decrypt"]},)),
    key("for its operations", GRANTS, NO, grants=({"grantee": ROLE, "operations": ["Encrypt"]},)),
    key("and its grantee", GRANTS, NO, grants=({"grantee": f"{ROLE}x", "operations": ["Decrypt"]},)),
    key(
        "in another account too",
        GRANTS,
        YES,
        foreign=True,
        grants=({"grantee": ROLE, "operations": ["Decrypt"]},),
    ),
    key(
        "a denial wins over it",
        GRANTS,
        NO,
        (deny("kms:*"),),
        grants=({"grantee": ROLE, "operations": ["Decrypt"]},),
    ),
    key(
        "under its constraint",
        GRANTS,
        YES,
        grants=({"grantee": ROLE, "operations": ["Decrypt"], "context": {"a": "b"}},),
    ),
    key("grants that were not read leave it open", GRANTS, UNKNOWN, policy=(says(PROD),), grants=None),
    key("and deny nothing", GRANTS, YES, policy=(says(ROLE),), grants=None),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
