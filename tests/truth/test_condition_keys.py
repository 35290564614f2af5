"""Condition keys that a snapshot decides, those a caller chooses, and those that stay open."""

from __future__ import annotations

import pytest

from facts.estates import DEV, allow, deny
from truth.cases import GUIDE, NO, ROLE, S3, UNKNOWN, YES, Case, answer, names, on, when

KEYS = GUIDE + "reference_policies_condition-keys.html"
MFA = GUIDE + "id_credentials_mfa_configure-api-require.html"
REVOKE = GUIDE + "id_roles_use_revoke-sessions.html"
S3_KEYS = S3 + "amazon-s3-policy-keys.html"
ENDPOINTS = S3 + "example-bucket-policies-vpc-endpoint.html"
TAGS = GUIDE + "access_tags.html"

READ = allow("s3:GetObject", "arn:aws:s3:::b/*")
PRESENT = when("Bool", "aws:MultiFactorAuthPresent", "true")
SECRET = f"arn:aws:secretsmanager:eu-west-1:{DEV}:secret:s-abc123"
OF_SECRET = {"action": "secretsmanager:getsecretvalue", "arn": SECRET, "kind": "secret"}

CASES = (
    # of the caller
    Case(
        "the caller's organization",
        KEYS,
        YES,
        (READ,),
        (on("*", **when("StringEquals", "aws:PrincipalOrgID", "o-example")),),
        True,
    ),
    Case(
        "another one",
        KEYS,
        NO,
        (READ,),
        (on("*", **when("StringEquals", "aws:PrincipalOrgID", "o-other")),),
        True,
    ),
    Case(
        "an account in no organization has no such key",
        KEYS,
        NO,
        (READ,),
        (on("*", **when("StringEquals", "aws:PrincipalOrgID", "o-example")),),
        True,
        home={"organization": None},
    ),
    Case(
        "its path in the organization",
        KEYS,
        YES,
        (READ,),
        (on("*", **when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-example/r-root/*")),),
        True,
    ),
    Case(
        "a path of a unit it is not in",
        KEYS,
        NO,
        (READ,),
        (on("*", **when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-example/r-root/ou-prod/*")),),
        True,
    ),
    Case(
        "the caller's ARN is its role's, not its session's",
        KEYS,
        YES,
        (allow("*", **when("ArnEquals", "aws:PrincipalArn", ROLE)),),
    ),
    Case(
        "the caller's tag, its key in any case",
        TAGS,
        YES,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/Team", "ml")),),
        tags={"team": "ml"},
    ),
    Case(
        "a tag it does not have",
        TAGS,
        NO,
        (allow("*", **when("StringEquals", "aws:PrincipalTag/team", "ml")),),
    ),
    Case("its type", KEYS, YES, (allow("*", **when("StringEquals", "aws:PrincipalType", "AssumedRole")),)),
    Case("a role has no user name", KEYS, NO, (allow("*", **when("StringLike", "aws:username", "*")),)),
    Case(
        "a role's user id begins with the role's",
        KEYS,
        YES,
        (allow("*", **when("StringLike", "aws:userid", f"AROA{DEV}R:*")),),
    ),
    Case(
        "which session it is is not known",
        KEYS,
        UNKNOWN,
        (allow("*", **when("StringLike", "aws:userid", f"AROA{DEV}R:job")),),
    ),
    Case(
        "a principal of an account is no service",
        KEYS,
        NO,
        (allow("*", **when("Bool", "aws:PrincipalIsAWSService", "true")),),
    ),
    # of the resource
    Case(
        "the resource's account", KEYS, YES, (allow("*", **when("StringEquals", "aws:ResourceAccount", DEV)),)
    ),
    Case(
        "only the own account's resources",
        KEYS,
        NO,
        (READ, deny("*", **when("StringNotEquals", "aws:ResourceAccount", DEV))),
        (on(ROLE),),
        True,
    ),
    Case(
        "only the own organization's resources",
        KEYS,
        YES,
        (READ, deny("*", **when("StringNotEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}"))),
        (on(ROLE),),
        True,
    ),
    Case(
        "the resource's tag",
        TAGS,
        YES,
        (allow("*", **when("StringEquals", "aws:ResourceTag/env", "dev")),),
        resource_tags={"env": "dev"},
        **OF_SECRET,
    ),
    Case(
        "by the service's own name of it",
        TAGS,
        YES,
        (allow("*", **when("StringEquals", "secretsmanager:ResourceTag/env", "dev")),),
        resource_tags={"env": "dev"},
        **OF_SECRET,
    ),
    Case(
        "a tag it does not have is missing",
        TAGS,
        NO,
        (allow("*", **when("StringEquals", "aws:ResourceTag/env", "dev")),),
        resource_tags={},
        **OF_SECRET,
    ),
    Case(
        "tags that were not read",
        TAGS,
        UNKNOWN,
        (allow("*", **when("StringEquals", "aws:ResourceTag/env", "dev")),),
        resource_tags=None,
        **OF_SECRET,
    ),
    Case(
        "the region of the resource is the one that is asked",
        KEYS,
        NO,
        (allow("*"), deny("*", **when("StringNotEquals", "aws:RequestedRegion", "eu-north-1"))),
        region="eu-west-1",
        **OF_SECRET,
    ),
    # of how it is made
    Case(
        "nobody need send in the clear",
        KEYS,
        YES,
        (READ,),
        (on("*", "Deny", **when("Bool", "aws:SecureTransport", "false")),),
    ),
    Case(
        "nor with an old TLS",
        S3_KEYS,
        YES,
        (READ,),
        (on("*", "Deny", **when("NumericLessThan", "s3:TlsVersion", "1.2")),),
    ),
    Case(
        "a referer is whatever the caller says",
        KEYS,
        YES,
        (READ,),
        (on("*", "Deny", **when("StringNotLike", "aws:Referer", "https://example.org/*")),),
    ),
    Case(
        "a header that the caller may send",
        S3_KEYS,
        YES,
        (
            allow("s3:PutObject"),
            deny("s3:PutObject", **when("StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms")),
        ),
        action="s3:putobject",
    ),
    Case(
        "two demands on one header that exclude one another",
        S3_KEYS,
        NO,
        (
            allow("s3:PutObject", **when("StringEquals", "s3:x-amz-acl", "private")),
            deny("s3:PutObject", **when("StringEquals", "s3:x-amz-acl", "private")),
        ),
        action="s3:putobject",
    ),
    Case(
        "from which network it comes is not known",
        ENDPOINTS,
        UNKNOWN,
        (READ,),
        (on("*", "Deny", **when("StringNotEquals", "aws:SourceVpce", "vpce-1")),),
    ),
    Case(
        "nor from which VPC",
        ENDPOINTS,
        UNKNOWN,
        (allow("*", **when("StringEquals", "aws:SourceVpc", "vpc-1")),),
    ),
    Case(
        "nor from which address in it",
        KEYS,
        UNKNOWN,
        (allow("*", **when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")),),
    ),
    Case(
        "a direct request is not made by a service",
        KEYS,
        YES,
        (READ, deny("*", **when("Bool", "aws:ViaAWSService", "true"))),
    ),
    Case(
        "one by a service is not followed",
        KEYS,
        UNKNOWN,
        (allow("*", **when("Bool", "aws:ViaAWSService", "true")),),
    ),
    Case(
        "what was issued before now is revoked, what comes is not",
        REVOKE,
        YES,
        (READ, deny("*", **when("DateLessThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z"))),
    ),
    # MFA
    Case("whoever has MFA may use it", MFA, YES, (allow("*", **PRESENT),), caller="user"),
    Case("without it the key is false", MFA, NO, (allow("*", **PRESENT),), caller="user", mfa="without"),
    Case(
        "long-term keys have no such key, and pass by Bool",
        MFA,
        YES,
        (READ, deny("*", **when("Bool", "aws:MultiFactorAuthPresent", "false"))),
        caller="user",
        mfa="without",
    ),
    Case(
        "not by BoolIfExists",
        MFA,
        NO,
        (READ, deny("*", **when("BoolIfExists", "aws:MultiFactorAuthPresent", "false"))),
        caller="user",
        mfa="without",
    ),
    Case(
        "MFA age is missing without MFA",
        MFA,
        NO,
        (allow("*", **when("NumericLessThan", "aws:MultiFactorAuthAge", "3600")),),
        caller="user",
        mfa="without",
    ),
    Case(
        "and as young as the caller likes with it",
        MFA,
        YES,
        (allow("*", **when("NumericLessThan", "aws:MultiFactorAuthAge", "3600")),),
        caller="user",
    ),
    Case("of a role's session it is not known", MFA, UNKNOWN, (allow("*", **PRESENT),)),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_case(case: Case) -> None:
    assert answer(case) is case.expected, case.page
