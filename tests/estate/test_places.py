"""Which place things get: boundaries before tags, and what tags say on their own."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import (
    CI,
    CONFIG,
    DEV,
    LONE,
    PLAIN,
    PROD,
    TAKEN,
    account_settings,
    bucket,
    details,
    estate,
    gap,
    image,
    only,
    organization,
    repository,
    role,
    row,
    tags,
    user,
    without,
)
from estate.native_roads import package, package_group
from scanner.model.snapshot import Scope, not_asked

BUCKET_TAGS = gap("resourcegroupstaggingapi:GetResources", "s3.bucket", "arn:aws:s3:::models", LONE)


def store(account: str, config: str = CONFIG, **pairs: str) -> Any:
    return only(estate(bucket(account=account, GetResources=tags(**pairs)), config=config), "store")


def test_a_boundary_outranks_tags() -> None:
    found = store(PROD, stage="dev1", team="ml")
    assert (found.environment, found.attrs["assigned_by"]) == ("prod", "boundary")
    assert found.attrs["tagged_as"] == "dev"
    assert found.where("tagged_as").pointer == "/data/GetResources"


@pytest.mark.parametrize(
    ("pairs", "place"),
    [
        ({"stage": "prod"}, "prod"),
        ({"stage": "dev-7", "team": "ml"}, "dev"),
        ({"stage": "sandbox", "team": ""}, "dev"),
        ({"stage": "dev-7"}, None),  # every key of a selector must match
        ({"stage": "Prod"}, None),  # AWS tags tell capitals apart
        ({"stage": "build"}, "service:ci"),
        ({}, None),
    ],
)
def test_tags_assign_in_a_boundary_without_a_place(pairs: dict[str, str], place: str | None) -> None:
    found = store(LONE, **pairs)
    assert found.place == place
    assert found.attrs["assigned_by"] == ("tag" if place else None)
    assert found.attrs["tagged_as"] == place


def test_two_selectors_that_match_assign_nothing() -> None:
    config = CONFIG.replace("stage: [build]", "team: [ml]")
    assert store(LONE, config, stage="prod", team="ml").place is None


def test_tags_that_were_not_read_leave_the_place_unknown_where_they_could_decide() -> None:
    hidden = bucket(account=LONE, GetResources=...)
    found = only(estate(hidden, gaps=[BUCKET_TAGS], config=CONFIG), "store")
    assert (found.place, found.tags) == (None, None)
    assert found.unknown["assigned_by"] == (BUCKET_TAGS,)
    assert found.unknown["tagged_as"] == (BUCKET_TAGS,)
    plain = only(estate(hidden, gaps=[BUCKET_TAGS]), "store")
    assert plain.attrs["assigned_by"] is None, "no selector asks for tags"
    declared = only(estate(bucket(GetResources=...), config=CONFIG), "store")
    assert (declared.environment, declared.unknown["tagged_as"]) == ("prod", ())


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ({"environment": "prod"}, "prod"),
        ({"env": "prod"}, "prod"),
        ({"Environment": "Dev"}, "dev"),
        ({"environment": "staging"}, None),
        ({"owner": "dev"}, None),
        ({"stage": "prod"}, "prod"),
    ],
)
def test_what_tags_name(pairs: dict[str, str], named: str | None) -> None:
    assert store(PROD, **pairs).attrs["tagged_as"] == named


def test_of_several_names_the_one_that_contradicts_is_shown() -> None:
    for account, other in ((PROD, "dev"), (DEV, "prod")):
        assert store(account, environment="prod", env="dev").attrs["tagged_as"] == other


def test_a_service_has_its_account() -> None:
    found = store(CI)
    assert (found.environment, found.service, found.place) == (None, "ci", "service:ci")


def test_an_account_that_two_claim_is_in_no_place() -> None:
    shared = PLAIN.replace(f'accounts: ["{PROD}"]', f'accounts: ["{PROD}", "{DEV}"]')
    found = estate(bucket(account=DEV), config=f"{shared}pattern: namespaces")
    assert only(found, "boundary", DEV).attrs["claimed_by"] == ["dev", "prod"]
    assert found.places[DEV] is None


def test_what_has_no_tags_belongs_where_its_owner_does() -> None:
    records = [
        user(account=LONE, Tags=tags(stage="prod")),
        row(account=LONE),
        repository(account=LONE, GetResources=tags(stage="build")),
        image(account=LONE),
    ]
    found = estate(*records, config=CONFIG, asked=[LONE])
    for kind, place in (("credential", "prod"), ("image", "service:ci")):
        assert only(found, kind).place == place
        assert only(found, kind).attrs["assigned_by"] == "tag"
        assert only(found, kind).attrs["tagged_as"] is None
    people = {each.id: each for each in found.of("person")}
    assert people[user(account=LONE).id].place == "prod"
    assert people[f"arn:aws:iam::{LONE}:root"].place is None


def test_the_owner_may_be_unread() -> None:
    found = only(estate(row(account=LONE), config=CONFIG), "credential")
    assert found.unknown["assigned_by"] == ()


def contents(*records: Any, **told: Any) -> Any:
    found = only(estate(*records, config=CONFIG, **told), "boundary", PROD)
    return found.attrs["contains"], found.attrs.get(
        "contains_complete", found.unknown.get("contains_complete")
    )


def test_what_a_boundary_contains() -> None:
    named = bucket("a", GetResources=tags(environment="dev", env="prod"))
    assert contents(named, bucket("b", GetResources=None)) == (["dev", "prod"], True)
    assert contents(role(Tags=tags(stage="build"))) == ([], True), "services are no environments"
    assert contents(bucket("a", DEV, GetResources=tags(environment="dev"))) == ([], True)


def test_a_different_environment_is_known_even_where_not_all_is() -> None:
    denied = gap("resourcegroupstaggingapi:GetResources", "s3.bucket", "arn:aws:s3:::b")
    records = [bucket("a", GetResources=tags(environment="dev")), bucket("b", GetResources=...)]
    assert contents(*records, gaps=[denied]) == (["dev"], (denied,))


def mixed(*records: Any, boundary: str = PROD) -> Any:
    return only(estate(*records, config=CONFIG), "boundary", boundary).attrs["mixed_in"]


def test_what_is_of_another_environment_than_its_boundary_is_named() -> None:
    dev, prod = tags(environment="dev"), tags(environment="prod")
    both = bucket("both", GetResources=tags(environment="dev", env="prod"))
    records = [bucket("z", GetResources=dev), bucket("own", GetResources=prod), both]
    assert mixed(*records, role(Tags=tags(stage="build"))) == ["arn:aws:s3:::both", "arn:aws:s3:::z"]
    assert mixed(bucket("own", GetResources=prod), bucket("plain", GetResources=None)) == []
    assert mixed(bucket("unread", GetResources=...)) == []


@pytest.mark.parametrize("boundary", [LONE, CI])
def test_a_boundary_of_no_environment_is_mixed_from_two_on(boundary: str) -> None:
    one = bucket("a", boundary, GetResources=tags(environment="dev"))
    two = bucket("b", boundary, GetResources=tags(environment="prod"))
    assert mixed(one, boundary=boundary) == []
    assert mixed(one, two, boundary=boundary) == ["arn:aws:s3:::a", "arn:aws:s3:::b"]


def test_contents_are_incomplete_where_a_listing_is_missing() -> None:
    buckets = gap("s3:ListBuckets", "s3.bucket")
    assert contents(role(), gaps=[buckets]) == ([], (buckets,))
    other = gap("s3:ListBuckets", "s3.bucket", account=DEV)
    assert contents(role(), gaps=[other]) == ([], True)
    summary = gap("iam:GetAccountSummary", "iam.account_summary")
    assert contents(role(), gaps=[summary]) == ([], True), "it lists nothing that has tags"


def test_contents_of_what_was_never_read_are_incomplete() -> None:
    never = not_asked(Scope("aws", PROD, "global"))
    assert contents(asked=[DEV]) == ([], (never,))
    closed = gap("sts:AssumeRole", "*")
    assert contents(asked=[DEV, PROD], reached=[DEV], gaps=[closed]) == ([], (closed,))
    assert contents(asked=[DEV, PROD], reached=[DEV]) == ([], ())
    boss = only(estate(*organization()), "boundary", "999999999999")
    assert boss.unknown["contains_complete"] == (), "only its organization was read"


def test_tags_that_are_never_collected_say_nothing_and_hide_nothing() -> None:
    policy = details("policy", "read", PolicyVersionList=[])
    found = estate(policy, role())
    assert only(found, "policy").unknown["tagged_as"] == ()
    assert only(found, "boundary", PROD).attrs["contains_complete"] is True


def test_claims() -> None:
    found = estate(account_settings(LONE), config=CONFIG)
    assert only(found, "boundary", PROD).attrs["claimed_by"] == ["prod"]
    assert only(found, "boundary", CI).attrs["claimed_by"] == ["service:ci"]
    assert only(found, "boundary", LONE).attrs["claimed_by"] == []


def test_the_environment_file_comes_along() -> None:
    found = estate(config=CONFIG)
    assert found.environments["prod"].tier == "production"
    assert found.services["ci"]["purpose"] == "ci"
    assert found.people == {"ana": (f"arn:aws:iam::{PROD}:user/ana", "ana@example.com")}
    assert found.assume == {"scp": "absent"}
    assert found.as_of == TAKEN
    assert estate(as_of="2030-01-01T00:00:00Z").as_of == "2030-01-01T00:00:00Z"


class TestTagsInBulk:
    def test_older_snapshots_have_them_under_a_call_of_their_own(self) -> None:
        older = {"GetResources": ..., "GetBucketTagging": tags(stage="prod")}
        assert only(estate(bucket(account=LONE, **older), config=CONFIG), "store").environment == "prod"
        denied = gap("s3:GetBucketTagging", "s3.bucket", "arn:aws:s3:::models", LONE)
        hidden = bucket(account=LONE, GetResources=...)
        assert only(estate(hidden, gaps=[denied], config=CONFIG), "store").unknown["tagged_as"] == (denied,)

    def test_a_version_of_a_model_has_those_of_its_group(self) -> None:
        grouped = only(estate(package_group(), package(), config=CONFIG), "model")
        assert grouped.tags == {"environment": "prod"}
        alone = only(estate(without(package_group(), "GetResources"), package(), config=CONFIG), "model")
        assert "tagged_as" in alone.unknown
