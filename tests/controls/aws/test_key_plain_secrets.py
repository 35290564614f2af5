"""KEY-003 over the wire: secrets in settings, start scripts and plain parameters; none reaches a snapshot."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.controls.aws.conftest import REGION, Cloud
from tests.controls.aws.images import service

PASSWORD = "hunter2-hunter2"


def _written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_settings_of_a_task(cloud: Cloud) -> None:
    secret = [{"name": "DB_PASSWORD", "value": PASSWORD}, {"name": "STAGE", "value": "prod"}]
    handed = [{"name": "DB_PASSWORD", "valueFrom": "ml/db-password"}]
    leaking = service(cloud, cloud.prod, "leaking", "app", environment=secret)
    sound = service(cloud, cloud.prod, "sound", "app", secrets=handed, environment=secret[1:])
    found = cloud.judge("KEY-003")
    assert (found["settings", leaking], found["settings", sound]) == ("fail", "pass")
    assert {item.detail["names"] for item in cloud.last if item.subject == leaking} == {"DB_PASSWORD"}
    assert PASSWORD.encode() not in _written(cloud.folder)
    cloud.server.deny("ecs:DescribeTaskDefinition")
    assert cloud.judge("KEY-003")["settings", sound] == "unknown"


def test_scripts_that_machines_start_with(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2", cloud.prod)
    script = f"#!/bin/bash\nexport DB_PASSWORD={PASSWORD}\n"
    told = {}
    for name, data in (("leaking", script), ("sound", "#!/bin/bash\nyum -y update\n")):
        made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, UserData=data)
        told[name] = f"arn:aws:ec2:{REGION}:{cloud.prod}:instance/{made['Instances'][0]['InstanceId']}"
    ec2.create_launch_template(
        LaunchTemplateName="workers",
        LaunchTemplateData={
            "UserData": base64.b64encode(script.encode()).decode(),
            "ImageId": "ami-12345678",
        },
    )
    cloud.client("autoscaling", cloud.prod).create_auto_scaling_group(
        AutoScalingGroupName="workers",
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=[f"{REGION}a"],
        LaunchTemplate={"LaunchTemplateName": "workers", "Version": "$Default"},
    )
    found = cloud.judge("KEY-003")
    assert (found["user_data", told["leaking"]], found["user_data", told["sound"]]) == ("fail", "pass")
    (group,) = [subject for check, subject in found if ":autoScalingGroup:" in subject]
    assert found["user_data", group] == "fail"
    assert PASSWORD.encode() not in _written(cloud.folder)
    cloud.server.deny("ec2:DescribeInstanceAttribute")
    assert cloud.judge("KEY-003")["user_data", told["sound"]] == "unknown"


def test_parameters_in_plain_text(cloud: Cloud) -> None:
    ssm = cloud.client("ssm", cloud.prod)
    for name, kind in (("/ml/db-password", "String"), ("/ml/token", "SecureString"), ("/ml/stage", "String")):
        ssm.put_parameter(Name=name, Value=PASSWORD, Type=kind)
    found = cloud.judge("KEY-003")
    arn = f"arn:aws:ssm:{REGION}:{cloud.prod}:parameter"
    assert {name: found["parameters", f"{arn}/ml/{name}"] for name in ("db-password", "token", "stage")} == {
        "db-password": "fail",
        "token": "pass",
        "stage": "pass",
    }
    cloud.server.deny("ssm:DescribeParameters")
    assert "unknown" in {
        verdict for (check, _), verdict in cloud.judge("KEY-003").items() if check == "parameters"
    }
