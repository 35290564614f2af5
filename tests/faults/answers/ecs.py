"""Amazon ECS: capacity providers without naming them, which moto cannot.

Shape: Amazon ECS API Reference, DescribeCapacityProviders: without names it describes all, those of AWS too.
"""

from __future__ import annotations

import json

from tests.faults.wire import Request


def _providers(request: Request) -> bytes:
    if json.loads(request.body).get("include") != ["TAGS"]:
        raise ValueError(request.body)
    prefix = f"{request.region}:{request.account}"
    arn = f"arn:aws:ecs:{prefix}:capacity-provider"
    group = f"arn:aws:autoscaling:{prefix}:autoScalingGroup:1:autoScalingGroupName/machines"
    own = {
        "capacityProviderArn": f"{arn}/machines",
        "name": "machines",
        "status": "ACTIVE",
        "autoScalingGroupProvider": {"autoScalingGroupArn": group, "managedScaling": {"status": "ENABLED"}},
        "tags": [],
    }
    fargate = {"capacityProviderArn": f"{arn}/FARGATE", "name": "FARGATE", "status": "ACTIVE", "tags": []}
    return json.dumps({"capacityProviders": [own, fargate], "failures": []}).encode()


ANSWERS = {"ecs:DescribeCapacityProviders": _providers}
