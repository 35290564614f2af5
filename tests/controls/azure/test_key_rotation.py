"""KEY-002 on keys of vaults. Secrets and credentials of Azure are not collected: their scopes are unknown."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import key, vault

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
    assert found["age", f"azure/{lab.prod_subscription}/global/secret"] == "unknown"


@pytest.mark.parametrize("call", ["keyvault:KeyVersions", "keyvault:Keys", "keyvault:Vaults"])
def test_what_was_not_read_is_unknown(lab: Lab, call: str) -> None:
    lab.as_of = AS_OF
    one = key(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "signing", NOW - DAY)
    lab.server.fault("denied", call)
    found = lab.judge(RULE)
    subject = one if call == "keyvault:KeyVersions" else f"azure/{lab.prod_subscription}/global/key"
    assert found["age", subject] == "unknown"


def test_a_key_of_a_vault_that_could_not_be_asked_hides_no_other(lab: Lab) -> None:
    lab.as_of = AS_OF
    seen = key(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "signing", NOW - DAY)
    vault(lab.cloud, lab.prod, "closed")
    lab.server.fault("denied", "keyvault:Keys", within="/vaults/closed/")
    found = lab.judge(RULE)
    assert found["age", seen] == "pass"
    assert found["age", f"azure/{lab.prod_subscription}/global/key"] == "unknown"
