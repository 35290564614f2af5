"""Keys of Cloud KMS. A key is replaced by a new version of it, which becomes its primary one.

Shapes: Cloud KMS API v1, ``CryptoKey``, ``CryptoKeyVersion``. Only keys that encrypt symmetrically have a
primary version; of the others whoever uses them names the version, and the newest one tells when it was
replaced.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.gcp._native import data_of, labels_of, name_of, told
from scanner.estate.gcp._versions import newest, versions
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value

_KEY, _NATIVE = "CryptoKeys", "cloudkms.cryptokeyversion"
_VERSIONS = "cloudkms:CryptoKeyVersions"
_ENABLED = "ENABLED"
_SYMMETRIC = "ENCRYPT_DECRYPT"


def _usable(version: dict[str, Any]) -> bool:
    return version.get("state") == _ENABLED


def _all(reading: Reading) -> Value:
    return versions(reading, _NATIVE, "CryptoKeyVersions")


def _rotated_at(reading: Reading) -> Value:
    data = data_of(reading, _KEY)
    if isinstance(data, Unknown):
        return data
    primary = data.value.get("primary") or {}
    if data.value.get("purpose") == _SYMMETRIC and primary:
        made = primary.get("createTime")
        return Known(made, f"{data.pointer}/primary/createTime") if made else Unknown()
    return newest(_all(reading), _usable)


def _enabled(reading: Reading) -> Value:
    """Whether any version of it can be used: one that is not primary still decrypts."""
    data = data_of(reading, _KEY)
    if isinstance(data, Known) and _usable(data.value.get("primary") or {}):
        return Known(True, f"{data.pointer}/primary/state")
    found = _all(reading)
    return found if isinstance(found, Unknown) else Known(any(_usable(each) for each in found.value))


KEY = Normaliser(
    native="cloudkms.cryptokey",
    kind="key",
    listed=((f"cloudkms:{_KEY}",),),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("cloudkms"),
        "policy": UNTOLD,
        "enabled": Attr(_enabled, (_KEY,), (_VERSIONS,)),
        "manager": constant("customer"),
        "active": Attr(_enabled, (_KEY,), (_VERSIONS,)),
        "usage": told(_KEY, "purpose"),
        "created_at": told(_KEY, "createTime"),
        "rotated_at": Attr(_rotated_at, (_KEY,), (_VERSIONS,)),
        "grants": UNTOLD,
        "multi_region": UNTOLD,
        "aliases": constant([]),
    },
)
