from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from scanner.collect.aws._aggregator import READS
from scanner.collect.aws._recorded import _FACTS, FACTS, UNRECORDED, recorded
from scanner.model.snapshot import Record
from tests.collect.conftest import collected, config_of
from tests.faults.estate import OWN, SmallEstate
from tests.faults.faulty_server import FaultyServer
from tests.faults.wire import Request

AGGREGATORS, RESOURCES, ITEMS, RECORDERS = (read.name for read in READS)
FOLLOWS = ("GetBucketReplication", "GetObjectLockConfiguration", "GetBucketOwnershipControls")
S3 = tuple(f"s3:{name}" for name in (*sorted(FACTS), *FOLLOWS))


@pytest.fixture(autouse=True)
def no_display_names(cloud: FaultyServer) -> None:
    """S3 has not returned them since November 2025, and AWS Config has null there; moto still has one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html
    """
    no_names(cloud)


def no_names(cloud: FaultyServer) -> None:
    cloud.amend("s3:GetBucketAcl", lambda body: re.sub(rb"<DisplayName>[^<]*</DisplayName>", b"", body))


def _recorded_buckets(account: str) -> dict[str, dict[str, Any]]:
    """Items as moto's own AWS Config has them, and the two facts that it leaves out, as AWS words them."""
    from moto.s3.models import s3_backends  # noqa: PLC0415 - slow to import

    found = {}
    for name, bucket in s3_backends[account]["aws"].buckets.items():
        item = bucket.to_config_dict()
        facts = item["supplementaryConfiguration"]
        status = bucket.versioning_status or "Off"
        facts["BucketVersioningConfiguration"] = {"status": status, "isMfaDeleteEnabled": None}
        if bucket.encryption:
            default = {"sseAlgorithm": "AES256", "kmsMasterKeyID": None}
            rule = {"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": False}
            facts["ServerSideEncryptionConfiguration"] = {"rules": [rule]}
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in facts.items()}
        found[name] = {
            "accountId": account,
            "configurationItemStatus": "OK",
            "arn": item["arn"],
            "resourceType": "AWS::S3::Bucket",
            "resourceId": name,
            "resourceName": name,
            "awsRegion": "eu-west-1",
            "configuration": json.dumps(item["configuration"]),
            "supplementaryConfiguration": texts,
        }
    return found


class Config:
    """AWS Config with an aggregator, in the shapes of its API reference, for what is in moto's S3."""

    def __init__(
        self, *, unknown: tuple[str, ...] = (), recording: bool = True, last: str = "Success"
    ) -> None:
        self.unknown = unknown
        self.status = {"name": "default", "recording": recording, "lastStatus": last}

    def install(self, cloud: FaultyServer) -> None:
        cloud.answer(AGGREGATORS, 200, self.aggregators)
        cloud.answer(RESOURCES, 200, self.resources)
        cloud.answer(ITEMS, 200, self.items)
        cloud.answer(
            RECORDERS, 200, lambda _: json.dumps({"ConfigurationRecordersStatus": [self.status]}).encode()
        )

    def aggregators(self, request: Request) -> bytes:
        """https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationAggregators.html"""
        there = request.region == "eu-west-1" and request.account == OWN
        found = [{"ConfigurationAggregatorName": "all", "AccountAggregationSources": []}] if there else []
        return json.dumps({"ConfigurationAggregators": found}).encode()

    def resources(self, request: Request) -> bytes:
        """https://docs.aws.amazon.com/config/latest/APIReference/API_ListAggregateDiscoveredResources.html"""
        asked = json.loads(request.body)
        assert asked["ConfigurationAggregatorName"] == "all"
        assert asked["ResourceType"] == "AWS::S3::Bucket"
        account = asked["Filters"]["AccountId"]
        names = sorted(set(_recorded_buckets(account)) - set(self.unknown))
        page = int(asked.get("NextToken", 0))
        found = [self._identifier(account, name) for name in names[page : page + 1]]
        more = {"NextToken": str(page + 1)} if page + 1 < len(names) else {}
        return json.dumps({"ResourceIdentifiers": found, **more}).encode()

    def items(self, request: Request) -> bytes:
        """https://docs.aws.amazon.com/config/latest/APIReference/API_BatchGetAggregateResourceConfig.html"""
        asked = json.loads(request.body)["ResourceIdentifiers"]
        assert 0 < len(asked) <= 100
        items = [_recorded_buckets(one["SourceAccountId"])[one["ResourceId"]] for one in asked]
        assert asked == [self._identifier(item["accountId"], item["resourceId"]) for item in items]
        return json.dumps({"BaseConfigurationItems": items, "UnprocessedResourceIdentifiers": []}).encode()

    @staticmethod
    def _identifier(account: str, name: str) -> dict[str, str]:
        return {
            "SourceAccountId": account,
            "SourceRegion": "eu-west-1",
            "ResourceId": name,
            "ResourceType": "AWS::S3::Bucket",
            "ResourceName": name,
        }


def _buckets(estate: SmallEstate, *, aggregator: bool, **aws: Any) -> dict[str, Record]:
    seen = collected(config_of(estate, aggregator=aggregator, **aws), *S3)
    assert seen.gaps == []
    return {record.id: record for record in seen.of("s3.bucket")}


def _configured(estate: SmallEstate) -> None:
    """More than the estate of all tests has: what has a word in AWS Config, in every form."""
    s3 = estate.client("s3", estate.dev)
    settings = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy"), True)
    s3.put_public_access_block(
        Bucket="dev-artifacts",
        PublicAccessBlockConfiguration={**settings, "RestrictPublicBuckets": False},
    )
    s3.put_bucket_versioning(Bucket="dev-backup", VersioningConfiguration={"Status": "Suspended"})


def test_the_same_records_come_out_for_six_calls_a_bucket_less(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    _configured(estate)
    direct = _buckets(estate, aggregator=False)
    asked = Counter(r.call for r in cloud.requests)
    assert asked["s3:GetBucketPolicy"] == 4
    assert not [call for call in asked if call.startswith("config:")]
    cloud.clear()
    no_names(cloud)
    Config().install(cloud)
    assert _buckets(estate, aggregator=True) == direct
    asked = Counter(r.call for r in cloud.requests)
    assert not {asked[f"s3:{name}"] for name in ("GetBucketPolicy", "GetBucketAcl", "GetBucketLogging")} - {0}
    assert asked["s3:GetBucketVersioning"] == 0
    # Encryption and public access are asked for where nothing is recorded: none, or not known.
    assert asked["s3:GetPublicAccessBlock"] == 3
    assert {asked[f"s3:{name}"] for name in FOLLOWS} == {4}
    assert (asked[ITEMS], asked[AGGREGATORS], asked[RECORDERS]) == (2, 1, 2)


def test_a_bucket_that_config_does_not_know_is_read_itself(cloud: FaultyServer, estate: SmallEstate) -> None:
    direct = _buckets(estate, aggregator=False)
    cloud.clear()
    no_names(cloud)
    Config(unknown=("dev-artifacts",)).install(cloud)
    assert _buckets(estate, aggregator=True) == direct
    assert Counter(r.call for r in cloud.requests)["s3:GetBucketPolicy"] == 1


def _denied(call: str) -> Callable[[FaultyServer], None]:
    def install(cloud: FaultyServer) -> None:
        Config().install(cloud)
        cloud.deny(call)

    return install


@pytest.mark.parametrize(
    "install",
    [
        Config(recording=False).install,
        Config(last="Failure").install,
        *(_denied(read.name) for read in READS),
        lambda _: None,
    ],
)
def test_everything_is_read_itself_where_config_is_no_help(
    cloud: FaultyServer, estate: SmallEstate, install: Callable[[FaultyServer], None]
) -> None:
    install(cloud)
    found = _buckets(estate, aggregator=True, accounts=[estate.dev])
    assert all(
        f"Get{name}" in record.data for name in ("BucketPolicy", "BucketAcl") for record in found.values()
    )
    assert Counter(r.call for r in cloud.requests)["s3:GetBucketPolicy"] == 2


def test_it_is_not_looked_for_where_no_bucket_is_wanted(cloud: FaultyServer, estate: SmallEstate) -> None:
    collected(config_of(estate, aggregator=True), "iam:GetAccountSummary", "s3:GetObjectLockConfiguration")
    assert not [call for call in cloud.calls if call.startswith("config:")]


class TestRecorded:
    @pytest.mark.parametrize("operation", sorted(FACTS))
    @pytest.mark.parametrize(
        "text", ["{}", "null", "[]", "{", '"x"', '{"status": "Odd"}', '{"tagSets": []}', 5]
    )
    def test_what_is_not_in_a_known_form_is_not_taken(self, operation: str, text: Any) -> None:
        item = {"supplementaryConfiguration": {_FACTS[operation][0]: text}}
        assert recorded(item, operation) is UNRECORDED
        assert recorded({}, operation) is UNRECORDED

    def test_nothing_else_is_answered(self) -> None:
        assert recorded({"supplementaryConfiguration": {}}, "GetObject") is UNRECORDED

    def test_keys_and_groups(self) -> None:
        rule = {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyID": "arn:k"},
            "bucketKeyEnabled": True,
        }
        grants = [{"grantee": "AllUsers", "permission": "ReadAcp"}]
        facts = {
            "ServerSideEncryptionConfiguration": json.dumps({"rules": [rule]}),
            "AccessControlList": json.dumps(json.dumps({"owner": {"id": "o"}, "grantList": grants})),
        }
        item = {"supplementaryConfiguration": facts}
        (made,) = recorded(item, "GetBucketEncryption")["ServerSideEncryptionConfiguration"]["Rules"]
        assert made == {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:k"},
            "BucketKeyEnabled": True,
        }
        assert recorded(item, "GetBucketAcl") == {
            "Owner": {"ID": "o"},
            "Grants": [
                {
                    "Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"},
                    "Permission": "READ_ACP",
                }
            ],
        }
