"""Compute as resources: what each service's shape becomes, and what stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from estate import compute
from estate.compute import CLUSTER, IMAGE, ROLE, arn
from estate.native import PROD, REGION, estate, gap, only
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Record


def attrs(kind: str, *records: Record) -> dict[str, Any]:
    return dict(only(estate(*records), kind, records[0].id).attrs)


def told(resource: Resource, *names: str) -> list[Any]:
    return [resource.attrs.get(name, "unknown") for name in names]


def test_a_service_runs_its_task_definition() -> None:
    found = attrs("workload", compute.service())
    assert (found["images"], found["identity"], found["cluster"]) == ([IMAGE], ROLE, CLUSTER)
    assert found["plain_secrets"] == ["DB_PASSWORD"]
    assert found["secrets"] == [arn("secretsmanager", "secret:ml-AbCdEf"), arn("ssm", "parameter/ml/token")]
    assert (found["pools"], found["lifecycle"], found["sized"]) == ([], "on_demand", True)
    assert (found["privileged"], found["host_namespaces"]) == (False, [])


@pytest.mark.parametrize(
    ("fields", "pools", "lifecycle"),
    [
        ({"launchType": "EC2"}, [CLUSTER], None),
        (
            {"launchType": None, "capacityProviderStrategy": [{"capacityProvider": "gpu"}]},
            [arn("ecs", "capacity-provider/gpu")],
            None,
        ),
        (
            {
                "capacityProviderStrategy": [
                    {"capacityProvider": each} for each in ("FARGATE", "FARGATE_SPOT")
                ]
            },
            [],
            "mixed",
        ),
    ],
)
def test_where_a_service_runs(fields: dict[str, Any], pools: list[str], lifecycle: str | None) -> None:
    found = attrs("workload", compute.service(**fields))
    assert (found["pools"], found["lifecycle"]) == (pools, lifecycle)


def test_a_family_counts_where_no_service_runs_it_and_is_undecided_where_services_are_hidden() -> None:
    service, served, alone = compute.service(), compute.family("served"), compute.family("nightly")
    listed = frozenset((PROD, kind) for kind in ("ecs.service", "ecs.task_definition"))
    found = estate(service, served, alone, listed=listed)
    packaging = {each.name: each.attrs["packaging"] for each in found.of("workload")}
    assert packaging == {"api": "image", "served": "elsewhere", "nightly": "image"}
    hidden = gap("ecs:ListServices", "ecs.service", region=REGION)
    part = estate(alone, gaps=[hidden], listed=listed)
    assert only(part, "workload").unknown["own"] == (hidden,)


def test_functions_are_resolved_and_signed() -> None:
    found = estate(
        compute.function(),
        compute.function("packed", "Image"),
        compute.function("loose"),
        compute.signing("score"),
        listed=frozenset({(PROD, "lambda.code_signing_config")}),
    )
    by_name = {each.name: each.attrs for each in found.of("workload")}
    assert by_name["packed"]["resolved"] == {IMAGE: "sha256:0a"}
    admission = {name: each["admission"] for name, each in by_name.items()}
    assert admission == {"score": "enforced", "loose": "none", "packed": "unreadable"}
    assert by_name["score"]["plain_secrets"] == ["API_TOKEN"]


def test_a_cluster_its_administrators_and_its_nodes() -> None:
    listed = frozenset({(PROD, "eks.access_entry")})
    some = "arn:aws:iam::222222222222:role/reader"
    entries = (compute.access_entry(), compute.access_entry(some, "namespace"))
    found = estate(
        compute.cluster(),
        *entries,
        compute.nodegroup(),
        compute.scaling_group(),
        compute.template(),
        listed=listed,
    )
    cluster, nodes = only(found, "cluster"), only(found, "node_pool", arn("eks", "nodegroup/ml/workers"))
    assert told(cluster, "public_cidrs", "logging", "administrators") == [
        ["0.0.0.0/0"],
        ["api", "audit"],
        [ROLE],
    ]
    assert told(nodes, "lifecycle", "machine_types", "metadata_service", "taints") == [
        "on_demand",
        ["m5.large"],
        "required",
        ["gpu=true:NO_SCHEDULE"],
    ]


def _mixed(**shares: int) -> dict[str, Any]:
    named = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "$Default"}}
    return {"MixedInstancesPolicy": {"LaunchTemplate": named, "InstancesDistribution": shares}}


@pytest.mark.parametrize(
    ("policy", "lifecycle"),
    [
        (_mixed(), "on_demand"),
        (_mixed(OnDemandPercentageAboveBaseCapacity=0), "spot"),
        (_mixed(OnDemandPercentageAboveBaseCapacity=0, OnDemandBaseCapacity=1), "mixed"),
        (_mixed(OnDemandPercentageAboveBaseCapacity=50), "mixed"),
    ],
)
def test_how_a_group_buys_its_machines(policy: dict[str, Any], lifecycle: str) -> None:
    group = compute.scaling_group(LaunchTemplate=None, **policy)
    assert attrs("node_pool", group, compute.template())["lifecycle"] == lifecycle


def test_a_group_whose_template_version_was_not_read_is_unknown() -> None:
    pinned = {"LaunchTemplateId": "lt-1", "Version": "7"}
    group = only(estate(compute.scaling_group(LaunchTemplate=pinned), compute.template()), "node_pool")
    assert {"machine_types", "metadata_service", "user_data_secret"} <= set(group.unknown)
    newest = estate(
        compute.scaling_group(), compute.template(), compute.template(2, default=False, InstanceType="p5")
    )
    assert only(newest, "node_pool").attrs["machine_types"] == ["p5"]


def test_a_template_that_leaves_tokens_to_chance_follows_the_accounts_default() -> None:
    bare = compute.template(MetadataOptions={})

    def with_default(**default: str) -> Estate:
        return estate(compute.scaling_group(), bare, compute.image_settings(**default))

    assert only(with_default(HttpTokens="required"), "node_pool").attrs["metadata_service"] == "required"
    assert "metadata_service" in only(with_default(), "node_pool").unknown


def test_batch_jobs_queues_and_pools() -> None:
    found = attrs("workload", compute.job())
    assert (found["identity"], found["privileged"]) == (f"arn:aws:iam::{PROD}:role/worker", True)
    assert attrs("workload", compute.queue())["pools"] == [arn("batch", "compute-environment/jobs")]
    assert attrs("node_pool", compute.pool("SPOT"))["lifecycle"] == "spot"
    assert attrs("node_pool", compute.pool("FARGATE"))["sized"] is False


def test_notebooks_domains_and_endpoints() -> None:
    assert attrs("workload", compute.notebook(), compute.lifecycle())["idle_stop"] == "idle"
    assert attrs("workload", compute.notebook(), compute.lifecycle(stops=False))["idle_stop"] == "never"
    bare = compute.notebook(
        NotebookInstanceLifecycleConfigName=None, InstanceMetadataServiceConfiguration=None
    )
    assert told(only(estate(bare), "workload"), "idle_stop", "metadata_service") == ["never", "optional"]
    assert attrs("workload", compute.domain())["idle_seconds"] == 3600
    assert attrs("workload", compute.domain(None))["idle_stop"] == "never"
    endpoint = attrs("workload", *compute.endpoint())
    assert (endpoint["images"], endpoint["resolved"]) == ([IMAGE], {IMAGE: "sha256:0a"})
    assert (endpoint["machine_types"], endpoint["plain_secrets"]) == (["ml.m5.large"], ["DB_PASSWORD"])


def test_schedules_say_what_they_stop() -> None:
    assert attrs("schedule", compute.schedule())["stops"] == ["i-1"]
    given = '{"AutoScalingGroupName": "workers", "DesiredCapacity": 0}'
    assert attrs("schedule", compute.schedule(call="autoscaling:setDesiredCapacity", given=given))[
        "stops"
    ] == ["workers"]
    kept = given.replace("0", "2")
    assert (
        attrs("schedule", compute.schedule(call="autoscaling:setDesiredCapacity", given=kept))["stops"] == []
    )
    assert attrs("schedule", compute.schedule(given="no json"))["stops"] == []
    assert attrs("schedule", compute.scheduled_action(DesiredCapacity=2))["stops"] == []
    assert attrs("schedule", compute.event_rule())["targets"] == [arn("ecs", "task-definition/nightly")]


def test_inspectors_counts_are_of_an_image_of_the_registry() -> None:
    found = attrs("scan", compute.scan(all=5, high=1, medium=1))
    assert found["image"] == f"{arn('ecr', 'repository/ml/train')}@sha256:0a"
    assert found["counts"] == {"HIGH": 1, "MEDIUM": 1, "LOW": 3}
    assert (found["status"], found["scanned_at"]) == ("active", "2026-11-23T05:00:00Z")
