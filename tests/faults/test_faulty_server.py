from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import pytest

from tests.faults.estate import SmallEstate, build
from tests.faults.faulty_server import FaultyServer


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        running.reset()
        yield running


@pytest.fixture(scope="module")
def estate(server: FaultyServer) -> SmallEstate:
    return build(server.url)


@pytest.fixture(autouse=True)
def _clear(server: FaultyServer) -> None:
    server.clear()


ASKS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "iam:GetAccountSummary": (lambda c: c.get_account_summary(), "AccessDenied", "Throttling"),
    "ec2:DescribeVpcs": (lambda c: c.describe_vpcs(), "UnauthorizedOperation", "RequestLimitExceeded"),
    "ecr:DescribeRepositories": (
        lambda c: c.describe_repositories(),
        "AccessDeniedException",
        "ThrottlingException",
    ),
    "s3:ListBuckets": (lambda c: c.list_buckets(MaxBuckets=10_000), "AccessDenied", "SlowDown"),
    "s3:GetBucketPolicy": (lambda c: c.get_bucket_policy(Bucket="dev-artifacts"), "AccessDenied", "SlowDown"),
    "s3:GetBucketVersioning": (
        lambda c: c.get_bucket_versioning(Bucket="dev-artifacts"),
        "AccessDenied",
        "SlowDown",
    ),
    "lambda:ListFunctions": (
        lambda c: c.list_functions(),
        "AccessDeniedException",
        "TooManyRequestsException",
    ),
    "codebuild:ListProjects": (lambda c: c.list_projects(), "AccessDeniedException", "ThrottlingException"),
    "eks:ListAssociatedAccessPolicies": (
        lambda c: c.list_associated_access_policies(
            clusterName="ml", principalArn="arn:aws:iam::111111111111:role/team/a"
        ),
        "AccessDeniedException",
        "TooManyRequestsException",
    ),
    "cloudwatch:DescribeAlarms": (
        lambda c: c.describe_alarms(),
        "AccessDeniedException",
        "ThrottlingException",
    ),
    "efs:DescribeFileSystems": (
        lambda c: c.describe_file_systems(),
        "AccessDeniedException",
        "TooManyRequestsException",
    ),
}


@pytest.mark.parametrize("call", ASKS)
def test_a_denied_call_is_answered_in_its_protocols_own_words(
    server: FaultyServer, estate: SmallEstate, call: str
) -> None:
    ask, denied, throttled = ASKS[call]
    client = estate.client(call.partition(":")[0], estate.dev)
    ask(client)
    server.deny(call)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        ask(client)
    assert caught.value.response["Error"]["Code"] == denied
    server.clear()
    server.throttle(call)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        ask(client)
    assert caught.value.response["Error"]["Code"] == throttled


def test_what_moto_lacks_is_answered_by_us_from_the_request(
    server: FaultyServer, estate: SmallEstate
) -> None:
    eks = estate.client("eks", estate.dev)
    (principal,) = eks.list_access_entries(clusterName="ml")["accessEntries"]
    entry = eks.describe_access_entry(clusterName="ml", principalArn=principal)["accessEntry"]
    assert (entry["clusterName"], entry["principalArn"]) == ("ml", principal)
    server.answer(
        "eks:ListAccessEntries", 200, lambda request: b'{"accessEntries": ["%s"]}' % request.region.encode()
    )
    assert eks.list_access_entries(clusterName="ml")["accessEntries"] == ["eu-west-1"]
    server.clear()
    assert eks.list_access_entries(clusterName="ml")["accessEntries"] == [principal]


def test_a_fault_may_be_for_one_account_alone(server: FaultyServer, estate: SmallEstate) -> None:
    server.deny("iam:GetAccountSummary", account=estate.prod)
    estate.client("iam", estate.dev).get_account_summary()
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        estate.client("iam", estate.prod).get_account_summary()


def test_requests_are_counted_with_account_and_region(server: FaultyServer, estate: SmallEstate) -> None:
    estate.client("ec2", estate.dev, "us-east-1").describe_vpcs()
    assert server.calls == {"sts:AssumeRole": 1, "ec2:DescribeVpcs": 1}
    # a role is refused, and counted, where it lies
    assert [(r.account, r.region) for r in server.requests] == [(estate.dev, "us-east-1")] * 2


def test_shuffling_turns_arrays_around_and_nothing_else(server: FaultyServer, estate: SmallEstate) -> None:
    s3, ec2 = estate.client("s3", estate.dev), estate.client("ec2", estate.dev)
    ecr = estate.client("ecr", estate.dev)
    tags = s3.get_bucket_tagging(Bucket="dev-artifacts")["TagSet"]
    subnets = ec2.describe_subnets()["Subnets"]
    names = [item["repositoryName"] for item in ecr.describe_repositories()["repositories"]]
    server.shuffle = True
    assert s3.get_bucket_tagging(Bucket="dev-artifacts")["TagSet"] == tags[::-1] != tags
    assert ec2.describe_subnets()["Subnets"] == subnets[::-1] != subnets
    assert [item["repositoryName"] for item in ecr.describe_repositories()["repositories"]] == names[::-1]


def test_reset_leaves_no_estate(server: FaultyServer) -> None:
    # Last in this file: it takes the estate away.
    server.reset()
    fresh = build(server.url)
    assert len(fresh.client("s3", fresh.dev).list_buckets()["Buckets"]) == 2
