"""HRD-002 over the wire: metadata services, and what containers may do to their machine."""

from __future__ import annotations

from typing import Any

from tests.controls.aws.conftest import REGION, Cloud
from tests.controls.aws.images import family


def _machine(cloud: Cloud, tokens: str) -> str:
    made = cloud.client("ec2", cloud.prod).run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, MetadataOptions={"HttpTokens": tokens}
    )
    return f"arn:aws:ec2:{REGION}:{cloud.prod}:instance/{made['Instances'][0]['InstanceId']}"


def _group(cloud: Cloud, name: str, **data: Any) -> str:
    ec2, scaling = cloud.client("ec2", cloud.prod), cloud.client("autoscaling", cloud.prod)
    ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "m5.large", **data},
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=[f"{REGION}a"],
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
    )
    (made,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return str(made["AutoScalingGroupARN"])


def _is_machine(check: str, subject: str) -> bool:
    return check == "metadata" and ":sagemaker:" not in subject


def test_machines_and_the_templates_they_are_made_from(cloud: Cloud) -> None:
    safe, open_ = _machine(cloud, "required"), _machine(cloud, "optional")
    made_safe = _group(cloud, "safe", MetadataOptions={"HttpTokens": "required"})
    made_open = _group(cloud, "open", MetadataOptions={"HttpTokens": "optional"})
    by_chance = _group(cloud, "chance")
    found = cloud.judge("HRD-002")
    assert {
        subject: verdict for (check, subject), verdict in found.items() if _is_machine(check, subject)
    } == {
        safe: "pass",
        open_: "fail",
        made_safe: "pass",
        made_open: "fail",
        by_chance: "unknown",
    }
    cloud.server.deny("ec2:DescribeLaunchTemplateVersions")
    found = cloud.judge("HRD-002")
    assert (found["metadata", made_open], found["metadata", open_]) == ("unknown", "fail")


def test_privileged_containers_and_namespaces_of_the_machine(cloud: Cloud) -> None:
    ecs = cloud.client("ecs", cloud.prod)
    app = {"name": "app", "image": "app", "memory": 128}
    ecs.register_task_definition(family="plain", networkMode="awsvpc", containerDefinitions=[app])
    ecs.register_task_definition(family="root", containerDefinitions=[{**app, "privileged": True}])
    ecs.register_task_definition(
        family="host", networkMode="host", pidMode="host", containerDefinitions=[app]
    )
    found = cloud.judge("HRD-002")
    told = {item.subject: item.detail for item in cloud.last if item.check == "privileges"}
    names = {name: family(cloud.prod, name) for name in ("plain", "root", "host")}
    assert [found["privileges", names[name]] for name in names] == ["pass", "fail", "fail"]
    assert told[names["root"]]["rights"] == "privileged"
    assert told[names["host"]]["rights"] == "the machine's network namespace, the machine's process namespace"
    cloud.server.deny("ecs:DescribeTaskDefinition")
    assert cloud.judge("HRD-002")["privileges", names["plain"]] == "unknown"


def test_a_notebook_answers_with_either_version_unless_it_says_else(cloud: Cloud) -> None:
    sagemaker = cloud.client("sagemaker", cloud.prod)
    role = f"arn:aws:iam::{cloud.prod}:role/worker"
    for name, version in (("old", "1"), ("new", "2")):
        sagemaker.create_notebook_instance(
            NotebookInstanceName=name,
            InstanceType="ml.t3.medium",
            RoleArn=role,
            InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": version},
        )
    found = cloud.judge("HRD-002")
    arn = f"arn:aws:sagemaker:{REGION}:{cloud.prod}:notebook-instance/"
    assert found["metadata", f"{arn}old"] == "fail"
