"""ECR: repositories and the images in them.

Shapes: Amazon ECR API Reference, ``Repository``, ``ImageDetail``; of GetRegistryPolicy and
GetRepositoryPolicy the policy itself, decoded.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._ecr_scanning import REGISTRY, scanner, scanning
from scanner.estate.aws._native import document, policy_at, tags_in_bulk
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_DESCRIBE, _IMAGES = "DescribeRepositories", "DescribeImages"
_SUMMARY = "imageScanFindingsSummary"


def _registry_policy(reading: Reading) -> Value:
    return document(reading.answer("GetRegistryPolicy", of=REGISTRY))


def _replication(reading: Reading) -> Value:
    """Where the registry's rules copy the repository to; a rule without filters copies all of them.

    Amazon ECR API Reference, ``ReplicationRule``; a filter is a prefix of the name (``PREFIX_MATCH``).
    """
    answer = reading.answer("DescribeRegistry", of=REGISTRY)
    if isinstance(answer, Unknown):
        return answer
    prefix, _, name = reading.id.partition(":repository/")
    partition = prefix.split(":")[1]
    found = {
        f"arn:{partition}:ecr:{place['region']}:{place['registryId']}:repository/{name}"
        for rule in (answer.value or {}).get("rules") or ()
        if _copied(rule, name)
        for place in rule.get("destinations") or ()
    }
    return Known(sorted(found - {reading.id}))


def _copied(rule: dict[str, Any], name: str) -> bool:
    filters = rule.get("repositoryFilters") or ()
    return not filters or any(name.startswith(each.get("filter", "")) for each in filters)


REPOSITORY = Normaliser(
    native="ecr.repository",
    kind="registry",
    listed=((f"ecr:{_DESCRIBE}",),),
    regional=True,
    tags=tags_in_bulk("ListTagsForResource"),
    name=lambda reading: reading.id.split(":repository/", 1)[-1],
    attrs={
        "type": constant("repository"),
        "policy": policy_at("GetRepositoryPolicy"),
        "scanning": Attr(scanning, (_DESCRIBE,), ("ecr:GetRegistryScanningConfiguration",)),
        "scanner": Attr(scanner, calls=("ecr:GetRegistryScanningConfiguration",)),
        "immutable_tags": field_of(
            _DESCRIBE, "imageTagMutability", convert=lambda mutability: mutability == "IMMUTABLE"
        ),
        "registry_policy": Attr(_registry_policy, calls=("ecr:GetRegistryPolicy",)),
        "replication": Attr(_replication, calls=("ecr:DescribeRegistry",)),
    },
)

IMAGE = Normaliser(
    native="ecr.image",
    kind="image",
    listed=((f"ecr:{_DESCRIBE}",), (f"ecr:{_IMAGES}",)),
    regional=True,
    name=lambda reading: reading.id.split(":repository/", 1)[-1],
    attrs={
        "registry": Attr(lambda reading: Known(reading.id.rsplit("@", 1)[0], "/id")),
        "digest": Attr(lambda reading: Known(reading.id.rsplit("@", 1)[-1], "/id")),
        "tags": field_of(_IMAGES, "imageTags", absent=[], convert=sorted),
        "pushed_at": field_of(_IMAGES, "imagePushedAt", absent=None),
        "scan_status": field_of(_IMAGES, "imageScanStatus", "status", absent=None),
        "scan_completed_at": field_of(_IMAGES, _SUMMARY, "imageScanCompletedAt", absent=None),
        "scan_counts": field_of(
            _IMAGES, _SUMMARY, absent=None, convert=lambda found: found.get("findingSeverityCounts") or {}
        ),
    },
)
