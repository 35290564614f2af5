"""Native records of pipelines, jobs and models, in the documented shapes."""

from __future__ import annotations

from typing import Any

from estate.native import PROD, REGION, TAKEN, record, tags
from scanner.model.snapshot import Record

IMAGE = f"{PROD}.dkr.ecr.{REGION}.amazonaws.com/ml/train:v1"
ROLE = f"arn:aws:iam::{PROD}:role/worker"
GROUP = f"arn:aws:sagemaker:{REGION}:{PROD}:model-package-group/churn"
PACKAGE = f"arn:aws:sagemaker:{REGION}:{PROD}:model-package/churn/1"
ARTIFACT = "s3://models/churn-1/model.tar.gz"
READ = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sagemaker:Describe*", "Resource": "*"}]
}


def _made(kind: str, where: str, data: dict[str, Any], changes: dict[str, Any], account: str) -> Record:
    service, _, resource = where.partition(" ")
    full = {key: value for key, value in (data | changes).items() if value is not ...}
    return record(kind, f"arn:aws:{service}:{REGION}:{account}:{resource}", full, account, REGION)


def _lower(**pairs: str) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in tags(**pairs)]


def project(account: str = PROD, **fields: Any) -> Record:
    """AWS CodeBuild API: ``Project``."""
    native = {
        "source": {"type": "GITHUB", "location": "https://github.com/example/models.git"},
        "sourceVersion": "refs/heads/main",
        "artifacts": {"type": "S3", "location": "models"},
        "environment": {"image": "aws/codebuild/standard:7.0"},
        "serviceRole": ROLE,
        "tags": _lower(environment="prod"),
        **fields,
    }
    data = {"ListProjects": {"name": "build"}, "BatchGetProjects": native}
    return _made("codebuild.project", "codebuild project/build", data, {}, account)


def source_action(provider: str, **configuration: str) -> dict[str, Any]:
    """AWS CodePipeline API: an ``ActionDeclaration`` of a source."""
    kind = {"category": "Source", "provider": provider}
    return {"name": "Code", "actionTypeId": kind, "configuration": configuration}


def delivery(*actions: dict[str, Any], account: str = PROD, **fields: Any) -> Record:
    """AWS CodePipeline API: ``PipelineDeclaration``."""
    made = actions or (source_action("CodeCommit", RepositoryName="models", BranchName="main"),)
    native = {
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "models"},
        "stages": [{"name": "All", "actions": list(made)}],
        **fields,
    }
    data = {
        "ListPipelines": {"name": "deliver"},
        "GetPipeline": {"pipeline": native},
        "GetResources": tags(environment="prod"),
    }
    return _made("codepipeline.pipeline", "codepipeline deliver", data, {}, account)


REFERENCES = [
    {"at": "Parameters.Input", "refers_to": "s3://raw/train"},
    {"at": "Steps.Arguments.AlgorithmSpecification.TrainingImage", "refers_to": IMAGE},
    {"at": "Steps.Arguments.InputDataConfig.DataSource.S3DataSource.S3Uri", "parameter": "Input"},
    {"at": "Steps.Arguments.OutputDataConfig.S3OutputPath", "refers_to": "s3://models/out"},
]


def machine(*references: dict[str, str], account: str = PROD, **answers: Any) -> Record:
    """AWS Step Functions API: DescribeStateMachine, and what its definition refers to."""
    described = {"roleArn": ROLE, "references": list(references or REFERENCES)}
    data = {
        "ListStateMachines": {"name": "retrain"},
        "DescribeStateMachine": described,
        "GetResources": tags(environment="prod"),
    }
    return _made("stepfunctions.state_machine", "states stateMachine:retrain", data, answers, account)


def pipeline(*references: dict[str, str], account: str = PROD, **answers: Any) -> Record:
    """Amazon SageMaker API: DescribePipeline, and what its definition refers to."""
    described = {"RoleArn": ROLE, "references": list(references or REFERENCES)}
    data = {"ListPipelines": {"PipelineName": "train"}, "DescribePipeline": described}
    return _made("sagemaker.pipeline", "sagemaker pipeline/train", data, answers, account)


def copy_task(source: str = "s3://raw/", target: str = "s3://models/", account: str = PROD) -> list[Record]:
    """AWS DataSync API: DescribeTask, ``LocationListEntry``."""
    prefix = f"arn:aws:datasync:{REGION}:{account}:location/"
    described = {
        "Name": "nightly",
        "SourceLocationArn": f"{prefix}loc-1",
        "DestinationLocationArn": f"{prefix}loc-2",
        "Schedule": {"ScheduleExpression": "cron(0 1 * * ? *)"},
    }
    data = {"ListTasks": {"Name": "nightly"}, "DescribeTask": described}
    places = [
        {"ListLocations": {"LocationArn": f"{prefix}loc-{number}", "LocationUri": uri}}
        for number, uri in ((1, source), (2, target))
    ]
    return [
        _made("datasync.task", "datasync task/task-1", data, {}, account),
        *(
            _made("datasync.location", f"datasync location/loc-{number}", place, {}, account)
            for number, place in enumerate(places, 1)
        ),
    ]


def training(account: str = PROD, **fields: Any) -> Record:
    """Amazon SageMaker API: DescribeTrainingJob."""
    channel = {"DataSource": {"S3DataSource": {"S3Uri": "s3://raw/train"}}}
    native = {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE},
        "InputDataConfig": [channel],
        "OutputDataConfig": {"S3OutputPath": "s3://models/"},
        "ModelArtifacts": {"S3ModelArtifacts": ARTIFACT},
        "TrainingStartTime": TAKEN,
        **fields,
    }
    data = {"ListTrainingJobs": {"TrainingJobName": "churn-1"}, "DescribeTrainingJob": native}
    return _made("sagemaker.training_job", "sagemaker training-job/churn-1", data, {}, account)


def processing(account: str = PROD, **fields: Any) -> Record:
    """Amazon SageMaker API: DescribeProcessingJob."""
    native = {
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingInputs": [{"S3Input": {"S3Uri": "s3://raw/all"}}],
        "ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": "s3://raw/train"}}]},
        "ProcessingStartTime": TAKEN,
        **fields,
    }
    data = {"ListProcessingJobs": {"ProcessingJobName": "prepare"}, "DescribeProcessingJob": native}
    return _made("sagemaker.processing_job", "sagemaker processing-job/prepare", data, {}, account)


def package_group(account: str = PROD) -> Record:
    """Amazon SageMaker API: ``ModelPackageGroupSummary``, GetModelPackageGroupPolicy."""
    data = {
        "ListModelPackageGroups": {"ModelPackageGroupName": "churn"},
        "GetModelPackageGroupPolicy": READ,
        "GetResources": tags(environment="prod"),
    }
    return _made("sagemaker.model_package_group", "sagemaker model-package-group/churn", data, {}, account)


def package(account: str = PROD, **fields: Any) -> Record:
    """Amazon SageMaker API: ``ModelPackageSummary``, DescribeModelPackage."""
    native = {
        "ModelApprovalStatus": "Approved",
        "ModelMetrics": {"ModelQuality": {"Statistics": {"S3Uri": "s3://models/quality.json"}}},
        "InferenceSpecification": {"Containers": [{"Image": IMAGE, "ModelDataUrl": ARTIFACT}]},
        "MetadataProperties": {"CommitId": "0a1b2c3"},
        **fields,
    }
    data = {
        "ListModelPackages": {"ModelPackageGroupName": "churn", "ModelPackageVersion": 1},
        "DescribeModelPackage": native,
    }
    return _made("sagemaker.model_package", "sagemaker model-package/churn/1", data, {}, account)


def deployed(name: str = "churn", account: str = PROD, **fields: Any) -> Record:
    """Amazon SageMaker API: DescribeModel; by default of a version in the registry."""
    native = {"PrimaryContainer": {"ModelPackageName": PACKAGE}, **fields}
    data = {"ListModels": {"ModelName": name}, "DescribeModel": native}
    return _made("sagemaker.model", f"sagemaker model/{name}", data, {}, account)


def served(name: str = "churn", account: str = PROD) -> list[Record]:
    """Amazon SageMaker API: DescribeEndpoint and the configuration that names the model."""
    config = {"EndpointConfigName": f"{name}-1", "ProductionVariants": [{"ModelName": name}]}
    endpoint = {"EndpointName": name, "EndpointConfigName": f"{name}-1"}
    configs = {"ListEndpointConfigs": {"EndpointConfigName": f"{name}-1"}, "DescribeEndpointConfig": config}
    endpoints = {"ListEndpoints": {"EndpointName": name}, "DescribeEndpoint": endpoint}
    return [
        _made("sagemaker.endpoint_config", f"sagemaker endpoint-config/{name}-1", configs, {}, account),
        _made("sagemaker.endpoint", f"sagemaker endpoint/{name}", endpoints, {}, account),
    ]


def all_roads() -> list[Record]:
    """One of each."""
    return [
        *(project(), delivery(), machine(), pipeline(), *copy_task(), training(), processing()),
        *(package_group(), package(), deployed("fraud"), *served("fraud")),
    ]
