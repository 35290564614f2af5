"""RDS: instances and clusters, and the snapshots of them that are shared.

Shapes: Amazon RDS API Reference, ``DBInstance``, ``DBCluster``, ``DBSubnetGroup``, ``DBSnapshot``,
``DBClusterSnapshot``. An instance of a cluster is no store of its own: the data is the cluster's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scanner.estate.aws._beside import beside, only
from scanner.estate.aws._database_shares import EVERYONE, grantees, has_public_snapshot
from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import id_list, ids, last_segment, tags_at
from scanner.estate.aws._stores import encrypted_at, kept_days_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value, decided, truth
from scanner.estate.world import World

_INSTANCES, _CLUSTERS = "DescribeDBInstances", "DescribeDBClusters"
_SNAPSHOTS, _CLUSTER_SNAPSHOTS = "DescribeDBSnapshots", "DescribeDBClusterSnapshots"
_SNAPSHOT_CALLS = ("rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes")
_CLUSTER_SNAPSHOT_CALLS = ("rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusterSnapshotAttributes")
_GROUPS = "rds:DescribeDBSubnetGroups"
_AUDIT = frozenset(("audit", "dbauditlog"))
"""Exports that say who did what; ``general`` of MySQL says who connected, too."""
_PERHAPS = frozenset(("general", "postgresql", "iam-db-auth-error"))
"""Exports that say so only if parameters of the database make them."""


def _alone(world: World) -> Iterable[Reading]:
    for record in world.natives.get("rds.instance", ()):
        if not (record.data.get(_INSTANCES) or {}).get("DBClusterIdentifier"):
            yield Reading(record.id, record.scope, record, world)


def _logging(key: str) -> Attr:
    def read(reading: Reading) -> Value:
        answer = reading.answer(key)
        if isinstance(answer, Unknown):
            return answer
        native = answer.value or {}
        exports = {str(name).lower() for name in native.get("EnabledCloudwatchLogsExports") or ()}
        if native.get("ActivityStreamStatus") == "started" or exports & _AUDIT:
            return Known(True, answer.pointer)
        return Unknown() if exports & _PERHAPS else Known(False, answer.pointer)

    return Attr(read, (key,))


def _groups(native: list[dict[str, Any]]) -> list[str]:
    return ids(native, "VpcSecurityGroupId")


def _public(on_internet: Callable[[Reading], Value], key: str, *, cluster: bool) -> Attr:
    def read(reading: Reading) -> Value:
        field = "DBClusterIdentifier" if cluster else "DBInstanceIdentifier"
        name = inside(reading.answer(key), field)
        address = on_internet(reading)
        shared = has_public_snapshot(reading, cluster, name.value) if isinstance(name, Known) else name
        return decided(truth(address) | truth(shared), "public", "blocked")

    calls = _CLUSTER_SNAPSHOT_CALLS if cluster else _SNAPSHOT_CALLS
    return Attr(read, (key,), (*calls, f"rds:{_INSTANCES}") if cluster else calls)


def _on_internet(reading: Reading) -> Value:
    return inside(reading.answer(_INSTANCES), "PubliclyAccessible", absent=False)


def _cluster_on_internet(reading: Reading) -> Value:
    """A cluster's own answer where it gives one, else that of its members."""
    answer = reading.answer(_CLUSTERS)
    own = inside(answer, "PubliclyAccessible")
    if isinstance(own, Known):
        return own
    name = inside(answer, "DBClusterIdentifier")
    if isinstance(name, Unknown):
        return name
    members = beside(reading, "rds.instance", f"rds:{_INSTANCES}", "DBClusterIdentifier", name.value)
    if isinstance(members, Unknown):
        return members
    return Known(any((one.data.get(_INSTANCES) or {}).get("PubliclyAccessible") for one in members.value))


def _cluster_subnets(reading: Reading) -> Value:
    name = inside(reading.answer(_CLUSTERS), "DBSubnetGroup")
    if isinstance(name, Unknown):
        return name
    group = only(reading, "rds.subnet_group", _GROUPS, "DBSubnetGroupName", name.value)
    if isinstance(group, Unknown):
        return group
    return Known(ids(group.value.data["DescribeDBSubnetGroups"].get("Subnets") or (), "SubnetIdentifier"))


def _replicas(key: str, *fields: str) -> Attr:
    """Replicas are named by id in their own region, and by ARN in another."""

    def read(reading: Reading) -> Value:
        answer = reading.answer(key)
        if isinstance(answer, Unknown):
            return answer
        own, prefix = answer.value or {}, reading.id.rpartition(":")[0]
        kinds = {"ReadReplicaDBClusterIdentifiers": f"{prefix.rpartition(':')[0]}:cluster"}
        names = ((kinds.get(field, prefix), name) for field in fields for name in own.get(field) or ())
        return Known(
            sorted(name if name.startswith("arn:") else f"{base}:{name}" for base, name in names),
            answer.pointer,
        )

    return Attr(read, (key,))


INSTANCE = Normaliser(
    native="rds.instance",
    kind="store",
    listed=((f"rds:{_INSTANCES}",),),
    regional=True,
    tags=tags_at(_INSTANCES, "TagList"),
    name=last_segment,
    subjects=_alone,
    attrs={
        "type": constant("rds"),
        "policy": constant(None),
        "public_access": _public(_on_internet, _INSTANCES, cluster=False),
        "acl_grantees": constant([]),
        "encryption": encrypted_at(_INSTANCES, "StorageEncrypted"),
        "key": key_at(_INSTANCES, "KmsKeyId"),
        "versioning": kept_days_at(_INSTANCES, "BackupRetentionPeriod"),
        "retention_lock": constant(False),
        "logging": _logging(_INSTANCES),
        "replication": _replicas(
            _INSTANCES, "ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBClusterIdentifiers"
        ),
        "subnets": field_of(
            _INSTANCES, "DBSubnetGroup", "Subnets", absent=[], convert=id_list("SubnetIdentifier")
        ),
        "security_groups": field_of(_INSTANCES, "VpcSecurityGroups", absent=[], convert=_groups),
        "expirations": constant(None),
        "endpoint_public": Attr(_on_internet, (_INSTANCES,)),
    },
)

CLUSTER = Normaliser(
    native="rds.cluster",
    kind="store",
    listed=((f"rds:{_CLUSTERS}",),),
    regional=True,
    tags=tags_at(_CLUSTERS, "TagList"),
    name=last_segment,
    attrs={
        "type": constant("rds_cluster"),
        "policy": constant(None),
        "public_access": _public(_cluster_on_internet, _CLUSTERS, cluster=True),
        "acl_grantees": constant([]),
        "encryption": encrypted_at(_CLUSTERS, "StorageEncrypted"),
        "key": key_at(_CLUSTERS, "KmsKeyId"),
        "versioning": kept_days_at(_CLUSTERS, "BackupRetentionPeriod"),
        "retention_lock": constant(False),
        "logging": _logging(_CLUSTERS),
        "replication": _replicas(_CLUSTERS, "ReadReplicaIdentifiers"),
        "subnets": Attr(_cluster_subnets, (_CLUSTERS,), (_GROUPS,)),
        "security_groups": field_of(_CLUSTERS, "VpcSecurityGroups", absent=[], convert=_groups),
        "expirations": constant(None),
        "endpoint_public": Attr(_cluster_on_internet, (_CLUSTERS,), (f"rds:{_INSTANCES}",)),
    },
)


def _snapshot(native: str, key: str, source: str, resource: str) -> Normaliser:
    """The normaliser of a snapshot: a share of the database that it was made of."""
    singular = key.removeprefix("Describe").removesuffix("s")
    attributes, listed = f"Describe{singular}Attributes", f"{singular}Attributes"

    def principals(reading: Reading) -> Value:
        answer = reading.answer(attributes)
        if isinstance(answer, Unknown):
            return answer
        return Known(grantees(answer.value, listed), answer.pointer)

    def shared(reading: Reading) -> Value:
        name = inside(reading.answer(key), source)
        if isinstance(name, Unknown):
            return name
        return Known([f"{':'.join(reading.id.split(':')[:5])}:{resource}:{name.value}"], name.pointer)

    def external(reading: Reading) -> Value:
        answer = principals(reading)
        return answer if isinstance(answer, Unknown) else Known(EVERYONE in answer.value, answer.pointer)

    return Normaliser(
        native=native,
        kind="share",
        listed=((f"rds:{key}",),),
        regional=True,
        tags=tags_at(key, "TagList"),
        name=last_segment,
        attrs={
            "type": constant(f"db_{native.rpartition('.')[2]}"),
            "resources": Attr(shared, (key,)),
            "principals": Attr(principals, (attributes,)),
            "pending": constant([]),
            "external": Attr(external, (attributes,)),
        },
    )


SNAPSHOT = _snapshot("rds.snapshot", _SNAPSHOTS, "DBInstanceIdentifier", "db")
CLUSTER_SNAPSHOT = _snapshot("rds.cluster_snapshot", _CLUSTER_SNAPSHOTS, "DBClusterIdentifier", "cluster")
