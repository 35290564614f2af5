"""Batch: job definitions, the queues they wait in, and the compute environments that run them.

Nothing says in which queue a job definition will be put, so that a queue stands for the jobs in it: queues
of two environments that share a compute environment share its machines.

Shapes: AWS Batch API Reference, ``JobDefinition``, ``JobQueueDetail``, ``ComputeEnvironmentDetail``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._launch import TEMPLATES, machines, profile_named, template
from scanner.estate.aws._native import mapped_tags_at, raw_id
from scanner.estate.aws._workloads import handed, role_named
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, made_of
from scanner.estate.settings import commands, images, plain_secrets, settings
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import ELSEWHERE, of, workload

_JOBS, _QUEUES, _POOLS = "DescribeJobDefinitions", "DescribeJobQueues", "DescribeComputeEnvironments"


def _nodes(job: dict[str, Any]) -> list[dict[str, Any]]:
    """What says what runs: the job itself, and each of its ranges of nodes."""
    return [job, *((job.get("nodeProperties") or {}).get("nodeRangeProperties") or ())]


def _tasks(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        task for node in _nodes(job) for task in (node.get("ecsProperties") or {}).get("taskProperties") or ()
    ]


def _pods(job: dict[str, Any]) -> list[dict[str, Any]]:
    found = ((node.get("eksProperties") or {}).get("podProperties") for node in _nodes(job))
    return [pod for pod in found if pod]


def _containers(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Containers that ECS runs, of a job of one node or of many."""
    plain = [node.get("container") or node.get("containerProperties") for node in _nodes(job)]
    return [each for each in plain if each] + [
        each for task in _tasks(job) for each in task.get("containers") or ()
    ]


def _in_pods(job: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = ("containers", "initContainers")
    return [each for pod in _pods(job) for kind in kinds for each in pod.get(kind) or ()]


def _variables(job: dict[str, Any]) -> list[dict[str, Any]]:
    return settings(_containers(job)) + settings(_in_pods(job), "env")


def _plain(job: dict[str, Any]) -> list[str]:
    words = commands(_containers(job), "command") + commands(_in_pods(job), "command", "args")
    return plain_secrets(_variables(job) + words)


def _privileged(job: dict[str, Any]) -> bool:
    contexts = [each.get("securityContext") or {} for each in _in_pods(job)]
    return any(each.get("privileged") for each in (*_containers(job), *contexts))


def _namespaces(job: dict[str, Any]) -> list[str]:
    """Pods of Batch share the network of their machine unless that is turned off (``hostNetwork``)."""
    found = {word for task in _tasks(job) for word in _shared(task)}
    if any(pod.get("hostNetwork", True) for pod in _pods(job)):
        found.add("network")
    return sorted(found)


def _shared(task: dict[str, Any]) -> list[str]:
    modes = {"pidMode": "process", "ipcMode": "ipc"}
    return [word for key, word in modes.items() if task.get(key) == "host"]


def _role(key: str, task_key: str) -> Attr:
    """The role of its first container: AWS has one for a job, which may be named or given as an ARN."""

    def read(reading: Reading) -> Value:
        job = reading.answer(_JOBS)
        if isinstance(job, Unknown):
            return job
        named = [each.get(key) for each in _containers(job.value)]
        named += [task.get(task_key) for task in _tasks(job.value)]
        first = next((str(each) for each in named if each), None)
        if first is None or first.startswith("arn:"):
            return Known(first, job.pointer)
        return Known(role_named(reading, first), job.pointer)

    return Attr(read, (_JOBS,))


JOB = Normaliser(
    native="batch.job_definition",
    kind="workload",
    listed=((f"batch:{_JOBS}",),),
    regional=True,
    tags=mapped_tags_at(_JOBS, "tags"),
    name=raw_id,
    attrs=workload(
        "batch_job_definition",
        images=of(_JOBS, lambda job: images([*_containers(job), *_in_pods(job)])),
        identity=_role("jobRoleArn", "taskRoleArn"),
        execution_identity=_role("executionRoleArn", "executionRoleArn"),
        variables=of(_JOBS, _variables),
        plain_secrets=of(_JOBS, _plain),
        secrets=handed(_JOBS, _containers),
        privileged=of(_JOBS, _privileged),
        host_namespaces=of(_JOBS, _namespaces),
        active=field_of(_JOBS, "status", absent="ACTIVE", convert=lambda status: status == "ACTIVE"),
        idle_stop=constant("maybe"),
    ),
)

QUEUE = Normaliser(
    native="batch.job_queue",
    kind="workload",
    listed=((f"batch:{_QUEUES}",),),
    regional=True,
    tags=mapped_tags_at(_QUEUES, "tags"),
    name=raw_id,
    attrs=workload(
        "batch_job_queue",
        **ELSEWHERE,
        pools=field_of(
            _QUEUES,
            "computeEnvironmentOrder",
            absent=[],
            convert=lambda order: sorted(each["computeEnvironment"] for each in order),
        ),
        active=field_of(_QUEUES, "state", absent="ENABLED", convert=lambda state: state == "ENABLED"),
        idle_stop=constant("maybe"),
    ),
)


def _managed(environment: dict[str, Any]) -> dict[str, Any]:
    return environment.get("computeResources") or {}


def _machines(environment: dict[str, Any]) -> bool:
    """Whether it has machines whose sort is chosen: not those of Fargate, nor those of others."""
    return str(_managed(environment).get("type", "")) in {"EC2", "SPOT"}


def _lifecycle(environment: dict[str, Any]) -> str | None:
    kind = str(_managed(environment).get("type", ""))
    return {"EC2": "on_demand", "SPOT": "spot", "FARGATE": "on_demand", "FARGATE_SPOT": "spot"}.get(kind)


def _launched(reading: Reading) -> Value:
    pool = reading.answer(_POOLS)
    if isinstance(pool, Unknown):
        return pool
    named = _managed(pool.value).get("launchTemplate")
    if not _machines(pool.value):
        return Known(None, pool.pointer)
    if not named:
        return Known({"_version": None}, pool.pointer)
    return template(
        reading,
        {
            "LaunchTemplateId": named.get("launchTemplateId"),
            "LaunchTemplateName": named.get("launchTemplateName"),
            "Version": named.get("version"),
        },
    )


def _profile(reading: Reading, environment: dict[str, Any]) -> str | None:
    """The instance profile of its machines, as an ARN."""
    return profile_named(reading, _managed(environment).get("instanceRole"))


POOL = Normaliser(
    native="batch.compute_environment",
    kind="node_pool",
    listed=((f"batch:{_POOLS}",),),
    regional=True,
    tags=mapped_tags_at(_POOLS, "tags"),
    name=raw_id,
    attrs={
        "type": constant("batch_compute_environment"),
        "cluster": field_of(_POOLS, "eksConfiguration", "eksClusterArn", absent=None),
        "lifecycle": of(_POOLS, _lifecycle),
        "machine_types": field_of(_POOLS, "computeResources", "instanceTypes", absent=[], convert=sorted),
        "minimum": field_of(_POOLS, "computeResources", "minvCpus", absent=None),
        "maximum": field_of(_POOLS, "computeResources", "maxvCpus", absent=None),
        "identity": made_of(_POOLS, _profile),
        "taints": constant([]),
        "labels": constant({}),
        "scaling_groups": constant([]),
        **machines(_launched, (_POOLS,), TEMPLATES),
        "own": constant(True),
        "sized": of(_POOLS, _machines),
        "subnets": field_of(_POOLS, "computeResources", "subnets", absent=[], convert=sorted),
    },
)
