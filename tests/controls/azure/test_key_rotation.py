"""KEY-002 and KEY-006 on keys and secrets of vaults. Nothing tells when one was read."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.vaults import key, secret, vault

RULE = "KEY-002"
AS_OF = "2026-11-24T05:00:00Z"
NOW = int(datetime.fromisoformat(AS_OF).timestamp())
DAY = 86_400


def test_a_key_is_as_old_as_its_newest_version(lab: Lab) -> None:
    lab.as_of = AS_OF
    holder = vault(lab.cloud, lab.prod, "kv")
    fresh = key(lab.cloud, holder, "fresh", NOW - 400 * DAY, NOW - 10 * DAY)
    stale = key(lab.cloud, holder, "stale", NOW - 400 * DAY, NOW - 91 * DAY)
    off = key(lab.cloud, holder, "off", NOW - 400 * DAY, enabled=False)
    found = lab.judge(RULE)
    assert found["age", fresh] == "pass"
    assert found["age", stale] == "fail"
    assert ("age", off) not in found


def test_a_secret_is_as_old_as_its_version_and_what_changed_may_have_been_its_description(lab: Lab) -> None:
    lab.as_of = AS_OF
    holder = vault(lab.cloud, lab.prod, "kv")
    fresh = secret(lab.cloud, holder, "fresh", NOW - 10 * DAY)
    stale = secret(lab.cloud, holder, "stale", NOW - 91 * DAY)
    renamed = secret(lab.cloud, holder, "renamed", NOW - 400 * DAY, NOW - DAY)
    off = secret(lab.cloud, holder, "off", NOW - 400 * DAY, enabled=False)
    lab.cloud.lists[f"{holder}/secrets"][0]["properties"]["value"] = "never-to-be-kept"
    decided = lab.decide(RULE)
    found = {item.subject: item.verdict.value for item in decided.verdicts}
    assert (found[fresh], found[stale], found[renamed]) == ("pass", "fail", "unknown")
    assert off not in found
    assert "never-to-be-kept" not in repr(decided.taken.records)


def test_a_secret_that_is_not_new_may_be_in_use(lab: Lab) -> None:
    lab.as_of = AS_OF
    holder = vault(lab.cloud, lab.prod, "kv")
    new, old = (secret(lab.cloud, holder, f"made-{days}", NOW - days * DAY) for days in (44, 46))
    found = lab.judge("KEY-006")
    assert (found["used", new], found["used", old]) == ("pass", "unknown")


@pytest.mark.parametrize(
    "call", ["keyvault:KeyVersions", "keyvault:Keys", "keyvault:Secrets", "keyvault:Vaults"]
)
def test_what_was_not_read_is_unknown(lab: Lab, call: str) -> None:
    lab.as_of = AS_OF
    holder = vault(lab.cloud, lab.prod, "kv")
    one = key(lab.cloud, holder, "signing", NOW - DAY)
    secret(lab.cloud, holder, "database", NOW - DAY)
    lab.server.fault("denied", call)
    found = lab.judge(RULE)
    kind = "secret" if call == "keyvault:Secrets" else "key"
    subject = one if call == "keyvault:KeyVersions" else f"azure/{lab.prod_subscription}/global/{kind}"
    assert found["age", subject] == "unknown"


def test_a_key_of_a_vault_that_could_not_be_asked_hides_no_other(lab: Lab) -> None:
    lab.as_of = AS_OF
    seen = key(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "signing", NOW - DAY)
    vault(lab.cloud, lab.prod, "closed")
    lab.server.fault("denied", "keyvault:Keys", within="/vaults/closed/")
    found = lab.judge(RULE)
    assert found["age", seen] == "pass"
    assert found["age", f"azure/{lab.prod_subscription}/global/key"] == "unknown"
