"""Stores beside buckets, and roads between environments: what `tests.faults.estate` has of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Client = Callable[[str], Any]
"""A service's name -> a client in one account and region."""
SECRET = "correct-horse-battery-1"
"""Stands wherever somebody might have put a secret; no snapshot may hold it."""
_IMAGE = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/ml/train:v1"


def stores(client: Client, name: str, role: str) -> None:
    """A database, a cluster, a table, a file system, a warehouse; a snapshot of the first two."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    _databases(client("rds"), name, subnets)
    _table(client("dynamodb"), name, role)
    efs = client("efs")
    system = efs.create_file_system(CreationToken=name, Encrypted=True, Backup=True, Tags=_tags(name))[
        "FileSystemId"
    ]
    efs.create_mount_target(FileSystemId=system, SubnetId=subnets[0])
    policy = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "elasticfilesystem:ClientMount"}
    efs.put_file_system_policy(FileSystemId=system, Policy=_policy(policy))
    redshift = client("redshift")
    redshift.create_cluster_subnet_group(
        ClusterSubnetGroupName="warehouse", Description="x", SubnetIds=subnets, Tags=_tags(name)
    )
    redshift.create_cluster(
        ClusterIdentifier=f"{name}-warehouse",
        NodeType="ra3.xlplus",
        MasterUsername="admin",
        MasterUserPassword=SECRET,
        ClusterSubnetGroupName="warehouse",
        Encrypted=True,
        Tags=_tags(name),
    )
    redshift.create_cluster_snapshot(
        SnapshotIdentifier=f"{name}-yearly", ClusterIdentifier=f"{name}-warehouse", Tags=_tags(name)
    )


def _databases(rds: Any, name: str, subnets: list[str]) -> None:
    rds.create_db_subnet_group(
        DBSubnetGroupName="databases", DBSubnetGroupDescription="x", SubnetIds=subnets, Tags=_tags(name)
    )
    login = {"MasterUsername": "admin", "MasterUserPassword": SECRET, "DBSubnetGroupName": "databases"}
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}-features",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        StorageEncrypted=True,
        Tags=_tags(name),
        **login,
    )
    rds.create_db_cluster(
        DBClusterIdentifier=f"{name}-events", Engine="aurora-postgresql", Tags=_tags(name), **login
    )
    rds.create_db_snapshot(DBInstanceIdentifier=f"{name}-features", DBSnapshotIdentifier=f"{name}-weekly")
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier=f"{name}-events", DBClusterSnapshotIdentifier=f"{name}-monthly"
    )


def _table(dynamodb: Any, name: str, role: str) -> None:
    made = dynamodb.create_table(
        TableName=f"{name}-features",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=_tags(name),
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": "dynamodb:GetItem",
        "Resource": made["TableDescription"]["TableArn"],
    }
    dynamodb.put_resource_policy(ResourceArn=made["TableDescription"]["TableArn"], Policy=_policy(statement))


def roads(client: Client, name: str, account: str, other: str) -> None:
    """Pipelines, jobs and models; shares with another account, an access point, a copy task."""
    role = f"arn:aws:iam::{account}:role/worker"
    point = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:eu-west-1:{account}:accesspoint/{name}-reader/object/*",
    }
    control = client("s3control")
    control.meta.events.register("before-sign.s3-control", _without_account)
    control.create_access_point(AccountId=account, Name=f"{name}-reader", Bucket=f"{name}-artifacts")
    control.put_access_point_policy(AccountId=account, Name=f"{name}-reader", Policy=_policy(point))
    client("ram").create_resource_share(
        name="datasets",
        principals=[other],
        resourceArns=[f"arn:aws:glue:eu-west-1:{account}:database/datasets"],
        allowExternalPrincipals=True,
    )
    _disks(client("ec2"), other)
    _copy(client("datasync"), name, role)
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "codepipeline.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    made = client("iam").create_role(RoleName="deliverer", AssumeRolePolicyDocument=_policy(trust))
    _delivery(client, name, made["Role"]["Arn"])
    _machine_learning(client("sagemaker"), name, role)


def _without_account(request: Any, **_: Any) -> None:
    """The SDK puts the account before the host, and a server on an address has no such name."""
    scheme, _, rest = request.url.partition("://")
    account, _, host = rest.partition(".")
    request.url = f"{scheme}://{host}" if len(account) == 12 else request.url


def _disks(ec2: Any, other: str) -> None:
    """A snapshot and an image that another account may use."""
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", UserIds=[other]
    )
    image = ec2.register_image(Name="trainer")["ImageId"]
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": other}]})


def _copy(datasync: Any, name: str, role: str) -> None:
    source, target = (
        datasync.create_location_s3(
            S3BucketArn=f"arn:aws:s3:::{name}-{bucket}", S3Config={"BucketAccessRoleArn": role}
        )["LocationArn"]
        for bucket in ("artifacts", "backup")
    )
    datasync.create_task(SourceLocationArn=source, DestinationLocationArn=target, Name="nightly")


def _delivery(client: Client, name: str, role: str) -> None:
    client("codebuild").create_project(
        name="train-image",
        source={
            "type": "GITHUB",
            "location": "https://github.com/example/models.git",
            "buildspec": f"phases: {{build: {{commands: ['login {SECRET}']}}}}",
        },
        sourceVersion="refs/heads/main",
        artifacts={"type": "S3", "location": f"{name}-artifacts"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "API_TOKEN", "value": SECRET, "type": "PLAINTEXT"}],
        },
        serviceRole=role,
        tags=[{"key": "environment", "value": name}],
    )
    source = {
        "name": "Code",
        "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit", "version": "1"},
        "configuration": {"RepositoryName": "models", "BranchName": "main"},
        "outputArtifacts": [{"name": "code"}],
        "runOrder": 1,
    }
    build = {
        "name": "Build",
        "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
        "configuration": {
            "ProjectName": "train-image",
            "EnvironmentVariables": json.dumps([{"name": "API_TOKEN", "value": SECRET}]),
        },
        "inputArtifacts": [{"name": "code"}],
        "outputArtifacts": [],
        "runOrder": 1,
    }
    client("codepipeline").create_pipeline(
        pipeline={
            "name": "deliver",
            "roleArn": role,
            "artifactStore": {"type": "S3", "location": f"{name}-artifacts"},
            "stages": [{"name": "Source", "actions": [source]}, {"name": "Build", "actions": [build]}],
        },
        tags=[{"key": "environment", "value": name}],
    )
    machine = {
        "StartAt": "Train",
        "States": {
            "Train": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
                "Parameters": {
                    "Environment": {"API_TOKEN": SECRET},
                    "AlgorithmSpecification": {"TrainingImage": _IMAGE},
                    "InputDataConfig": [
                        {"DataSource": {"S3DataSource": {"S3Uri": f"s3://{name}-artifacts/train"}}}
                    ],
                    "OutputDataConfig": {"S3OutputPath": f"s3://{name}-artifacts/models"},
                },
                "End": True,
            }
        },
    }
    client("stepfunctions").create_state_machine(
        name="retrain",
        definition=json.dumps(machine),
        roleArn=role,
        tags=[{"key": "environment", "value": name}],
    )


def _machine_learning(sagemaker: Any, name: str, role: str) -> None:
    definition = {
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": "Input", "Type": "String", "DefaultValue": f"s3://{name}-artifacts/train"},
            {"Name": "Token", "Type": "String", "DefaultValue": SECRET},
        ],
        "Steps": [
            {
                "Name": "Train",
                "Type": "Training",
                "Arguments": {
                    "AlgorithmSpecification": {"TrainingImage": _IMAGE},
                    "InputDataConfig": [
                        {"DataSource": {"S3DataSource": {"S3Uri": {"Get": "Parameters.Input"}}}}
                    ],
                    "OutputDataConfig": {"S3OutputPath": f"s3://{name}-artifacts/models"},
                },
            }
        ],
    }
    sagemaker.create_pipeline(
        PipelineName="train",
        PipelineDefinition=json.dumps(definition),
        ClientRequestToken="x" * 32,
        RoleArn=role,
    )
    sagemaker.create_training_job(**training_job("churn-1", name, role))
    sagemaker.create_processing_job(**processing_job("prepare-1", name, role))
    sagemaker.create_model_package_group(ModelPackageGroupName="churn")
    sagemaker.create_model_package(**model_package("churn", f"s3://{name}-artifacts/models/churn-1.tar.gz"))


def training_job(job: str, name: str, role: str) -> dict[str, Any]:
    """The parameters of CreateTrainingJob, with inputs and outputs in one bucket."""
    return {
        "TrainingJobName": job,
        "RoleArn": role,
        "AlgorithmSpecification": {"TrainingImage": _IMAGE, "TrainingInputMode": "File"},
        "HyperParameters": {"token": SECRET},
        "Environment": {"API_TOKEN": SECRET},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{name}-artifacts/train"}
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{name}-artifacts/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


def processing_job(job: str, name: str, role: str) -> dict[str, Any]:
    """The parameters of CreateProcessingJob, with inputs and outputs in one bucket."""
    return {
        "ProcessingJobName": job,
        "RoleArn": role,
        "AppSpecification": {"ImageUri": _IMAGE, "ContainerArguments": [SECRET]},
        "Environment": {"API_TOKEN": SECRET},
        "ProcessingInputs": [
            {
                "InputName": "raw",
                "S3Input": {
                    "S3Uri": f"s3://{name}-artifacts/raw",
                    "LocalPath": "/opt/ml/processing/input",
                    "S3DataType": "S3Prefix",
                },
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "train",
                    "S3Output": {
                        "S3Uri": f"s3://{name}-artifacts/train",
                        "LocalPath": "/opt/ml/processing/output",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
    }


def model_package(group: str, artifact: str, status: str = "Approved", **more: Any) -> dict[str, Any]:
    """The parameters of CreateModelPackage for a version in a group."""
    container = {"Image": _IMAGE, "ModelDataUrl": artifact, "Environment": {"API_TOKEN": SECRET}}
    return {
        "ModelPackageGroupName": group,
        "ModelApprovalStatus": status,
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        **more,
    }


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "Only", **statement}]})


def _tags(name: str) -> list[dict[str, str]]:
    return [{"Key": "environment", "Value": name}, {"Key": "a", "Value": "b"}]
