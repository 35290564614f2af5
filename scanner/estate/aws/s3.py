"""S3: buckets.

Shapes: Amazon S3 API Reference, one operation for each fact; ``None`` is "nothing configured".
Since January 2023 S3 encrypts every new object with SSE-S3 and says so: an encryption that is
reported as absent is one that somebody else's S3 does not have.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._keys import ALIASES, key_named
from scanner.estate.aws._native import last_segment, policy_at, tags_in_bulk
from scanner.estate.aws._s3_exposure import acl_grantees, public_access
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value


def _encryption(configuration: dict[str, Any]) -> str | None:
    for rule in configuration.get("Rules", ()):
        default = rule.get("ApplyServerSideEncryptionByDefault") or {}
        if default.get("SSEAlgorithm"):
            return str(default["SSEAlgorithm"])
    return None


def _key(reading: Reading) -> Value:
    """The key of the default encryption; KMS without a named one is the alias that AWS made for S3."""
    answer = reading.answer("GetBucketEncryption")
    if isinstance(answer, Unknown):
        return answer
    for rule in (answer.value or {}).get("Rules", ()):
        default = rule.get("ApplyServerSideEncryptionByDefault") or {}
        if str(default.get("SSEAlgorithm", "")).startswith("aws:kms"):
            named = default.get("KMSMasterKeyID") or "alias/aws/s3"
            region = inside(reading.answer("ListBuckets"), "BucketRegion", absent="")
            if isinstance(region, Unknown) and not named.startswith("arn:"):
                return region
            where = region.value if isinstance(region, Known) else ""
            return key_named(reading, named, answer.pointer, where)
    return Known(None, answer.pointer)


def _destinations(configuration: dict[str, Any]) -> list[str]:
    """Where enabled rules copy to; a disabled rule copies nothing."""
    enabled = (rule for rule in configuration.get("Rules", ()) if rule.get("Status") != "Disabled")
    return sorted({rule["Destination"]["Bucket"] for rule in enabled})


def _locks_by_default(configuration: dict[str, Any]) -> bool:
    """An object lock protects what is written without further ado only by a default retention."""
    enabled = configuration.get("ObjectLockEnabled") == "Enabled"
    return enabled and bool((configuration.get("Rule") or {}).get("DefaultRetention"))


def _expirations(reading: Reading) -> Value:
    """Lifecycle rules are read of buckets that CloudTrail may write to, and of no others."""
    policy = reading.answer("GetBucketPolicy")
    if isinstance(policy, Unknown):
        return policy
    if "cloudtrail.amazonaws.com" not in str(policy.value):
        return Unknown()
    answer = reading.answer("GetBucketLifecycleConfiguration")
    if isinstance(answer, Unknown):
        return answer
    return Known([_expiration(rule) for rule in answer.value or () if _expires(rule)], answer.pointer)


def _expires(rule: dict[str, Any]) -> bool:
    """Whether a rule deletes what is current; days come first, a date deletes all there is by then."""
    expiration = rule.get("Expiration") or {}
    return rule.get("Status") == "Enabled" and ("Days" in expiration or "Date" in expiration)


def _expiration(rule: dict[str, Any]) -> dict[str, Any]:
    """What of a rule is told; https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html."""
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    prefix = chosen.get("Prefix") or both.get("Prefix") or rule.get("Prefix") or ""
    return {
        "prefix": prefix,
        "days": rule["Expiration"].get("Days", 0),
        "tagged": bool(chosen.get("Tag") or both.get("Tags")),
    }


BUCKET = Normaliser(
    native="s3.bucket",
    kind="store",
    listed=(("s3:ListBuckets",),),
    tags=tags_in_bulk("GetBucketTagging"),
    name=last_segment,
    attrs={
        "type": constant("bucket"),
        "region": field_of("ListBuckets", "BucketRegion"),
        "policy": policy_at("GetBucketPolicy"),
        "public_access": Attr(
            public_access,
            ("GetBucketPolicy", "GetPublicAccessBlock", "GetBucketAcl", "GetBucketOwnershipControls"),
            ("s3control:GetPublicAccessBlock",),
        ),
        "acl_grantees": Attr(acl_grantees, ("GetBucketAcl", "GetBucketOwnershipControls")),
        "encryption": field_of("GetBucketEncryption", absent=None, convert=_encryption),
        "versioning": field_of("GetBucketVersioning", "Status", absent=None),
        "retention_lock": field_of("GetObjectLockConfiguration", absent=False, convert=_locks_by_default),
        "logging": field_of("GetBucketLogging", "LoggingEnabled", absent=False, convert=bool),
        "replication": field_of("GetBucketReplication", absent=[], convert=_destinations),
        "key": Attr(_key, ("ListBuckets", "GetBucketEncryption"), (ALIASES,)),
        "subnets": constant([]),
        "security_groups": constant([]),
        "endpoint_public": constant(True),
        "expirations": Attr(_expirations, ("GetBucketPolicy", "GetBucketLifecycleConfiguration")),
    },
)
