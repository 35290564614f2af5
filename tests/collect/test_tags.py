"""Tags come in bulk: once for an account and region, for everything that is listed there."""

from __future__ import annotations

import json

from scanner.collect.aws import calls
from scanner.model.snapshot import Reason, Scope
from tests.collect.conftest import Seen, collected, config_of
from tests.faults.estate import SmallEstate
from tests.faults.faulty_server import FaultyServer
from tests.faults.wire import Request

TAGS = "resourcegroupstaggingapi:GetResources"
TAGGED = {"kms:ListKeys": "kms.key", "ecr:DescribeRepositories": "ecr.repository"}
REPOSITORIES = ("ecr:DescribeRepositories", TAGS)


def _of_train(seen: Seen) -> object:
    """The tags of the one repository of the estate that has any."""
    listed = seen.of("ecr.repository", region="eu-west-1")
    (found,) = [each for each in listed if each.id.endswith("/train")]
    return found.data["GetResources"]


def test_all_listings_of_a_region_share_one_read(cloud: FaultyServer, estate: SmallEstate) -> None:
    seen = collected(
        config_of(estate, accounts=[estate.dev]), "s3:ListBuckets", "lambda:ListFunctions", *TAGGED, TAGS
    )
    assert seen.gaps == []
    asked = [request for request in cloud.requests if request.call == TAGS]
    assert len(asked) == 2 + 1, "two regions, and that of the buckets"
    filters = {tuple(json.loads(request.body)["ResourceTypeFilters"]) for request in asked}
    assert filters == {("ecr:repository", "kms:key", "lambda:function"), ("s3:bucket",)}
    for kind in (*TAGGED.values(), "s3.bucket"):
        assert all("GetResources" in record.data for record in seen.of(kind)), kind
    assert _of_train(seen) == [{"Key": "environment", "Value": "x"}]


def test_denied_they_are_missing_of_all(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.deny(TAGS)
    seen = collected(config_of(estate, accounts=[estate.dev], regions=["eu-west-1"]), *TAGGED, TAGS)
    assert cloud.calls[TAGS] == 1
    where = Scope("aws", estate.dev, "eu-west-1")
    assert {(gap.scope, gap.kind, gap.reason, gap.resource) for gap in seen.gaps} == {
        (where, kind, Reason.DENIED, "") for kind in TAGGED.values()
    }
    assert not any("GetResources" in r.data for kind in TAGGED.values() for r in seen.of(kind))


def test_where_a_type_is_not_known_all_is_asked_for(cloud: FaultyServer, estate: SmallEstate) -> None:
    def picky(request: Request) -> bool:
        return request.call == TAGS and b"ecr:repository" in request.body

    cloud.refuse("refused", picky)
    seen = collected(config_of(estate, accounts=[estate.dev], regions=["eu-west-1"]), *REPOSITORIES)
    assert seen.gaps == []
    assert _of_train(seen) == [{"Key": "environment", "Value": "x"}]


def test_a_bucket_whose_region_is_not_told_has_unknown_tags(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.amend("s3:ListBuckets", lambda body: body.replace(b"BucketRegion>", b"Unknown>"))
    seen = collected(config_of(estate, accounts=[estate.dev]), "s3:ListBuckets", TAGS)
    assert [(gap.kind, gap.call) for gap in seen.gaps] == [("s3.bucket", TAGS)]
    assert not any("GetResources" in record.data for record in seen.of("s3.bucket"))


def test_they_alone_are_no_reason_to_list_anything() -> None:
    assert not [call.kind for call in calls() if call.wanted(frozenset({TAGS}))]
    only = frozenset({"kms:ListKeys", TAGS})
    assert {read.name for call in calls() for read in call.made(only)} == only
