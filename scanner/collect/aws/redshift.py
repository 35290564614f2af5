"""Redshift: clusters, their audit logs, and what they share (Amazon Redshift API, version 2012-12-01).

Of snapshots only those that somebody made can be shared; automatic ones are not listed.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_DELIVERIES = ("LastSuccessfulDeliveryTime", "LastFailureTime", "LastFailureMessage")

_PROGRESS = (
    *("TotalBackupSizeInMegaBytes", "ActualIncrementalBackupSizeInMegaBytes", "BackupProgressInMegaBytes"),
    *("CurrentBackupRateInMegaBytesPerSecond", "EstimatedSecondsToCompletion", "ElapsedTimeInSeconds"),
    "ManualSnapshotRemainingDays",
)

CALLS = (
    Call(
        Read("redshift", "DescribeClusters", page=100),
        (
            Output(
                "redshift.cluster",
                "Clusters[]",
                "arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
                volatile=(
                    "ClusterNodes",
                    "NextMaintenanceWindowStartTime",
                    "ExpectedNextSnapshotScheduleTime",
                ),
                drop=("PendingModifiedValues",),  # may hold a password that is about to be set
                # Always given; without it the question fails, which is a gap, and not "shares nothing".
                defaults={"ClusterNamespaceArn": "arn:{partition}:redshift:{region}:{account}:namespace:x"},
            ),
        ),
        Span.REGION,
        follows=(
            Follow(
                Read("redshift", "DescribeLoggingStatus"),
                {"ClusterIdentifier": "{ClusterIdentifier}"},
                "@",
                volatile=_DELIVERIES,
            ),
            Follow(
                Read("redshift", "DescribeDataSharesForProducer"),
                {"ProducerArn": "{ClusterNamespaceArn}"},
                "DataShares",
            ),
        ),
    ),
    Call(
        Read("redshift", "DescribeClusterSubnetGroups", page=100),
        (
            Output(
                "redshift.subnet_group",
                "ClusterSubnetGroups[]",
                "arn:{partition}:redshift:{region}:{account}:subnetgroup:{ClusterSubnetGroupName}",
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("redshift", "DescribeClusterSnapshots", page=100),
        (
            Output(
                "redshift.cluster_snapshot",
                "Snapshots[]",
                "arn:{partition}:redshift:{region}:{account}:snapshot:{ClusterIdentifier}/{SnapshotIdentifier}",
                volatile=_PROGRESS,
            ),
        ),
        Span.REGION,
        # An account may also describe what was shared with it; with whom it is shared, only its owner sees.
        params={"SnapshotType": "manual", "OwnerAccount": "{account}"},
    ),
)
