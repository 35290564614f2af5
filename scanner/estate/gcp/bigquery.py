"""Datasets of BigQuery as stores, and their tables by labels.

Shapes: BigQuery API v2, ``Dataset``, ``Table``; IAM, ``Policy``. What a dataset keeps earlier states of
(time travel, two days at the least), encrypts and logs is BigQuery's own doing and cannot be switched off:

- https://cloud.google.com/bigquery/docs/time-travel;
- https://cloud.google.com/bigquery/docs/encryption-at-rest;
- https://cloud.google.com/bigquery/docs/reference/auditlogs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.gcp._native import data_of, labels_of, location_of, made, name_of, told, told_by_labels
from scanner.estate.gcp._policies import PUBLIC, members
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

_KEY, _TABLES = "Datasets", "bigquery:Tables"
_POLICIES = "asset:IamPolicies"


def _dataset_of(record: Record) -> str:
    return record.id.partition("/tables/")[0]


def _named(dataset: dict[str, Any]) -> Iterator[str]:
    """Everyone, as entries of its access list name them."""
    for entry in dataset.get("access") or ():
        yield str(entry.get("specialGroup") or entry.get("iamMember"))


def _public_access(reading: Reading) -> Value:
    """Public where its access list, its policy or that of a table in it lets everyone in; else closed."""
    data = data_of(reading, _KEY)
    if isinstance(data, Unknown):
        return data
    if PUBLIC & set(_named(data.value)):
        return Known("public", f"{data.pointer}/access")
    world, scope = reading.world, reading.scope
    tables = [
        Reading(record.id, record.scope, record, world)
        for record in world.indexed("bigquery.table", scope, _dataset_of).get(reading.id, ())
    ]
    said = [members(each) for each in (reading, *tables)]
    if any(isinstance(each, Known) and PUBLIC & set(each.value) for each in said):
        return Known("public")
    if not world.listed(scope.boundary, "bigquery.table"):
        return Unknown(world.hiding_any(_TABLES, scope))
    unread = [each for each in said if isinstance(each, Unknown)]
    return unread[0] if unread else Known("blocked", data.pointer)


DATASET = Normaliser(
    native="bigquery.dataset",
    kind="store",
    listed=((f"bigquery:{_KEY}",),),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("bigquery_dataset"),
        "region": location_of(_KEY),
        "policy": constant(None),
        "acl_grantees": UNTOLD,
        "public_access": Attr(_public_access, (_KEY,), (_TABLES, _POLICIES)),
        "encryption": made(_KEY, lambda _: "AES256"),
        "key": told(_KEY, "defaultEncryptionConfiguration", "kmsKeyName", absent=None),
        "versioning": made(_KEY, lambda _: "Enabled"),
        "retention_lock": made(_KEY, lambda _: False),
        "logging": made(_KEY, lambda _: True),
        "endpoint_public": constant(True),
        "replication": UNTOLD,
        "subnets": UNTOLD,
        "security_groups": UNTOLD,
        "expirations": UNTOLD,
    },
)
TABLE = told_by_labels("bigquery.table", "Tables")
