"""People and credentials: the credential report, the account summary, virtual devices."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import CONFIG, PROD, counts, device, estate, gap, only, record, row, user, without
from scanner.model.estate import Estate
from scanner.model.snapshot import Gap

ANA, ROOT = f"arn:aws:iam::{PROD}:user/ana", f"arn:aws:iam::{PROD}:root"
REPORT = gap("iam:GetCredentialReport", "iam.credential_report")
GENERATE = gap("iam:GenerateCredentialReport", "iam.credential_report")
SUMMARY = gap("iam:GetAccountSummary", "iam.account_summary")
DETAILS = gap("iam:GetAccountAuthorizationDetails", "iam.role")
DEVICES = gap("iam:ListVirtualMFADevices", "iam.mfa_device")


def people(found: Estate) -> list[str]:
    return [person.id for person in found.of("person")]


def missing(found: Estate, kind: str) -> tuple[Gap, ...]:
    return tuple(each for item in found.missing(kind) for each in item.gaps)


def test_a_user_with_a_password_is_a_person() -> None:
    found = only(estate(user(), row()), "person", ANA)
    assert found.attrs["identity"] == ANA
    assert (found.attrs["console"], found.attrs["root"], found.attrs["mfa_registered"]) == (True, False, True)
    assert (found.name, found.environment) == ("ana", "prod")
    assert found.where("mfa_registered").pointer == "/data/GetCredentialReport/mfa_active"


def test_a_user_without_a_password_is_none_unless_declared() -> None:
    assert ANA not in people(estate(user(), row(password_enabled="false")))
    declared = estate(user(), row(password_enabled="false", mfa_active="false"), config=CONFIG)
    found = only(declared, "person", ANA)
    assert (found.attrs["console"], found.attrs["mfa_registered"]) == (False, False)


@pytest.mark.parametrize("denied", [REPORT, GENERATE])
def test_without_a_report_every_user_may_be_a_person(denied: Gap) -> None:
    found = only(estate(user(), gaps=[denied]), "person", ANA)
    assert found.unknown["console"] == (denied,)
    assert found.unknown["mfa_registered"] == (denied,)


def test_the_report_alone_tells_people() -> None:
    found = estate(row(), gaps=[DETAILS])
    assert ANA in people(found)
    assert missing(found, "person") == ()
    assert missing(found, "identity") == (DETAILS,)


def test_a_user_newer_than_the_report_may_be_a_person() -> None:
    found = only(estate(user("new"), row()), "person", f"arn:aws:iam::{PROD}:user/new")
    assert found.unknown["console"] == ()


def test_a_virtual_device_is_evidence_for_and_never_against() -> None:
    assert only(estate(user(), device(ANA), gaps=[REPORT]), "person", ANA).attrs["mfa_registered"] is True
    assert "mfa_registered" in only(estate(user(), device(f"{ANA}2"), gaps=[REPORT]), "person", ANA).unknown
    assert only(estate(user(), row(mfa_active="false")), "person", ANA).attrs["mfa_registered"] is False
    hidden = only(estate(user(), gaps=[REPORT, DEVICES]), "person", ANA).unknown["mfa_registered"]
    assert set(hidden) == {REPORT, DEVICES}


@pytest.mark.parametrize(
    ("records", "registered"),
    [
        ([counts(AccountMFAEnabled=1)], True),
        ([counts(AccountMFAEnabled=0)], False),
        ([row("root", mfa_active="true")], True),
        ([row("root", mfa_active="false")], False),
        ([row("root", mfa_active="false"), counts(AccountMFAEnabled=1)], True),
        ([row()], None),
        ([row(), counts(AccountMFAEnabled=...)], None),
        ([row(), device(ROOT)], True),
    ],
)
def test_a_root_is_a_person(records: list[Any], registered: bool | None) -> None:
    found = only(estate(*records), "person", ROOT)
    assert found.attrs["root"] is True
    assert found.attrs.get("mfa_registered") is registered
    assert ("mfa_registered" in found.unknown) is (registered is None)


@pytest.mark.parametrize(
    ("records", "console"),
    [
        ([counts()], True),
        ([counts(AccountPasswordPresent=0)], False),
        ([counts(AccountPasswordPresent=0), row("root")], False),
        ([row("root"), counts()], True),
        ([row("root", password_enabled="false"), counts()], False),
        ([row("root", password_enabled="true")], True),
        ([row("root")], None),
    ],
)
def test_a_root_may_sign_in_unless_it_has_no_password(records: list[Any], console: bool | None) -> None:
    assert only(estate(*records), "person", ROOT).attrs.get("console") is console


def test_a_root_that_nothing_tells_of_is_unlisted() -> None:
    found = estate(user(), gaps=[REPORT, SUMMARY])
    assert ROOT not in people(found)
    assert set(missing(found, "person")) == {REPORT, SUMMARY}
    assert missing(estate(user(), row(), gaps=[SUMMARY]), "person") == ()
    assert missing(estate(user(), counts(), gaps=[REPORT]), "person") == ()
    assert set(missing(estate(counts(), gaps=[REPORT, DETAILS]), "person")) == {REPORT, DETAILS}


def keys(found: Estate) -> dict[str, tuple[Any, Any]]:
    return {
        each.id.removeprefix("arn:aws:iam::"): (
            each.attrs.get("active", "?"),
            each.attrs.get("rotated_at", "?"),
        )
        for each in found.of("credential")
    }


def test_access_keys() -> None:
    second = {"access_key_2_active": "false", "access_key_2_last_rotated": "2020-01-01T00:00:00+00:00"}
    assert keys(estate(row(**second))) == {
        f"{PROD}:user/ana/access_key_1": (True, "2026-10-01T00:00:00+00:00"),
        f"{PROD}:user/ana/access_key_2": (False, "2020-01-01T00:00:00+00:00"),
    }
    found = only(estate(row()), "credential")
    assert (found.attrs["type"], found.attrs["owner"], found.name) == ("access_key", ANA, "ana/access_key_1")
    assert found.where("rotated_at").pointer == "/data/GetCredentialReport/access_key_1_last_rotated"


def test_a_key_that_never_was_is_no_credential_and_one_that_never_rotated_has_no_date() -> None:
    assert keys(estate(row(access_key_1_active="false", access_key_1_last_rotated="N/A"))) == {}
    assert keys(estate(row(access_key_1_last_rotated="N/A"))) == {
        f"{PROD}:user/ana/access_key_1": (True, None)
    }


def test_cells_that_are_missing_or_tell_nothing_are_unknown() -> None:
    first = f"{PROD}:user/ana/access_key_1"
    assert keys(estate(row(access_key_1_active=...)))[first] == ("?", "2026-10-01T00:00:00+00:00")
    assert keys(estate(row(access_key_1_last_rotated="no_information")))[first] == (True, "?")
    assert len(keys(estate(without(row(), "GetCredentialReport")))) == 2


def test_keys_of_a_root_by_its_row_else_by_the_count() -> None:
    root = f"{PROD}:root/access_key_1"
    none = {"access_key_1_active": "false", "access_key_1_last_rotated": "N/A"}
    assert keys(estate(row("root"))) == {root: (True, "2026-10-01T00:00:00+00:00")}
    assert keys(estate(row("root", **none), counts())) == {}
    assert keys(estate(counts(AccountAccessKeysPresent=1))) == {root: ("?", "?")}
    assert keys(estate(counts())) == {}
    assert keys(estate(counts(AccountAccessKeysPresent=...))) == {root: ("?", "?")}
    by_count = only(estate(counts(AccountAccessKeysPresent=1), gaps=[REPORT]), "credential")
    assert by_count.unknown["rotated_at"] == (REPORT,)


@pytest.mark.parametrize("denied", [REPORT, GENERATE])
def test_without_a_report_keys_are_unlisted(denied: Gap) -> None:
    found = estate(user(), counts(), gaps=[denied])
    assert keys(found) == {}
    assert missing(found, "credential") == (denied,)


def test_an_id_stands_for_the_identity_before_the_person() -> None:
    assert estate(user(), row()).by_id[ANA].kind == "identity"


def test_everyone_of_a_saml_provider_is_one_person_of_whom_aws_knows_no_factor() -> None:
    saml = f"arn:aws:iam::{PROD}:saml-provider/okta"
    found = only(
        estate(record("iam.saml_provider", saml, {"ListSAMLProviders": {"Arn": saml}})), "person", saml
    )
    assert found.name == "everyone who signs in at okta"
    assert (found.attrs["identity"], found.attrs["root"], found.attrs["console"]) == (saml, False, None)
    assert found.unknown["mfa_registered"] == ()
    unlisted = gap("iam:ListSAMLProviders", "iam.saml_provider")
    assert unlisted in missing(estate(user(), row(), gaps=[unlisted]), "person")
