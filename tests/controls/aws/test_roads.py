"""The road to production over the wire: SRC-001, PIP-001, PIP-002, DAT-004, DAT-005, DAT-008."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.controls.aws.conftest import REGION, Lab
from tests.faults.roads import model_package, training_job

IMAGE = f"111111111111.dkr.ecr.{REGION}.amazonaws.com/ml/train:v1"


def project(lab: Lab, version: str = "", account: str = "", **more: Any) -> str:
    """A build project of an account; its source at a version."""
    account = account or lab.prod
    role = f"arn:aws:iam::{account}:role/builder"
    lab.client("codebuild", account).create_project(
        name="deliver",
        source={"type": "GITHUB", "location": "https://github.com/example/models.git"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=role,
        **({"sourceVersion": version} if version else {}),
        **more,
    )
    return f"arn:aws:codebuild:{REGION}:{account}:project/deliver"


def delivery(lab: Lab, *triggers: dict[str, Any], branch: str = "main") -> str:
    """A pipeline of production that follows a connection; moto wants a role that trusts the service."""
    role = lab.role(lab.prod, "deliverer", trust={"Service": "codepipeline.amazonaws.com"})
    stages = [
        {
            "name": "Source",
            "actions": [
                {
                    "name": "Code",
                    "actionTypeId": {
                        "category": "Source",
                        "owner": "AWS",
                        "provider": "CodeStarSourceConnection",
                        "version": "1",
                    },
                    "configuration": {
                        "ConnectionArn": f"arn:aws:codeconnections:{REGION}:{lab.prod}:connection/1",
                        "FullRepositoryId": "example/models",
                        "BranchName": branch,
                    },
                    "outputArtifacts": [{"name": "code"}],
                }
            ],
        },
        {
            "name": "Approve",
            "actions": [
                {
                    "name": "Ask",
                    "actionTypeId": {
                        "category": "Approval",
                        "owner": "AWS",
                        "provider": "Manual",
                        "version": "1",
                    },
                }
            ],
        },
    ]
    pipeline = {
        "name": "deliver",
        "roleArn": role,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": stages,
        **({"triggers": list(triggers), "pipelineType": "V2"} if triggers else {}),
    }
    lab.client("codepipeline", lab.prod).create_pipeline(pipeline=pipeline)
    return f"arn:aws:codepipeline:{REGION}:{lab.prod}:deliver"


VERSIONS = [("refs/heads/main", "pass"), ("refs/heads/try", "fail"), ("", "unknown")]


@pytest.mark.parametrize(("version", "verdict"), VERSIONS)
def test_src_001_sources_of_a_build_project(lab: Lab, version: str, verdict: str) -> None:
    arn = project(lab, version)
    lab.prod_settings = {"branches": ["main"], "release_tags": ["v*"]}
    assert lab.judge("SRC-001")["source", arn] == verdict


def test_src_001_a_denied_read_and_nothing_declared(lab: Lab) -> None:
    arn = project(lab, "refs/heads/main")
    (found,) = lab.verdicts("SRC-001")
    assert (found.verdict.value, found.undeclared) == ("unknown", "environments.prod.branches")
    lab.prod_settings = {"branches": ["main"]}
    lab.server.deny("codebuild:BatchGetProjects")
    assert lab.judge("SRC-001")["source", arn] == "unknown"


def test_src_001_pushes_that_start_a_pipeline(lab: Lab) -> None:
    push = {"branches": {"includes": ["main", "feature/*"]}}
    trigger = {
        "providerType": "CodeStarSourceConnection",
        "gitConfiguration": {"sourceActionName": "Code", "push": [push]},
    }
    arn = delivery(lab, trigger)
    lab.prod_settings = {"branches": ["main"]}
    (found,) = lab.verdicts("SRC-001")
    assert (found.subject, found.verdict.value) == (arn, "fail")
    assert found.detail == {"undeclared_sources": ["a push to feature/*"]}


def test_pip_001_triggers(lab: Lab) -> None:
    arn = delivery(lab)
    lab.prod_settings = {"triggers": ["merge", "manual"]}
    assert lab.judge("PIP-001") == {("triggers", arn): "pass", ("by_hand", arn): "pass"}
    lab.prod_settings = {"triggers": ["release"], "launchers": []}
    assert lab.judge("PIP-001")["triggers", arn] == "fail"
    lab.prod_settings = {"triggers": ["merge"]}
    lab.server.deny("codepipeline:GetPipeline")
    assert lab.judge("PIP-001")["triggers", arn] == "unknown"


def test_pip_001_who_can_start_it_by_hand(lab: Lab) -> None:
    arn = delivery(lab)
    lab.prod_settings = {"triggers": ["merge"], "launchers": []}
    assert lab.judge("PIP-001")["by_hand", arn] == "pass"
    start = {"Effect": "Allow", "Action": "codepipeline:StartPipelineExecution", "Resource": arn}
    somebody = lab.role(lab.prod, "somebody", start, trust={"AWS": f"arn:aws:iam::{lab.prod}:root"})
    found = {item.check: item for item in lab.verdicts("PIP-001")}
    assert found["by_hand"].verdict.value == "fail"
    assert found["by_hand"].detail == {"count": 1, "first": somebody}


def served(lab: Lab, container: dict[str, Any]) -> str:
    """A model of production behind an endpoint."""
    sagemaker = lab.client("sagemaker", lab.prod)
    made = sagemaker.create_model(
        ModelName="churn", ExecutionRoleArn=f"arn:aws:iam::{lab.prod}:role/x", PrimaryContainer=container
    )
    variant = {"VariantName": "all", "ModelName": "churn", "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName="churn-1", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    sagemaker.create_endpoint(EndpointName="churn", EndpointConfigName="churn-1")
    return str(made["ModelArn"])


def registered(lab: Lab, account: str, status: str = "Approved", **more: Any) -> str:
    """A version in a registry of an account."""
    sagemaker = lab.client("sagemaker", account)
    sagemaker.create_model_package_group(ModelPackageGroupName="churn")
    made = sagemaker.create_model_package(**model_package("churn", "s3://x/churn.tar.gz", status, **more))
    return str(made["ModelPackageArn"])


MEASURED = {"ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "a/json", "S3Uri": "s3://x/q"}}}}


def test_pip_002_a_model_of_the_registry_of_production(lab: Lab) -> None:
    model = served(lab, {"ModelPackageName": registered(lab, lab.prod, **MEASURED)})
    assert lab.judge("PIP-002") == {
        ("registered", model): "pass",
        ("approved", model): "pass",
        ("evaluated", model): "pass",
    }
    lab.server.deny("sagemaker:DescribeModelPackage")
    judged = lab.judge("PIP-002")
    assert (judged["approved", model], judged["registered", model]) == ("unknown", "pass")
    lab.server.deny("sagemaker:DescribeEndpointConfig")
    assert set(lab.judge("PIP-002").values()) == {"unknown"}, "whether it is served at all is not known"


def test_pip_002_a_model_of_development_and_one_of_nowhere(lab: Lab) -> None:
    model = served(lab, {"ModelPackageName": registered(lab, lab.dev, "PendingManualApproval")})
    assert set(lab.judge("PIP-002").values()) == {"fail"}
    lab.client("sagemaker", lab.prod).delete_model(ModelName="churn")
    lab.client("sagemaker", lab.prod).create_model(
        ModelName="churn",
        ExecutionRoleArn=f"arn:aws:iam::{lab.prod}:role/x",
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": "s3://x/churn.tar.gz"},
    )
    assert lab.judge("PIP-002")["registered", model] == "fail"


def replicate(lab: Lab, source: str, account: str, target: str) -> None:
    s3 = lab.client("s3", account)
    name = source.rpartition(":")[2]
    for each, owner in ((name, account), (target.rpartition(":")[2], "")):
        client = s3 if owner else lab.client("s3", lab.prod)
        client.put_bucket_versioning(Bucket=each, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": target},
    }
    s3.put_bucket_replication(
        Bucket=name,
        ReplicationConfiguration={"Role": f"arn:aws:iam::{account}:role/copier", "Rules": [rule]},
    )


def test_dat_004_replication(lab: Lab) -> None:
    target = lab.bucket(lab.prod, "models")
    source = lab.bucket(lab.dev, "models")
    assert set(lab.judge("DAT-004").values()) == {"pass"}
    replicate(lab, source, lab.dev, target)
    assert lab.judge("DAT-004") == {("route", "dev->prod"): "fail", ("route", "prod->dev"): "pass"}
    flow = {"name": "promote", "from": "dev", "to": "prod", "access": ["write"], "resources": [target]}
    lab.file = {"flows": [{**flow, "reason": "promotion", "owner": "ml@example.com"}]}
    assert lab.judge("DAT-004")["route", "dev->prod"] == "pass"
    lab.server.deny("s3:GetBucketReplication")
    assert lab.judge("DAT-004")["route", "dev->prod"] == "unknown"


def test_dat_004_a_snapshot_that_is_shared(lab: Lab) -> None:
    rds = lab.client("rds", lab.prod)
    rds.create_db_instance(
        DBInstanceIdentifier="features",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="admin",
        MasterUserPassword="correct-horse-1",
    )
    rds.create_db_snapshot(DBInstanceIdentifier="features", DBSnapshotIdentifier="weekly")
    assert set(lab.judge("DAT-004").values()) == {"pass"}
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="weekly", AttributeName="restore", ValuesToAdd=[lab.dev]
    )
    (pair,) = (item for item in lab.verdicts("DAT-004") if item.subject == "dev->prod")
    assert pair.verdict.value == "fail"
    assert pair.crossings[0].id.endswith(f"arn:aws:rds:{REGION}:{lab.prod}:snapshot:weekly")
    lab.server.deny("rds:DescribeDBSnapshotAttributes")
    assert lab.judge("DAT-004")["route", "dev->prod"] == "unknown"


def test_dat_005_inputs_of_a_job_and_their_evidence(lab: Lab) -> None:
    own = lab.bucket(lab.prod, "raw", quality="validated-2026")
    role = f"arn:aws:iam::{lab.prod}:role/trainer"
    job = training_job("churn-1", "x", role)
    place = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    place["S3Uri"] = f"s3://{own.rpartition(':')[2]}/train"
    lab.client("sagemaker", lab.prod).create_training_job(**job)
    arn = f"arn:aws:sagemaker:{REGION}:{lab.prod}:training-job/churn-1"
    lab.prod_settings = {"data": {"validation": ["validated-*"]}}
    assert lab.judge("DAT-005") == {("inputs", arn): "pass", ("validation", arn): "pass"}
    lab.prod_settings = {"data": {"validation": ["approved"]}}
    assert lab.judge("DAT-005")["validation", arn] == "fail"
    lab.server.deny("sagemaker:DescribeTrainingJob")
    assert set(lab.judge("DAT-005").values()) == {"unknown"}


def test_dat_005_a_pipeline_that_reads_development(lab: Lab) -> None:
    theirs = lab.bucket(lab.dev, "raw")
    uri = f"s3://{theirs.rpartition(':')[2]}/train"
    definition = {
        "Version": "2020-12-01",
        "Steps": [
            {
                "Name": "Train",
                "Type": "Training",
                "Arguments": {"InputDataConfig": [{"DataSource": {"S3DataSource": {"S3Uri": uri}}}]},
            }
        ],
    }
    lab.client("sagemaker", lab.prod).create_pipeline(
        PipelineName="train",
        PipelineDefinition=json.dumps(definition),
        ClientRequestToken="x" * 32,
        RoleArn=f"arn:aws:iam::{lab.prod}:role/trainer",
    )
    arn = f"arn:aws:sagemaker:{REGION}:{lab.prod}:pipeline/train"
    found = {item.check: item for item in lab.verdicts("DAT-005")}
    assert found["inputs"].verdict.value == "fail"
    assert found["inputs"].detail == {"foreign_inputs": [theirs]}
    assert found["validation"].undeclared == "environments.prod.data.validation"
    lab.dev_settings = {"data": {"readable_from": ["prod"]}}
    assert lab.judge("DAT-005")["inputs", arn] == "pass"


def test_dat_008_models_and_copies(lab: Lab) -> None:
    target = lab.bucket(lab.prod, "models")
    name = target.rpartition(":")[2]
    job = training_job("churn-1", "x", f"arn:aws:iam::{lab.prod}:role/trainer")
    job["OutputDataConfig"]["S3OutputPath"] = f"s3://{name}/out"
    sagemaker = lab.client("sagemaker", lab.prod)
    sagemaker.create_training_job(**job)
    made = sagemaker.describe_training_job(TrainingJobName="churn-1")["ModelArtifacts"]["S3ModelArtifacts"]
    sagemaker.create_model_package_group(ModelPackageGroupName="churn")
    package = sagemaker.create_model_package(**model_package("churn", made))["ModelPackageArn"]
    lab.prod_settings = {"promotion": "regenerate"}
    assert lab.judge("DAT-008") == {("models", package): "pass", ("copies", target): "pass"}
    lab.prod_settings = {"promotion": "promote"}
    assert lab.judge("DAT-008") == {("models", package): "fail", ("copies", target): "pass"}
    replicate(lab, lab.bucket(lab.dev, "models"), lab.dev, target)
    lab.prod_settings = {"promotion": "regenerate"}
    assert lab.judge("DAT-008") == {("models", package): "pass", ("copies", target): "fail"}
    lab.server.deny("sagemaker:ListTrainingJobs")
    lab.server.deny("s3:GetBucketReplication")
    assert set(lab.judge("DAT-008").values()) == {"unknown"}
