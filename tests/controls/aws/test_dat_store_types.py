"""DAT-006 over the wire, on stores that are no buckets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.aws.conftest import REGION, Lab

CHECKS = ("public_access", "encryption", "versioning", "logging")


def judged(lab: Lab, arn: str) -> dict[str, str]:
    found = lab.judge("DAT-006")
    return {check: found[check, arn] for check in CHECKS}


def database(lab: Lab, **more: Any) -> str:
    made = lab.client("rds", lab.prod).create_db_instance(
        DBInstanceIdentifier="features",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        AllocatedStorage=20,
        MasterUsername="admin",
        MasterUserPassword="correct-horse-1",
        **more,
    )
    return str(made["DBInstance"]["DBInstanceArn"])


def test_a_database_that_protects_itself(lab: Lab) -> None:
    arn = database(lab, StorageEncrypted=True, BackupRetentionPeriod=7, EnableCloudwatchLogsExports=["audit"])
    assert judged(lab, arn) == dict.fromkeys(CHECKS, "pass")


def test_a_database_that_does_not(lab: Lab) -> None:
    arn = database(lab, StorageEncrypted=False, BackupRetentionPeriod=0, PubliclyAccessible=True)
    assert judged(lab, arn) == dict.fromkeys(CHECKS, "fail")


def test_a_database_whose_snapshot_everyone_may_restore(lab: Lab) -> None:
    arn = database(lab, StorageEncrypted=False)
    rds = lab.client("rds", lab.prod)
    rds.create_db_snapshot(DBInstanceIdentifier="features", DBSnapshotIdentifier="weekly")
    assert judged(lab, arn)["public_access"] == "pass"
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="weekly", AttributeName="restore", ValuesToAdd=["all"]
    )
    assert judged(lab, arn)["public_access"] == "fail"
    lab.server.deny("rds:DescribeDBSnapshotAttributes")
    assert judged(lab, arn)["public_access"] == "unknown"


def test_databases_that_could_not_be_listed(lab: Lab) -> None:
    lab.server.deny("rds:DescribeDBInstances")
    scope = f"aws/{lab.prod}/{REGION}/store"
    assert judged(lab, scope) == dict.fromkeys(CHECKS, "unknown")


def table(lab: Lab, *, recovery: bool) -> str:
    dynamodb = lab.client("dynamodb", lab.prod)
    made = dynamodb.create_table(
        TableName="features",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.update_continuous_backups(
        TableName="features", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": recovery}
    )
    return str(made["TableDescription"]["TableArn"])


@pytest.mark.parametrize(("recovery", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_table(lab: Lab, recovery: bool, verdict: str) -> None:
    arn = table(lab, recovery=recovery)
    assert judged(lab, arn) == {**dict.fromkeys(CHECKS, "pass"), "versioning": verdict}


def test_a_table_whose_backups_were_not_read(lab: Lab) -> None:
    arn = table(lab, recovery=True)
    lab.server.deny("dynamodb:DescribeContinuousBackups")
    assert judged(lab, arn) == {**dict.fromkeys(CHECKS, "pass"), "versioning": "unknown"}


@pytest.mark.parametrize(("guarded", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_file_system(lab: Lab, guarded: bool, verdict: str) -> None:
    efs = lab.client("efs", lab.prod)
    made = efs.create_file_system(CreationToken="x", Encrypted=guarded, Backup=guarded)
    found = judged(lab, made["FileSystemArn"])
    assert (found["encryption"], found["versioning"]) == (verdict, verdict)
    assert (found["public_access"], found["logging"]) == ("pass", "pass")
    lab.server.deny("efs:DescribeFileSystemPolicy")
    assert judged(lab, made["FileSystemArn"])["public_access"] == "unknown"


@pytest.mark.parametrize(("guarded", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_warehouse(lab: Lab, guarded: bool, verdict: str) -> None:
    redshift = lab.client("redshift", lab.prod)
    redshift.create_cluster(
        ClusterIdentifier="warehouse",
        NodeType="ra3.xlplus",
        MasterUsername="admin",
        MasterUserPassword="Correct-horse-1",
        Encrypted=guarded,
        PubliclyAccessible=not guarded,
    )
    arn = f"arn:aws:redshift:{REGION}:{lab.prod}:cluster:warehouse"
    found = judged(lab, arn)
    assert (found["public_access"], found["encryption"]) == (verdict, verdict)
    assert (found["versioning"], found["logging"]) == ("pass", "fail")
    lab.server.deny("redshift:DescribeLoggingStatus")
    assert judged(lab, arn)["logging"] == "unknown"
