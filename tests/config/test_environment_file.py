"""What later stages ask an environment file."""

from __future__ import annotations

import json
import pickle
from datetime import date

import pytest
from pydantic import ValidationError

from scanner.config import EnvironmentFile, parse
from scanner.errors import ConfigError
from scanner.model.estate import Flow

THREE = """\
version: 1
tag_key: [env, stage]
environments:
  prod-us: {tier: production, group: prod, match: {aws: {accounts: ["222222222222"]}}}
  prod-eu: {tier: production, group: prod, owner: o, match: {aws: {accounts: ["111111111111"]}}}
  dev: {tier: nonproduction, match: {aws: {accounts: ["333333333333"]}}}
  hub: {tier: control, group: null, match: {aws: {accounts: ["000000000001"]}}}
  hub2: {tier: control, match: {aws: {accounts: ["000000000002"]}}}
services:
  ci: {purpose: ci, owner: tools, match: {aws: {accounts: ["444444444444"]}}, may: {dev: [write]}}
"""


@pytest.fixture
def three() -> EnvironmentFile:
    return parse(THREE, "envsplit.yaml")


def test_accounts_are_all_named_ones_sorted(three: EnvironmentFile) -> None:
    assert three.accounts() == (
        "000000000001",
        "000000000002",
        "111111111111",
        "222222222222",
        "333333333333",
        "444444444444",
    )


def test_an_account_has_one_place(three: EnvironmentFile) -> None:
    assert three.place_of_account("111111111111") == "prod-eu"
    assert three.place_of_account("444444444444") == "service:ci"
    assert three.place_of_account("999999999999") is None


@pytest.mark.parametrize("pattern", ["resource_groups", "namespaces"])
def test_a_shared_account_has_no_place_of_its_own(sound: str, pattern: str) -> None:
    text = sound.replace("222222222222", "111111111111").replace(
        "version: 1\n", f"version: 1\npattern: {pattern}\n"
    )
    config = parse(text, "envsplit.yaml")
    assert config.place_of_account("111111111111") is None
    assert config.accounts() == ("111111111111", "333333333333")


def test_pairs_leave_out_groups_and_what_starts_in_control(three: EnvironmentFile) -> None:
    assert three.pairs() == [
        ("dev", "hub"),
        ("dev", "hub2"),
        ("dev", "prod-eu"),
        ("dev", "prod-us"),
        ("prod-eu", "dev"),
        ("prod-eu", "hub"),
        ("prod-eu", "hub2"),
        ("prod-us", "dev"),
        ("prod-us", "hub"),
        ("prod-us", "hub2"),
    ]


def test_environments_as_the_estate_has_them(three: EnvironmentFile) -> None:
    environments = three.as_environments()
    assert list(environments) == ["dev", "hub", "hub2", "prod-eu", "prod-us"]
    prod = environments["prod-eu"]
    assert (prod.name, prod.tier, prod.group, prod.owner) == ("prod-eu", "production", "prod", "o")
    assert prod.settings["pattern"] == "accounts"
    assert prod.settings["tag_key"] == ["env", "stage"]
    assert prod.settings["keys"] == {
        "max_age_days": 90,
        "unused_after_days": 45,
        "review_every_days": 90,
        "log_retention_days": 365,
        "readers": None,
    }
    assert prod.settings["images"]["scan_max_age_days"] == 30
    assert prod.settings["images"]["max_severity"] == "high"
    assert prod.settings["data"]["readable_from"] == []
    assert prod.settings["costs"] == {"idle_after_seconds": 7200, "spot": None, "types": None}
    assert prod.settings["branches"] is None


def test_settings_are_plain_json(three: EnvironmentFile) -> None:
    for environment in three.as_environments().values():
        assert json.loads(json.dumps(environment.settings)) == environment.settings


def test_services_as_the_estate_has_them(three: EnvironmentFile) -> None:
    assert three.as_services() == {
        "ci": {"purpose": "ci", "allows": {}, "may": {"dev": ["write"]}, "owner": "tools"}
    }


def test_flows_as_the_estate_has_them(config: EnvironmentFile) -> None:
    assert config.as_flows() == (
        Flow(
            name="promote-models",
            source="dev",
            target="prod",
            access=("read",),
            resources=(),
            ports=("443", "8000-8100"),
            via="ci",
        ),
    )


def test_people_and_assumptions(config: EnvironmentFile, sound: str) -> None:
    assert config.as_people() == {"ana": ("ana@example.com",)}
    assert config.assumptions() == {}
    assert parse(sound + "assume: {rcp: absent}\n", "e.yaml").assumptions() == {"rcp": "absent"}


def test_owners(three: EnvironmentFile) -> None:
    assert three.owner_of("prod-eu") == "o"
    assert three.owner_of("dev") is None
    assert three.owner_of("service:ci") == "tools"
    assert three.owner_of("nowhere") is None


USER = "arn:aws:iam::222222222222:user/ana"


@pytest.mark.parametrize(
    ("check", "subject", "day", "attested"),
    [
        ("ACC-005/demanded", USER, date(2026, 11, 1), True),
        ("ACC-005/demanded", USER, date(2027, 4, 30), True),
        ("ACC-005/demanded", USER, date(2026, 10, 31), False),
        ("ACC-005/demanded", USER, date(2027, 5, 1), False),
        ("ACC-005/registered", USER, date(2026, 11, 1), False),
        ("ACC-005/demanded", USER.replace("222", "333"), date(2026, 11, 1), False),
    ],
)
def test_an_attestation_covers_its_check_its_subjects_and_its_days(
    config: EnvironmentFile, check: str, subject: str, day: date, attested: bool
) -> None:
    found = config.attested(check, subject, day)
    assert (found is not None) is attested
    assert found is None or found.evidence == "ticket 7"


LASTING = f"""\
  - check: ACC-005/demanded
    subject: {USER}
    evidence: ticket 8
    owner: sec@example.com
    date: 2026-01-01
    expires: 2028-01-01
"""


def test_of_several_attestations_the_one_that_lasts_longest_counts(sound: str) -> None:
    text = sound.replace("check: ACC-005/demanded", "check: ACC-005").replace(
        "sources:\n", LASTING + "sources:\n"
    )
    config = parse(text, "e.yaml")
    day = date(2026, 12, 1)
    assert [
        found.evidence
        for check in ("demanded", "registered")
        if (found := config.attested(f"ACC-005/{check}", USER, day))
    ] == ["ticket 8", "ticket 7"]


def test_expired_attestations_stay_in_the_file(sound: str) -> None:
    config = parse(sound.replace("2026-11-01", "2020-11-01").replace("2027-05-01", "2021-05-01"), "e.yaml")
    assert len(config.attestations) == 1


def test_shared_boundaries_are_told_apart_within() -> None:
    text = """\
version: 1
pattern: namespaces
environments:
  dev: {tier: nonproduction, match: {kubernetes: {clusters: [c1, c2], namespaces: [ml]}}}
  prod: {tier: production, match: {kubernetes: {clusters: [c3], namespaces: [ml]}}}
"""
    assert len(parse(text, "e.yaml").pairs()) == 2
    with pytest.raises(ConfigError, match="namespace ml in c2 belongs to dev already"):
        parse(text.replace("c3", "c2"), "e.yaml")


@pytest.mark.parametrize("regions", ["enabled", "[enabled]"])
def test_regions_may_be_all_that_are_enabled(sound: str, regions: str) -> None:
    aws = parse(sound.replace("[eu-west-1]", regions), "e.yaml").sources.aws
    assert aws is not None
    assert aws.all_regions
    assert aws.regions == ("enabled",)


@pytest.mark.parametrize(
    ("written", "read", "role"),
    [
        ("true", True, None),
        ("false", False, None),
        ('{role: "arn:aws:iam::999999999999:role/Org"}', True, "arn:aws:iam::999999999999:role/Org"),
    ],
)
def test_who_reads_the_organization(sound: str, written: str, read: bool, role: str | None) -> None:
    aws = parse(sound.replace("[eu-west-1]", f"[eu-west-1], organization: {written}"), "e.yaml").sources.aws
    assert aws is not None
    assert (aws.organization.read, aws.organization.role) == (read, role)


def test_a_provider_that_is_left_out_is_not_collected(config: EnvironmentFile) -> None:
    assert config.sources.azure is None
    assert config.sources.aws is not None
    assert config.sources.aws.accounts is None
    assert config.sources.aws.max_concurrency == 8


def test_it_is_frozen_and_can_be_pickled(config: EnvironmentFile) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        config.pattern = "namespaces"  # type: ignore[misc]
    copy = pickle.loads(pickle.dumps(config))
    assert copy == config
    assert copy.positions == config.positions


def test_what_is_written_out_reads_back_the_same(config: EnvironmentFile) -> None:
    again = parse(json.dumps(config.model_dump(mode="json", by_alias=True)), config.path)
    assert again.model_dump() == config.model_dump()
