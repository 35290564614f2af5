"""Redshift: clusters, the data shares that they offer, and the snapshots of them that are shared.

Shapes: Amazon Redshift API Reference, ``Cluster``, ``LoggingStatus``, ``ClusterSubnetGroup``, ``DataShare``,
``Snapshot``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._beside import only
from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import ids, last_segment, tags_at
from scanner.estate.aws._stores import encrypted_at, kept_days_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_CLUSTERS, _SHARES = "DescribeClusters", "DescribeDataSharesForProducer"
_SNAPSHOTS = "DescribeClusterSnapshots"
_GROUPS = "redshift:DescribeClusterSubnetGroups"
_WAITING = frozenset(("PENDING_AUTHORIZATION", "AUTHORIZED", "AVAILABLE"))
_OVER = frozenset(("DEAUTHORIZED", "REJECTED"))


def _subnets(reading: Reading) -> Value:
    name = inside(reading.answer(_CLUSTERS), "ClusterSubnetGroupName", absent="")
    if isinstance(name, Unknown) or not name.value:
        return name if isinstance(name, Unknown) else Known([], name.pointer)
    group = only(reading, "redshift.subnet_group", _GROUPS, "ClusterSubnetGroupName", name.value)
    if isinstance(group, Unknown):
        return group
    found = group.value.data["DescribeClusterSubnetGroups"].get("Subnets") or ()
    return Known(ids(found, "SubnetIdentifier"))


def _public(native: Any) -> str:
    return "public" if native else "blocked"


CLUSTER = Normaliser(
    native="redshift.cluster",
    kind="store",
    listed=((f"redshift:{_CLUSTERS}",),),
    regional=True,
    tags=tags_at(_CLUSTERS, "Tags"),
    name=last_segment,
    attrs={
        "type": constant("redshift"),
        "policy": constant(None),
        "public_access": field_of(_CLUSTERS, "PubliclyAccessible", absent="blocked", convert=_public),
        "acl_grantees": constant([]),
        "encryption": encrypted_at(_CLUSTERS, "Encrypted"),
        "key": key_at(_CLUSTERS, "KmsKeyId"),
        "versioning": kept_days_at(_CLUSTERS, "AutomatedSnapshotRetentionPeriod"),
        "retention_lock": constant(False),
        "logging": field_of("DescribeLoggingStatus", "LoggingEnabled", absent=False),
        "replication": constant([]),
        "subnets": Attr(_subnets, (_CLUSTERS,), (_GROUPS,)),
        "security_groups": field_of(
            _CLUSTERS, "VpcSecurityGroups", absent=[], convert=lambda found: ids(found, "VpcSecurityGroupId")
        ),
        "expirations": constant(None),
        "endpoint_public": field_of(_CLUSTERS, "PubliclyAccessible", absent=False),
    },
)


def _offering(world: World) -> Iterable[Reading]:
    """One reading for each cluster: the data shares of a cluster are told together."""
    for record in world.natives.get("redshift.cluster", ()):
        yield Reading(f"{record.id}/datashares", record.scope, record, world)


def _consumers(*, waiting: bool) -> Attr:
    def read(reading: Reading) -> Value:
        answer = reading.answer(_SHARES)
        if isinstance(answer, Unknown):
            return answer
        found = {
            each["ConsumerIdentifier"]
            for share in answer.value or ()
            for each in share.get("DataShareAssociations") or ()
            if each.get("ConsumerIdentifier") and each.get("Status") not in _OVER
            if not waiting or each.get("Status") in _WAITING
        }
        return Known(sorted(found), answer.pointer)

    return Attr(read, (_SHARES,))


def _external(shares: list[dict[str, Any]]) -> bool:
    return any(share.get("AllowPubliclyAccessibleConsumers") for share in shares)


def _cluster(reading: Reading) -> Value:
    return Known([reading.id.removesuffix("/datashares")])


DATASHARE = Normaliser(
    native="redshift.cluster",
    kind="share",
    listed=((f"redshift:{_CLUSTERS}",),),
    regional=True,
    tags=tags_at(_CLUSTERS, "Tags"),
    subjects=_offering,
    attrs={
        "type": constant("datashare"),
        "resources": Attr(_cluster),
        "principals": _consumers(waiting=False),
        "pending": _consumers(waiting=True),
        "external": field_of(_SHARES, absent=False, convert=_external),
    },
)


def _origin(reading: Reading) -> Value:
    """The cluster that a snapshot was made of, in the account and region of the snapshot."""
    name = inside(reading.answer(_SNAPSHOTS), "ClusterIdentifier")
    if isinstance(name, Unknown):
        return name
    return Known([f"{':'.join(reading.id.split(':')[:5])}:cluster:{name.value}"], name.pointer)


SNAPSHOT = Normaliser(
    native="redshift.cluster_snapshot",
    kind="share",
    listed=((f"redshift:{_SNAPSHOTS}",),),
    regional=True,
    tags=tags_at(_SNAPSHOTS, "Tags"),
    attrs={
        "type": constant("redshift_snapshot"),
        "resources": Attr(_origin, (_SNAPSHOTS,)),
        # The API leaves the list out where nobody else may restore. Everyone is none of its members.
        "principals": field_of(
            _SNAPSHOTS, "AccountsWithRestoreAccess", absent=[], convert=lambda found: ids(found, "AccountId")
        ),
        "pending": constant([]),
        "external": constant(False),
    },
)
