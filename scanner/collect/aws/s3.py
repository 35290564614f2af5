"""S3: buckets with what guards them, and the account's own settings (Amazon S3 and S3 Control APIs)."""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read


def _of_bucket(operation: str, keep: str, *absent: str, permission: str = "", policy: bool = False) -> Follow:
    """A read of one bucket, made in the region it lies in."""
    read = Read("s3", operation, permission)
    return Follow(read, {"Bucket": "{Name}"}, keep, absent, policy, region="{BucketRegion}")


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
        _of_bucket("GetBucketTagging", "TagSet", "NoSuchTagSet"),
        _of_bucket("GetBucketLogging", "@"),
        _of_bucket("GetBucketAcl", "@"),
        _of_bucket(
            "GetObjectLockConfiguration",
            "ObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
            permission="s3:GetBucketObjectLockConfiguration",
        ),
        _of_bucket("GetBucketOwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError"),
    ),
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

CALLS = (_BUCKETS, _ACCOUNT)
