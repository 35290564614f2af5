"""ISO-005 over the wire: roles that workloads act as, in one account that two environments share."""

from __future__ import annotations

import json

import pytest

from tests.controls.aws.conftest import Cloud

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.fixture(autouse=True)
def _shared(cloud: Cloud) -> None:
    """Tags tell the environments of the account ``dev`` apart."""
    cloud.shared = "dev"


def _role(cloud: Cloud, name: str) -> str:
    iam = cloud.client("iam", cloud.dev)
    return str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"])


def _service(cloud: Cloud, name: str, stage: str, role: str) -> None:
    ecs = cloud.client("ecs", cloud.dev)
    ecs.create_cluster(clusterName="ml")
    ecs.register_task_definition(
        family=name,
        taskRoleArn=role,
        containerDefinitions=[{"name": "app", "image": "app", "memory": 128}],
    )
    ecs.create_service(
        cluster="ml",
        serviceName=name,
        taskDefinition=name,
        desiredCount=1,
        launchType="FARGATE",
        tags=[{"key": "stage", "value": stage}],
    )


def test_a_role_of_two_environments_fails_and_one_of_one_passes(cloud: Cloud) -> None:
    shared, own, idle = (_role(cloud, name) for name in ("shared", "own", "idle"))
    _service(cloud, "api", "prod", shared)
    _service(cloud, "lab", "dev", shared)
    _service(cloud, "jobs", "dev", own)
    found = cloud.judge("ISO-005")
    assert found["one_environment", shared] == "fail"
    assert found["one_environment", own] == "pass"
    assert ("one_environment", idle) not in found
    (verdict,) = [item for item in cloud.last if item.subject == shared]
    assert verdict.detail == {"environments": "dev and prod"}


def test_services_that_could_not_be_described_leave_roles_undecided(cloud: Cloud) -> None:
    own = _role(cloud, "own")
    _service(cloud, "jobs", "dev", own)
    cloud.server.deny("ecs:DescribeServices")
    found = cloud.judge("ISO-005")
    assert found["one_environment", own] == "unknown"
    (verdict,) = [item for item in cloud.last if item.subject == own]
    assert "ecs:DescribeServices" in str(verdict.gaps)


def test_what_lambda_hides_is_no_matter_of_roles_that_lambda_may_not_assume(cloud: Cloud) -> None:
    own = _role(cloud, "own")
    _service(cloud, "jobs", "dev", own)
    cloud.server.deny("lambda:ListFunctions")
    assert cloud.judge("ISO-005")["one_environment", own] == "pass"
