"""Stores: each attribute present, absent and unread; public access as AWS combines it."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import (
    ALLOW_TLS,
    DEV,
    PROD,
    REGION,
    account_settings,
    bucket,
    estate,
    gap,
    only,
    without,
)
from scanner.model.snapshot import Record

ARN = "arn:aws:s3:::models"
ALL, NONE = "*", {"GetPublicAccessBlock": None}
EVERYONE = {
    "Statement": [
        {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
    ]
}
ACLS = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
ALL_USERS = {
    "Grants": [
        {
            "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
            "Permission": "READ",
        }
    ]
}


@pytest.mark.parametrize(
    ("attr", "call", "value", "nothing", "absent"),
    [
        ("policy", "GetBucketPolicy", ALLOW_TLS, None, None),
        ("encryption", "GetBucketEncryption", "aws:kms", None, None),
        ("versioning", "GetBucketVersioning", "Enabled", {}, None),
        ("retention_lock", "GetObjectLockConfiguration", True, None, False),
        ("logging", "GetBucketLogging", True, {}, False),
        ("replication", "GetBucketReplication", ["arn:aws:s3:::copy"], None, []),
    ],
)
def test_a_follow_up_is_read_absent_or_unknown(
    attr: str, call: str, value: Any, nothing: Any, absent: Any
) -> None:
    store = only(estate(bucket()), "store")
    assert store.attrs[attr] == value
    assert store.where(attr).pointer.startswith(f"/data/{call}")

    assert only(estate(bucket(**{call: nothing})), "store").attrs[attr] == absent

    denied = gap(f"s3:{call}", "s3.bucket", ARN)
    elsewhere = gap(f"s3:{call}", "s3.bucket", "arn:aws:s3:::other")
    hidden = only(estate(bucket(**{call: ...}), gaps=[denied, elsewhere]), "store")
    assert hidden.unknown[attr] == (denied,)
    assert attr not in hidden.attrs
    assert only(estate(bucket(**{call: ...})), "store").unknown[attr] == ()


def test_an_object_lock_without_default_retention_locks_nothing_by_itself() -> None:
    lock = {"ObjectLockEnabled": "Enabled"}
    assert only(estate(bucket(GetObjectLockConfiguration=lock)), "store").attrs["retention_lock"] is False


def test_a_policy_that_could_not_be_decoded_is_unknown() -> None:
    assert only(estate(bucket(GetBucketPolicy="{not json")), "store").unknown["policy"] == ()


def access(*records: Record, **answers: Any) -> str:
    defaults: dict[str, Any] = {"GetPublicAccessBlock": None, "GetBucketOwnershipControls": ACLS}
    store = only(estate(bucket(**(defaults | answers)), *(records or (account_settings(),))), "store")
    return store.attrs.get("public_access", "unknown")


def test_one_block_for_policies_and_one_for_acls_suffice() -> None:
    both = {"RestrictPublicBuckets": True, "IgnorePublicAcls": True}
    assert access(GetPublicAccessBlock=both, GetBucketPolicy=EVERYONE, GetBucketAcl=ALL_USERS) == "blocked"
    assert access(account_settings(**both), GetBucketPolicy=EVERYONE) == "blocked"
    halves = account_settings(RestrictPublicBuckets=True)
    assert access(halves, GetPublicAccessBlock={"IgnorePublicAcls": True}) == "blocked"
    owner_enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert access(halves, GetBucketOwnershipControls=owner_enforced) == "blocked"


def test_settings_that_only_refuse_changes_block_nothing_that_stands() -> None:
    refusing = {"BlockPublicPolicy": True, "BlockPublicAcls": True}
    assert access(GetPublicAccessBlock=refusing) == "open"
    assert access(GetPublicAccessBlock=refusing, GetBucketPolicy=EVERYONE) == "public"
    assert access(GetPublicAccessBlock=refusing, GetBucketAcl=ALL_USERS) == "public"


def test_acls_count_unless_they_are_ignored_or_disabled() -> None:
    assert access(GetBucketAcl=ALL_USERS) == "public"
    assert access(GetBucketAcl=ALL_USERS, GetBucketOwnershipControls=None) == "public"
    assert access(GetBucketAcl=ALL_USERS, GetPublicAccessBlock={"IgnorePublicAcls": True}) == "open"
    assert (
        access(
            GetBucketAcl=ALL_USERS,
            GetBucketOwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        )
        == "open"
    )


def test_what_is_not_read_matters_only_where_it_could_change_the_answer() -> None:
    four = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    unread = {
        "GetBucketPolicy": ...,
        "GetBucketAcl": ...,
        "GetBucketOwnershipControls": ...,
        "GetPublicAccessBlock": ...,
    }
    assert access(account_settings(**four), **unread) == "blocked"
    assert access(GetBucketPolicy=EVERYONE, GetBucketAcl=..., GetBucketOwnershipControls=...) == "public"
    assert access(GetBucketPolicy=...) == "unknown"
    assert access(GetBucketPolicy=EVERYONE, GetPublicAccessBlock=...) == "unknown"
    assert access(GetBucketPolicy=None, GetPublicAccessBlock=...) == "unknown", "it might be blocked"


def test_the_gaps_are_those_that_could_decide() -> None:
    account = gap(
        "s3control:GetPublicAccessBlock", "s3.account_settings", f"arn:aws:s3::{PROD}:account-settings"
    )
    policy, acl = (gap(f"s3:{call}", "s3.bucket", ARN) for call in ("GetBucketPolicy", "GetBucketAcl"))
    settings = without(account_settings(), "GetAccountPublicAccessBlock")
    made = bucket(GetPublicAccessBlock={"RestrictPublicBuckets": True}, GetBucketPolicy=..., GetBucketAcl=...)
    found = estate(made, settings, gaps=[account, policy, acl])
    assert only(found, "store").attrs["public_access"] == "blocked", "ACLs are disabled in this bucket"

    made = bucket(
        GetPublicAccessBlock={"RestrictPublicBuckets": True},
        GetBucketPolicy=...,
        GetBucketAcl=...,
        GetBucketOwnershipControls=ACLS,
    )
    hidden = only(estate(made, settings, gaps=[account, policy, acl]), "store").unknown["public_access"]
    assert set(hidden) == {account, acl}, "the policy is restricted whatever it says"


def test_the_settings_of_another_account_do_not_count() -> None:
    both = {"RestrictPublicBuckets": True, "IgnorePublicAcls": True}
    found = estate(bucket(**NONE), account_settings(DEV, **both))
    assert "public_access" in only(found, "store").unknown


def statement(**fields: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*", **fields}


def condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([statement()], "public"),
        ([statement(Principal={"AWS": "*"})], "public"),
        ([statement(Principal={"AWS": [f"arn:aws:iam::{DEV}:root", "*"]})], "public"),
        ([statement(Principal={"AWS": f"arn:aws:iam::{DEV}:root"})], "open"),
        ([statement(Principal={"Service": "cloudtrail.amazonaws.com"})], "open"),
        ([{"Effect": "Allow", "NotPrincipal": {"AWS": DEV}, "Action": "s3:*", "Resource": "*"}], "public"),
        # "The meaning of 'public'": fixed values of some keys, and narrow address ranges.
        ([statement(**condition("StringEquals", "aws:SourceVpce", "vpce-1"))], "open"),
        ([statement(**condition("StringEquals", "AWS:PrincipalOrgID", "o-1"))], "open"),
        ([statement(**condition("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"))], "unknown"),
        ([statement(**condition("StringLike", "aws:SourceVpce", "*"))], "public"),
        ([statement(**condition("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"))], "unknown"),
        ([statement(**condition("StringNotEquals", "aws:SourceVpc", "vpc-1"))], "public"),
        ([statement(**condition("StringEqualsIfExists", "aws:SourceVpc", "vpc-1"))], "unknown"),
        ([statement(**condition("ForAllValues:StringEquals", "aws:SourceVpc", "vpc-1"))], "unknown"),
        ([statement(**condition("IpAddress", "aws:SourceIp", "203.0.113.0/24", "2001:db8::/32"))], "open"),
        ([statement(**condition("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/1"))], "public"),
        ([statement(**condition("IpAddress", "aws:SourceIp", "::/0"))], "public"),
        ([statement(**condition("IpAddress", "aws:SourceIp", "nonsense"))], "unknown"),
        ([statement(**condition("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"))], "public"),
        ([statement(**condition("Bool", "aws:SecureTransport", "true"))], "public"),
        ([statement(**condition("StringLike", "aws:Referer", "https://x/*"))], "public"),
        ([statement(**condition("Bool", "aws:ViaAWSService", "true"))], "unknown"),
        ([statement(**condition("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"))], "unknown"),
        # Denials to everyone.
        ([statement(), DENY | {"Principal": "*"}], "open"),
        ([statement(), DENY | {"Principal": "*", "Action": "s3:Get*"}], "open"),
        ([statement(), DENY | {"Principal": "*", "Action": "s3:DeleteObject"}], "public"),
        ([statement(), DENY | {"Principal": "*", "Resource": f"{ARN}/secret/*"}], "public"),
        ([statement(), DENY | {"Principal": {"AWS": DEV}}], "public"),
        (
            [statement(), DENY | {"Principal": "*"} | condition("Bool", "aws:SecureTransport", "false")],
            "public",
        ),
        (
            [
                statement(),
                DENY | {"Principal": "*"} | condition("StringNotEquals", "aws:SourceVpce", "vpce-1"),
            ],
            "open",
        ),
        (
            [
                statement(),
                DENY | {"Principal": "*"} | condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"),
            ],
            "open",
        ),
        (
            [statement(), DENY | {"Principal": "*"} | condition("Bool", "aws:ViaAWSService", "false")],
            "unknown",
        ),
        (
            [statement(), {"Effect": "Deny", "NotPrincipal": {"AWS": DEV}, "Action": "*", "Resource": "*"}],
            "unknown",
        ),
        ([statement(Action="s3:Get*"), DENY | {"Principal": "*", "Action": "s3:Get?"}], "public"),
    ],
)
def test_the_meaning_of_public(statements: list[dict[str, Any]], answer: str) -> None:
    assert access(GetBucketPolicy={"Statement": statements}) == answer


def test_a_single_statement_need_not_be_a_list() -> None:
    assert access(GetBucketPolicy={"Statement": statement()}) == "public"


def test_identity_and_place() -> None:
    store = only(estate(bucket()), "store")
    assert (store.name, store.environment, store.scope.region) == ("models", "prod", "global")
    assert store.tags == {"environment": "prod"}
    assert REGION not in store.id


def _acl(*ids: str) -> dict[str, Any]:
    grants = [
        {"Grantee": {"Type": "CanonicalUser", "ID": each}, "Permission": "FULL_CONTROL"} for each in ids
    ]
    return {"Owner": {"ID": "owner"}, "Grants": grants}


ENFORCED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_accounts_that_an_acl_names() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"""
    named = only(
        estate(bucket(GetBucketAcl=_acl("owner", "other"), GetBucketOwnershipControls=None)), "store"
    )
    assert named.attrs["acl_grantees"] == ["other"]
    own = only(estate(bucket(GetBucketAcl=_acl("owner"), GetBucketOwnershipControls=...)), "store")
    assert own.attrs["acl_grantees"] == []
    off = only(estate(bucket(GetBucketAcl=_acl("other"), GetBucketOwnershipControls=ENFORCED)), "store")
    assert off.attrs["acl_grantees"] == []


def test_an_acl_that_was_not_read_may_name_anybody() -> None:
    denied = gap("s3:GetBucketAcl", "s3.bucket", ARN)
    hidden = only(estate(bucket(GetBucketAcl=..., GetBucketOwnershipControls=None), gaps=[denied]), "store")
    assert hidden.unknown["acl_grantees"] == (denied,)
    controls = gap("s3:GetBucketOwnershipControls", "s3.bucket", ARN)
    open_ = only(
        estate(bucket(GetBucketAcl=_acl("other"), GetBucketOwnershipControls=...), gaps=[controls]), "store"
    )
    assert open_.unknown["acl_grantees"] == (controls,)


TRAILS = {
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject"}
    ]
}


def rule(days: int = 400, status: str = "Enabled", **more: Any) -> dict[str, Any]:
    return {"ID": "x", "Status": status, "Expiration": {"Days": days}, **more}


class TestHowLongTrailsAreKept:
    @pytest.mark.parametrize(
        ("rules", "told"),
        [
            (None, []),
            ([rule()], [{"prefix": "", "days": 400, "tagged": False}]),
            ([rule(Filter={"Prefix": "AWSLogs/"})], [{"prefix": "AWSLogs/", "days": 400, "tagged": False}]),
            (
                [rule(Filter={"And": {"Prefix": "x/", "Tags": [{"Key": "a", "Value": "b"}]}})],
                [{"prefix": "x/", "days": 400, "tagged": True}],
            ),
            ([rule(Prefix="old/")], [{"prefix": "old/", "days": 400, "tagged": False}]),
            ([rule(status="Disabled")], []),
            ([{"Status": "Enabled", "Expiration": {"ExpiredObjectDeleteMarker": True}}], []),
            ([{"Status": "Enabled", "Transitions": [{"Days": 30}]}], []),
            (
                [{"Status": "Enabled", "Expiration": {"Date": "2026-01-01T00:00:00Z"}}],
                [{"prefix": "", "days": 0, "tagged": False}],
            ),
        ],
    )
    def test_rules_that_delete(self, rules: Any, told: list[dict[str, Any]]) -> None:
        found = estate(bucket(GetBucketPolicy=TRAILS, GetBucketLifecycleConfiguration=rules))
        assert only(found, "store").attrs["expirations"] == told

    def test_they_are_not_asked_of_other_buckets(self) -> None:
        assert "expirations" in only(estate(bucket()), "store").unknown

    def test_denied(self) -> None:
        denied = gap("s3:GetBucketLifecycleConfiguration", "s3.bucket", ARN)
        lacking = without(bucket(GetBucketPolicy=TRAILS), "GetBucketLifecycleConfiguration")
        assert only(estate(lacking, gaps=[denied]), "store").unknown["expirations"] == (denied,)
        unread = gap("s3:GetBucketPolicy", "s3.bucket", ARN)
        hidden = only(estate(without(bucket(), "GetBucketPolicy"), gaps=[unread]), "store")
        assert hidden.unknown["expirations"] == (unread,)
