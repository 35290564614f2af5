"""With whom the snapshots of RDS are shared: their attribute ``restore`` names accounts, or ``all``.

Amazon RDS API Reference, ``DBSnapshotAttribute``, ``DBClusterSnapshotAttribute``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._beside import answered, beside
from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value, union

EVERYONE = "*"


def grantees(attributes: Any, listed: str) -> list[str]:
    """Accounts that may restore a snapshot, sorted; `EVERYONE` for all of them."""
    found = {
        EVERYONE if value == "all" else value
        for attribute in (attributes or {}).get(listed) or ()
        if attribute.get("AttributeName") == "restore"
        for value in attribute.get("AttributeValues") or ()
    }
    return sorted(found)


def has_public_snapshot(reading: Reading, cluster: bool, name: str) -> Value:
    """Whether a snapshot of the database may be restored by everyone."""
    infix = "DBClusterSnapshot" if cluster else "DBSnapshot"
    native = "rds.cluster_snapshot" if cluster else "rds.snapshot"
    field = "DBClusterIdentifier" if cluster else "DBInstanceIdentifier"
    found = beside(reading, native, f"rds:Describe{infix}s", field, name)
    if isinstance(found, Unknown):
        return found
    hidden = []
    for record in found.value:
        attributes = answered(reading, record, f"Describe{infix}Attributes")
        if isinstance(attributes, Unknown):
            hidden.append(attributes.gaps)
        elif EVERYONE in grantees(attributes.value, f"{infix}Attributes"):
            return Known(True)
    return Unknown(union(hidden)) if hidden else Known(False)
