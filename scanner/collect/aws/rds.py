"""RDS: databases, clusters, and with whom their snapshots are shared (Amazon RDS API, version 2014-10-31).

Clusters of DocumentDB and Neptune are listed by the same operation. Of snapshots only those that somebody
made can be shared; automatic ones are not listed.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Follow, Output, Read, Span

_MOVING = ("LatestRestorableTime", "EarliestRestorableTime", "EarliestBacktrackTime", "Capacity")
_PENDING = ("PendingModifiedValues",)
"""May hold a password that is about to be set."""


def _shared(operation: str, parameter: str, template: str, result: str) -> Follow:
    """The attributes of a snapshot: which accounts may restore it."""
    params: Mapping[str, str] = {parameter: template}
    return Follow(Read("rds", operation), params, result)


_INSTANCES = Call(
    Read("rds", "DescribeDBInstances", page=100),
    (Output("rds.instance", "DBInstances[]", "{DBInstanceArn}", volatile=_MOVING, drop=_PENDING),),
    Span.REGION,
)

_CLUSTERS = Call(
    Read("rds", "DescribeDBClusters", page=100),
    (Output("rds.cluster", "DBClusters[]", "{DBClusterArn}", volatile=_MOVING, drop=_PENDING),),
    Span.REGION,
)

_SUBNET_GROUPS = Call(
    Read("rds", "DescribeDBSubnetGroups", page=100),
    (Output("rds.subnet_group", "DBSubnetGroups[]", "{DBSubnetGroupArn}"),),
    Span.REGION,
)

_SNAPSHOTS = Call(
    Read("rds", "DescribeDBSnapshots", page=100),
    (Output("rds.snapshot", "DBSnapshots[]", "{DBSnapshotArn}", volatile=("PercentProgress",)),),
    Span.REGION,
    params={"SnapshotType": "manual"},
    follows=(
        _shared(
            "DescribeDBSnapshotAttributes",
            "DBSnapshotIdentifier",
            "{DBSnapshotIdentifier}",
            "DBSnapshotAttributesResult",
        ),
    ),
)

_CLUSTER_SNAPSHOTS = Call(
    Read("rds", "DescribeDBClusterSnapshots", page=100),
    (
        Output(
            "rds.cluster_snapshot",
            "DBClusterSnapshots[]",
            "{DBClusterSnapshotArn}",
            volatile=("PercentProgress",),
        ),
    ),
    Span.REGION,
    params={"SnapshotType": "manual"},
    follows=(
        _shared(
            "DescribeDBClusterSnapshotAttributes",
            "DBClusterSnapshotIdentifier",
            "{DBClusterSnapshotIdentifier}",
            "DBClusterSnapshotAttributesResult",
        ),
    ),
)

CALLS = (_INSTANCES, _CLUSTERS, _SUBNET_GROUPS, _SNAPSHOTS, _CLUSTER_SNAPSHOTS)
