"""Kinds that could not be listed: where, by which gaps, and of which environment."""

from __future__ import annotations

from estate.native import (
    BOSS,
    CI,
    CONFIG,
    DEV,
    LONE,
    PROD,
    REGION,
    account_settings,
    estate,
    gap,
    organization,
    repository,
    user,
)
from scanner.collect.aws import calls
from scanner.collect.calls import Span
from scanner.estate import LISTS, VOCABULARY
from scanner.estate.providers import NOTHING_OF, PROVIDERS
from scanner.model.estate import Estate
from scanner.model.snapshot import Reason

_IN_REGIONS = {kind for call in calls() if call.span is Span.REGION for kind in call.kinds}
REGIONAL = {each.kind for each in PROVIDERS["aws"] if each.native in _IN_REGIONS}
"""What the call table asks for in each region."""
ABOVE = {"boundary", "container", "guardrail"}
KINDS = set(VOCABULARY) - NOTHING_OF["aws"]


def missing(found: Estate) -> dict[str, tuple[str, ...]]:
    return {item.id: tuple(each.call for each in item.gaps) for item in found.unlisted}


def test_a_listing_that_failed_hides_what_it_feeds_in_its_scope() -> None:
    found = estate(gaps=[gap("s3:ListBuckets", "s3.bucket")])
    assert missing(found) == {f"aws/{PROD}/global/store": ("s3:ListBuckets",)}
    (item,) = found.unlisted
    assert (item.environment, item.place) == ("prod", "prod")


def test_one_gap_hides_every_kind_that_its_call_feeds() -> None:
    found = estate(gaps=[gap("iam:GetAccountAuthorizationDetails", "iam.role", account=DEV)])
    kinds = {item.kind for item in found.unlisted}
    assert kinds == {"identity", "group", "policy"}, "people are known from the report"
    assert {item.environment for item in found.unlisted} == {"dev"}


def test_a_follow_up_on_one_record_hides_no_kind() -> None:
    follow_up = gap("s3:GetBucketPolicy", "s3.bucket", "arn:aws:s3:::models")
    assert estate(gaps=[follow_up]).unlisted == ()


def test_images_of_one_repository_hide_images_of_the_scope() -> None:
    arn = repository().id
    for denied in (
        gap("ecr:DescribeImages", "ecr.image", arn, region=REGION),
        gap("ecr:DescribeImages", "ecr.image", region=REGION),
    ):
        found = estate(repository(), gaps=[denied])
        assert missing(found) == {f"aws/{PROD}/{REGION}/image": ("ecr:DescribeImages",)}


def test_repositories_that_cannot_be_listed_hide_their_images_too() -> None:
    found = estate(gaps=[gap("ecr:DescribeRepositories", "ecr.repository", region=REGION)])
    assert set(missing(found)) == {f"aws/{PROD}/{REGION}/image", f"aws/{PROD}/{REGION}/registry"}


def test_a_region_that_is_closed_hides_what_is_regional_in_it() -> None:
    closed = gap("ec2:DescribeVpcs", "*", region="ap-south-2", reason=Reason.NOT_ENABLED)
    found = estate(gaps=[closed])
    assert {item.kind for item in found.unlisted} == REGIONAL
    assert {item.scope.region for item in found.unlisted} == {"ap-south-2"}


def test_an_account_that_cannot_be_entered_hides_everything_once() -> None:
    closed = gap("sts:AssumeRole", "*")
    found = estate(*organization(), gaps=[closed], reached=[DEV])
    assert {item.kind for item in found.unlisted} == KINDS - ABOVE
    assert len(found.unlisted) == len(set(missing(found)))
    assert {item.scope.region for item in found.unlisted} == {"global"}
    assert not [each for each in found.of("identity") if each.scope.boundary == PROD]


def test_what_is_above_is_hidden_too_where_nothing_else_told_of_it() -> None:
    found = estate(gaps=[gap("sts:AssumeRole", "*")], reached=[DEV])
    assert {item.kind for item in found.unlisted} == KINDS - {"boundary"}


def test_a_boundary_that_was_asked_and_never_heard_of_is_hidden_without_a_gap() -> None:
    found = estate(reached=[DEV])
    assert {item.kind for item in found.unlisted} == KINDS - {"boundary"}
    assert {item.scope.boundary for item in found.unlisted} == {PROD}
    assert {item.gaps for item in found.unlisted} == {()}


def test_units_hide_containers() -> None:
    denied = gap("organizations:ListOrganizationalUnitsForParent", "organizations.unit", account=BOSS)
    found = estate(*organization(), gaps=[denied])
    assert set(missing(found)) == {f"aws/{BOSS}/global/container"}


def test_places_of_hidden_scopes() -> None:
    denied = [gap("s3:ListBuckets", "s3.bucket", account=each) for each in (CI, LONE)]
    found = {item.scope.boundary: item.place for item in estate(gaps=denied, config=CONFIG).missing("store")}
    assert found == {CI: "service:ci", LONE: None}


def test_kinds_that_a_narrow_collection_never_asked_for_are_hidden() -> None:
    narrow = estate(user(), account_settings(DEV), calls={"iam:GetAccountAuthorizationDetails": 1})
    hidden = {item.kind for item in narrow.missing("store")}
    assert hidden == {"store"}
    assert {item.scope.boundary for item in narrow.missing("store")} == {DEV, PROD}
    assert narrow.missing("identity") == ()
    assert narrow.missing("guardrail") == (), "an organization is left out on purpose"
    everything = dict.fromkeys(LISTS, 1)
    assert estate(user(), calls=everything).unlisted == ()


def test_lists_name_calls_and_kinds_of_the_vocabulary() -> None:
    assert LISTS["s3:ListBuckets"] == ("store",)
    assert LISTS["iam:GetAccountAuthorizationDetails"] == ("group", "identity", "person", "policy")
    assert LISTS["ecr:DescribeRepositories"] == ("image", "registry")
    assert {kind for kinds in LISTS.values() for kind in kinds} == set(VOCABULARY)


def test_a_kind_without_a_part_was_not_listed_there() -> None:
    """A snapshot of a folder knows what was listed: silence about a kind is no absence of it."""
    stores = (
        "s3.bucket",
        "rds.instance",
        "rds.cluster",
        "dynamodb.table",
        "efs.file_system",
        "redshift.cluster",
    )
    listings = [call for call, kinds in LISTS.items() if "store" in kinds]
    told = {"listed": frozenset((PROD, native) for native in stores), "calls": dict.fromkeys(listings, 1)}
    found = estate(asked=[PROD], reached=[PROD], **told)
    assert f"aws/{PROD}/global/store" not in missing(found)
    assert {f"aws/{PROD}/global/{kind}" for kind in ("network", "registry", "identity")} <= set(
        missing(found)
    )
    everything = estate(asked=[PROD], reached=[PROD], listed=frozenset())
    assert f"aws/{PROD}/global/store" in missing(everything)
