"""Storage accounts.

Shapes: Azure Storage Resource Provider REST API, ``StorageAccount``, ``BlobServiceProperties``,
``BlobContainer``; Azure Monitor, ``DiagnosticSettings``. What is said of versions and logs is said of blobs;
an account for files alone (``FileStorage``) has none, and what it has instead is not collected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_ROWS = "StorageAccounts"
_LOGS = frozenset({"StorageRead", "StorageWrite", "StorageDelete"})
_FILES_ALONE = "FileStorage"


def _public_access(reading: Reading) -> Value:
    """Anonymous reads: closed by the account, given by a container, or neither.

    An account that nobody has closed (``allowBlobPublicAccess`` not set) lets containers be opened:
    https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent. One whose network is closed
    shows an open container to nobody outside, until the network is opened.
    """
    row = reading.answer(_ROWS)
    kind = inside(row, "kind")
    allowed = inside(row, "properties", "allowBlobPublicAccess", absent=True)
    if isinstance(allowed, Unknown) or isinstance(kind, Unknown):
        return Unknown()
    if allowed.value is False or kind.value == _FILES_ALONE:
        return Known("blocked", allowed.pointer)
    network = inside(row, "properties", "publicNetworkAccess", absent="Enabled")
    default = inside(row, "properties", "networkAcls", "defaultAction", absent="Allow")
    if {getattr(network, "value", None), getattr(default, "value", None)} != {"Enabled", "Allow"}:
        return Known("open", allowed.pointer)
    containers = reading.answer("BlobContainers")
    if isinstance(containers, Unknown):
        return containers
    return Known("public" if containers.value else "open", containers.pointer)


def _encryption(services: dict[str, Any]) -> str | None:
    """Azure Storage encrypts everything with 256-bit AES, and an account says so of each service."""
    off = any((service or {}).get("enabled") is False for service in services.values())
    return "AES256" if services and not off else None


def _key(native: dict[str, Any]) -> str | None:
    """The key of a vault by its address, without the version that is in use."""
    properties = native.get("keyvaultproperties") or {}
    vault, name = properties.get("keyvaulturi"), properties.get("keyname")
    if native.get("keySource", "Microsoft.Storage").lower() != "microsoft.keyvault" or not (vault and name):
        return None
    return f"{str(vault).rstrip('/').lower()}/keys/{str(name).lower()}"


def _versioning(blobs: dict[str, Any]) -> str | None:
    """Soft delete is no version: it brings back what was deleted, and not what was written over."""
    return "Enabled" if blobs.get("isVersioningEnabled") is True else None


def _locks_by_default(account: dict[str, Any]) -> bool:
    """A policy of the account is inherited by every new version of a blob; a disabled one by none."""
    policy = account.get("immutabilityPolicy") or {}
    days = policy.get("immutabilityPeriodSinceCreationInDays") or 0
    return account.get("enabled") is True and policy.get("state") in {"Locked", "Unlocked"} and days > 0


def _logged(settings: Iterable[dict[str, Any]]) -> set[str]:
    """The categories that some setting sends somewhere; the group ``allLogs`` is all of them."""
    found: set[str] = set()
    for setting in settings:
        for log in setting.get("logs") or ():
            if log.get("enabled") is True:
                found |= _LOGS if log.get("categoryGroup") == "allLogs" else {str(log.get("category"))}
    return found


def _expirations(rules: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """What deletes blobs by their age: https://learn.microsoft.com/rest/api/storagerp/management-policies/get."""
    found = []
    for rule in rules or ():
        definition = rule.get("definition") or {}
        chosen = definition.get("filters") or {}
        delete = ((definition.get("actions") or {}).get("baseBlob") or {}).get("delete") or {}
        days = [int(each) for name, each in delete.items() if name.startswith("days") and each is not None]
        if rule.get("enabled") is False or not days:
            continue
        tagged = bool(chosen.get("blobIndexMatch"))
        found += [
            {"prefix": prefix, "days": min(days), "tagged": tagged}
            for prefix in chosen.get("prefixMatch") or [""]
        ]
    return sorted(found, key=str)


ACCOUNT = Normaliser(
    native="storage.account",
    kind="store",
    listed=(("storage:StorageAccounts",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("storage_account"),
        "region": field_of(_ROWS, "location"),
        # Who may do what in it is said by role assignments, by its keys and by signatures made with them.
        "policy": constant(None),
        "acl_grantees": constant([]),
        "public_access": Attr(_public_access, (_ROWS, "BlobContainers")),
        "encryption": field_of(_ROWS, "properties", "encryption", "services", convert=_encryption),
        "key": field_of(_ROWS, "properties", "encryption", absent=None, convert=_key),
        "versioning": field_of("BlobServiceProperties", convert=_versioning),
        "retention_lock": field_of(
            _ROWS, "properties", "immutableStorageWithVersioning", absent=False, convert=_locks_by_default
        ),
        "logging": field_of("DiagnosticSettings", convert=lambda settings: _logged(settings) >= _LOGS),
        "endpoint_public": field_of(
            _ROWS, "properties", "publicNetworkAccess", absent=True, convert=lambda word: word == "Enabled"
        ),
        # Azure takes a setting that was never made for a yes.
        "access_keys": field_of(_ROWS, "properties", "allowSharedKeyAccess", absent=True),
        "replication": UNTOLD,
        "subnets": UNTOLD,
        "security_groups": UNTOLD,
        "expirations": field_of("ManagementPolicies", absent=[], convert=_expirations),
    },
)
