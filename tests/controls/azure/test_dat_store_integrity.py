"""DAT-006 on storage accounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import container, log, setting, storage

RULE = "DAT-006"
CHECKS = ("public_access", "encryption", "versioning", "logging")


def _blobs(lab: Lab, account: str) -> dict[str, Any]:
    found: dict[str, Any] = lab.cloud.below[f"{account}/blobservices/default"]["properties"]
    return found


def _account(lab: Lab, account: str) -> dict[str, Any]:
    found: dict[str, Any] = lab.cloud.find(account)["properties"]
    return found


def _settings(account: str) -> str:
    return f"{account}/blobservices/default/providers/microsoft.insights/diagnosticsettings"


def test_a_safe_account_passes(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    found = lab.judge(RULE)
    assert {check: found[check, account] for check in CHECKS} == dict.fromkeys(CHECKS, "pass")


def test_an_account_of_development_is_no_subject(lab: Lab) -> None:
    account = storage(lab.cloud, lab.dev, "scratch")
    assert not any(subject == account for _, subject in lab.judge(RULE))


def test_public_access(lab: Lab) -> None:
    shown, empty, unset, closed = (
        storage(lab.cloud, lab.prod, name) for name in ("shown", "empty", "unset", "closed")
    )
    container(lab.cloud, shown, "datasets", "Blob")
    _account(lab, shown)["allowBlobPublicAccess"] = True
    _account(lab, empty)["allowBlobPublicAccess"] = True
    container(lab.cloud, empty, "datasets", "None")
    del _account(lab, unset)["allowBlobPublicAccess"]
    container(lab.cloud, closed, "datasets", "Container")
    _account(lab, closed).update(allowBlobPublicAccess=True, publicNetworkAccess="Disabled")
    decided = lab.decide(RULE)
    told = {item.subject: item for item in decided.verdicts if item.check == "public_access"}
    assert {item.verdict.value for item in told.values()} == {"fail"}
    assert [told[one].detail["public_access"] for one in (shown, empty, unset, closed)] == [
        "public",
        "open",
        "open",
        "open",
    ]
    asked = [request.path for request in lab.server.requests if request.call == "storage:BlobContainers"]
    assert len(asked) == 4


def test_containers_are_asked_for_only_where_they_may_be_open(lab: Lab) -> None:
    storage(lab.cloud, lab.prod, "models")
    lab.judge(RULE)
    assert lab.server.calls["storage:BlobContainers"] == 0


def test_names_of_closed_containers_are_not_kept(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    _account(lab, account)["allowBlobPublicAccess"] = True
    container(lab.cloud, account, "patients", "None")
    container(lab.cloud, account, "open-data", "Blob")
    taken = lab.decide(RULE).taken
    record = next(each for each in taken.records if each.kind == "storage.account")
    assert record.data["BlobContainers"] == [{"name": "open-data", "publicAccess": "Blob"}]


def test_versioning(lab: Lab) -> None:
    bare, locked, unlocked = (storage(lab.cloud, lab.prod, name) for name in ("bare", "locked", "unlocked"))
    for account in (bare, locked, unlocked):
        _blobs(lab, account)["isVersioningEnabled"] = False
    policy = {"immutabilityPeriodSinceCreationInDays": 30, "allowProtectedAppendWrites": False}
    for account, state in ((locked, "Locked"), (unlocked, "Disabled")):
        _account(lab, account)["immutableStorageWithVersioning"] = {
            "enabled": True,
            "immutabilityPolicy": {**policy, "state": state},
        }
    found = lab.judge(RULE)
    assert [found["versioning", one] for one in (bare, locked, unlocked)] == ["fail", "pass", "fail"]


def test_logging(lab: Lab) -> None:
    names = ("none", "reads", "all3", "off")
    none, reads, all_three, off = (storage(lab.cloud, lab.prod, name) for name in names)
    lab.cloud.lists[_settings(none)] = []
    lab.cloud.lists[_settings(reads)] = [setting(reads, "reads", log("StorageRead"))]
    lab.cloud.lists[_settings(all_three)] = [
        setting(all_three, "reads", log("StorageRead")),
        setting(all_three, "changes", log("StorageWrite"), log("StorageDelete")),
    ]
    lab.cloud.lists[_settings(off)] = [
        setting(off, "off", *(log(f"Storage{word}", enabled=False) for word in ("Read", "Write", "Delete")))
    ]
    found = lab.judge(RULE)
    assert [found["logging", one] for one in (none, reads, all_three, off)] == [
        "fail",
        "fail",
        "pass",
        "fail",
    ]


def test_encryption(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    _account(lab, account)["encryption"]["services"]["file"]["enabled"] = False
    assert lab.judge(RULE)["encryption", account] == "fail"
    del _account(lab, account)["encryption"]["services"]
    assert lab.judge(RULE)["encryption", account] == "unknown"


@pytest.mark.parametrize(
    ("call", "check"),
    [
        ("storage:BlobServiceProperties", "versioning"),
        ("storage:DiagnosticSettings", "logging"),
        ("storage:BlobContainers", "public_access"),
    ],
)
@pytest.mark.parametrize("fault", ["denied", "missing", "conflict", "throttled", "failing", "expired", "cut"])
def test_what_was_not_answered_is_unknown(lab: Lab, call: str, check: str, fault: str) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    _account(lab, account)["allowBlobPublicAccess"] = True
    container(lab.cloud, account, "datasets", "Blob")
    lab.server.fault(fault, call)
    found = lab.verdicts(RULE)
    words = {item.check: item.verdict.value for item in found if item.subject == account}
    assert words[check] == "unknown"
    assert [word for name, word in words.items() if name != check].count("unknown") == 0
    gaps = next(item.gaps for item in found if item.check == check and item.subject == account)
    assert gaps == (f"azure/{lab.prod_subscription}/global {call} {account}",)


def test_an_account_for_files_alone_has_no_blobs_to_ask_for(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "share", kind="FileStorage")
    found = lab.judge(RULE)
    assert {check: found[check, account] for check in CHECKS} == {
        "public_access": "pass",
        "encryption": "pass",
        "versioning": "unknown",
        "logging": "unknown",
    }
    assert lab.server.calls["storage:BlobServiceProperties"] == 0


def test_accounts_that_could_not_be_listed_are_unknown(lab: Lab) -> None:
    storage(lab.cloud, lab.prod, "models")
    lab.server.fault("denied", "storage:StorageAccounts")
    scope = f"azure/{lab.prod_subscription}/global/store"
    assert lab.judge(RULE) == {(check, scope): "unknown" for check in CHECKS}
