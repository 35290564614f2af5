"""Resource Groups Tagging API: tags of all services, of which moto lacks some (ECR, CodePipeline).

Shape, paging and limits: Resource Groups Tagging API Reference, GetResources. A type is what an ARN names;
buckets, whose ARNs name neither type nor region, are given where they lie. What has no tags is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.faults.wire import Request

_MOST_FILTERS, _MOST_A_PAGE = 100, 100
_SERVICES = frozenset(
    {
        *("codepipeline", "dynamodb", "ecr", "kms", "lambda", "logs", "s3", "sagemaker", "sns", "ssm"),
        *("states",),
    }
)
"""What may be asked for by name; a service that the API does not know is refused."""

Tags = dict[str, str]


def _get_resources(request: Request) -> bytes:
    asked = json.loads(request.body)
    if unknown := asked.keys() - {"ResourceTypeFilters", "ResourcesPerPage", "PaginationToken"}:
        raise ValueError(f"not expected here: {unknown}")
    filters, size = asked.get("ResourceTypeFilters", []), asked.get("ResourcesPerPage", 50)
    if len(filters) > _MOST_FILTERS or not 1 <= size <= _MOST_A_PAGE:
        raise ValueError("more than the API takes")
    if odd := {one.partition(":")[0] for one in filters} - _SERVICES:
        raise ValueError(f"no such service: {odd}")
    found = sorted(
        (arn, tags) for arn, tags in _tagged(request) if tags and (not filters or _is_one_of(arn, filters))
    )
    start = int(asked.get("PaginationToken") or 0)
    page = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}
        for arn, tags in found[start : start + size]
    ]
    token = str(start + size) if start + size < len(found) else ""
    return json.dumps({"ResourceTagMappingList": page, "PaginationToken": token}).encode()


def _is_one_of(arn: str, filters: list[str]) -> bool:
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    kind = "bucket" if service == "s3" else rest.replace(":", "/").partition("/")[0]
    return service in filters or f"{service}:{kind}" in filters


def _tagged(request: Request) -> Iterator[tuple[str, Tags]]:
    from moto.codepipeline.models import codepipeline_backends  # noqa: PLC0415 - slow to import
    from moto.core.resource_tagging import iter_taggable_backends  # noqa: PLC0415
    from moto.ecr.models import ecr_backends  # noqa: PLC0415
    from moto.s3.models import S3Backend  # noqa: PLC0415

    account, region = request.account, request.region
    for backend in iter_taggable_backends(account, region):
        for thing in backend.iter_tagged_resources():
            elsewhere = isinstance(backend, S3Backend) and region != _region_of(backend, thing.arn)
            if not elsewhere:
                yield thing.arn, dict(thing.tags)
    registry = ecr_backends[account][region]
    for repository in registry.repositories.values():
        yield repository.arn, registry.tagger.get_tag_dict_for_resource(repository.arn)
    for name, pipeline in codepipeline_backends[account][region].pipelines.items():
        yield f"arn:aws:codepipeline:{region}:{account}:{name}", dict(pipeline.tags)


def _region_of(backend: object, arn: str) -> str:
    buckets = vars(backend)["buckets"]
    return str(buckets[arn.rpartition(":")[2]].region_name)


ANSWERS = {"resourcegroupstaggingapi:GetResources": _get_resources}
