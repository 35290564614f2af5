"""DAT-001 and DAT-002: who of one environment uses what another holds, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.model.facts import Crossing
from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import container, registry, storage
from tests.faults.azure.roles import assign, deny, eligible, group_of, identity, machine
from tests.faults.azure.vaults import key, secret, vault

FOREIGN, OWN = "DAT-002", "DAT-001"
OUT, BACK = "dev->prod", "prod->dev"
NOW = 1_790_000_000


def _judged(lab: Lab) -> tuple[str, str]:
    """What is said of changing and of reading production's data from development."""
    found = lab.judge(FOREIGN)
    return found["write", OUT], found["read", OUT]


def _crossings(lab: Lab) -> dict[str, Crossing]:
    decided = lab.decide(FOREIGN, OWN)
    return {item.border: item for item in decided.facts["store_access"].crossings if item.pair == OUT}


def _worker(lab: Lab) -> str:
    return identity(lab.cloud, lab.dev, "worker")[1]


def _filled(lab: Lab) -> dict[str, str]:
    held = vault(lab.cloud, lab.prod, "kv")
    return {
        "storage": storage(lab.cloud, lab.prod, "models"),
        "vault": held,
        "key": key(lab.cloud, held, "signing", NOW),
        "secret": secret(lab.cloud, held, "database", NOW),
        "registry": registry(lab.cloud, lab.prod, "images"),
    }


def _named(lab: Lab, name: str, **declared: Any) -> None:
    base = lab.environment_file()["environments"]
    lab.environments = {**base, name: {**base[name], **declared}}


@pytest.mark.parametrize("rule", [FOREIGN, OWN])
def test_environments_that_keep_to_themselves_pass(lab: Lab, rule: str) -> None:
    _filled(lab)
    storage(lab.cloud, lab.dev, "scratch")
    assign(lab.cloud, "Owner", _worker(lab), group_of(lab.dev))
    assert {*lab.judge(rule).values()} == {"pass"}


@pytest.mark.parametrize(
    ("role", "thing", "levels"),
    [
        ("Storage Blob Data Reader", "storage", ("read",)),
        ("Storage Blob Data Contributor", "storage", ("read", "write", "delete")),
        ("Storage Queue Data Message Sender", "storage", ("write",)),
        ("Key Vault Secrets User", "vault", ("read",)),
        ("Key Vault Secrets User", "secret", ("read",)),
        ("Key Vault Crypto User", "key", ("read", "write")),
        ("Key Vault Reader", "vault", ()),
        ("AcrPull", "registry", ("read",)),
        ("AcrPush", "registry", ("read", "write")),
        ("Container Registry Repository Reader", "registry", ("read",)),
        ("Reader", "storage", ()),
        ("Reader", "registry", ("read",)),
        ("Storage Account Contributor", "storage", ("write", "delete", "admin")),
        ("Contributor", "vault", ("write", "delete", "admin")),
        ("Owner", "registry", ("read", "write", "delete", "admin")),
    ],
)
def test_a_role_gives_what_its_actions_are(lab: Lab, role: str, thing: str, levels: tuple[str, ...]) -> None:
    at = _filled(lab)[thing]
    border = assign(lab.cloud, role, _worker(lab), at)
    found = _crossings(lab)
    assert tuple(found) == ((border,) if levels else ())
    assert (found[border].access if levels else ()) == levels


class TestKeysOfAnAccount:
    @pytest.mark.parametrize("shared", [True, None])
    def test_they_open_all_data_in_it(self, lab: Lab, shared: bool | None) -> None:
        account = storage(lab.cloud, lab.prod, "models")
        properties = lab.cloud.find(account)["properties"]
        properties["allowSharedKeyAccess"] = shared
        assign(lab.cloud, "Storage Account Key Operator Service Role", _worker(lab), account)
        assert _judged(lab) == ("fail", "fail")

    def test_they_open_nothing_where_they_are_turned_off(self, lab: Lab) -> None:
        account = storage(lab.cloud, lab.prod, "models")
        assign(lab.cloud, "Storage Account Key Operator Service Role", _worker(lab), account)
        assert _judged(lab) == ("pass", "pass")

    def test_a_registry_with_a_password(self, lab: Lab) -> None:
        made = registry(lab.cloud, lab.prod, "images")
        handing = lab.cloud.role("Microsoft.ContainerRegistry/registries/listCredentials/action")
        assign(lab.cloud, handing, _worker(lab), made)
        assert _judged(lab) == ("pass", "pass")
        lab.cloud.find(made)["properties"]["adminUserEnabled"] = True
        assert _judged(lab) == ("fail", "fail")


class TestAccessPolicies:
    def _vault(self, lab: Lab, *policies: dict[str, Any]) -> str:
        made = vault(lab.cloud, lab.prod, "kv")
        secret(lab.cloud, made, "database", NOW)
        properties = lab.cloud.find(made)["properties"]
        properties["enableRbacAuthorization"] = False
        properties["accessPolicies"] = list(policies)
        return made

    def test_they_decide_where_the_vault_says_so(self, lab: Lab) -> None:
        principal = _worker(lab)
        tenant = "99999999-0000-4000-8000-000000000001"
        entry = {"tenantId": tenant, "objectId": principal, "permissions": {"secrets": ["Get", "List"]}}
        made = self._vault(lab, entry)
        found = _crossings(lab)
        assert found[f"{made}/accesspolicies/{principal}"].access == ("read",)

    def test_roles_on_data_count_for_nothing_then(self, lab: Lab) -> None:
        made = self._vault(lab)
        assign(lab.cloud, "Key Vault Secrets User", _worker(lab), made)
        assert _judged(lab) == ("pass", "pass")

    def test_whoever_writes_the_vault_writes_them(self, lab: Lab) -> None:
        made = self._vault(lab)
        assign(lab.cloud, "Key Vault Contributor", _worker(lab), made)
        assert _judged(lab)[0] == "fail"


def test_a_role_on_one_container_is_a_way_into_the_account(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    scope = f"{account}/blobServices/default/containers/raw"
    border = assign(lab.cloud, "Storage Blob Data Reader", _worker(lab), scope)
    assert _crossings(lab)[border].targets == (account,)


def test_what_a_machine_of_production_may_do_its_operators_may(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    _, own = machine(lab.cloud, lab.prod, "vm", own=True)
    assign(lab.cloud, "Storage Blob Data Contributor", own, account)
    border = assign(lab.cloud, "Virtual Machine Contributor", _worker(lab), group_of(lab.prod))
    found = _crossings(lab)[border]
    assert "write" in found.access
    assert len(found.told.get("write", found.steps)) == 3


def test_one_grant_of_a_subscription_is_one_crossing(lab: Lab) -> None:
    accounts = sorted(storage(lab.cloud, lab.prod, f"models{number}") for number in range(3))
    border = assign(
        lab.cloud, "Storage Blob Data Reader", _worker(lab), f"/subscriptions/{lab.prod_subscription}"
    )
    assert _crossings(lab)[border].targets == tuple(accounts)


def test_data_that_everybody_may_read(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    lab.cloud.find(account)["properties"]["allowBlobPublicAccess"] = True
    container(lab.cloud, account, "open", "Blob")
    assert _judged(lab) == ("pass", "fail")
    assert lab.judge(OWN)["reach", BACK] == "pass"
    lab.server.fault("denied", "storage:BlobContainers")
    assert _judged(lab) == ("pass", "unknown")


def test_a_registry_that_everybody_may_pull_from(lab: Lab) -> None:
    made = registry(lab.cloud, lab.prod, "images")
    lab.cloud.find(made)["properties"]["anonymousPullEnabled"] = True
    assert _judged(lab) == ("pass", "fail")


def test_a_denial_wins(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    assign(lab.cloud, "Storage Blob Data Reader", _worker(lab), account)
    deny(lab.cloud, group_of(lab.prod), data=("Microsoft.Storage/*",))
    assert _judged(lab) == ("pass", "pass")


def test_one_that_does_not_reach_below_its_scope_wins_nothing_there(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    assign(lab.cloud, "Storage Blob Data Reader", _worker(lab), account)
    deny(lab.cloud, group_of(lab.prod), data=("*",), doNotApplyToChildScopes=True)
    assert _judged(lab) == ("pass", "fail")


def test_a_condition_on_reading_leaves_reading_open(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
    condition = (
        f"((!(ActionMatches{{'{blobs}/read'}})) OR "
        "(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'open'))"
    )
    more = {"condition": condition, "conditionVersion": "2.0"}
    assign(lab.cloud, "Storage Blob Data Contributor", _worker(lab), account, **more)
    assert _judged(lab) == ("fail", "unknown")


def test_a_right_that_waits_is_half_open(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    ana = lab.cloud.directory.user("ana")
    border = eligible(lab.cloud, "Storage Blob Data Reader", ana, account)
    _named(lab, "dev", people=["ana@example.com"])
    assert _crossings(lab)[border].latent


def test_reading_that_is_declared(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    assign(lab.cloud, "Storage Blob Data Reader", _worker(lab), account)
    _named(lab, "prod", data={"readable_from": ["dev"]})
    assert _judged(lab) == ("pass", "pass")
    assert lab.judge(OWN)["reach", OUT] == "pass"


@pytest.mark.parametrize(
    "call",
    [
        "storage:StorageAccounts",
        "keyvault:Vaults",
        "keyvault:Keys",
        "keyvault:Secrets",
        "containerregistry:Registries",
        "authorization:RoleAssignments",
        "authorization:EligibleRoles",
        "tenant:ProvidedRoles",
        "authorization:CustomRoleDefinitions",
    ],
)
def test_what_was_not_read_is_unknown(lab: Lab, call: str) -> None:
    _filled(lab)
    principal = _worker(lab)
    assign(lab.cloud, "Key Vault Reader", principal, group_of(lab.prod))
    assign(lab.cloud, lab.cloud.role("Microsoft.Support/*"), principal, group_of(lab.prod))
    assert _judged(lab) == ("pass", "pass")
    lab.server.fault("denied", call)
    assert _judged(lab) == ("unknown", "unknown")


@pytest.mark.parametrize("fault", ["throttled", "failing", "truncated", "miscounted", "unregistered"])
def test_stores_that_were_not_all_listed(lab: Lab, fault: str) -> None:
    _filled(lab)
    storage(lab.cloud, lab.prod, "more")
    assign(lab.cloud, "Key Vault Reader", _worker(lab), group_of(lab.prod))
    lab.server.fault(fault, "storage:StorageAccounts")
    assert _judged(lab) == ("unknown", "unknown")
    assert lab.judge(OWN)["reach", OUT] == "unknown"


@pytest.mark.parametrize("call", ["storage:StorageAccounts", "keyvault:Vaults"])
def test_a_store_that_is_hidden_may_be_open_to_all_though_nobody_holds_a_role(lab: Lab, call: str) -> None:
    _filled(lab)
    _worker(lab)
    lab.server.fault("denied", call)
    assert _judged(lab) == ("unknown", "unknown")
