"""DAT-006 on buckets and datasets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.cloud import ORGANIZATION
from tests.faults.gcp.makers import VIEWERS, audited, bucket, constraint
from tests.faults.gcp.makers_more import dataset, table

RULE = "DAT-006"
CHECKS = ("public_access", "encryption", "versioning", "logging")
ROOT = f"organizations/{ORGANIZATION}"
PREVENTION = "storage.publicAccessPrevention"
EVERYONE = [{"role": VIEWERS, "members": ["allUsers"]}]
READ_AND_WRITTEN = ("DATA_READ", "DATA_WRITE")


def _open(lab: Lab, name: str, *, uniform: bool = True, **more: Any) -> str:
    """A bucket that leaves public access to what is above it."""
    access = {"publicAccessPrevention": "inherited", "uniformBucketLevelAccess": {"enabled": uniform}}
    return bucket(lab.cloud, lab.prod, name, iamConfiguration=access, **more)


def _number(lab: Lab) -> str:
    return f"projects/{lab.cloud.number(lab.prod)}"


def test_a_safe_bucket_passes(lab: Lab) -> None:
    models = bucket(lab.cloud, lab.prod, "models")
    found = lab.judge(RULE)
    assert {check: found[check, models] for check in CHECKS} == dict.fromkeys(CHECKS, "pass")


def test_a_bucket_of_development_is_no_subject(lab: Lab) -> None:
    scratch = bucket(lab.cloud, lab.dev, "scratch")
    assert not any(subject == scratch for _, subject in lab.judge(RULE))


class TestPublicAccess:
    def test_what_is_shown_and_what_may_be(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        public = _open(lab, "public", policy=EVERYONE)
        signed_in = _open(lab, "signed-in", policy=[{"role": VIEWERS, "members": ["allAuthenticatedUsers"]}])
        listed = _open(lab, "listed", uniform=False, acl=[{"entity": "allUsers", "role": "READER"}])
        quiet = _open(lab, "quiet")
        unset = bucket(lab.cloud, lab.prod, "unset", iamConfiguration=None)
        told = {item.subject: item for item in lab.verdicts(RULE) if item.check == "public_access"}
        assert {item.verdict.value for item in told.values()} == {"fail"}
        shown = [told[one].detail["public_access"] for one in (public, signed_in, listed, quiet, unset)]
        assert shown == ["public", "public", "public", "open", "open"]

    def test_an_acl_says_nothing_where_access_is_uniform(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        listed = _open(lab, "listed", acl=[{"entity": "allUsers", "role": "READER"}])
        told = {item.subject: item for item in lab.verdicts(RULE) if item.check == "public_access"}
        assert told[listed].detail["public_access"] == "open"

    def test_prevention_outranks_a_policy(self, lab: Lab) -> None:
        models = bucket(lab.cloud, lab.prod, "models", policy=EVERYONE)
        assert lab.judge(RULE)["public_access", models] == "pass"

    def test_the_nearest_organization_policy_counts(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = _open(lab, "models")
        constraint(lab.cloud, ROOT, PREVENTION, enforced=True)
        assert lab.judge(RULE)["public_access", models] == "pass"
        constraint(lab.cloud, lab.prod_folder, PREVENTION, enforced=False)
        assert lab.judge(RULE)["public_access", models] == "fail"
        constraint(lab.cloud, _number(lab), PREVENTION, enforced=True)
        assert lab.judge(RULE)["public_access", models] == "pass"

    def test_a_policy_that_is_put_back_to_its_default_enforces_nothing(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = _open(lab, "models")
        constraint(lab.cloud, ROOT, PREVENTION, enforced=True)
        constraint(lab.cloud, lab.prod_folder, PREVENTION, restoreDefault={})
        assert lab.judge(RULE)["public_access", models] == "fail"

    def test_a_policy_of_another_folder_or_of_another_constraint_is_none(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = _open(lab, "models")
        constraint(lab.cloud, lab.dev_folder, PREVENTION, enforced=True)
        constraint(lab.cloud, ROOT, "storage.uniformBucketLevelAccess", enforced=True)
        assert lab.judge(RULE)["public_access", models] == "fail"

    def test_without_the_organization_it_is_not_known(self, lab: Lab) -> None:
        models = _open(lab, "models", policy=EVERYONE)
        (item,) = [one for one in lab.verdicts(RULE) if (one.check, one.subject) == ("public_access", models)]
        assert item.verdict.value == "unknown"
        assert item.gaps == ("gcp/organizations/global organizations:Policies",)

    @pytest.mark.parametrize("fault", ["denied", "throttled", "failing", "cut", "endless"])
    def test_policies_that_cannot_be_read(self, lab: Lab, fault: str) -> None:
        lab.source = {"organization": ORGANIZATION}
        models, safe = _open(lab, "models"), bucket(lab.cloud, lab.prod, "safe")
        lab.server.fault(fault, "assets:ORG_POLICY")
        found = lab.judge(RULE)
        assert found["public_access", models] == "unknown"
        assert found["public_access", safe] == "pass"

    def test_allow_policies_that_cannot_be_read(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = _open(lab, "models", policy=EVERYONE)
        lab.server.fault("denied", "assets:IAM_POLICY", within=lab.prod)
        found = lab.judge(RULE)
        assert found["public_access", models] == "unknown"
        assert found["versioning", models] == "pass"


def test_versioning_or_a_retention_policy(lab: Lab) -> None:
    held = bucket(lab.cloud, lab.prod, "held", versioning=None, retentionPolicy={"retentionPeriod": "86400"})
    bare = bucket(lab.cloud, lab.prod, "bare", versioning=None)
    off = bucket(
        lab.cloud,
        lab.prod,
        "off",
        versioning={"enabled": False},
        softDeletePolicy={"retentionDurationSeconds": "604800"},
    )
    found = lab.judge(RULE)
    assert [found["versioning", one] for one in (held, bare, off)] == ["pass", "fail", "fail"]


class TestLogging:
    def test_audit_logs_of_the_project_count(self, lab: Lab) -> None:
        models = bucket(lab.cloud, lab.prod, "models", logging=None)
        audited(lab.cloud, _number(lab), "storage.googleapis.com", *READ_AND_WRITTEN)
        assert lab.judge(RULE)["logging", models] == "pass"

    def test_they_add_up_along_the_way(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = bucket(lab.cloud, lab.prod, "models", logging=None)
        audited(lab.cloud, ROOT, "allServices", "DATA_READ")
        assert lab.judge(RULE)["logging", models] == "fail"
        audited(lab.cloud, lab.prod_folder, "storage.googleapis.com", "DATA_WRITE")
        assert lab.judge(RULE)["logging", models] == "pass"

    def test_an_exemption_or_another_service_is_no_record(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION}
        models = bucket(lab.cloud, lab.prod, "models", logging=None)
        audited(lab.cloud, ROOT, "bigquery.googleapis.com", *READ_AND_WRITTEN)
        audited(lab.cloud, ROOT, "allServices", *READ_AND_WRITTEN, exempted=("user:ada@example.com",))
        assert lab.judge(RULE)["logging", models] == "fail"

    def test_what_is_above_may_say_so(self, lab: Lab) -> None:
        models = bucket(lab.cloud, lab.prod, "models", logging=None)
        assert lab.judge(RULE)["logging", models] == "unknown", "no organization is named"
        lab.source = {"organization": ORGANIZATION}
        assert lab.judge(RULE)["logging", models] == "fail"
        lab.server.fault("denied", "assets:IAM_POLICY", within=ROOT)
        assert lab.judge(RULE)["logging", models] == "unknown"


def test_encryption_and_its_key(lab: Lab) -> None:
    key = f"projects/{lab.prod}/locations/europe/keyRings/r/cryptoKeys/k"
    models = bucket(lab.cloud, lab.prod, "models", encryption={"defaultKmsKeyName": key})
    found = lab.decide(RULE)
    assert found.estate.by_id[models].attrs["key"] == key
    assert {one.verdict.value for one in found.verdicts if one.check == "encryption"} == {"pass"}


def test_an_asset_that_was_cut_off_passes_nothing(lab: Lab) -> None:
    models = bucket(lab.cloud, lab.prod, "models")
    lab.cloud.whole(models)["assetExceptions"] = [{"exceptionType": "TRUNCATION", "details": "too large"}]
    found = lab.judge(RULE)
    assert {check: found[check, models] for check in CHECKS} == dict.fromkeys(CHECKS, "unknown")


@pytest.mark.parametrize("fault", ["denied", "missing", "conflict", "throttled", "failing", "expired", "cut"])
def test_what_was_not_answered_is_unknown(lab: Lab, fault: str) -> None:
    bucket(lab.cloud, lab.prod, "models")
    lab.server.fault(fault, "assets:RESOURCE", within=lab.prod)
    found = lab.judge(RULE)
    assert {check: found[check, f"gcp/{lab.prod}/global/store"] for check in CHECKS} == dict.fromkeys(
        CHECKS, "unknown"
    )


class TestDatasets:
    def test_a_dataset_is_open_to_whom_its_lists_name(self, lab: Lab) -> None:
        cloud, prod = lab.cloud, lab.prod
        safe = dataset(cloud, prod, "features")
        listed = dataset(
            cloud, prod, "a", access=[{"role": "READER", "specialGroup": "allAuthenticatedUsers"}]
        )
        named = dataset(cloud, prod, "b", access=[{"role": "READER", "iamMember": "allUsers"}])
        of_table = dataset(cloud, prod, "c")
        table(cloud, prod, safe, "rows", "user:ada@example.com")
        table(cloud, prod, of_table, "rows", "allAuthenticatedUsers")
        by_policy = dataset(cloud, prod, "d")
        cloud.whole(by_policy)["iamPolicy"] = {"bindings": EVERYONE}
        found = lab.judge(RULE)
        assert {check: found[check, safe] for check in CHECKS} == dict.fromkeys(CHECKS, "pass")
        assert {found["public_access", one] for one in (listed, named, of_table, by_policy)} == {"fail"}

    def test_policies_of_tables_that_cannot_be_read(self, lab: Lab) -> None:
        features = dataset(lab.cloud, lab.prod, "features")
        table(lab.cloud, lab.prod, features, "rows")
        lab.server.fault("denied", "assets:IAM_POLICY", within=lab.prod)
        found = lab.judge(RULE)
        assert found["public_access", features] == "unknown"
        assert found["encryption", features] == "pass"

    def test_one_that_was_cut_off_passes_nothing(self, lab: Lab) -> None:
        features = dataset(lab.cloud, lab.prod, "features")
        lab.cloud.whole(features)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
        found = lab.judge(RULE)
        assert {check: found[check, features] for check in CHECKS} == dict.fromkeys(CHECKS, "unknown")

    def test_nothing_of_a_table_is_kept_but_its_labels(self, lab: Lab) -> None:
        table(lab.cloud, lab.prod, dataset(lab.cloud, lab.prod, "features"), "rows")
        assert "nobody keeps this" not in repr(lab.decide(RULE).taken.records)
