"""Compute of every kind that is collected, built over the wire: one of each in an account and region."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

Clients = Callable[[str, str], Any]
"""A client for a service, as administrator of an account."""

PASSWORD = "hunter2-hunter2"
"""Stands in plain wherever a value may; nothing of it may reach a snapshot."""


def build(client: Clients, account: str, region: str = "eu-west-1") -> None:
    """One of everything, in a subnet of the account's own; ``ml/train:v1`` has to be in its registry."""
    role = f"arn:aws:iam::{account}:role/worker"
    ec2 = client("ec2", account)
    subnet = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])["Subnets"][0]
    inside = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    group = ec2.describe_security_groups(Filters=inside)["SecurityGroups"][0]["GroupId"]
    name = subnet["SubnetId"]
    _ecs(client("ecs", account), client("application-autoscaling", account), role, name)
    _eks(client("eks", account), role, name)
    _lambda(client("lambda", account), role, f"{account}.dkr.ecr.{region}.amazonaws.com/ml/train:v1")
    _batch(client("batch", account), role, name, group)
    _sagemaker(client("sagemaker", account), role, name)
    _scaling(ec2, client("autoscaling", account), name)
    _schedules(client("events", account), client("scheduler", account), account, region, role)


def _ecs(ecs: Any, scaling: Any, role: str, subnet: str) -> None:
    ecs.create_cluster(clusterName="ml", tags=[{"key": "environment", "value": "x"}])
    container = {
        "name": "app",
        "image": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/ml/train:v1",
        "memory": 128,
        "environment": [{"name": "DB_PASSWORD", "value": PASSWORD}, {"name": "STAGE", "value": "prod"}],
        "secrets": [{"name": "TOKEN", "valueFrom": "ml/token"}],
    }
    for family in ("served", "scheduled"):
        ecs.register_task_definition(
            family=family, taskRoleArn=role, executionRoleArn=role, containerDefinitions=[container]
        )
    ecs.create_service(
        cluster="ml",
        serviceName="api",
        taskDefinition="served",
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}},
        tags=[{"key": "environment", "value": "x"}],
    )
    named = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/ml/api",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**named, MinCapacity=1, MaxCapacity=4)
    scaling.put_scheduled_action(
        **named,
        ScheduledActionName="night",
        Schedule="cron(0 20 * * ? *)",
        ScalableTargetAction={"MinCapacity": 0, "MaxCapacity": 0},
    )


def _eks(eks: Any, role: str, subnet: str) -> None:
    eks.create_cluster(name="ml", roleArn=role, resourcesVpcConfig={"subnetIds": [subnet, subnet]})
    eks.create_nodegroup(
        clusterName="ml", nodegroupName="workers", subnets=[subnet], nodeRole=role, capacityType="SPOT"
    )
    eks.create_fargate_profile(
        clusterName="ml",
        fargateProfileName="jobs",
        podExecutionRoleArn=role,
        subnets=[subnet],
        selectors=[{"namespace": "ml"}],
    )


def _lambda(functions: Any, role: str, image: str) -> None:
    variables = {"Variables": {"API_TOKEN": PASSWORD, "STAGE": "prod"}}
    functions.create_function(
        FunctionName="signed",
        Role=role,
        Runtime="python3.13",
        Handler="a.b",
        Code={"ZipFile": _archive()},
        Environment=variables,
    )
    functions.create_function(
        FunctionName="packed", Role=role, PackageType="Image", Code={"ImageUri": image}, Environment=variables
    )


def _archive() -> bytes:
    """The least archive there is: an empty one."""
    return b"PK\x05\x06" + b"\0" * 18


def _batch(batch: Any, role: str, subnet: str, group: str) -> None:
    environment = batch.create_compute_environment(
        computeEnvironmentName="jobs",
        type="MANAGED",
        state="ENABLED",
        computeResources={
            "type": "FARGATE",
            "maxvCpus": 4,
            "subnets": [subnet],
            "securityGroupIds": [group],
        },
        serviceRole=role,
    )["computeEnvironmentArn"]
    batch.create_job_queue(
        jobQueueName="training",
        state="ENABLED",
        priority=1,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": environment}],
    )
    batch.register_job_definition(
        jobDefinitionName="train",
        type="container",
        containerProperties={
            "image": "public.ecr.aws/docker/library/python:3.13",
            "command": ["train", "--password", PASSWORD],
            "jobRoleArn": role,
            "vcpus": 1,
            "memory": 128,
            "environment": [{"name": "DB_PASSWORD", "value": PASSWORD}],
        },
    )


def _sagemaker(sagemaker: Any, role: str, subnet: str) -> None:
    sagemaker.create_notebook_instance(
        NotebookInstanceName="ana", InstanceType="ml.t3.medium", RoleArn=role, SubnetId=subnet
    )
    sagemaker.create_domain(
        DomainName="studio",
        AuthMode="IAM",
        DefaultUserSettings={"ExecutionRole": role},
        SubnetIds=[subnet],
        VpcId="vpc-1",
    )
    sagemaker.create_model(
        ModelName="churn",
        ExecutionRoleArn=role,
        PrimaryContainer={
            "Image": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/ml/train:v1",
            "Environment": {"DB_PASSWORD": PASSWORD},
        },
    )
    variant = {
        "VariantName": "all",
        "ModelName": "churn",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="churn", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="churn", EndpointConfigName="churn")


def _scaling(ec2: Any, scaling: Any, subnet: str) -> None:
    script = base64.b64encode(f"#!/bin/bash\nexport DB_PASSWORD={PASSWORD}\n".encode()).decode()
    ec2.create_launch_template(
        LaunchTemplateName="workers",
        LaunchTemplateData={
            "ImageId": "ami-12345678",
            "InstanceType": "m5.large",
            "UserData": script,
            "MetadataOptions": {"HttpTokens": "required"},
        },
    )
    scaling.create_launch_configuration(
        LaunchConfigurationName="old", ImageId="ami-12345678", InstanceType="t3.small", UserData=script
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="workers",
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        LaunchTemplate={"LaunchTemplateName": "workers", "Version": "$Latest"},
        VPCZoneIdentifier=subnet,
    )
    scaling.put_scheduled_update_group_action(
        AutoScalingGroupName="workers",
        ScheduledActionName="night",
        Recurrence="0 20 * * *",
        MinSize=0,
        MaxSize=0,
        DesiredCapacity=0,
    )


def _schedules(events: Any, scheduler: Any, account: str, region: str, role: str) -> None:
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    function = f"arn:aws:lambda:{region}:{account}:function:signed"
    passed = json.dumps({"password": PASSWORD})
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": function, "Input": passed}])
    window = {"Mode": "OFF"}
    scheduler.create_schedule(
        Name="train",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow=window,
        Target={"Arn": function, "RoleArn": role, "Input": passed},
    )
    scheduler.create_schedule(
        Name="evening",
        ScheduleExpression="cron(0 20 * * ? *)",
        FlexibleTimeWindow=window,
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances",
            "RoleArn": role,
            "Input": json.dumps({"InstanceIds": ["i-1234567890abcdef0"]}),
        },
    )
