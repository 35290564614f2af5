"""EFS: file systems.

Shapes: Amazon EFS API Reference, ``FileSystemDescription``, ``MountTargetDescription``,
``ReplicationConfigurationDescription``. A file system is mounted at addresses inside networks only; its
policy decides who may (User Guide, "Blocking public access to file systems"). EFS keeps no log of access.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._beside import only
from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import ids, policy_at, tags_at
from scanner.estate.aws._stores import encrypted_at, public_by_policy
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value, union

_SYSTEMS, _TARGETS, _POLICY = "DescribeFileSystems", "DescribeMountTargets", "DescribeFileSystemPolicy"
_REPLICATION = "DescribeReplicationConfigurations"
_INTERFACES = "ec2:DescribeNetworkInterfaces"


def _groups(reading: Reading) -> Value:
    """The groups of the network interfaces that the mount targets have."""
    targets = reading.answer(_TARGETS)
    if isinstance(targets, Unknown):
        return targets
    found: set[str] = set()
    hidden = []
    for target in targets.value or ():
        name = target.get("NetworkInterfaceId", "")
        listed = only(reading, "ec2.network_interface", _INTERFACES, "NetworkInterfaceId", name)
        if isinstance(listed, Unknown):
            hidden.append(listed.gaps)
        else:
            found.update(ids(listed.value.data["DescribeNetworkInterfaces"].get("Groups") or (), "GroupId"))
    return Unknown(union(hidden)) if hidden else Known(sorted(found))


def _copies(reading: Reading) -> Value:
    configured = reading.answer(_REPLICATION)
    if isinstance(configured, Unknown):
        return configured
    parts = reading.id.split(":", 5)
    found: set[str] = set()
    for one in configured.value or ():
        for copy in one.get("Destinations") or ():
            if one.get("SourceFileSystemArn", reading.id) != reading.id or copy.get("Status") == "DELETING":
                continue
            account = copy.get("OwnerId") or parts[4]
            found.add(
                f"arn:{parts[1]}:{parts[2]}:{copy['Region']}:{account}:file-system/{copy['FileSystemId']}"
            )
    return Known(sorted(found), configured.pointer)


def _backups(policy: dict[str, Any]) -> str | None:
    return "Enabled" if policy.get("Status") == "ENABLED" else None


FILE_SYSTEM = Normaliser(
    native="efs.file_system",
    kind="store",
    listed=((f"efs:{_SYSTEMS}",),),
    regional=True,
    tags=tags_at(_SYSTEMS, "Tags"),
    attrs={
        "type": constant("efs"),
        "policy": policy_at(_POLICY),
        "public_access": public_by_policy(_POLICY),
        "acl_grantees": constant([]),
        "encryption": encrypted_at(_SYSTEMS, "Encrypted"),
        "key": key_at(_SYSTEMS, "KmsKeyId"),
        "versioning": field_of("DescribeBackupPolicy", absent=None, convert=_backups),
        "retention_lock": constant(False),
        "logging": constant(None),
        "replication": Attr(_copies, (_REPLICATION,)),
        "subnets": field_of(_TARGETS, absent=[], convert=lambda targets: ids(targets, "SubnetId")),
        "security_groups": Attr(_groups, (_TARGETS,), (_INTERFACES,)),
        "expirations": constant(None),
        "endpoint_public": constant(False),
    },
)
