"""KEY-002 and KEY-006 on keys of service accounts, API keys, Cloud KMS and Secret Manager."""

from __future__ import annotations

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.makers_more import account_key, api_key, crypto_key, secret, used

AS_OF = "2026-11-24T00:00:00Z"
OLD, FRESH = "2026-01-01T00:00:00Z", "2026-11-01T00:00:00Z"


@pytest.fixture
def dated(lab: Lab) -> Lab:
    lab.as_of = AS_OF
    return lab


class TestRotation:
    RULE = "KEY-002"

    def test_keys_of_service_accounts(self, dated: Lab) -> None:
        cloud, prod = dated.cloud, dated.prod
        old, fresh = account_key(cloud, prod, OLD), account_key(cloud, prod, FRESH)
        disabled = account_key(cloud, prod, OLD, disabled=True)
        googles = account_key(cloud, prod, OLD, keyType="SYSTEM_MANAGED")
        found = dated.judge(self.RULE)
        assert (found["age", old], found["age", fresh]) == ("fail", "pass")
        assert ("age", disabled) not in found
        assert ("age", googles) not in found

    def test_api_keys_and_no_key_itself(self, dated: Lab) -> None:
        old = api_key(dated.cloud, dated.prod, OLD, keyString="AIza-nobody-keeps-this")
        found = dated.decide(self.RULE)
        assert [one.verdict.value for one in found.verdicts if one.subject == old] == ["fail"]
        assert "AIza" not in repr(found.taken.records)

    def test_keys_of_cloud_kms(self, dated: Lab) -> None:
        cloud, prod = dated.cloud, dated.prod
        old, fresh = crypto_key(cloud, prod, "old", OLD), crypto_key(cloud, prod, "fresh", OLD, FRESH)
        signing = crypto_key(cloud, prod, "signing", OLD, FRESH, purpose="ASYMMETRIC_SIGN")
        stale = crypto_key(cloud, prod, "stale", OLD, purpose="ASYMMETRIC_SIGN")
        found = dated.judge(self.RULE)
        assert [found["age", one] for one in (old, fresh, signing, stale)] == ["fail", "pass", "pass", "fail"]

    def test_a_newer_version_that_is_not_primary_is_no_rotation(self, dated: Lab) -> None:
        """Its primary version is what new data is encrypted with."""
        key = crypto_key(dated.cloud, dated.prod, "imported", OLD, FRESH)
        dated.cloud.find(key)["primary"]["createTime"] = OLD
        assert dated.judge(self.RULE)["age", key] == "fail"

    def test_a_key_without_a_usable_version_is_inactive(self, dated: Lab) -> None:
        key = crypto_key(dated.cloud, dated.prod, "gone", OLD)
        dated.cloud.find(f"{key}/cryptoKeyVersions/1")["state"] = "DESTROYED"
        dated.cloud.find(key)["primary"] = None
        assert ("age", key) not in dated.judge(self.RULE)

    def test_secrets_are_as_old_as_their_newest_version(self, dated: Lab) -> None:
        cloud, prod = dated.cloud, dated.prod
        old, fresh = secret(cloud, prod, "old", OLD), secret(cloud, prod, "fresh", OLD, FRESH)
        empty = secret(cloud, prod, "empty")
        reminded = secret(cloud, prod, "reminded", OLD, rotation={"nextRotationTime": FRESH})
        switched_off = secret(cloud, prod, "off", OLD, FRESH)
        cloud.find(f"{switched_off}/versions/2")["state"] = "DISABLED"
        found = dated.judge(self.RULE)
        assert [found["age", one] for one in (old, fresh, reminded, switched_off)] == [
            "fail",
            "pass",
            "fail",
            "fail",
        ]
        assert ("age", empty) not in found

    def test_a_version_that_does_not_tell_leaves_it_open(self, dated: Lab) -> None:
        key, value = (
            crypto_key(dated.cloud, dated.prod, "k", OLD),
            secret(dated.cloud, dated.prod, "s", FRESH),
        )
        for name in (f"{key}/cryptoKeyVersions/1", f"{value}/versions/1"):
            dated.cloud.whole(name)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
        dated.cloud.find(key)["primary"] = None
        found = dated.judge(self.RULE)
        assert {found["age", each] for each in (key, value)} == {"unknown"}

    @pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "cut"])
    def test_what_was_not_listed(self, dated: Lab, fault: str) -> None:
        account_key(dated.cloud, dated.prod, OLD)
        dated.server.fault(fault, "assets:RESOURCE", within=dated.prod)
        found = dated.judge(self.RULE)
        scope = f"gcp/{dated.prod}/global"
        assert {found["age", f"{scope}/{kind}"] for kind in ("credential", "key", "secret")} == {"unknown"}


class TestUnused:
    RULE = "KEY-006"

    def test_when_it_was_used(self, dated: Lab) -> None:
        cloud, prod = dated.cloud, dated.prod
        busy, idle, never, fresh = (account_key(cloud, prod, made) for made in (OLD, OLD, OLD, FRESH))
        used(cloud, prod, busy, "2026-11-18T07:00:00Z")
        used(cloud, prod, idle, "2026-06-01T07:00:00Z")
        used(cloud, prod, never, None)
        dated.server.page = 2
        found = dated.judge(self.RULE)
        assert [found["used", one] for one in (busy, idle, never, fresh)] == ["pass", "fail", "fail", "pass"]

    def test_a_key_that_is_not_watched_is_open(self, dated: Lab) -> None:
        """That nothing is said of it is no sign that it was not used."""
        key = account_key(dated.cloud, dated.prod, OLD)
        assert dated.judge(self.RULE)["used", key] == "unknown"

    @pytest.mark.parametrize(
        "fault", ["denied", "missing", "throttled", "failing", "expired", "disabled", "cut"]
    )
    def test_activities_that_cannot_be_read(self, dated: Lab, fault: str) -> None:
        key = account_key(dated.cloud, dated.prod, OLD)
        used(dated.cloud, dated.prod, key, "2026-11-18T07:00:00Z")
        dated.server.fault(fault, "iam:KeyActivities", within=dated.prod)
        (item,) = [one for one in dated.verdicts(self.RULE) if one.subject == key]
        assert item.verdict.value == "unknown"
        assert item.gaps == (f"gcp/{dated.prod}/global iam:KeyActivities",)

    def test_nothing_tells_when_a_secret_or_an_api_key_was_read(self, dated: Lab) -> None:
        value, key = secret(dated.cloud, dated.prod, "s", OLD), api_key(dated.cloud, dated.prod, OLD)
        found = dated.judge(self.RULE)
        assert {found["used", each] for each in (value, key)} == {"unknown"}

    def test_when_keys_were_used_is_kept_apart_from_the_estate(self, dated: Lab) -> None:
        key = account_key(dated.cloud, dated.prod, OLD)
        used(dated.cloud, dated.prod, key, "2026-11-18T07:00:00Z")
        taken = dated.decide(self.RULE).taken
        (record,) = [each for each in taken.records if each.kind == "iam.keyactivity"]
        assert "2026-11-18" not in repr(record.data)
