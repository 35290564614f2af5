from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.collect import Entry
from scanner.collect.aws import call_table, calls
from scanner.collect.calls import UNEXPECTED, Call, Span
from scanner.errors import ConfigError
from scanner.model.snapshot import Gap, Reason, Scope
from tests.collect.conftest import Seen, collected, config_of, shell
from tests.faults.estate import OWN, SmallEstate
from tests.faults.faulty_server import FaultyServer

INSTEAD = {"sso-admin:ListAccountAssignmentsForPrincipal"}
"""Made in place of another, in another estate: see test_identity_center.py."""
ELSEWHERE = {"ec2:DescribeRegions", *INSTEAD}
TABLE = {entry.name: entry for entry in call_table() if entry.name not in ELSEWHERE}
# Reads of an irregular listing that are only made once others of it answered, and how many.
LATE = {
    "organizations:ListOrganizationalUnitsForParent": 1,
    "organizations:ListAccountsForParent": 1,
    "iam:GetCredentialReport": 1,
    "budgets:DescribeBudgetNotificationsForAccount": 1,
    "budgets:DescribeSubscribersForNotification": 2,
    "config:DescribeConfigurationRecorderStatus": 1,
    "sns:ListSubscriptions": 1,
    "ec2:SearchTransitGatewayRoutes": 1,
    "inspector2:ListFindingAggregations": 1,
    "sagemaker:DescribeNotebookInstanceLifecycleConfig": 1,
    "identitystore:ListUsers": 1,
    "identitystore:ListGroups": 1,
    "identitystore:ListGroupMemberships": 2,
    "sso-admin:ListPermissionSets": 1,
    "sso-admin:ListAccountsForProvisionedPermissionSet": 2,
    "sso-admin:ListAccountAssignments": 3,
    "sso-admin:DescribePermissionSet": 1,
    "sso-admin:ListManagedPoliciesInPermissionSet": 1,
    "sso-admin:ListCustomerManagedPolicyReferencesInPermissionSet": 1,
    "sso-admin:GetInlinePolicyForPermissionSet": 1,
    "sso-admin:GetPermissionsBoundaryForPermissionSet": 1,
    "ram:GetResourceShareAssociations": 1,
    "sagemaker:DescribePipeline": 1,
    "stepfunctions:DescribeStateMachine": 1,
    "s3:GetBucketLifecycleConfiguration": 1,
}


def _levels(found: tuple[Call, ...], depth: int) -> Iterator[tuple[str, int]]:
    """Call -> how many others must answer before it is made."""
    for call in found:
        if call.read is not None:
            yield call.read.name, depth
        for read in call.reads:
            yield read.name, depth
        if call.bulk is not None:
            yield call.bulk.read.name, depth + 1
        for batch in call.batches:
            yield batch.read.name, depth + 1
        for follow in call.follows:
            yield follow.read.name, depth + (2 if call.batches else 1)
        yield from _levels(call.children, depth + 1)


LEVELS = {(name, depth + LATE.get(name, 0)) for name, depth in _levels(calls(), 0)}
SPANS = {read.name: call.span for call in calls() for read, _, _ in call.all_reads()}
BULK = {call.bulk.read.name for call in calls() if call.bulk is not None}
CHILDREN = {name for call in calls() for name, _ in _levels(call.children, 1)}


@pytest.fixture(scope="module")
def denied(
    server: FaultyServer, estate: SmallEstate, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Gap]]:
    """Call -> its gaps, when all calls that are made after as many others are denied at once."""
    gaps: dict[str, list[Gap]] = {name: [] for name in TABLE}
    with shell(server, tmp_path_factory.mktemp("home")):
        for level in sorted({depth for _, depth in LEVELS}, reverse=True):
            server.clear()
            for name, depth in LEVELS:
                if depth == level:
                    server.deny(name)
            for gap in collected(config_of(estate, accounts=[estate.dev], regions=["eu-west-1"])).gaps:
                if gap not in gaps[gap.call]:
                    gaps[gap.call].append(gap)
    return gaps


@pytest.mark.parametrize("entry", TABLE.values(), ids=TABLE.keys())
def test_a_denied_call_leaves_gaps_that_say_what_is_missing(
    denied: dict[str, list[Gap]], entry: Entry, estate: SmallEstate
) -> None:
    # A read that needs another's answer is not made without it: that it misses is told, and is no denial.
    gaps = [gap for gap in denied[entry.name] if gap.detail != UNEXPECTED]
    assert gaps
    span = SPANS[entry.name]
    boundaries = {OWN if span in {Span.ORGANIZATION, Span.MEMBER} else estate.dev}
    if span is Span.MEMBER:
        boundaries.add(estate.dev)  # every account is asked which organization it is in
    regions = {"eu-west-1" if span is Span.REGION else "global"}
    if entry.name in BULK:
        regions.add("global")  # of buckets, which no region lists
    assert {gap.scope for gap in gaps} == {Scope("aws", b, region) for b in boundaries for region in regions}
    assert {gap.permission for gap in gaps} == {entry.permission}
    assert {gap.reason for gap in gaps} == {Reason.DENIED}
    assert {gap.detail for gap in gaps} <= {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
    if entry.follow:
        assert {gap.kind for gap in gaps} == set(entry.kinds)
        assert all(gap.resource.startswith("arn:aws:") for gap in gaps)
    elif entry.name in BULK:
        assert {(gap.kind, gap.resource) for gap in gaps} == {(kind, "") for kind in entry.kinds}
    elif entry.name not in LATE.keys() | CHILDREN:
        assert [(gap.kind, gap.resource) for gap in gaps] == [(entry.kinds[0], "")] * len(boundaries)


def test_a_failed_listing_leaves_no_part_and_a_failed_follow_up_no_key(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    cloud.deny("iam:ListSAMLProviders", account=estate.dev)
    cloud.deny("s3:GetBucketPolicy", account=estate.dev)
    seen = collected(config_of(estate), "iam:ListSAMLProviders", "s3:GetBucketPolicy", "s3:GetBucketAcl")
    assert "iam.saml_provider" not in seen.kinds(estate.dev)
    assert "iam.saml_provider" in seen.kinds(estate.prod)
    for bucket in seen.of("s3.bucket", estate.dev):
        assert set(bucket.data) == {"ListBuckets", "GetBucketAcl"}
    assert {gap.resource for gap in seen.gaps if gap.kind == "s3.bucket"} == {
        "arn:aws:s3:::dev-artifacts",
        "arn:aws:s3:::dev-backup",
    }


FAULTS = {
    "throttle": Reason.THROTTLED,
    "fail": Reason.FAILED,
    "unsupported": Reason.UNSUPPORTED,
    "cut": Reason.FAILED,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_way_to_fail_has_its_reason(cloud: FaultyServer, estate: SmallEstate, fault: str) -> None:
    calls = ("iam:GetAccountSummary", "ec2:DescribeVpcs", "ecr:GetRegistryPolicy", "s3:GetBucketAcl")
    for call in (*calls, "s3control:GetPublicAccessBlock", "organizations:ListRoots"):
        getattr(cloud, fault)(call)
    config = config_of(estate, accounts=[estate.dev], regions=["eu-west-1"])
    seen = collected(config, *calls, "s3control:GetPublicAccessBlock", "organizations:ListRoots")
    found = {gap.call: gap for gap in seen.gaps if gap.resource == "" or gap.kind != "organizations.account"}
    assert found.keys() == {*calls, "s3control:GetPublicAccessBlock", "organizations:ListRoots"}
    assert {gap.reason for gap in found.values()} == {FAULTS[fault]}
    assert all(gap.detail and " " not in gap.detail for gap in found.values())


def test_a_server_that_is_away_is_a_failure_of_each_call(
    cloud: FaultyServer, estate: SmallEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_ECR", "http://127.0.0.1:9")
    seen = collected(config_of(estate, regions=["eu-west-1"]), "ecr:DescribeImages", "s3:GetBucketAcl")
    assert {(gap.call, gap.reason, gap.detail) for gap in seen.gaps} == {
        ("ecr:DescribeRepositories", Reason.FAILED, "EndpointConnectionError")
    }
    assert len(seen.of("s3.bucket")) == 4
    assert cloud.calls["s3:GetBucketAcl"] == 4


def test_images_of_the_other_repositories_are_kept(cloud: FaultyServer, estate: SmallEstate) -> None:
    def refuse_one(body: bytes) -> bytes:
        return b"{" if b'"imageDetails": []' in body or b'"imageDetails":[]' in body else body

    cloud.amend("ecr:DescribeImages", refuse_one)
    config = config_of(estate, accounts=[estate.dev], regions=["eu-west-1"])
    seen = collected(config, "ecr:DescribeImages")
    assert len(seen.of("ecr.image")) == 2
    assert [(gap.kind, gap.call, gap.resource) for gap in seen.gaps] == [
        ("ecr.image", "ecr:DescribeImages", "")
    ]


def test_an_unreadable_document_is_a_gap_and_not_an_answer(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.amend("s3:GetBucketPolicy", lambda body: body[:-3] if b"Version" in body else body)
    seen = collected(config_of(estate, accounts=[estate.dev]), "s3:GetBucketPolicy")
    (gap,) = seen.gaps
    assert (gap.resource, gap.reason, gap.detail) == (
        "arn:aws:s3:::dev-artifacts",
        Reason.FAILED,
        "UnreadableDocument",
    )
    assert {r.id: "GetBucketPolicy" in r.data for r in seen.of("s3.bucket")} == {
        "arn:aws:s3:::dev-artifacts": False,
        "arn:aws:s3:::dev-backup": True,
    }


TREE = (
    "organizations:ListRoots",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListAccountsForParent",
)


@pytest.mark.parametrize("call", TREE)
def test_an_account_whose_parent_was_not_seen_has_a_gap(
    cloud: FaultyServer, estate: SmallEstate, call: str
) -> None:
    cloud.deny(call)
    seen = collected(config_of(estate, accounts=[]), *TREE)
    accounts = {r.data["ListAccounts"]["Id"]: r for r in seen.of("organizations.account")}
    assert accounts.keys() == {OWN, estate.dev, estate.prod}
    lost = {r.id for r in accounts.values() if "ListAccountsForParent" not in r.data}
    assert accounts[estate.prod].id in lost
    assert {gap.resource for gap in seen.gaps if gap.kind == "organizations.account"} == lost
    assert {gap.call for gap in seen.gaps} == {call}


def test_policies_of_one_type_stay_when_the_other_is_refused(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    cloud.amend("organizations:ListPolicies", lambda body: b"{" if b"RESOURCE_CONTROL" in body else body)
    seen = collected(config_of(estate, accounts=[]), "organizations:ListPolicies")
    assert [r.data["ListPolicies"]["Type"] for r in seen.of("organizations.policy")] == [
        "SERVICE_CONTROL_POLICY"
    ]
    assert [(gap.kind, gap.call) for gap in seen.gaps] == [
        ("organizations.policy", "organizations:ListPolicies")
    ]


def test_a_report_that_may_be_read_but_not_made_is_read(cloud: FaultyServer, estate: SmallEstate) -> None:
    config = config_of(estate, accounts=[estate.dev])
    assert collected(config, "iam:GetCredentialReport").gaps == []
    cloud.deny("iam:GenerateCredentialReport")
    seen = collected(config, "iam:GetCredentialReport")
    assert [gap.call for gap in seen.gaps] == ["iam:GenerateCredentialReport"]
    assert len(seen.of("iam.credential_report")) == 1


class TestRegions:
    def test_a_region_that_is_not_enabled_is_one_gap(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        config = config_of(estate, accounts=[estate.dev], regions=["eu-west-1", "ap-east-1"])
        seen = collected(config, "ec2:DescribeVpcs")
        found = {(gap.scope.region, gap.kind, gap.call, gap.reason, gap.detail) for gap in seen.gaps}
        assert found == {
            ("ap-east-1", "*", "ec2:DescribeRegions", Reason.NOT_ENABLED, "not-opted-in"),
        }
        assert {scope.region for scope, kind in seen.parts if kind == "ec2.vpc"} == {"eu-west-1"}
        assert {r.region for r in cloud.requests if r.call == "ec2:DescribeVpcs"} == {"eu-west-1"}

    def test_a_region_that_exists_nowhere_is_a_mistake_found_before_anything_is_read(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        config = config_of(estate, regions=["eu-wset-1", "eu-central-1"])
        with pytest.raises(ConfigError) as raised:
            collected(config)
        assert raised.value.what == "sources.aws.regions: no region eu-wset-1"
        assert "eu-west-1" in raised.value.hint
        assert raised.value.exit_code == 2
        assert set(cloud.calls) <= {"sts:GetCallerIdentity", "sts:AssumeRole", "ec2:DescribeRegions"}

    def test_a_region_that_one_account_may_not_look_up_is_looked_up_in_the_next(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("ec2:DescribeRegions", account=min(estate.dev, estate.prod))
        with pytest.raises(ConfigError):
            collected(config_of(estate, regions=["eu-wset-1"]), "ec2:DescribeVpcs")

    def test_where_no_account_may_look_up_regions_an_odd_one_is_tried(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("ec2:DescribeRegions")
        seen = collected(config_of(estate, accounts=[estate.dev], regions=["eu-wset-1"]), "ec2:DescribeVpcs")
        assert ("ec2.region", Reason.DENIED) in {(gap.kind, gap.reason) for gap in seen.gaps}

    def test_enabled_regions_that_the_file_leaves_out_are_named(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        seen = collected(config_of(estate, regions=["eu-west-1"]), "ec2:DescribeVpcs")
        assert seen.gaps == []
        assert {scope.boundary for scope in seen.unasked} == {estate.dev, estate.prod}
        named = {scope.region for scope in seen.unasked}
        assert "us-east-1" in named
        assert not {"eu-west-1", "ap-east-1"} & named, "what is asked for, and what is not enabled"
        assert cloud.calls["ec2:DescribeRegions"] == 2

    def test_all_enabled_regions_leave_none_out(self, estate: SmallEstate) -> None:
        config = config_of(estate, accounts=[estate.dev], regions="enabled")
        seen = collected(config, "ec2:DescribeVpcs")
        assert seen.unasked == [Scope("aws", estate.prod, "global")], "an account that is declared, though"

    def test_enabled_means_those_of_the_account(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        config = config_of(estate, accounts=[estate.dev], regions="enabled")
        seen = collected(config, "ec2:DescribeVpcs")
        assert seen.gaps == []
        scanned = {scope.region for scope, _ in seen.parts}
        assert {"eu-west-1", "us-east-1"} < scanned
        assert "ap-east-1" not in scanned
        assert cloud.calls["ec2:DescribeRegions"] == 1

    def test_where_the_list_is_denied_the_regions_are_tried(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("ec2:DescribeRegions")
        cloud.close_region("ap-east-1")
        config = config_of(estate, accounts=[estate.dev], regions=["ap-east-1", "eu-west-1"])
        seen = collected(config, "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ecr:DescribeRepositories")
        found = {(gap.scope.region, gap.kind, gap.call, gap.reason) for gap in seen.gaps}
        assert found == {
            ("global", "ec2.region", "ec2:DescribeRegions", Reason.DENIED),
            ("ap-east-1", "*", "ec2:DescribeRegions", Reason.NOT_ENABLED),
        }
        assert len(seen.gaps) == 2
        assert {scope.region for scope, _ in seen.parts} == {"eu-west-1"}

    def test_refused_credentials_in_an_enabled_region_are_no_closed_region(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.close_region("us-east-1", account=estate.dev)
        config = config_of(estate, accounts=[estate.dev])
        seen: Seen = collected(config, "ec2:DescribeVpcs")
        assert [(gap.kind, gap.reason, gap.detail) for gap in seen.gaps] == [
            ("ec2.vpc", Reason.FAILED, "AuthFailure")
        ]
