"""EFS: file systems, what guards them, and where they copy to (Amazon EFS API, version 2015-02-01)."""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_ID = {"FileSystemId": "{FileSystemId}"}


def _of_system(operation: str, keep: str, *absent: str, policy: bool = False) -> Follow:
    read = Read("efs", operation, f"elasticfilesystem:{operation}")
    moving = ("Destinations.LastReplicatedTimestamp",) if keep == "Replications" else ()
    return Follow(read, _ID, keep, absent, policy, volatile=moving)


CALLS = (
    Call(
        Read("efs", "DescribeFileSystems", "elasticfilesystem:DescribeFileSystems", page=100),
        (Output("efs.file_system", "FileSystems[]", "{FileSystemArn}", volatile=("SizeInBytes",)),),
        Span.REGION,
        follows=(
            _of_system("DescribeFileSystemPolicy", "Policy", "PolicyNotFound", policy=True),
            _of_system("DescribeMountTargets", "MountTargets"),
            _of_system("DescribeBackupPolicy", "BackupPolicy", "PolicyNotFound"),
            _of_system("DescribeReplicationConfigurations", "Replications", "ReplicationNotFound"),
        ),
    ),
)
