"""Native records of compute in the documented shapes, which ``scanner/estate/aws`` names."""

from __future__ import annotations

from typing import Any

from estate.native import PROD, REGION, record
from scanner.model.snapshot import Record

ROLE = f"arn:aws:iam::{PROD}:role/worker"
IMAGE = f"{PROD}.dkr.ecr.{REGION}.amazonaws.com/ml/train:v2"
CLUSTER = f"arn:aws:ecs:{REGION}:{PROD}:cluster/ml"


def concealed(looks: str = "plain", *, named: bool = False) -> dict[str, Any]:
    """What is kept of a value (`scanner.collect.concealment`)."""
    return {"concealed": True, "length_class": "short", "looks": looks, "named_like_secret": named}


def arn(service: str, rest: str, account: str = PROD) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{rest}"


def made(kind: str, rest: str, data: dict[str, Any], account: str = PROD, observed: Any = None) -> Record:
    """A record of a regional kind under the ARN of its own service."""
    service = kind.partition(".")[0].replace("application-", "")
    kept = record(kind, arn(service, rest, account), data, account, REGION)
    return Record(kept.scope, kept.kind, kept.id, kept.data, kept.source, observed or {})


def task_definition(family: str = "served", **fields: Any) -> dict[str, Any]:
    """Amazon ECS API: ``TaskDefinition``."""
    container = {
        "name": "app",
        "image": IMAGE,
        "environment": [
            {"name": "DB_PASSWORD", "value": concealed(named=True)},
            {"name": "STAGE", "value": concealed()},
        ],
        "secrets": [
            {"name": "TOKEN", "valueFrom": "ml/token"},
            {"name": "KEY", "valueFrom": arn("secretsmanager", "secret:ml-AbCdEf:key::")},
        ],
    }
    return {
        "taskDefinitionArn": arn("ecs", f"task-definition/{family}:3"),
        "family": family,
        "taskRoleArn": ROLE,
        "executionRoleArn": ROLE,
        "networkMode": "awsvpc",
        "containerDefinitions": [container],
        **fields,
    }


def service(name: str = "api", account: str = PROD, **fields: Any) -> Record:
    """Amazon ECS API: ``Service``, with the task definition that it runs."""
    task = fields.pop("task", task_definition())
    described = {
        "serviceArn": arn("ecs", f"service/ml/{name}", account),
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": 2,
        "launchType": "FARGATE",
        "taskDefinition": task["taskDefinitionArn"] if task else "",
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
        },
        "tags": [{"key": "environment", "value": "prod"}],
        **fields,
    }
    data = {"ListServices": {}, "DescribeServices": described, "DescribeTaskDefinition": task}
    return made("ecs.service", f"service/ml/{name}", data, account)


def family(name: str = "nightly", **fields: Any) -> Record:
    """Amazon ECS API: ListTaskDefinitionFamilies, ``TaskDefinition``."""
    data = {
        "ListTaskDefinitionFamilies": {"family": name},
        "DescribeTaskDefinition": task_definition(name, **fields),
    }
    return made("ecs.task_definition", f"task-definition/{name}", data)


def function(name: str = "score", packaging: str = "Zip", **fields: Any) -> Record:
    """AWS Lambda API: ``FunctionConfiguration``; of an image also ``FunctionCodeLocation``."""
    listed = {
        "FunctionName": name,
        "Role": ROLE,
        "PackageType": packaging,
        "State": "Active",
        "Environment": {"Variables": {"API_TOKEN": concealed("token", named=True)}},
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        **fields,
    }
    code = {"ImageUri": IMAGE, "ResolvedImageUri": f"{IMAGE.rsplit(':', 1)[0]}@sha256:0a"}
    data = {"ListFunctions": listed, "GetFunction": code if packaging == "Image" else None}
    return made("lambda.function", f"function:{name}", data)


def signing(*functions: str, policy: str = "Enforce") -> Record:
    """AWS Lambda API: ``CodeSigningConfig``, ListFunctionsByCodeSigningConfig."""
    data = {
        "ListCodeSigningConfigs": {"CodeSigningPolicies": {"UntrustedArtifactOnDeployment": policy}},
        "ListFunctionsByCodeSigningConfig": [arn("lambda", f"function:{name}") for name in functions],
    }
    return made("lambda.code_signing_config", "code-signing-config:csc-1", data)


def cluster(**fields: Any) -> Record:
    """Amazon EKS API: ``Cluster``."""
    described = {
        "name": "ml",
        "roleArn": ROLE,
        "resourcesVpcConfig": {
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["0.0.0.0/0"],
            "subnetIds": ["subnet-1"],
            "securityGroupIds": [],
            "clusterSecurityGroupId": "sg-9",
        },
        "logging": {"clusterLogging": [{"types": ["audit", "api"], "enabled": True}]},
        "identity": {"oidc": {"issuer": f"https://oidc.eks.{REGION}.amazonaws.com/id/0A"}},
        "tags": {"environment": "prod"},
        **fields,
    }
    return made("eks.cluster", "cluster/ml", {"ListClusters": {"name": "ml"}, "DescribeCluster": described})


def access_entry(principal: str = ROLE, scope_type: str = "cluster") -> Record:
    """Amazon EKS API: ``AccessEntry``, ListAssociatedAccessPolicies."""
    policy = {
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        "accessScope": {"type": scope_type, "namespaces": []},
    }
    data = {
        "ListAccessEntries": {"principalArn": principal},
        "DescribeAccessEntry": {"principalArn": principal, "kubernetesGroups": []},
        "ListAssociatedAccessPolicies": [policy],
    }
    return made("eks.access_entry", f"access-entry/ml/{principal}", data)


def nodegroup(**fields: Any) -> Record:
    """Amazon EKS API: ``Nodegroup``."""
    described = {
        "nodegroupName": "workers",
        "capacityType": "ON_DEMAND",
        "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 1},
        "instanceTypes": ["m5.large"],
        "nodeRole": ROLE,
        "labels": {"pool": "workers"},
        "taints": [{"key": "gpu", "value": "true", "effect": "NO_SCHEDULE"}],
        "resources": {"autoScalingGroups": [{"name": "workers"}]},
        "subnets": ["subnet-1"],
        "tags": {},
        **fields,
    }
    return made(
        "eks.nodegroup", "nodegroup/ml/workers", {"ListNodegroups": {}, "DescribeNodegroup": described}
    )


def pod_identity(**fields: Any) -> Record:
    """Amazon EKS API: ``PodIdentityAssociation``."""
    described = {"namespace": "ml", "serviceAccount": "trainer", "roleArn": ROLE, "tags": {}, **fields}
    data = {"ListPodIdentityAssociations": {}, "DescribePodIdentityAssociation": described}
    return made("eks.pod_identity", "podidentityassociation/ml/a-1", data)


def scaling_group(name: str = "workers", account: str = PROD, **fields: Any) -> Record:
    """Auto Scaling API: ``AutoScalingGroup``."""
    group = {
        "AutoScalingGroupName": name,
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"},
        "MinSize": 0,
        "MaxSize": 4,
        "VPCZoneIdentifier": "subnet-2,subnet-1",
        "Tags": [{"Key": "environment", "Value": "prod"}],
        **fields,
    }
    return made(
        "autoscaling.group",
        f"autoScalingGroup:1:autoScalingGroupName/{name}",
        {"DescribeAutoScalingGroups": group},
        account,
    )


def template(version: int = 1, *, default: bool = True, account: str = PROD, **data: Any) -> Record:
    """Amazon EC2 API: ``LaunchTemplateVersion``."""
    native = {
        "LaunchTemplateId": "lt-1",
        "LaunchTemplateName": "workers",
        "VersionNumber": version,
        "DefaultVersion": default,
        "LaunchTemplateData": {
            "InstanceType": "m5.large",
            "IamInstanceProfile": {"Name": "worker"},
            "MetadataOptions": {"HttpTokens": "required"},
            **data,
        },
    }
    kept = {"DescribeLaunchTemplateVersions": native}
    return made("ec2.launch_template_version", f"launch-template/lt-1/{version}", kept, account)


def machine(name: str = "i-2", account: str = PROD, **fields: Any) -> Record:
    """Amazon EC2 API: ``Instance``, with what is kept of its user data."""
    script = fields.pop("script", concealed())
    native = {
        "InstanceId": name,
        "ImageId": "ami-1",
        "InstanceType": "t3.medium",
        "State": {"Name": "running"},
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "Tags": [{"Key": "environment", "Value": "prod"}],
        **fields,
    }
    data = {"DescribeInstances": native, "DescribeInstanceAttribute": {"Value": script} if script else {}}
    return made("ec2.instance", f"instance/{name}", data, account)


def image_settings(state: str = "enabled", account: str = PROD, **defaults: Any) -> Record:
    """Amazon EC2 API: GetAllowedImagesSettings, GetInstanceMetadataDefaults."""
    allowed = {"State": state, "ManagedBy": "account", "ImageCriteria": [{"ImageProviders": [PROD]}]}
    data = {
        "GetAllowedImagesSettings": allowed,
        "GetInstanceMetadataDefaults": {"ManagedBy": "account", **defaults},
    }
    return made("ec2.image_settings", "image-settings", data, account)


def scan(digest: str = "sha256:0a", name: str = "ml/train", account: str = PROD, **counts: int) -> Record:
    """Amazon Inspector API: ``CoveredResource``, ``SeverityCounts``."""
    image = arn("ecr", f"repository/{name}/{digest}", account)
    covered = {"resourceId": image, "scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"}}
    data = {"ListCoverage": covered, "ListFindingAggregations": counts}
    observed = {"ListCoverage": {"lastScannedAt": "2026-11-23T05:00:00Z"}}
    return made("inspector2.coverage", f"coverage/{image}", data, account, observed)


def notebook(**fields: Any) -> Record:
    """Amazon SageMaker API: DescribeNotebookInstance."""
    described = {
        "InstanceType": "ml.t3.medium",
        "RoleArn": ROLE,
        "SubnetId": "subnet-1",
        "SecurityGroups": ["sg-1"],
        "NotebookInstanceStatus": "InService",
        "NotebookInstanceLifecycleConfigName": "stop-idle",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }
    described = {key: value for key, value in {**described, **fields}.items() if value is not None}
    data = {"ListNotebookInstances": {}, "DescribeNotebookInstance": described}
    return made("sagemaker.notebook", "notebook-instance/ana", data)


def lifecycle(*, stops: bool = True, seconds: int | None = 3600) -> Record:
    """What is kept of a lifecycle configuration (`scanner.collect.aws.sagemaker`)."""
    data = {
        "ListNotebookInstanceLifecycleConfigs": {},
        "DescribeNotebookInstanceLifecycleConfig": {"stops": stops, "idle_seconds": seconds},
    }
    return made("sagemaker.notebook_lifecycle", "notebook-instance-lifecycle-config/stop-idle", data)


def domain(minutes: int | None = 60) -> Record:
    """Amazon SageMaker API: DescribeDomain, with idle shutdown for both sorts of app, or without."""
    idle = {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": minutes} if minutes else {}
    app = {"AppLifecycleManagement": {"IdleSettings": idle}}
    settings = {"ExecutionRole": ROLE, "JupyterLabAppSettings": app, "CodeEditorAppSettings": app}
    described = {"DefaultUserSettings": settings, "SubnetIds": ["subnet-1"]}
    return made("sagemaker.domain", "domain/d-1", {"ListDomains": {}, "DescribeDomain": described})


def endpoint() -> list[Record]:
    """Amazon SageMaker API: an endpoint, its configuration and the model it serves."""
    deployed = {"SpecifiedImage": IMAGE, "ResolvedImage": f"{IMAGE.rsplit(':', 1)[0]}@sha256:0a"}
    described = {"EndpointConfigName": "Churn", "ProductionVariants": [{"DeployedImages": [deployed]}]}
    config = {"ProductionVariants": [{"ModelName": "churn", "InstanceType": "ml.m5.large"}]}
    model = {
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE, "Environment": {"DB_PASSWORD": concealed(named=True)}},
        "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    }
    return [
        made("sagemaker.endpoint", "endpoint/churn", {"ListEndpoints": {}, "DescribeEndpoint": described}),
        made(
            "sagemaker.endpoint_config",
            "endpoint-config/churn",
            {"ListEndpointConfigs": {}, "DescribeEndpointConfig": config},
        ),
        made("sagemaker.model", "model/churn", {"ListModels": {}, "DescribeModel": model}),
    ]


def job(**fields: Any) -> Record:
    """AWS Batch API: ``JobDefinition``."""
    container = {
        "image": "public.ecr.aws/docker/library/python:3.13",
        "jobRoleArn": "worker",
        "privileged": True,
        "environment": [{"name": "DB_PASSWORD", "value": concealed(named=True)}],
        **fields,
    }
    native = {"status": "ACTIVE", "containerProperties": container, "tags": {"environment": "prod"}}
    return made("batch.job_definition", "job-definition/train:1", {"DescribeJobDefinitions": native})


def pool(kind: str = "EC2", name: str = "jobs", account: str = PROD) -> Record:
    """AWS Batch API: ``ComputeEnvironmentDetail``."""
    resources = {
        "type": kind,
        "minvCpus": 0,
        "maxvCpus": 16,
        "instanceTypes": ["c5"],
        "instanceRole": "worker",
        "subnets": ["subnet-1"],
    }
    native = {"computeResources": resources, "state": "ENABLED", "tags": {}}
    return made(
        "batch.compute_environment",
        f"compute-environment/{name}",
        {"DescribeComputeEnvironments": native},
        account,
    )


def queue(name: str = "training", *pools: str, account: str = PROD, **tags: str) -> Record:
    """AWS Batch API: ``JobQueueDetail``."""
    order = [
        {"order": at, "computeEnvironment": arn("batch", f"compute-environment/{each}", account)}
        for at, each in enumerate(pools or ("jobs",))
    ]
    native = {"state": "ENABLED", "computeEnvironmentOrder": order, "tags": tags}
    return made("batch.job_queue", f"job-queue/{name}", {"DescribeJobQueues": native}, account)


def scheduled_action(**fields: Any) -> Record:
    """Auto Scaling API: ``ScheduledUpdateGroupAction``."""
    native = {
        "AutoScalingGroupName": "workers",
        "Recurrence": "0 20 * * *",
        "MinSize": 0,
        "MaxSize": 0,
        "DesiredCapacity": 0,
        **fields,
    }
    rest = "scheduledUpdateGroupAction:autoScalingGroupName/workers:scheduledActionName/night"
    return made("autoscaling.scheduled_action", rest, {"DescribeScheduledActions": native})


def event_rule(**fields: Any) -> Record:
    """Amazon EventBridge API: ``Rule``, ``Target``."""
    rule = {"Name": "nightly", "ScheduleExpression": "rate(1 day)", "State": "ENABLED", **fields}
    target = {
        "Arn": CLUSTER,
        "RoleArn": ROLE,
        "EcsParameters": {"TaskDefinitionArn": arn("ecs", "task-definition/nightly")},
    }
    return made("events.rule", "rule/nightly", {"ListRules": rule, "ListTargetsByRule": [target]})


def schedule(
    name: str = "evening", call: str = "ec2:stopInstances", given: str = "", **fields: Any
) -> Record:
    """Amazon EventBridge Scheduler API: GetSchedule, with a universal target that stops something."""
    native = {
        "ScheduleExpression": "cron(0 20 * * ? *)",
        "State": "ENABLED",
        "Target": {
            "Arn": f"arn:aws:scheduler:::aws-sdk:{call}",
            "RoleArn": ROLE,
            "Input": given or '{"InstanceIds": ["i-1"]}',
        },
        **fields,
    }
    data = {"ListSchedules": {}, "GetSchedule": None, "GetSchedule:stop": native}
    return made("scheduler.schedule", f"schedule/default/{name}", data)


def service_scaling() -> Record:
    """Application Auto Scaling API: ``ScheduledAction``."""
    native = {
        "ResourceId": "service/ml/api",
        "Schedule": "cron(0 20 * * ? *)",
        "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0},
    }
    rest = "scheduledAction:ecs/service/ml/api:scheduledActionName/night"
    return made("application-autoscaling.scheduled_action", rest, {"DescribeScheduledActions": native})


def everything() -> list[Record]:
    """One of every kind."""
    provider = {
        "autoScalingGroupProvider": {"autoScalingGroupArn": arn("autoscaling", "x/workers")},
        "tags": [],
    }
    fargate = {"podExecutionRoleArn": ROLE, "subnets": ["subnet-1"], "tags": {}}
    profile = {"UserSettings": {"ExecutionRole": ROLE, "SecurityGroups": ["sg-1"]}}
    configuration = {"LaunchConfigurationName": "old", "InstanceType": "t3.small"}
    return [
        made("ecs.cluster", "cluster/ml", {"ListClusters": {}, "DescribeClusters": {"tags": []}}),
        service(),
        family(),
        made("ecs.capacity_provider", "capacity-provider/machines", {"DescribeCapacityProviders": provider}),
        cluster(),
        nodegroup(),
        access_entry(),
        pod_identity(),
        made(
            "eks.fargate_profile",
            "fargateprofile/ml/jobs",
            {"ListFargateProfiles": {}, "DescribeFargateProfile": fargate},
        ),
        function(),
        function("packed", "Image"),
        signing("score"),
        job(),
        queue(),
        pool(),
        notebook(),
        lifecycle(),
        domain(),
        made(
            "sagemaker.user_profile",
            "user-profile/d-1/ana",
            {"ListUserProfiles": {}, "DescribeUserProfile": profile},
        ),
        *endpoint(),
        scaling_group(),
        template(),
        made(
            "autoscaling.launch_configuration",
            "launchConfiguration:1:launchConfigurationName/old",
            {"DescribeLaunchConfigurations": configuration},
        ),
        scheduled_action(),
        service_scaling(),
        event_rule(),
        schedule(),
        machine(),
        image_settings(HttpTokens="required"),
        scan(all=3, high=1, medium=1),
    ]
