"""Keys, secrets and parameters: who looks after them, and when they were replaced."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import DEV, PROD, REGION, estate, gap, only, row, without
from estate.native_keys import KEY, OPEN, alias, key, parameter, secret
from scanner.model.estate import Resource
from scanner.model.snapshot import Record

ALIASES = gap("kms:ListAliases", "kms.alias", region=REGION)


def read(*records: Record, kind: str, **told: Any) -> Resource:
    return only(estate(*records, **told), kind)


class TestKeys:
    def test_the_last_rotation_counts_whichever_sort_it_was(self) -> None:
        assert read(key(), kind="key").attrs["rotated_at"] == "2026-10-01T00:00:00Z"

    @pytest.mark.parametrize("rotations", [[], None], ids=["never rotated", "cannot be rotated in place"])
    def test_a_key_that_was_never_rotated_is_as_old_as_it_is(self, rotations: Any) -> None:
        found = read(key(ListKeyRotations=rotations), kind="key")
        assert found.attrs["rotated_at"] == "2024-01-01T00:00:00Z"

    def test_rotations_that_were_not_read_are_no_rotations(self) -> None:
        denied = gap("kms:ListKeyRotations", "kms.key", KEY, region=REGION)
        found = read(without(key(), "ListKeyRotations"), kind="key", gaps=[denied])
        assert found.unknown["rotated_at"] == (denied,)

    @pytest.mark.parametrize(
        ("fields", "active"),
        [
            ({}, True),
            ({"KeyManager": "AWS"}, False),
            ({"KeyState": "Disabled"}, False),
            ({"KeyState": "PendingDeletion"}, False),
        ],
    )
    def test_what_a_customer_has_to_look_after(self, fields: dict[str, str], active: bool) -> None:
        assert read(key(DescribeKey=fields), kind="key").attrs["active"] is active

    def test_grants_that_cannot_be_listed_for_a_key_are_none(self) -> None:
        assert read(key(ListGrants=None), kind="key").attrs["grants"] == []
        assert "grants" in read(without(key(), "ListGrants"), kind="key").unknown

    def test_grants_name_services_too(self) -> None:
        native = {"GranteeServicePrincipal": "ml.amazonaws.com", "Constraints": {"SourceArn": "x"}}
        (grant,) = read(key(ListGrants=[native]), kind="key").attrs["grants"]
        assert grant == {"grantee": "ml.amazonaws.com", "operations": [], "constrained": True}

    def test_a_key_is_called_by_its_alias(self) -> None:
        found = read(key(), alias("data"), alias("other", "k-2"), alias("aws/s3", None), kind="key")
        assert (found.name, found.attrs["aliases"]) == ("data", ["data"])
        bare = read(key(), kind="key", gaps=[ALIASES])
        assert bare.name == "k-1"
        assert bare.unknown["aliases"] == (ALIASES,)


class TestSecrets:
    def test_a_change_is_not_known_to_be_a_rotation(self) -> None:
        found = read(secret(), kind="secret")
        assert found.attrs["rotated_at"] == "2024-01-01T00:00:00Z"
        assert found.attrs["changed_at"] == "2026-10-02T00:00:00Z"

    def test_a_rotation_by_the_service_is(self) -> None:
        found = read(secret(LastRotatedDate="2026-10-01T00:00:00Z", RotationEnabled=True), kind="secret")
        assert (found.attrs["rotated_at"], found.attrs["rotation"]) == ("2026-10-01T00:00:00Z", True)

    def test_reads_of_its_value(self) -> None:
        assert read(secret(), kind="secret").attrs["accessed_at"] is None
        seen = read(secret(LastAccessedDate="2026-11-01T00:00:00Z"), kind="secret")
        assert seen.attrs["accessed_at"] == "2026-11-01T00:00:00Z"

    def test_no_policy_and_one(self) -> None:
        assert read(secret(), kind="secret").attrs["policy"] is None
        assert read(secret(policy=OPEN), kind="secret").attrs["policy"] == OPEN
        assert "policy" in read(secret(policy={"not": "a policy"}), kind="secret").unknown

    def test_one_that_waits_for_deletion_is_not_active(self) -> None:
        assert read(secret(DeletedDate="2026-11-20T00:00:00Z"), kind="secret").attrs["active"] is False

    def test_a_replica_names_its_original(self) -> None:
        copy = read(secret(PrimaryRegion="us-east-1"), kind="secret")
        assert copy.attrs["replica_of"] == copy.id.replace(REGION, "us-east-1")
        assert read(secret(PrimaryRegion=REGION), kind="secret").attrs["replica_of"] is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (KEY, KEY),
        ("k-1", KEY),
        ("alias/data", KEY),
        (f"arn:aws:kms:{REGION}:{PROD}:alias/data", KEY),
        ("alias/gone", f"arn:aws:kms:{REGION}:{PROD}:alias/gone"),
        (f"arn:aws:kms:{REGION}:999999999999:alias/x", f"arn:aws:kms:{REGION}:999999999999:alias/x"),
        (..., None),
    ],
)
def test_a_key_has_many_names(written: Any, meant: str | None) -> None:
    listed = frozenset({(PROD, "kms.alias"), ("999999999999", "kms.alias")})
    found = read(secret(KmsKeyId=written), alias(), kind="secret", listed=listed)
    assert found.attrs["key"] == meant


def test_an_alias_that_was_not_read_hides_the_key() -> None:
    found = read(parameter(), kind="secret", gaps=[ALIASES])
    assert found.unknown["key"] == (ALIASES,)


class TestParameters:
    def test_a_secure_one(self) -> None:
        found = read(parameter(), alias(), kind="secret")
        assert found.attrs["key"] == KEY
        assert found.attrs["rotated_at"] == found.attrs["changed_at"] == "2026-10-01T00:00:00Z"
        assert found.attrs["secure"] is found.attrs["active"] is True
        assert "accessed_at" in found.unknown
        assert found.name == "ml/token"

    def test_plain_text_is_no_secret(self) -> None:
        found = read(parameter(Type="String", KeyId=...), kind="secret")
        assert found.attrs["secure"] is found.attrs["active"] is False

    def test_only_the_advanced_tier_can_have_a_policy(self) -> None:
        assert read(parameter(), kind="secret").attrs["policy"] is None
        assert "policy" in read(parameter(Tier="Advanced"), kind="secret").unknown

    def test_when_it_was_made_is_known_of_the_first_version(self) -> None:
        assert read(parameter(), kind="secret").attrs["created_at"] == "2026-10-01T00:00:00Z"
        assert "created_at" in read(parameter(Version=2), kind="secret").unknown


def test_tags_in_bulk_decide_a_place_and_their_lack_hides_it() -> None:
    found = read(key(), kind="key")
    assert found.tags == {"environment": "prod"}
    tags = gap("resourcegroupstaggingapi:GetResources", "kms.key", region=REGION)
    hidden = read(without(key(), "GetResources"), kind="key", gaps=[tags])
    assert hidden.unknown["tagged_as"] == (tags,)
    assert read(key(account=DEV), kind="key").environment == "dev"


@pytest.mark.parametrize(
    ("used", "answer"),
    [("N/A", None), ("2026-11-01T00:00:00+00:00", "2026-11-01T00:00:00+00:00"), ("no_information", ...)],
)
def test_when_an_access_key_was_used(used: str, answer: Any) -> None:
    found = read(row(used=used), kind="credential")
    assert found.attrs.get("used_at", ...) == answer
    assert ("used_at" in found.unknown) is (answer is ...)
