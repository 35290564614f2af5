"""DynamoDB: tables.

Shapes: Amazon DynamoDB API Reference, ``TableDescription``, ``ContinuousBackupsDescription``. DynamoDB
encrypts every table; where it names no key, with one that AWS owns. It refuses resource policies that
would let everyone in (Developer Guide, "Blocking public access with resource-based policies"), and its
own logs hold no access: CloudTrail may record data events.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import last_segment, policy_at, tags_in_bulk
from scanner.estate.aws._stores import public_by_policy
from scanner.estate.normaliser import Normaliser, Reading, constant, field_of, made_of

_TABLE, _BACKUPS, _POLICY = "DescribeTable", "DescribeContinuousBackups", "GetResourcePolicy"


def _encryption(described: dict[str, Any]) -> str:
    return "aws:kms" if described.get("SSEType") == "KMS" else "AES256"


def _recovery(described: dict[str, Any]) -> str | None:
    return "Enabled" if described.get("PointInTimeRecoveryStatus") == "ENABLED" else None


def _replicas(reading: Reading, table: dict[str, Any]) -> list[str]:
    """The same table in other regions; of other accounts with an ARN of their own."""
    parts = reading.id.split(":", 5)
    found = {
        each.get("ReplicaArn") or ":".join((*parts[:3], each["RegionName"], *parts[4:]))
        for each in table.get("Replicas") or ()
    }
    return sorted(found - {reading.id})


TABLE = Normaliser(
    native="dynamodb.table",
    kind="store",
    listed=(("dynamodb:ListTables",),),
    regional=True,
    tags=tags_in_bulk("ListTagsOfResource"),
    name=lambda reading: last_segment(reading).removeprefix("table/"),
    attrs={
        "type": constant("dynamodb"),
        "policy": policy_at(_POLICY),
        # Checked all the same: a policy that is older than the refusal stands.
        "public_access": public_by_policy(_POLICY),
        "acl_grantees": constant([]),
        "encryption": field_of(_TABLE, "SSEDescription", absent="AES256", convert=_encryption),
        "key": key_at(_TABLE, "SSEDescription", "KMSMasterKeyArn"),
        "versioning": field_of(_BACKUPS, "PointInTimeRecoveryDescription", absent=None, convert=_recovery),
        "retention_lock": constant(False),
        "logging": constant(None),
        "replication": made_of(_TABLE, _replicas),
        "subnets": constant([]),
        "security_groups": constant([]),
        "expirations": constant(None),
        "endpoint_public": constant(True),
    },
)
