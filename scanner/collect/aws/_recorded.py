"""A bucket as AWS Config recorded it, in the words of the S3 API: the same answer as asking S3 itself.

AWS Config keeps a bucket's facts under ``supplementaryConfiguration``, each as JSON text (some wrapped
twice): https://docs.aws.amazon.com/config/latest/APIReference/API_BaseConfigurationItem.html. What it
has no word for, or in a form not known here, is `UNRECORDED`: then S3 is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

UNRECORDED: Any = object()
"""Not to be had from AWS Config."""

_GROUPS = {
    "AllUsers": "http://acs.amazonaws.com/groups/global/AllUsers",
    "AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    "LogDelivery": "http://acs.amazonaws.com/groups/s3/LogDelivery",
}
_PERMISSIONS = {
    "FullControl": "FULL_CONTROL",
    "Read": "READ",
    "Write": "WRITE",
    "ReadAcp": "READ_ACP",
    "WriteAcp": "WRITE_ACP",
}
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def recorded(item: Mapping[str, Any], operation: str) -> Any:
    """What an S3 operation would answer for a recorded bucket; ``None``: nothing configured."""
    if operation not in _FACTS:
        return UNRECORDED
    key, read = _FACTS[operation]
    found = item.get("supplementaryConfiguration", {}).get(key)
    try:
        while isinstance(found, str):
            found = orjson.loads(found)
        return read(found) if isinstance(found, dict) else UNRECORDED
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return UNRECORDED


def _policy(found: Mapping[str, Any]) -> Any:
    text = found["policyText"]
    return None if text is None else {"Policy": str(text)}


def _public_access_block(found: Mapping[str, Any]) -> Any:
    settings = {name: found[name[0].lower() + name[1:]] for name in _BLOCKS}
    known = all(isinstance(value, bool) for value in settings.values())
    return {"PublicAccessBlockConfiguration": settings} if known else UNRECORDED


def _encryption(found: Mapping[str, Any]) -> Any:
    rules = []
    for rule in found["rules"]:
        default = rule["applyServerSideEncryptionByDefault"]
        made = {"SSEAlgorithm": str(default["sseAlgorithm"])}
        if default.get("kmsMasterKeyID"):
            made["KMSMasterKeyID"] = str(default["kmsMasterKeyID"])
        rules.append(
            {
                "ApplyServerSideEncryptionByDefault": made,
                "BucketKeyEnabled": bool(rule.get("bucketKeyEnabled")),
            }
        )
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}} if rules else UNRECORDED


def _versioning(found: Mapping[str, Any]) -> Any:
    if found["status"] == "Off":
        return {}
    if found["status"] not in {"Enabled", "Suspended"}:
        return UNRECORDED
    return {
        "Status": found["status"],
        **({"MFADelete": "Enabled"} if found.get("isMfaDeleteEnabled") else {}),
    }


def _logging(found: Mapping[str, Any]) -> Any:
    if found["destinationBucketName"] is None:
        return {}
    prefix = found.get("logFilePrefix") or ""
    return {"LoggingEnabled": {"TargetBucket": str(found["destinationBucketName"]), "TargetPrefix": prefix}}


def _acl(found: Mapping[str, Any]) -> Any:
    grants = [
        {"Grantee": _grantee(grant["grantee"]), "Permission": _PERMISSIONS[grant["permission"]]}
        for grant in found["grantList"]
    ]
    return {"Owner": _named(found["owner"]), "Grants": grants}


def _grantee(found: Any) -> dict[str, str]:
    if isinstance(found, str):
        return {"Type": "Group", "URI": _GROUPS[found]}
    return {**_named(found), "Type": "CanonicalUser"}


def _named(found: Mapping[str, Any]) -> dict[str, str]:
    shown = {"DisplayName": str(found["displayName"])} if found.get("displayName") else {}
    return {"ID": str(found["id"]), **shown}


_FACTS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    "GetBucketPolicy": ("BucketPolicy", _policy),
    "GetPublicAccessBlock": ("PublicAccessBlockConfiguration", _public_access_block),
    "GetBucketEncryption": ("ServerSideEncryptionConfiguration", _encryption),
    "GetBucketVersioning": ("BucketVersioningConfiguration", _versioning),
    "GetBucketLogging": ("BucketLoggingConfiguration", _logging),
    "GetBucketAcl": ("AccessControlList", _acl),
}
"""Operation -> what AWS Config calls it. Replication, object lock and ownership it does not have whole."""
FACTS = frozenset(_FACTS)
