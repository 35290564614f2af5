"""Images in a registry, and services and functions that run them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.controls.aws.conftest import REGION, Cloud


def host(account: str) -> str:
    """The registry of an account."""
    return f"{account}.dkr.ecr.{REGION}.amazonaws.com"


def image(
    cloud: Cloud, account: str, repository: str, *, immutable: bool = False, scanning: bool = False
) -> str:
    """Put ``repository:v1`` into a registry; the reference."""
    ecr = cloud.client("ecr", account)
    ecr.create_repository(
        repositoryName=repository,
        imageTagMutability="IMMUTABLE" if immutable else "MUTABLE",
        imageScanningConfiguration={"scanOnPush": scanning},
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"digest": "sha256:" + hashlib.sha256(repository.encode()).hexdigest()},
        "layers": [],
    }
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(manifest), imageTag="v1")
    return f"{host(account)}/{repository}:v1"


def digest(cloud: Cloud, account: str, repository: str) -> str:
    """The digest that ``v1`` names."""
    (found,) = cloud.client("ecr", account).describe_images(repositoryName=repository)["imageDetails"]
    return str(found["imageDigest"])


def service(cloud: Cloud, account: str, name: str, *images: str, **container: Any) -> str:
    """A service on Fargate that runs images; its ARN."""
    ecs = cloud.client("ecs", account)
    ecs.create_cluster(clusterName="ml")
    containers = [
        {"name": f"c{at}", "image": each, "memory": 128, **container} for at, each in enumerate(images)
    ]
    ecs.register_task_definition(family=name, containerDefinitions=containers)
    made = ecs.create_service(
        cluster="ml", serviceName=name, taskDefinition=name, desiredCount=1, launchType="FARGATE"
    )
    return str(made["service"]["serviceArn"])


def family(account: str, name: str) -> str:
    """What a task definition's family is as a subject."""
    return f"arn:aws:ecs:{REGION}:{account}:task-definition/{name}"
