"""ECS: clusters and services, each service with the task definition that it runs.

Shapes: Amazon ECS API Reference, ``Cluster``, ``Service``, ``TaskDefinition``. Roles are full ARNs there.
A service that names no capacity provider runs by its launch type, on Fargate or on any machine of its
cluster. Machines of Fargate are shared with nobody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.estate.aws._native import raw_id, tags_at
from scanner.estate.aws._workloads import arn_at, handed
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.settings import commands, images, plain_secrets, settings
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import of, workload
from scanner.model.snapshot import Record

CLUSTERS, SERVICES, TASKS = "DescribeClusters", "DescribeServices", "DescribeTaskDefinition"
_FARGATE = {"FARGATE": "on_demand", "FARGATE_SPOT": "spot"}


def _containers(task: dict[str, Any]) -> list[dict[str, Any]]:
    return list(task.get("containerDefinitions") or ())


def _variables(task: dict[str, Any]) -> list[dict[str, Any]]:
    return settings(_containers(task))


def _plain(task: dict[str, Any]) -> list[str]:
    found = _containers(task)
    return plain_secrets([*settings(found), *commands(found, "command", "entryPoint")])


def _namespaces(task: dict[str, Any]) -> list[str]:
    modes = {"networkMode": "network", "pidMode": "process", "ipcMode": "ipc"}
    return sorted(word for key, word in modes.items() if task.get(key) == "host")


def _privileged(task: dict[str, Any]) -> bool:
    return any(each.get("privileged") for each in _containers(task))


def _providers(service: dict[str, Any]) -> list[str]:
    chosen = service.get("capacityProviderStrategy") or ()
    return sorted({each["capacityProvider"] for each in chosen})


def _pools(service: dict[str, Any]) -> list[str]:
    """Where it shares machines: its capacity providers, or the cluster itself."""
    providers = _providers(service)
    cluster = str(service["clusterArn"])
    if not providers:
        return [] if service.get("launchType", "EC2") == "FARGATE" else [cluster]
    prefix = cluster.split(":cluster/", 1)[0]
    return [f"{prefix}:capacity-provider/{name}" for name in providers if name not in _FARGATE]


def _lifecycle(service: dict[str, Any]) -> str | None:
    providers = _providers(service)
    if not providers:
        return "on_demand" if service.get("launchType", "EC2") == "FARGATE" else None
    found = {_FARGATE[name] for name in providers if name in _FARGATE}
    return "mixed" if len(found) > 1 else next(iter(found), None)


def _active(service: dict[str, Any]) -> bool:
    return service.get("status") == "ACTIVE" and bool(
        service.get("desiredCount") or service.get("schedulingStrategy") == "DAEMON"
    )


_NETWORK = ("networkConfiguration", "awsvpcConfiguration")
_OF_TASKS = {
    "images": of(TASKS, lambda task: images(_containers(task))),
    "identity": arn_at(TASKS, "taskRoleArn"),
    "execution_identity": arn_at(TASKS, "executionRoleArn"),
    "variables": of(TASKS, _variables),
    "plain_secrets": of(TASKS, _plain),
    "secrets": handed(TASKS, _containers),
    "privileged": of(TASKS, _privileged),
    "host_namespaces": of(TASKS, _namespaces),
}

SERVICE = Normaliser(
    native="ecs.service",
    kind="workload",
    listed=(("ecs:ListClusters",), ("ecs:ListServices",)),
    regional=True,
    tags=tags_at(SERVICES, "tags"),
    name=raw_id,
    attrs=workload(
        "ecs_service",
        # The service names the task definition: it is not asked for without it.
        **{name: replace(how, calls=(f"ecs:{SERVICES}",)) for name, how in _OF_TASKS.items()},
        cluster=field_of(SERVICES, "clusterArn"),
        pools=of(SERVICES, _pools),
        subnets=field_of(SERVICES, *_NETWORK, "subnets", absent=[], convert=sorted),
        security_groups=field_of(SERVICES, *_NETWORK, "securityGroups", absent=[], convert=sorted),
        lifecycle=of(SERVICES, _lifecycle),
        sized=of(SERVICES, lambda service: not _pools(service)),
        active=of(SERVICES, _active),
    ),
)


def _family(service: Record) -> str:
    """The family of the task definition that a service runs."""
    task = (service.data.get(SERVICES) or {}).get("taskDefinition", "")
    return str(task.rsplit("/", 1)[-1].rsplit(":", 1)[0])


def _alone(reading: Reading) -> Value:
    """Whether no service runs the family: then what starts it, if anything does, is found nowhere else."""
    run = reading.world.indexed("ecs.service", reading.scope, _family)
    if raw_id(reading) in run:
        return Known(False)
    calls = ("ecs:ListClusters", "ecs:ListServices", f"ecs:{SERVICES}")
    gaps = tuple(gap for call in calls for gap in reading.world.hiding_any(call, reading.scope))
    told = reading.world.listed(reading.scope.boundary, "ecs.service") and "" not in run
    return Known(True) if told and not gaps else Unknown(tuple(sorted(set(gaps))))


def _packaging(reading: Reading) -> Value:
    alone = _alone(reading)
    return alone if isinstance(alone, Unknown) else Known("image" if alone.value else "elsewhere")


FAMILY = Normaliser(
    native="ecs.task_definition",
    kind="workload",
    listed=(("ecs:ListTaskDefinitionFamilies",),),
    regional=True,
    name=raw_id,
    attrs=workload(
        "ecs_task_definition",
        **_OF_TASKS,
        own=Attr(_alone, calls=(f"ecs:{SERVICES}",)),
        packaging=Attr(_packaging, calls=(f"ecs:{SERVICES}",)),
    ),
)

_GROUP = ("autoScalingGroupProvider", "autoScalingGroupArn")
_PROVIDERS = "DescribeCapacityProviders"


# What its machines are like is told by the scaling group that makes them.
PROVIDER = Normaliser(
    native="ecs.capacity_provider",
    kind="node_pool",
    listed=((f"ecs:{_PROVIDERS}",),),
    regional=True,
    tags=tags_at(_PROVIDERS, "tags"),
    name=raw_id,
    attrs={
        "type": constant("ecs_capacity_provider"),
        "cluster": field_of(_PROVIDERS, "cluster", absent=None),
        "lifecycle": constant(None),
        "machine_types": constant([]),
        "minimum": constant(None),
        "maximum": constant(None),
        "identity": constant(None),
        "taints": constant([]),
        "labels": constant({}),
        "template": constant(None),
        "scaling_groups": field_of(_PROVIDERS, *_GROUP, convert=lambda arn: [arn.rsplit("/", 1)[-1]]),
        "metadata_service": constant(None),
        "boot": constant(None),
        "user_data_secret": constant(False),
        "own": constant(False),
        "sized": constant(False),
        "subnets": constant([]),
    },
)

CLUSTER = Normaliser(
    native="ecs.cluster",
    kind="cluster",
    listed=(("ecs:ListClusters",),),
    regional=True,
    tags=tags_at(CLUSTERS, "tags"),
    name=raw_id,
    attrs={
        "type": constant("ecs"),
        "public_cidrs": constant([]),
        "logging": constant([]),
        "identity": constant(None),
        "issuer": constant(None),
        "subnets": constant([]),
        "security_groups": constant([]),
        "administrators": constant([]),
        "opaque": constant(False),
    },
)
