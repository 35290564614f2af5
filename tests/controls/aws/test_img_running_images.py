"""IMG-001, IMG-002 and IMG-004 over the wire: what production runs, against declarations and registries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.controls.aws.conftest import REGION, Cloud
from tests.controls.aws.images import digest, family, host, image, service
from tests.faults.wire import Request

AS_OF = "2026-11-24T05:00:00Z"


def _scanned(at: float, **counts: int) -> Callable[[bytes], bytes]:
    """The answer of DescribeImages with a scan: moto scans nothing.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
    """

    def change(body: bytes) -> bytes:
        answer = json.loads(body)
        for detail in answer["imageDetails"]:
            detail["imageScanStatus"] = {"status": "COMPLETE"}
            detail["imageScanFindingsSummary"] = {
                "imageScanCompletedAt": at,
                "findingSeverityCounts": counts,
            }
        return json.dumps(answer).encode()

    return change


RECENT, OLD = 1795392000.0, 1700000000.0  # 2026-11-23, 2023-11-14


def test_approved_by_repository_by_digest_and_not_at_all(cloud: Cloud) -> None:
    good, other = image(cloud, cloud.prod, "approved/api"), image(cloud, cloud.prod, "lab/api")
    pinned = digest(cloud, cloud.prod, "lab/api")
    passing = service(cloud, cloud.prod, "api", good)
    failing = service(cloud, cloud.prod, "lab", good, other, "python:3.13")
    cloud.declared = {"prod": {"images": {"approved": [f"{host(cloud.prod)}/approved/*"]}}}
    found = cloud.judge("IMG-001")
    assert found == {("approved", passing): "pass", ("approved", failing): "fail"}
    told = {item.subject: item.detail for item in cloud.last}
    assert told[failing] == {"images": f"{other}, python:3.13"}
    cloud.declared["prod"]["images"]["approved"] += [pinned, "docker.io/library/*"]
    assert cloud.judge("IMG-001")["approved", failing] == "pass"
    cloud.server.deny("ecr:DescribeImages")
    assert cloud.judge("IMG-001")["approved", failing] == "unknown"
    cloud.declared = {}
    assert cloud.judge("IMG-001")["approved", passing] == "unknown"
    assert {item.undeclared for item in cloud.last} == {"environments.prod.images.approved"}


def test_a_family_that_no_service_runs_is_judged_by_itself(cloud: Cloud) -> None:
    cloud.client("ecs", cloud.prod).register_task_definition(
        family="nightly", containerDefinitions=[{"name": "app", "image": "python:3.13", "memory": 128}]
    )
    cloud.declared = {"prod": {"images": {"approved": []}}}
    assert cloud.judge("IMG-001") == {("approved", family(cloud.prod, "nightly")): "fail"}
    cloud.server.deny("ecs:ListClusters")
    assert cloud.judge("IMG-001")["approved", family(cloud.prod, "nightly")] == "unknown"


def test_pinned_by_digest_or_by_a_tag_that_stays(cloud: Cloud) -> None:
    moving, fixed = image(cloud, cloud.prod, "moving"), image(cloud, cloud.prod, "fixed", immutable=True)
    by_digest = f"{host(cloud.prod)}/moving@{digest(cloud, cloud.prod, 'moving')}"
    passing = service(cloud, cloud.prod, "api", fixed, by_digest)
    failing = service(cloud, cloud.prod, "lab", moving, fixed)
    outside = service(cloud, cloud.prod, "web", "nginx")
    elsewhere = service(cloud, cloud.prod, "aws", f"{host('763104351884')}/pytorch:2")
    assert cloud.judge("IMG-002") == {
        ("pinned", passing): "pass",
        ("pinned", failing): "fail",
        ("pinned", outside): "fail",
        ("pinned", elsewhere): "unknown",
    }
    cloud.server.deny("ecr:DescribeRepositories")
    found = cloud.judge("IMG-002")
    assert (found["pinned", failing], found["pinned", passing]) == ("unknown", "unknown")


def _role(cloud: Cloud) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = cloud.client("iam", cloud.prod).create_role(RoleName="packed", AssumeRolePolicyDocument=trust)
    return str(made["Role"]["Arn"])


def test_a_function_runs_the_digest_that_it_was_deployed_with(cloud: Cloud) -> None:
    reference = image(cloud, cloud.prod, "moving")
    function = cloud.client("lambda", cloud.prod).create_function(
        FunctionName="packed",
        Role=_role(cloud),
        PackageType="Image",
        Code={"ImageUri": reference},
    )
    assert cloud.judge("IMG-002") == {("pinned", function["FunctionArn"]): "pass"}
    cloud.server.deny("lambda:GetFunction")
    assert cloud.judge("IMG-002") == {("pinned", function["FunctionArn"]): "unknown"}


@pytest.mark.parametrize(
    ("at", "counts", "scanned", "sound"),
    [
        (RECENT, {"MEDIUM": 3}, "pass", "pass"),
        (RECENT, {"HIGH": 1}, "pass", "fail"),
        (OLD, {"LOW": 1}, "fail", "pass"),
    ],
)
def test_the_registrys_own_scan(
    cloud: Cloud, at: float, counts: dict[str, int], scanned: str, sound: str
) -> None:
    cloud.as_of = AS_OF
    api = service(cloud, cloud.prod, "api", image(cloud, cloud.prod, "api", scanning=True))
    cloud.server.amend("ecr:DescribeImages", _scanned(at, **counts))
    assert cloud.judge("IMG-004") == {("scanned", api): scanned, ("sound", api): sound}


def test_an_image_without_a_scan_and_one_that_cannot_be_seen(cloud: Cloud) -> None:
    cloud.as_of = AS_OF
    bare = service(cloud, cloud.prod, "api", image(cloud, cloud.prod, "api"))
    outside = service(cloud, cloud.prod, "web", "nginx")
    assert cloud.judge("IMG-004") == {
        ("scanned", bare): "fail",
        ("sound", bare): "unknown",
        ("scanned", outside): "unknown",
        ("sound", outside): "unknown",
    }


def test_inspectors_scan_counts_where_the_registry_leaves_scanning_to_it(cloud: Cloud) -> None:
    cloud.as_of = AS_OF
    api = service(cloud, cloud.prod, "api", image(cloud, cloud.prod, "api"))
    resource = f"arn:aws:ecr:{REGION}:{cloud.prod}:repository/api/{digest(cloud, cloud.prod, 'api')}"
    cloud.client("ecr", cloud.prod).put_registry_scanning_configuration(scanType="ENHANCED", rules=[])
    cloud.server.answer("inspector2:ListCoverage", 200, lambda request: _coverage(request, resource))
    cloud.server.answer("inspector2:ListFindingAggregations", 200, lambda _: _counts(resource, high=1))
    assert cloud.judge("IMG-004") == {("scanned", api): "pass", ("sound", api): "fail"}
    cloud.server.answer("inspector2:ListFindingAggregations", 200, lambda _: b'{"responses": []}')
    assert cloud.judge("IMG-004") == {("scanned", api): "pass", ("sound", api): "pass"}
    cloud.server.deny("inspector2:ListFindingAggregations")
    assert cloud.judge("IMG-004") == {("scanned", api): "pass", ("sound", api): "unknown"}
    cloud.server.deny("inspector2:ListCoverage")
    assert cloud.judge("IMG-004")["scanned", api] == "unknown"


def _coverage(request: Request, resource: str) -> bytes:
    """Amazon Inspector API Reference, ListCoverage."""
    covered = {
        "resourceType": "AWS_ECR_CONTAINER_IMAGE",
        "resourceId": resource,
        "accountId": request.account,
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"},
        "lastScannedAt": RECENT,
    }
    return json.dumps(
        {"coveredResources": [covered] if re.search(request.account, resource) else []}
    ).encode()


def _counts(resource: str, **counts: int) -> bytes:
    """Amazon Inspector API Reference, ListFindingAggregations."""
    counted = {"resourceId": resource, "severityCounts": {"all": sum(counts.values()), **counts}}
    return json.dumps({"responses": [{"awsEcrContainerAggregation": counted}]}).encode()
