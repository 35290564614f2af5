"""ECS: clusters, services with the task definitions they run, and task definitions that no service runs.

Amazon ECS API, version 2014-11-13. A family's newest revision stands for the family: tasks that are started
by a schedule, a state machine or by hand run it. Values of environment variables are never kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Batch, Call, Follow, Output, Read, Span

_SECRETS = (
    "containerDefinitions.environment.value",
    "containerDefinitions.command",
    "containerDefinitions.entryPoint",
    "containerDefinitions.logConfiguration.options",
    "containerDefinitions.healthCheck",
    "containerDefinitions.dockerLabels",
)
_MOVING = ("runningCount", "pendingCount", "events", "deployments", "taskSets", "currentServiceDeployment")


def _task_definition(params: Mapping[str, str]) -> Follow:
    return Follow(Read("ecs", "DescribeTaskDefinition"), params, "taskDefinition", conceal=_SECRETS)


_SERVICES = Call(
    Read("ecs", "ListServices", page=100),
    (Output("ecs.service", "serviceArns[].{serviceArn: @}", "{serviceArn}"),),
    Span.REGION,
    params={"cluster": "{clusterArn}"},
    batches=(
        Batch(
            Read("ecs", "DescribeServices"),
            ids="services",
            id="{serviceArn}",
            size=10,
            items="services",
            match="{serviceArn}",
            params={"cluster": "{clusterArn}", "include": ["TAGS"]},
            volatile=_MOVING,
        ),
    ),
    follows=(_task_definition({"taskDefinition": "{DescribeServices[taskDefinition]}"}),),
)

_CLUSTERS = Call(
    Read("ecs", "ListClusters", page=100),
    (Output("ecs.cluster", "clusterArns[].{clusterArn: @}", "{clusterArn}"),),
    Span.REGION,
    batches=(
        Batch(
            Read("ecs", "DescribeClusters"),
            ids="clusters",
            id="{clusterArn}",
            size=100,
            items="clusters",
            match="{clusterArn}",
            params={"include": ["SETTINGS", "CONFIGURATIONS", "TAGS"]},
            volatile=(
                "activeServicesCount",
                "pendingTasksCount",
                "registeredContainerInstancesCount",
                "runningTasksCount",
                "statistics",
            ),
        ),
    ),
    children=(_SERVICES,),
)

_FAMILIES = Call(
    Read("ecs", "ListTaskDefinitionFamilies", page=100),
    (
        Output(
            "ecs.task_definition",
            "families[].{family: @}",
            "arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
        ),
    ),
    Span.REGION,
    params={"status": "ACTIVE"},
    follows=(_task_definition({"taskDefinition": "{family}"}),),
)

_PROVIDERS = Call(
    Read("ecs", "DescribeCapacityProviders"),
    (
        Output(
            "ecs.capacity_provider",
            "capacityProviders[?autoScalingGroupProvider]",
            "{capacityProviderArn}",
        ),
    ),
    Span.REGION,
    params={"include": ["TAGS"]},
)

CALLS = (_CLUSTERS, _FAMILIES, _PROVIDERS)
