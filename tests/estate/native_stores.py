"""Native records of stores beside buckets, and of what shares or opens them, in the documented shapes."""

from __future__ import annotations

from typing import Any

from estate.native import ALLOW_TLS, DEV, PROD, REGION, record, tags
from scanner.model.snapshot import Record

KEY = f"arn:aws:kms:{REGION}:{PROD}:key/1"
GROUPS = [{"VpcSecurityGroupId": "sg-1", "Status": "active"}]


def _made(kind: str, where: str, data: dict[str, Any], changes: dict[str, Any], account: str) -> Record:
    """A regional record; keywords replace whole answers, one that is ``...`` takes it out."""
    service, _, resource = where.partition(" ")
    full = {key: value for key, value in (data | changes).items() if value is not ...}
    return record(kind, f"arn:aws:{service}:{REGION}:{account}:{resource}", full, account, REGION)


def instance(name: str = "features", account: str = PROD, **fields: Any) -> Record:
    """Amazon RDS API: ``DBInstance``."""
    native = {
        "DBInstanceIdentifier": name,
        "StorageEncrypted": True,
        "KmsKeyId": KEY,
        "BackupRetentionPeriod": 7,
        "PubliclyAccessible": False,
        "EnabledCloudwatchLogsExports": ["audit"],
        "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}]},
        "VpcSecurityGroups": GROUPS,
        "ReadReplicaDBInstanceIdentifiers": ["replica"],
        "TagList": tags(environment="prod"),
        **fields,
    }
    return _made("rds.instance", f"rds db:{name}", {"DescribeDBInstances": native}, {}, account)


def cluster(name: str = "events", account: str = PROD, **fields: Any) -> Record:
    """Amazon RDS API: ``DBCluster``."""
    native = {
        "DBClusterIdentifier": name,
        "DBSubnetGroup": "databases",
        "StorageEncrypted": False,
        "BackupRetentionPeriod": 0,
        "VpcSecurityGroups": GROUPS,
        "ReadReplicaIdentifiers": [f"arn:aws:rds:us-east-1:{account}:cluster:copy"],
        "TagList": tags(environment="prod"),
        **fields,
    }
    return _made("rds.cluster", f"rds cluster:{name}", {"DescribeDBClusters": native}, {}, account)


def subnet_group(account: str = PROD) -> Record:
    """Amazon RDS API: ``DBSubnetGroup``."""
    native = {"DBSubnetGroupName": "databases", "Subnets": [{"SubnetIdentifier": "subnet-2"}]}
    return _made("rds.subnet_group", "rds subgrp:databases", {"DescribeDBSubnetGroups": native}, {}, account)


def snapshot_of(database: str = "features", *accounts: str, account: str = PROD) -> Record:
    """Amazon RDS API: ``DBSnapshot``, ``DBSnapshotAttributesResult``."""
    native = {"DBInstanceIdentifier": database, "DBSnapshotIdentifier": f"of-{database}", "TagList": []}
    shared = [{"AttributeName": "restore", "AttributeValues": list(accounts)}]
    data = {
        "DescribeDBSnapshots": native,
        "DescribeDBSnapshotAttributes": {"DBSnapshotAttributes": shared},
    }
    return _made("rds.snapshot", f"rds snapshot:of-{database}", data, {}, account)


def cluster_snapshot_of(database: str = "events", *accounts: str, account: str = PROD) -> Record:
    """Amazon RDS API: ``DBClusterSnapshot``, ``DBClusterSnapshotAttributesResult``."""
    native = {"DBClusterIdentifier": database, "TagList": []}
    shared = [{"AttributeName": "restore", "AttributeValues": list(accounts)}]
    data = {
        "DescribeDBClusterSnapshots": native,
        "DescribeDBClusterSnapshotAttributes": {"DBClusterSnapshotAttributes": shared},
    }
    return _made("rds.cluster_snapshot", f"rds cluster-snapshot:of-{database}", data, {}, account)


def table(name: str = "features", account: str = PROD, **answers: Any) -> Record:
    """Amazon DynamoDB API: ``TableDescription``, ``ContinuousBackupsDescription``."""
    recovery = {"PointInTimeRecoveryStatus": "ENABLED"}
    data = {
        "ListTables": {"name": name},
        "DescribeTable": {
            "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY},
            "Replicas": [{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}],
        },
        "GetResourcePolicy": None,
        "DescribeContinuousBackups": {"PointInTimeRecoveryDescription": recovery},
        "GetResources": tags(environment="prod"),
    }
    return _made("dynamodb.table", f"dynamodb table/{name}", data, answers, account)


def file_system(name: str = "fs-1", account: str = PROD, **answers: Any) -> Record:
    """Amazon EFS API: ``FileSystemDescription``, ``MountTargetDescription``, ``Destination``."""
    arn = f"arn:aws:elasticfilesystem:{REGION}:{account}:file-system/{name}"
    copies = [{"Region": "us-east-1", "OwnerId": DEV, "FileSystemId": "fs-2", "Status": "ENABLED"}]
    data = {
        "DescribeFileSystems": {
            "FileSystemId": name,
            "Encrypted": True,
            "KmsKeyId": KEY,
            "Tags": tags(environment="prod"),
        },
        "DescribeFileSystemPolicy": ALLOW_TLS,
        "DescribeMountTargets": [{"SubnetId": "subnet-1", "NetworkInterfaceId": "eni-1"}],
        "DescribeBackupPolicy": {"Status": "ENABLED"},
        "DescribeReplicationConfigurations": [{"SourceFileSystemArn": arn, "Destinations": copies}],
    }
    return _made("efs.file_system", f"elasticfilesystem file-system/{name}", data, answers, account)


def warehouse(name: str = "warehouse", account: str = PROD, **answers: Any) -> Record:
    """Amazon Redshift API: ``Cluster``, ``LoggingStatus``, ``DataShare``."""
    arn = f"arn:aws:redshift:{REGION}:{account}:datashare:1/{name}"
    data = {
        "DescribeClusters": {
            "ClusterIdentifier": name,
            "PubliclyAccessible": False,
            "Encrypted": True,
            "KmsKeyId": KEY,
            "AutomatedSnapshotRetentionPeriod": 1,
            "ClusterSubnetGroupName": "warehouse",
            "VpcSecurityGroups": GROUPS,
            "Tags": tags(environment="prod"),
        },
        "DescribeLoggingStatus": {"LoggingEnabled": True},
        "DescribeDataSharesForProducer": [
            {
                "DataShareArn": arn,
                "AllowPubliclyAccessibleConsumers": False,
                "DataShareAssociations": [
                    {"ConsumerIdentifier": DEV, "Status": "ACTIVE"},
                    {"ConsumerIdentifier": "999999999998", "Status": "PENDING_AUTHORIZATION"},
                    {"ConsumerIdentifier": "999999999997", "Status": "DEAUTHORIZED"},
                ],
            }
        ],
    }
    return _made("redshift.cluster", f"redshift cluster:{name}", data, answers, account)


def warehouse_subnets(account: str = PROD) -> Record:
    """Amazon Redshift API: ``ClusterSubnetGroup``."""
    native = {"ClusterSubnetGroupName": "warehouse", "Subnets": [{"SubnetIdentifier": "subnet-3"}]}
    data = {"DescribeClusterSubnetGroups": native}
    return _made("redshift.subnet_group", "redshift subnetgroup:warehouse", data, {}, account)


def warehouse_snapshot(*accounts: str, account: str = PROD, **fields: Any) -> Record:
    """Amazon Redshift API: ``Snapshot``, whose list of accounts is left out where there are none."""
    native = {
        "SnapshotIdentifier": "yearly",
        "ClusterIdentifier": "warehouse",
        "OwnerAccount": account,
        "Tags": tags(environment="prod"),
        **({"AccountsWithRestoreAccess": [{"AccountId": each} for each in accounts]} if accounts else {}),
        **fields,
    }
    data = {"DescribeClusterSnapshots": native}
    return _made("redshift.cluster_snapshot", "redshift snapshot:warehouse/yearly", data, {}, account)


def disk_snapshot(listed_by: str = DEV, owner: str = PROD, name: str = "snap-1") -> Record:
    """Amazon EC2 API: ``Snapshot``, as an account lists it that may restore it."""
    native = {"SnapshotId": name, "OwnerId": owner, "VolumeId": "vol-1", "Encrypted": False}
    arn = f"arn:aws:ec2:{REGION}:{owner}:snapshot/{name}"
    return record("ec2.shared_snapshot", arn, {"DescribeSnapshots": native}, listed_by, REGION)


def machine_image(listed_by: str = DEV, owner: str = PROD, name: str = "ami-1") -> Record:
    """Amazon EC2 API: ``Image``, as an account lists it that may launch it."""
    native = {"ImageId": name, "OwnerId": owner, "Name": "trainer"}
    arn = f"arn:aws:ec2:{REGION}:{owner}:image/{name}"
    return record("ec2.shared_image", arn, {"DescribeImages": native}, listed_by, REGION)


def access_point(name: str = "reader", account: str = PROD, **answers: Any) -> Record:
    """Amazon S3 Control API: ``AccessPoint``, GetAccessPoint."""
    data = {
        "ListAccessPoints": {
            "Name": name,
            "NetworkOrigin": "Internet",
            "Bucket": "models",
            "BucketAccountId": account,
        },
        "GetAccessPointPolicy": None,
        "GetAccessPoint": {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}},
    }
    return _made("s3control.access_point", f"s3 accesspoint/{name}", data, answers, account)


def share(account: str = PROD, **answers: Any) -> Record:
    """AWS RAM API: ``ResourceShare``, ``ResourceShareAssociation``."""
    resource = f"arn:aws:glue:{REGION}:{account}:database/datasets"
    data = {
        "GetResourceShares": {"name": "datasets", "allowExternalPrincipals": True, "tags": []},
        "GetResourceShareAssociations": [
            {"associationType": "PRINCIPAL", "associatedEntity": DEV, "status": "ASSOCIATED"},
            {"associationType": "PRINCIPAL", "associatedEntity": "o-1", "status": "ASSOCIATING"},
            {"associationType": "PRINCIPAL", "associatedEntity": "gone", "status": "DISASSOCIATED"},
            {"associationType": "RESOURCE", "associatedEntity": resource, "status": "ASSOCIATED"},
        ],
    }
    return _made("ram.share", "ram resource-share/1", data, answers, account)


def all_stores() -> list[Record]:
    """One of each, and some of what stands beside them."""
    return [
        *(instance(), instance("member", DBClusterIdentifier="events", PubliclyAccessible=True)),
        *(cluster(), subnet_group(), snapshot_of("features", DEV), cluster_snapshot_of("events", "all")),
        *(table(), file_system(), warehouse(), warehouse_subnets(), access_point(), share()),
        *(warehouse_snapshot(DEV), disk_snapshot(), machine_image()),
    ]
