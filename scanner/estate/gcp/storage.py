"""Buckets.

Shapes: Cloud Storage JSON API, ``Bucket``; IAM, ``Policy``. What JSON leaves out has its default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.gcp._native import data_of, labels_of, location_of, made, name_of, told
from scanner.estate.gcp._policies import PUBLIC, public_members
from scanner.estate.gcp._way_up import data_access_logged, enforced
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known, Unknown, Value, decided

_KEY = "Buckets"
_PREVENTION = "storage.publicAccessPrevention"
_ENFORCED = "enforced"


def _public_access(reading: Reading) -> Value:
    """Closed by the bucket or by an organization policy, opened by a policy or an ACL, or neither.

    https://cloud.google.com/storage/docs/public-access-prevention: where it is enforced, nothing that lets
    everyone in has an effect. ``inherited`` is whatever the organization policy says.
    """
    data = data_of(reading, _KEY)
    prevention = inside(data, "iamConfiguration", "publicAccessPrevention", absent="inherited")
    if isinstance(prevention, Unknown) or isinstance(data, Unknown):
        return Unknown()
    if prevention.value == _ENFORCED:
        return Known("blocked", prevention.pointer)
    above = decided(enforced(reading, _PREVENTION), yes="blocked", no="open")
    if isinstance(above, Unknown) or above.value == "blocked":
        return above
    opened = public_members(reading)
    if isinstance(opened, Unknown):
        return opened
    everyone = bool(opened.value) or bool(PUBLIC & set(_entities(data.value)))
    return Known("public" if everyone else "open", opened.pointer)


def _entities(bucket: dict[str, Any]) -> Iterable[str]:
    """Whom its ACLs name; they count only where access is not uniform."""
    uniform = (bucket.get("iamConfiguration") or {}).get("uniformBucketLevelAccess") or {}
    if uniform.get("enabled") is not True:
        for acl in ("acl", "defaultObjectAcl"):
            yield from (str(entry.get("entity")) for entry in bucket.get(acl) or ())


def _versioning(bucket: dict[str, Any]) -> str | None:
    """Soft delete is no version here: every bucket has it by default, for some days."""
    return "Enabled" if (bucket.get("versioning") or {}).get("enabled") is True else None


def _logging(reading: Reading) -> Value:
    """By usage logs of its own, or by audit logs of data access, which are set for a project or above it."""
    data = data_of(reading, _KEY)
    if isinstance(data, Unknown):
        return data
    if (data.value.get("logging") or {}).get("logBucket"):
        return Known(True, f"{data.pointer}/logging")
    return decided(data_access_logged(reading, "storage.googleapis.com"))


BUCKET = Normaliser(
    native="storage.bucket",
    kind="store",
    listed=(("storage:Buckets",),),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("bucket"),
        "region": location_of(_KEY),
        # Who may do what in it is said by allow policies of it and of what is above it.
        "policy": constant(None),
        "acl_grantees": UNTOLD,
        "public_access": Attr(
            _public_access, (_KEY,), ("asset:IamPolicies", "organizations:Policies", "resources:Projects")
        ),
        # https://cloud.google.com/docs/security/encryption/default-encryption: always, with 256-bit AES.
        "encryption": made(_KEY, lambda _: "AES256"),
        "key": told(_KEY, "encryption", "defaultKmsKeyName", absent=None),
        "versioning": made(_KEY, _versioning),
        "retention_lock": told(
            _KEY, "retentionPolicy", "retentionPeriod", absent=False, convert=lambda period: int(period) > 0
        ),
        "logging": Attr(
            _logging,
            (_KEY,),
            (
                "asset:IamPolicies",
                "organizations:Folders",
                "organizations:Organizations",
                "resources:Projects",
            ),
        ),
        "endpoint_public": constant(True),
        "replication": UNTOLD,
        "subnets": UNTOLD,
        "security_groups": UNTOLD,
        "expirations": UNTOLD,
    },
)
