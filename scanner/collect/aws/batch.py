"""Batch: compute environments, job queues and job definitions (AWS Batch API, version 2016-08-10).

All three listings tell everything. Of job definitions only active revisions are asked for. Values of
environment variables, and commands, are never kept.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

_CONTAINERS = (
    "containerProperties",
    "nodeProperties.nodeRangeProperties.container",
    "ecsProperties.taskProperties.containers",
    "nodeProperties.nodeRangeProperties.ecsProperties.taskProperties.containers",
)
_PODS = tuple(
    f"{where}eksProperties.podProperties.{kind}"
    for where in ("", "nodeProperties.nodeRangeProperties.")
    for kind in ("containers", "initContainers")
)
_SECRETS = (
    *(f"{path}.{field}" for path in _CONTAINERS for field in ("environment.value", "command")),
    *(f"{path}.logConfiguration.options" for path in _CONTAINERS),
    *(f"{path}.{field}" for path in _PODS for field in ("env.value", "command", "args")),
    "parameters",
)


CALLS = (
    Call(
        Read("batch", "DescribeComputeEnvironments", page=100),
        (
            Output(
                "batch.compute_environment",
                "computeEnvironments[]",
                "{computeEnvironmentArn}",
                volatile=("computeResources.desiredvCpus", "statusReason"),
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("batch", "DescribeJobQueues", page=100),
        (Output("batch.job_queue", "jobQueues[]", "{jobQueueArn}", volatile=("statusReason",)),),
        Span.REGION,
    ),
    Call(
        Read("batch", "DescribeJobDefinitions", page=100),
        (Output("batch.job_definition", "jobDefinitions[]", "{jobDefinitionArn}", conceal=_SECRETS),),
        Span.REGION,
        params={"status": "ACTIVE"},
    ),
)
