"""Amazon Inspector: coverage and counted findings, which moto lacks.

Shapes: Amazon Inspector API Reference, ListCoverage, ListFindingAggregations (``AWS_ECR_CONTAINER``). One
image of each account and region is covered, and has a finding of high severity.
"""

from __future__ import annotations

import json
from typing import Any

from tests.faults.wire import Request

DIGEST = "sha256:" + "ab" * 32


def _image(request: Request) -> str:
    return f"arn:aws:ecr:{request.region}:{request.account}:repository/ml/scanned/{DIGEST}"


def _asked(request: Request) -> dict[str, Any]:
    asked = json.loads(request.body)
    if not isinstance(asked, dict):
        raise TypeError(request.body)
    return asked


def _coverage(request: Request) -> bytes:
    (wanted,) = _asked(request)["filterCriteria"]["resourceType"]
    if wanted != {"comparison": "EQUALS", "value": "AWS_ECR_CONTAINER_IMAGE"}:
        raise ValueError(request.body)
    covered = {
        "resourceType": "AWS_ECR_CONTAINER_IMAGE",
        "resourceId": _image(request),
        "accountId": request.account,
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"},
        "resourceMetadata": {"ecrImage": {"tags": ["v1"], "imagePulledAt": 1700000000.0}},
        "lastScannedAt": 1763900000.0,
        "scanMode": "EC2_SSM_AGENT_BASED",
    }
    return json.dumps({"coveredResources": [covered]}).encode()


def _aggregations(request: Request) -> bytes:
    if _asked(request)["aggregationType"] != "AWS_ECR_CONTAINER":
        raise ValueError(request.body)
    counted = {
        "resourceId": _image(request),
        "imageSha": DIGEST,
        "repository": "ml/scanned",
        "architecture": "amd64",
        "imageTags": ["v1"],
        "accountId": request.account,
        "severityCounts": {"all": 3, "critical": 0, "high": 1, "medium": 1},
    }
    answer = {"aggregationType": "AWS_ECR_CONTAINER", "responses": [{"awsEcrContainerAggregation": counted}]}
    return json.dumps(answer).encode()


ANSWERS = {"inspector2:ListCoverage": _coverage, "inspector2:ListFindingAggregations": _aggregations}
