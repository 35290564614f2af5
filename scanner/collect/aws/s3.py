"""S3: buckets with what guards them, access points, and account settings (Amazon S3 and S3 Control APIs)."""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_KEEPS_TRAILS = "contains(to_string(GetBucketPolicy), 'cloudtrail.amazonaws.com')"
"""CloudTrail writes to no bucket whose policy does not name it: how long trails are kept is asked of few."""


def _of_bucket(
    operation: str, keep: str, *absent: str, permission: str = "", policy: bool = False, when: str = ""
) -> Follow:
    """A read of one bucket, made in the region it lies in."""
    read = Read("s3", operation, permission)
    return Follow(read, {"Bucket": "{Name}"}, keep, absent, policy, region="{BucketRegion}", when=when)


_BUCKETS = Call(
    # A page size must be asked for: without one, AWS leaves BucketRegion out and stops at 10,000.
    Read("s3", "ListBuckets", "s3:ListAllMyBuckets", page=10_000),
    (Output("s3.bucket", "Buckets[]", "arn:{partition}:s3:::{Name}", defaults={"BucketRegion": ""}),),
    follows=(
        _of_bucket("GetBucketPolicy", "Policy", "NoSuchBucketPolicy", policy=True),
        _of_bucket(
            "GetPublicAccessBlock",
            "PublicAccessBlockConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
            permission="s3:GetBucketPublicAccessBlock",
        ),
        _of_bucket(
            "GetBucketEncryption",
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfigurationNotFoundError",
            permission="s3:GetEncryptionConfiguration",
        ),
        _of_bucket("GetBucketVersioning", "@"),
        _of_bucket(
            "GetBucketReplication",
            "ReplicationConfiguration",
            "ReplicationConfigurationNotFoundError",
            permission="s3:GetReplicationConfiguration",
        ),
        _of_bucket("GetBucketLogging", "@"),
        _of_bucket("GetBucketAcl", "@"),
        _of_bucket(
            "GetObjectLockConfiguration",
            "ObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
            permission="s3:GetBucketObjectLockConfiguration",
        ),
        _of_bucket("GetBucketOwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError"),
        _of_bucket(
            "GetBucketLifecycleConfiguration",
            "Rules",
            "NoSuchLifecycleConfiguration",
            permission="s3:GetLifecycleConfiguration",
            when=_KEEPS_TRAILS,
        ),
    ),
    bulk=tagged("s3:bucket", region="{BucketRegion}"),
)

_ACCOUNT = Call(
    None,
    (Output("s3.account_settings", "", "arn:{partition}:s3::{account}:account-settings"),),
    follows=(
        Follow(
            Read("s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
            {"AccountId": "{account}"},
            "PublicAccessBlockConfiguration",
            ("NoSuchPublicAccessBlockConfiguration",),
            key="GetAccountPublicAccessBlock",
        ),
    ),
)

_POINT = {"AccountId": "{account}", "Name": "{Name}"}

_ACCESS_POINTS = Call(
    Read("s3control", "ListAccessPoints", "s3:ListAccessPoints"),
    (
        Output(
            "s3control.access_point",
            "AccessPointList[]",
            "arn:{partition}:s3:{region}:{account}:accesspoint/{Name}",
        ),
    ),
    Span.REGION,
    params={"AccountId": "{account}"},
    follows=(
        Follow(
            Read("s3control", "GetAccessPointPolicy", "s3:GetAccessPointPolicy"),
            _POINT,
            "Policy",
            ("NoSuchAccessPointPolicy",),
            policy=True,
        ),
        # Only here are the settings that block public access to it.
        Follow(Read("s3control", "GetAccessPoint", "s3:GetAccessPoint"), _POINT, "@"),
    ),
)

CALLS = (_BUCKETS, _ACCOUNT, _ACCESS_POINTS)
