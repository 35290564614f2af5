"""KEY-004 and DAT-003: whoever reads secrets, and writes what is read-only, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import storage
from tests.faults.azure.roles import assign, eligible, group_of, identity, machine
from tests.faults.azure.vaults import secret, vault

READERS, WRITERS = "KEY-004", "DAT-003"
NOW = 1_790_000_000


def _declared(lab: Lab, **declared: Any) -> None:
    base = lab.environment_file()["environments"]
    lab.environments = {**base, "prod": {**base["prod"], **declared}}


def _secret(lab: Lab) -> str:
    return secret(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "database", NOW)


class TestReaders:
    def _judged(self, lab: Lab, one: str, readers: list[str] | None) -> str:
        _declared(lab, keys={"readers": readers})
        return lab.judge(READERS)["readers", one]

    def test_a_reader_has_to_be_declared(self, lab: Lab) -> None:
        one = _secret(lab)
        made, principal = identity(lab.cloud, lab.prod, "worker")
        assert self._judged(lab, one, []) == "pass"
        assign(lab.cloud, "Key Vault Secrets User", principal, group_of(lab.prod))
        assert self._judged(lab, one, []) == "fail"
        assert self._judged(lab, one, [made]) == "pass"
        assert self._judged(lab, one, None) == "unknown"

    def test_whoever_may_become_a_reader_is_one(self, lab: Lab) -> None:
        one = _secret(lab)
        vm, own = machine(lab.cloud, lab.prod, "vm", own=True)
        assign(lab.cloud, "Key Vault Secrets User", own, group_of(lab.prod))
        reader = f"{vm}/providers/microsoft.managedidentity/identities/default"
        assert self._judged(lab, one, [reader]) == "pass"
        ops = identity(lab.cloud, lab.prod, "operator")[1]
        assign(lab.cloud, "Virtual Machine Contributor", ops, vm)
        assert self._judged(lab, one, [reader]) == "fail"

    def test_people_are_named_by_themselves_or_by_a_group(self, lab: Lab) -> None:
        one = _secret(lab)
        ana = lab.cloud.directory.user("ana")
        group = lab.cloud.directory.group("ops", ana)
        assign(lab.cloud, "Key Vault Secrets User", group, one, "Group")
        assert self._judged(lab, one, []) == "fail"
        assert self._judged(lab, one, ["ana@example.com"]) == "pass"
        assert self._judged(lab, one, [f"/groups/{group}"]) == "pass"

    def test_a_right_that_waits_counts(self, lab: Lab) -> None:
        one = _secret(lab)
        eligible(lab.cloud, "Key Vault Secrets User", lab.cloud.directory.user("ana"), one)
        assert self._judged(lab, one, []) == "fail"

    @pytest.mark.parametrize(
        "call",
        [
            "authorization:RoleAssignments",
            "authorization:EligibleRoles",
            "tenant:ProvidedRoles",
            "tenant:Groups",
            "tenant:GroupMembers",
            "tenant:Users",
        ],
    )
    def test_what_was_not_read_is_unknown(self, lab: Lab, call: str) -> None:
        one = _secret(lab)
        ana = lab.cloud.directory.user("ana")
        group = lab.cloud.directory.group("ops", ana)
        assign(lab.cloud, "Key Vault Secrets User", group, one, "Group")
        assign(lab.cloud, "Key Vault Secrets User", ana, one, "User")
        assign(lab.cloud, "Reader", lab.cloud.directory.user("bob"), one, "User")
        assert self._judged(lab, one, ["ana@example.com"]) == "pass"
        lab.server.fault("denied", call)
        assert self._judged(lab, one, ["ana@example.com"]) == "unknown"

    def test_secrets_that_were_not_listed(self, lab: Lab) -> None:
        _secret(lab)
        _declared(lab, keys={"readers": []})
        lab.server.fault("denied", "keyvault:Secrets")
        assert lab.judge(READERS)["readers", f"azure/{lab.prod_subscription}/global/secret"] == "unknown"


class TestWriters:
    def test_nobody_of_the_environment_writes_what_is_read_only(self, lab: Lab) -> None:
        account = storage(lab.cloud, lab.prod, "training")
        _declared(lab, data={"read_only": [account]})
        principal = identity(lab.cloud, lab.prod, "worker")[1]
        assign(lab.cloud, "Storage Blob Data Reader", principal, account)
        assert lab.judge(WRITERS) == {("writers", account): "pass"}
        assign(lab.cloud, "Storage Account Contributor", principal, group_of(lab.prod))
        assert lab.judge(WRITERS) == {("writers", account): "fail"}

    def test_others_are_no_matter_of_it(self, lab: Lab) -> None:
        account = storage(lab.cloud, lab.prod, "training")
        storage(lab.cloud, lab.prod, "scratch")
        _declared(lab, data={"read_only": [account]})
        principal = identity(lab.cloud, lab.dev, "worker")[1]
        assign(lab.cloud, "Owner", principal, group_of(lab.prod))
        assert lab.judge(WRITERS) == {("writers", account): "pass"}

    @pytest.mark.parametrize(
        "call", ["authorization:RoleAssignments", "managedidentity:UserAssignedIdentities"]
    )
    def test_what_was_not_read_is_unknown(self, lab: Lab, call: str) -> None:
        account = storage(lab.cloud, lab.prod, "training")
        _declared(lab, data={"read_only": [account]})
        assign(lab.cloud, "Contributor", identity(lab.cloud, lab.dev, "loader")[1], account)
        assert lab.judge(WRITERS) == {("writers", account): "pass"}
        lab.server.fault("denied", call)
        assert lab.judge(WRITERS)["writers", account] == "unknown"

    def test_stores_that_were_not_listed(self, lab: Lab) -> None:
        lab.server.fault("failing", "storage:StorageAccounts")
        assert lab.judge(WRITERS)["writers", f"azure/{lab.prod_subscription}/global/store"] == "unknown"
