"""CodeBuild: projects as workloads: what they run, as whom, and what their settings hold.

An image that AWS curates (``aws/codebuild/...``) is the provider's own. A build has a machine to itself,
which AWS throws away, so that privileged mode gives it nothing of anybody's. Settings that name a parameter
or a secret are no plain ones.

Shapes: AWS CodeBuild API Reference, ``Project``, ``ProjectEnvironment``, ``EnvironmentVariable``.
https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._containers import secret_id
from scanner.estate.aws._native import tags_at
from scanner.estate.aws._workloads import arn_at
from scanner.estate.normaliser import Normaliser, constant, field_of
from scanner.estate.settings import plain_secrets, settings
from scanner.estate.workloads import of, workload

_GET = "BatchGetProjects"
_CURATED = "aws/codebuild/"


def _image(project: dict[str, Any]) -> str:
    return str((project.get("environment") or {}).get("image") or _CURATED)


def _variables(project: dict[str, Any]) -> list[dict[str, Any]]:
    return list((project.get("environment") or {}).get("environmentVariables") or ())


def _plain(project: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for each in _variables(project) if each.get("type", "PLAINTEXT") == "PLAINTEXT"]
    return settings([{"environment": found}])


def _secrets(project: dict[str, Any]) -> list[str]:
    """Ids of vaulted settings that are named by an ARN; a bare name is concealed with the values."""
    given = (
        each.get("value") for each in _variables(project) if each.get("type", "PLAINTEXT") != "PLAINTEXT"
    )
    arns = (each.get("refers_to") for each in given if isinstance(each, dict))
    return sorted({secret_id(arn, "") for arn in arns if arn})


PROJECT_WORKLOAD = Normaliser(
    native="codebuild.project",
    kind="workload",
    listed=(("codebuild:ListProjects",),),
    regional=True,
    tags=tags_at(_GET, "tags"),
    attrs=workload(
        "codebuild_project",
        packaging=of(_GET, lambda project: "code" if _image(project).startswith(_CURATED) else "image"),
        images=of(_GET, lambda project: [] if _image(project).startswith(_CURATED) else [_image(project)]),
        identity=arn_at(_GET, "serviceRole"),
        subnets=field_of(_GET, "vpcConfig", "subnets", absent=[], convert=sorted),
        security_groups=field_of(_GET, "vpcConfig", "securityGroupIds", absent=[], convert=sorted),
        variables=of(_GET, _plain),
        plain_secrets=of(_GET, lambda project: plain_secrets(_plain(project))),
        secrets=of(_GET, _secrets),
        idle_stop=constant("maybe"),
        admission=of(
            _GET, lambda project: "provider" if _image(project).startswith(_CURATED) else "unreadable"
        ),
    ),
)
