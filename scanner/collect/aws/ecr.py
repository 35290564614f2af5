"""ECR: registries, repositories and images (Amazon ECR API, version 2015-09-21)."""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_REGISTRY = Call(
    None,
    (Output("ecr.registry", "", "arn:{partition}:ecr:{region}:{account}:registry"),),
    Span.REGION,
    follows=(
        Follow(Read("ecr", "GetRegistryScanningConfiguration"), {}, "scanningConfiguration"),
        Follow(
            Read("ecr", "GetRegistryPolicy"),
            {},
            "policyText",
            ("RegistryPolicyNotFoundException",),
            policy=True,
        ),
        Follow(Read("ecr", "DescribeRegistry"), {}, "replicationConfiguration"),
    ),
)

_IMAGES = Call(
    Read("ecr", "DescribeImages", page=1000),
    (
        Output(
            "ecr.image",
            "imageDetails[]",
            "{_parent}@{imageDigest}",
            volatile=("lastRecordedPullTime",),
        ),
    ),
    Span.REGION,
    params={"repositoryName": "{repositoryName}"},
)

_REPOSITORIES = Call(
    Read("ecr", "DescribeRepositories", page=1000),
    (Output("ecr.repository", "repositories[]", "{repositoryArn}"),),
    Span.REGION,
    follows=(
        Follow(
            Read("ecr", "GetRepositoryPolicy"),
            {"repositoryName": "{repositoryName}"},
            "policyText",
            ("RepositoryPolicyNotFoundException",),
            policy=True,
        ),
    ),
    children=(_IMAGES,),
    bulk=tagged("ecr:repository"),
)

CALLS = (_REGISTRY, _REPOSITORIES)
