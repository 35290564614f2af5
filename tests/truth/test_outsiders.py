"""Callers without an account: AWS services (and the confused deputy), identity providers' users."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import DEV, PROD
from scanner.facts.identity.callers import federated, service
from scanner.facts.identity.values import Held, Like
from truth.cases import GUIDE, NO, PROVIDER, UNKNOWN, YES, Case, answer, names, on, when

DEPUTY = GUIDE + "confused-deputy.html"
SERVICES = GUIDE + "reference_policies_elements_principal.html"
OIDC = GUIDE + "id_roles_create_for-idp_oidc.html"
SAML = GUIDE + "id_roles_create_for-idp_saml.html"
IDP_KEYS = GUIDE + "reference_policies_iam-condition-keys.html"
RCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html"

TRAIL = "cloudtrail.amazonaws.com"
SUBJECT, AUDIENCE = (f"token.actions.githubusercontent.com:{name}" for name in ("sub", "aud"))
OURS = on({"Service": TRAIL}, **when("StringEquals", "aws:SourceAccount", DEV))
SAML_PROVIDER = f"arn:aws:iam::{DEV}:saml-provider/corp"


def acting(account: str) -> Any:
    """CloudTrail, for a trail of some account."""
    source = f"arn:aws:cloudtrail:eu-west-1:{account}:trail/t"
    return service(TRAIL, {"aws:sourceaccount": (account,), "aws:sourcearn": (source,)})


def workflow(subject: str, **more: Held) -> Any:
    """A GitHub workflow."""
    return federated(PROVIDER, {SUBJECT: (subject,), AUDIENCE: ("sts.amazonaws.com",), **more})


def trusts(
    provider: str, action: str = "sts:AssumeRoleWithWebIdentity", **condition: Any
) -> tuple[dict[str, Any]]:
    found: dict[str, Any] = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action}
    return ({**found, "Condition": condition} if condition else found,)


def sign_in(says: str, expected: Any, caller: Any, page: str = OIDC, /, **more: Any) -> Case:
    return Case(says, page, expected, caller=caller, **{"action": "sts:assumerolewithwebidentity", **more})


MAIN = {"StringEquals": {AUDIENCE: "sts.amazonaws.com", SUBJECT: "repo:acme/app:ref:refs/heads/main"}}
ANY = {"StringLike": {SUBJECT: "repo:acme/*"}}

CASES = (
    # services
    Case("a service that is named may", SERVICES, YES, (), (on({"Service": TRAIL}),), caller=service(TRAIL)),
    Case("another may not", SERVICES, NO, (), (on({"Service": "s3.amazonaws.com"}),), caller=service(TRAIL)),
    Case("everyone includes services", SERVICES, YES, (), (on("*"),), caller=service(TRAIL)),
    Case("for its own account", DEPUTY, YES, (), (OURS,), caller=acting(DEV)),
    Case("not for another: the confused deputy", DEPUTY, NO, (), (OURS,), caller=acting(PROD)),
    Case("for whom it acts is not known", DEPUTY, UNKNOWN, (), (OURS,), caller=service(TRAIL)),
    Case(
        "by the source's ARN",
        DEPUTY,
        NO,
        (),
        (on({"Service": TRAIL}, **when("ArnLike", "aws:SourceArn", f"arn:aws:cloudtrail:*:{DEV}:trail/*")),),
        caller=acting(PROD),
    ),
    Case(
        "no role of an account carries a source",
        DEPUTY,
        NO,
        (),
        (on("*", **when("StringEquals", "aws:SourceAccount", DEV)),),
    ),
    Case(
        "an RCP may spare services",
        RCP,
        YES,
        (),
        (on({"Service": TRAIL}),),
        caller=service(TRAIL),
        rcp={
            "r-root": (
                on(
                    "*",
                    "Deny",
                    Condition={
                        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-example"},
                        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                    },
                ),
            )
        },
    ),
    # OIDC
    sign_in(
        "the branch that the trust names",
        YES,
        workflow("repo:acme/app:ref:refs/heads/main"),
        trust=trusts(PROVIDER, **MAIN),
    ),
    sign_in(
        "another branch", NO, workflow("repo:acme/app:ref:refs/heads/dev"), trust=trusts(PROVIDER, **MAIN)
    ),
    sign_in(
        "a pattern of subjects", YES, workflow("repo:acme/other:pull_request"), trust=trusts(PROVIDER, **ANY)
    ),
    sign_in(
        "another organization",
        NO,
        workflow("repo:evil/app:ref:refs/heads/main"),
        trust=trusts(PROVIDER, **ANY),
    ),
    sign_in(
        "some branch of a repository, all of which are trusted",
        YES,
        workflow(Like("repo:acme/app:*")),
        trust=trusts(PROVIDER, **ANY),
    ),
    sign_in(
        "of which one is trusted", UNKNOWN, workflow(Like("repo:acme/app:*")), trust=trusts(PROVIDER, **MAIN)
    ),
    sign_in("of which none is", NO, workflow(Like("repo:evil/app:*")), trust=trusts(PROVIDER, **MAIN)),
    sign_in(
        "another audience",
        NO,
        workflow("repo:acme/app:ref:refs/heads/main", **{AUDIENCE: ("x",)}),
        trust=trusts(PROVIDER, **MAIN),
    ),
    sign_in(
        "another provider",
        NO,
        workflow("repo:acme/app:ref:refs/heads/main"),
        trust=trusts(f"{PROVIDER}x", **MAIN),
    ),
    sign_in(
        "the trust must allow this very action",
        NO,
        workflow("repo:acme/app:x"),
        trust=trusts(PROVIDER, "sts:AssumeRole"),
    ),
    sign_in("a role of an account is no workflow", NO, "role", trust=trusts(PROVIDER)),
    sign_in(
        "a trust without a condition takes every repository",
        YES,
        workflow("repo:evil/app:x"),
        trust=trusts(PROVIDER),
    ),
    sign_in(
        "a user carries no subject",
        NO,
        "user",
        IDP_KEYS,
        action="s3:getobject",
        identity=({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ANY},),
    ),
    # SAML
    sign_in(
        "SAML's audience",
        YES,
        federated(SAML_PROVIDER, {"saml:aud": ("https://signin.aws.amazon.com/saml",)}),
        SAML,
        action="sts:assumerolewithsaml",
        trust=trusts(
            SAML_PROVIDER,
            "sts:AssumeRoleWithSAML",
            StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"},
        ),
    ),
    sign_in(
        "an attribute that is not known",
        UNKNOWN,
        federated(SAML_PROVIDER, {"saml:aud": ("https://signin.aws.amazon.com/saml",)}),
        SAML,
        action="sts:assumerolewithsaml",
        trust=trusts(
            SAML_PROVIDER, "sts:AssumeRoleWithSAML", StringEquals={"SAML:edupersonaffiliation": "staff"}
        ),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
