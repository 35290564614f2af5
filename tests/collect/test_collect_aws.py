from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.collect import collect
from scanner.collect.aws import calls
from scanner.collect.calls import Call, Span
from scanner.model.snapshot import Scope
from scanner.snapshot import SnapshotWriter
from tests.collect.conftest import ACCESS_KEY, SECRET_KEY, Seen, collected, config_of, shell
from tests.faults.answers.ec2 import block_exclusions
from tests.faults.estate import OWN, REGIONS, SmallEstate
from tests.faults.faulty_server import FaultyServer


def _kinds(span: Span) -> set[str]:
    return {kind for call in calls() if call.span is span for kind in call.kinds}


GLOBAL, REGIONAL, MEMBER = _kinds(Span.GLOBAL), _kinds(Span.REGION), _kinds(Span.MEMBER)
ORGANIZATION = _kinds(Span.ORGANIZATION) | MEMBER


def _per_record(found: tuple[Call, ...]) -> Iterator[str]:
    """The calls that are made for each record, or for a few of them at once."""
    for call in found:
        after = (*call.batches, *call.follows) if call.read is not None else ()
        yield from (each.read.name for each in after)
        yield from (read.name for child in call.children for read, _, _ in child.all_reads())


PER_RECORD = frozenset(_per_record(calls()))
_PLAIN = (call for call in calls() if call.span is Span.REGION and call.gather is None)
ONCE = {"ec2:DescribeRegions"} | {call.read.name for call in _PLAIN if call.read is not None}
"""Once an account and region; `ec2:DescribeRegions` once an account."""


SIGNED_FOR = {
    "application-autoscaling": "autoscaling",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "service-quotas": "servicequotas",
    "efs": "elasticfilesystem",
    "s3control": "s3",
    "stepfunctions": "states",
}
"""The SDK's name of a service -> its name in ARNs, where they differ."""


@pytest.fixture(scope="module")
def whole(server: FaultyServer, estate: SmallEstate, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One collection of everything, for the tests that only look at it."""
    server.answer(
        "ec2:DescribeVpcBlockPublicAccessExclusions",
        200,
        lambda request: block_exclusions(request, "vpc/vpc-1"),
    )
    with shell(server, tmp_path_factory.mktemp("home")):
        return collected(config_of(estate))


def test_everything_is_collected_once_a_scope_and_nothing_is_missed(whole: Seen, estate: SmallEstate) -> None:
    seen = whole
    assert seen.gaps == []
    assert seen.kinds(estate.dev) == seen.kinds(estate.prod) == GLOBAL | REGIONAL | MEMBER
    assert seen.unasked
    assert seen.kinds(OWN) == ORGANIZATION
    regions = {(scope.region, kind) for scope, kind in seen.parts if scope.boundary == estate.dev}
    assert regions == {("global", kind) for kind in GLOBAL | MEMBER} | {
        (r, k) for r in REGIONS for k in REGIONAL
    }
    assert seen.asked == seen.reached == sorted(Scope("aws", a, "global") for a in (estate.dev, estate.prod))
    assert Counter(call for _, call, _ in seen.called_for) == seen.calls
    empty = {kind for kind in GLOBAL | REGIONAL if not seen.of(kind)}
    assert empty == set(), "the estate of this test holds something of every kind"


def test_a_bucket_with_what_follows(whole: Seen, estate: SmallEstate) -> None:
    backup, artifacts = sorted(whole.of("s3.bucket", estate.dev), key=lambda r: r.id, reverse=True)
    assert artifacts.id == "arn:aws:s3:::dev-artifacts"
    assert artifacts.data["GetBucketPolicy"]["Statement"][0]["Sid"] == "Only"
    assert artifacts.data["GetBucketVersioning"] == {"Status": "Enabled"}
    assert artifacts.data["GetResources"] == [
        {"Key": "a", "Value": "b"},
        {"Key": "environment", "Value": "dev"},
    ]
    for operation in (
        *("GetBucketPolicy", "GetPublicAccessBlock", "GetBucketEncryption", "GetBucketReplication"),
        *("GetResources", "GetObjectLockConfiguration", "GetBucketOwnershipControls"),
    ):
        assert backup.data[operation] is None, operation
    assert backup.data["GetBucketVersioning"] == {}


def test_a_bucket_is_asked_in_its_own_region(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.amend(
        "s3:ListBuckets",
        lambda body: re.sub(rb"(<Name>\w+-backup</Name><BucketRegion>)[\w-]+", rb"\1eu-central-1", body),
    )
    collected(config_of(estate), "s3:GetBucketVersioning")
    asked = Counter((r.call, r.region) for r in cloud.requests if r.account == estate.dev)
    assert asked["s3:GetBucketVersioning", "eu-central-1"] == 1
    assert asked["s3:GetBucketVersioning", "eu-west-1"] == 1


def test_documents_are_objects_wherever_they_stand(whole: Seen, estate: SmallEstate) -> None:
    seen = whole
    (worker,) = [r for r in seen.of("iam.role", estate.dev) if r.id.endswith("/worker")]
    detail = worker.data["GetAccountAuthorizationDetails"]
    assert detail["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
    assert detail["RolePolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == ["s3:Get*", "s3:List*"]
    (policy,) = seen.of("iam.policy", estate.dev)
    versions = policy.data["GetAccountAuthorizationDetails"]["PolicyVersionList"]
    assert versions[0]["Document"]["Statement"][0]["Action"] == "ecr:*"
    scps = seen.of("organizations.policy")
    assert {r.data["ListPolicies"]["Type"] for r in scps} == {
        "SERVICE_CONTROL_POLICY",
        "RESOURCE_CONTROL_POLICY",
    }
    assert all(r.data["DescribePolicy"]["Content"]["Statement"] for r in scps)
    assert all({t["Type"] for t in r.data["ListTargetsForPolicy"]} for r in scps)
    repositories = {r.id.rsplit("/", 1)[1]: r for r in seen.of("ecr.repository", estate.dev)}
    assert repositories["train"].data["GetRepositoryPolicy"]["Statement"]
    assert repositories["empty"].data["GetRepositoryPolicy"] is None


def test_accounts_know_their_place_in_the_tree(whole: Seen, estate: SmallEstate) -> None:
    seen = whole
    (root,), (unit,) = seen.of("organizations.root"), seen.of("organizations.unit")
    parents = {
        r.data["ListAccounts"]["Id"]: r.data["ListAccountsForParent"]["ParentId"]
        for r in seen.of("organizations.account")
    }
    assert unit.data["ListOrganizationalUnitsForParent"]["ParentId"] == root.data["ListRoots"]["Id"]
    assert parents[estate.dev] == root.data["ListRoots"]["Id"]
    assert parents[estate.prod] == unit.data["ListOrganizationalUnitsForParent"]["Id"]


def test_ids_are_arns_that_name_owner_and_region(whole: Seen, estate: SmallEstate) -> None:
    seen = whole
    for record in (r for kind in REGIONAL - {"ecr.image"} for r in seen.of(kind)):
        _, partition, service, region, account, _ = record.id.split(":", 5)
        own = record.kind.partition(".")[0]
        assert (partition, service) == ("aws", SIGNED_FOR.get(own, own))
        assert region == record.scope.region or record.kind == "cloudtrail.trail", "seen from where it logs"
        # Prefix lists are AWS's own, what was given to an account is another's, and moto gives the tasks of
        # every account to one that it made up.
        others = ("ec2.prefix_list", "ec2.shared_", "datasync.")
        assert account == record.scope.boundary or record.kind.startswith(others)
        assert "{" not in record.id
    peerings = {r.scope.boundary: r for r in seen.of("ec2.vpc_peering_connection")}
    assert peerings.keys() == {estate.dev, estate.prod}, "seen from both sides"
    assert len({r.id.rsplit("/", 1)[1] for r in peerings.values()}) == 1
    for image in seen.of("ecr.image"):
        assert image.id.rpartition("@")[0].endswith("repository/ml/train")
        assert image.id.rpartition("@")[2] == image.data["DescribeImages"]["imageDigest"]


def test_routes_of_a_transit_gateway_stand_with_their_table(whole: Seen) -> None:
    tables = {
        len(r.data["SearchTransitGatewayRoutes"]): r for r in whole.of("ec2.transit_gateway_route_table")
    }
    (route,) = tables[1].data["SearchTransitGatewayRoutes"]
    assert (route["DestinationCidrBlock"], route["Type"], route["State"]) == (
        "10.1.0.0/16",
        "static",
        "active",
    )
    assert route["TransitGatewayAttachments"][0]["ResourceType"] == "vpc"


def test_more_routes_than_one_search_gives_are_found_by_narrower_ones(estate: SmallEstate) -> None:
    ec2 = estate.client("ec2", estate.dev)
    gateway = ec2.describe_transit_gateways()["TransitGateways"][0]["TransitGatewayId"]
    made = ec2.create_transit_gateway_route_table(TransitGatewayId=gateway)["TransitGatewayRouteTable"]
    table = made["TransitGatewayRouteTableId"]
    attachment = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"][0]
    name = attachment["TransitGatewayAttachmentId"]
    more = [f"10.{number // 250}.{number % 250}.0/24" for number in range(1200)]
    more += ["0.0.0.0/0", "10.0.0.0/8", "::/0", "2001:db8::/32"]
    for cidr in more:
        ec2.create_transit_gateway_route(
            DestinationCidrBlock=cidr, TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=name
        )
    seen = collected(config_of(estate, accounts=[estate.dev]), "ec2:SearchTransitGatewayRoutes")
    assert seen.gaps == []
    (record,) = (r for r in seen.of("ec2.transit_gateway_route_table") if r.id.endswith(table))
    found = [route["DestinationCidrBlock"] for route in record.data["SearchTransitGatewayRoutes"]]
    assert sorted(found) == sorted(more), "all, and none twice"


def test_prefix_lists_of_the_provider_are_listed_and_not_read(whole: Seen, estate: SmallEstate) -> None:
    lists = whole.of("ec2.prefix_list", estate.dev)
    read = (r for r in lists if r.data["GetManagedPrefixListEntries"] is not None)
    own = {r.data["DescribeManagedPrefixLists"]["OwnerId"] for r in read}
    assert own == {estate.dev}
    assert {r.data["DescribeManagedPrefixLists"]["OwnerId"] for r in lists} == {estate.dev, "AWS"}


def test_what_changes_by_mere_use_is_kept_apart(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.use_everything()
    seen = collected(
        config_of(estate, accounts=[estate.dev]),
        "iam:GetAccountAuthorizationDetails",
        "iam:GetCredentialReport",
    )
    (worker,) = [r for r in seen.of("iam.role", estate.dev) if r.id.endswith("/worker")]
    assert "RoleLastUsed" not in worker.data["GetAccountAuthorizationDetails"]
    assert worker.observed["GetAccountAuthorizationDetails"]["RoleLastUsed"]["LastUsedDate"].endswith("Z")
    (row,) = seen.of("iam.credential_report", estate.dev)
    assert not [column for column in row.data["GetCredentialReport"] if "last_used" in column]
    assert row.observed["GetCredentialReport"]["access_key_1_last_used_date"] != "N/A"
    assert row.data["GetCredentialReport"]["access_key_1_active"] == "true"


def test_two_collections_of_one_estate_are_the_same_bytes(
    cloud: FaultyServer, estate: SmallEstate, tmp_path: Path
) -> None:
    config = config_of(estate, regions=["eu-west-1"])
    written = []
    for name in ("first", "second"):
        with SnapshotWriter(tmp_path / name, tool_version="1") as writer:
            collect(config, writer, Seen())
        written.append(_files(tmp_path / name))
        cloud.shuffle = True
        cloud.use_everything()
    first, second = written
    moving = {path for path in first if path.parts[0] == "observed"}
    assert first.keys() == second.keys()
    differing = {path for path in first if first[path] != second[path]} - {Path("manifest.json")}
    assert differing
    assert differing <= moving
    # While both are at hand: no secret that was on the wire, or in an answer, is in them.
    secrets = (ACCESS_KEY, SECRET_KEY, "ASIA", "SessionToken", "Base32StringSeed", "QRCodePNG", "Horse")
    text = b"".join(first.values())
    assert [secret for secret in secrets if secret.encode() in text] == []


def _files(root: Path) -> dict[Path, bytes]:
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_calls_of_an_account_and_region_do_not_grow_with_the_estate(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    def listings() -> Counter[tuple[str, str, str]]:
        cloud.clear()
        assert collected(config_of(estate, accounts=[estate.dev], regions=["us-east-1"])).gaps == []
        return Counter(
            (r.account, r.region, r.call)
            for r in cloud.requests
            # Polled for until the report is there.
            if r.call not in PER_RECORD and r.call != "iam:GenerateCredentialReport"
        )

    before = listings()
    iam, ec2 = estate.client("iam", estate.dev), estate.client("ec2", estate.dev, "us-east-1")
    for number in range(5):
        iam.create_user(UserName=f"more-{number}")
        ec2.create_vpc(CidrBlock=f"10.{number + 20}.0.0/16")
    assert listings() == before
    regional = [call for _, region, call in before.elements() if region == "us-east-1" and call in ONCE]
    assert Counter(regional) == dict.fromkeys(ONCE, 1)


def test_only_the_wanted_calls_are_made(cloud: FaultyServer, estate: SmallEstate) -> None:
    seen = collected(config_of(estate), "s3:GetBucketPolicy")
    made = {call for call in cloud.calls if not call.startswith("sts:")}
    assert made == {"s3:ListBuckets", "s3:GetBucketPolicy"}
    assert {kind for _, kind in seen.parts} == {"s3.bucket"}
    assert set(seen.of("s3.bucket")[0].data) == {"ListBuckets", "GetBucketPolicy"}


def test_an_account_without_anything_gives_empty_parts(estate: SmallEstate) -> None:
    seen = collected(config_of(estate, regions=["eu-north-1"]), "ec2:DescribeInstances", "ecr:DescribeImages")
    scope = Scope("aws", estate.dev, "eu-north-1")
    assert seen.parts[scope, "ec2.instance"] == []
    assert seen.parts[scope, "ecr.image"] == []
    assert seen.gaps == []


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_S3_CONTROL"])
def test_an_endpoint_may_be_named_for_one_service(
    estate: SmallEstate, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with FaultyServer() as other:
        monkeypatch.setenv(variable, other.url)
        collected(config_of(estate), "s3:GetBucketPolicy", "s3control:GetPublicAccessBlock")
        mine = "s3:" if variable.endswith("S3") else "s3control:"
        assert other.calls
        assert all(call.startswith(mine) for call in other.calls)
