"""ISO-007 over the wire: a cluster's machines in an account of one environment, and in a shared one."""

from __future__ import annotations

from tests.controls.aws.conftest import REGION, Cloud


def _cluster(cloud: Cloud, account: str, **stages: str) -> str:
    ecs = cloud.client("ecs", account)
    arn = ecs.create_cluster(clusterName="ml", tags=[{"key": "stage", "value": "prod"}])["cluster"][
        "clusterArn"
    ]
    for name, stage in stages.items():
        ecs.register_task_definition(
            family=name, containerDefinitions=[{"name": "app", "image": "app", "memory": 128}]
        )
        ecs.create_service(
            cluster="ml",
            serviceName=name,
            taskDefinition=name,
            desiredCount=1,
            launchType="EC2",
            tags=[{"key": "stage", "value": stage}],
        )
    return str(arn)


def test_a_cluster_in_an_account_of_its_own_passes(cloud: Cloud) -> None:
    cluster = _cluster(cloud, cloud.prod, api="prod")
    assert cloud.judge("ISO-007") == {
        ("one_environment", cluster): "pass",
        ("one_environment", f"arn:aws:ecs:{REGION}:{cloud.prod}:capacity-provider/machines"): "pass",
        ("one_environment", f"arn:aws:ecs:{REGION}:{cloud.dev}:capacity-provider/machines"): "pass",
    }


def test_a_cluster_of_a_shared_account_that_runs_both_fails(cloud: Cloud) -> None:
    cloud.shared = "prod"
    cluster = _cluster(cloud, cloud.prod, api="prod", lab="dev")
    assert cloud.judge("ISO-007")["one_environment", cluster] == "fail"


def test_a_cluster_of_a_shared_account_is_undecided_if_its_services_are_hidden(cloud: Cloud) -> None:
    cloud.shared = "prod"
    cluster = _cluster(cloud, cloud.prod, api="prod", lab="dev")
    cloud.server.deny("ecs:ListServices")
    assert cloud.judge("ISO-007")["one_environment", cluster] == "unknown"
    assert "ecs:ListServices" in str(cloud.last)


def test_pods_of_a_cluster_in_a_shared_account_are_for_kubernetes_to_tell(cloud: Cloud) -> None:
    cloud.shared = "prod"
    eks = cloud.client("eks", cloud.prod)
    role = f"arn:aws:iam::{cloud.prod}:role/eks"
    made = eks.create_cluster(
        name="ml", roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-1"]}, tags={"stage": "prod"}
    )
    assert cloud.judge("ISO-007")["one_environment", made["cluster"]["arn"]] == "unknown"
