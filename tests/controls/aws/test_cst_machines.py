"""CST-003 and CST-004 over the wire: when machines stop, and how they are chosen."""

from __future__ import annotations

import json
from typing import Any

from tests.controls.aws.conftest import REGION, Cloud


def _machine(cloud: Cloud, account: str, **more: Any) -> tuple[str, str]:
    """Raw id and ARN."""
    made = cloud.client("ec2", account).run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="t3.medium", **more
    )
    raw = made["Instances"][0]["InstanceId"]
    return raw, f"arn:aws:ec2:{REGION}:{account}:instance/{raw}"


def _stop(cloud: Cloud, account: str, call: str, asked: dict[str, Any]) -> None:
    cloud.client("scheduler", account).create_schedule(
        Name="evening",
        ScheduleExpression="cron(0 20 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": f"arn:aws:scheduler:::aws-sdk:{call}",
            "RoleArn": f"arn:aws:iam::{account}:role/stopper",
            "Input": json.dumps(asked),
        },
    )


def _group(cloud: Cloud, account: str, *, night: bool = False, **policy: Any) -> str:
    ec2, scaling = cloud.client("ec2", account), cloud.client("autoscaling", account)
    ec2.create_launch_template(
        LaunchTemplateName="workers",
        LaunchTemplateData={"ImageId": "ami-12345678", "InstanceType": "m5.large"},
    )
    named = {"LaunchTemplateName": "workers", "Version": "$Latest"}
    how: dict[str, Any] = {"LaunchTemplate": named}
    if policy:
        how = {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": named}, **policy}}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="workers", MinSize=0, MaxSize=1, AvailabilityZones=[f"{REGION}a"], **how
    )
    if night:
        scaling.put_scheduled_update_group_action(
            AutoScalingGroupName="workers",
            ScheduledActionName="night",
            Recurrence="0 20 * * *",
            MinSize=0,
            MaxSize=0,
            DesiredCapacity=0,
        )
    (made,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["workers"])["AutoScalingGroups"]
    return str(made["AutoScalingGroupARN"])


def test_what_a_schedule_names_stops_and_what_none_names_runs_on(cloud: Cloud) -> None:
    raw, stopped = _machine(cloud, cloud.dev)
    _, forgotten = _machine(cloud, cloud.dev)
    _, served = _machine(cloud, cloud.prod)
    _stop(cloud, cloud.dev, "ec2:stopInstances", {"InstanceIds": [raw]})
    found = cloud.judge("CST-003")
    assert (found["stops", stopped], found["stops", forgotten]) == ("pass", "fail")
    assert found["stops", served] == "pass"
    cloud.server.deny("scheduler:ListSchedules")
    found = cloud.judge("CST-003")
    assert (found["stops", stopped], found["stops", forgotten]) == ("unknown", "unknown")


def test_production_that_is_stopped_at_night_fails(cloud: Cloud) -> None:
    raw, stopped = _machine(cloud, cloud.prod)
    _stop(cloud, cloud.prod, "ec2:stopInstances", {"InstanceIds": [raw]})
    assert cloud.judge("CST-003")["stops", stopped] == "fail"


def test_groups_that_are_scaled_to_nothing(cloud: Cloud) -> None:
    dev, prod = _group(cloud, cloud.dev, night=True), _group(cloud, cloud.prod, night=True)
    found = cloud.judge("CST-003")
    assert (found["stops", dev], found["stops", prod]) == ("pass", "fail")


def test_the_instance_schedulers_tag_alone_is_no_proof(cloud: Cloud) -> None:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Schedule", "Value": "office-hours"}]}]
    _, tagged = _machine(cloud, cloud.dev, TagSpecifications=tags)
    assert cloud.judge("CST-003")["stops", tagged] == "unknown"


def test_notebooks_stop_by_the_script_they_start_with(cloud: Cloud) -> None:
    sagemaker = cloud.client("sagemaker", cloud.dev)
    named = {"InstanceType": "ml.t3.medium", "RoleArn": f"arn:aws:iam::{cloud.dev}:role/worker"}
    sagemaker.create_notebook_instance(NotebookInstanceName="left", **named)
    sagemaker.create_notebook_instance(NotebookInstanceName="kept", LifecycleConfigName="stop-idle", **named)
    arn = f"arn:aws:sagemaker:{REGION}:{cloud.dev}:notebook-instance/"
    found = cloud.judge("CST-003")
    assert (found["stops", f"{arn}left"], found["stops", f"{arn}kept"]) == ("fail", "pass")
    cloud.declared = {"dev": {"costs": {"idle_after": "30m"}}}
    assert cloud.judge("CST-003")["stops", f"{arn}kept"] == "fail"
    cloud.server.deny("sagemaker:DescribeNotebookInstanceLifecycleConfig")
    assert cloud.judge("CST-003")["stops", f"{arn}kept"] == "unknown"


def test_spot_and_sizes_against_what_is_declared(cloud: Cloud) -> None:
    spot = {"InstancesDistribution": {"OnDemandPercentageAboveBaseCapacity": 0, "OnDemandBaseCapacity": 0}}
    dev, prod = _group(cloud, cloud.dev, **spot), _group(cloud, cloud.prod)
    _, machine = _machine(cloud, cloud.prod)
    assert set(cloud.judge("CST-004").values()) == {"unknown"}
    assert {item.undeclared.rsplit(".", 2)[-2] for item in cloud.last} == {"costs"}
    cloud.declared = {
        "dev": {"costs": {"spot": True, "types": ["*"]}},
        "prod": {"costs": {"spot": False, "types": ["m5.*"]}},
    }
    found = cloud.judge("CST-004")
    assert {found["lifecycle", each] for each in (dev, prod, machine)} == {"pass"}
    assert (found["types", prod], found["types", machine]) == ("pass", "fail")
    cloud.declared["dev"]["costs"]["spot"] = False
    assert cloud.judge("CST-004")["lifecycle", dev] == "fail"
    cloud.server.deny("ec2:DescribeLaunchTemplateVersions")
    assert cloud.judge("CST-004")["types", prod] == "unknown"
