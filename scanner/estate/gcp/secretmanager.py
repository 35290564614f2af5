"""Secrets of Secret Manager. One is replaced by a new version of it, which is what readers get.

Shapes: Secret Manager API v1, ``Secret``, ``SecretVersion``. A rotation schedule is a reminder that is sent
to a topic: that a new version was made shows in the versions alone.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.gcp._native import labels_of, made, name_of, told
from scanner.estate.gcp._versions import newest, versions
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value

_KEY, _NATIVE = "Secrets", "secretmanager.secretversion"
_VERSIONS = "secretmanager:SecretVersions"


def _readable(version: dict[str, Any]) -> bool:
    return version.get("state") == "ENABLED"


def _all(reading: Reading) -> Value:
    return versions(reading, _NATIVE, "SecretVersions")


def _rotated_at(reading: Reading) -> Value:
    return newest(_all(reading), _readable)


def _active(reading: Reading) -> Value:
    found = _all(reading)
    return found if isinstance(found, Unknown) else Known(any(_readable(each) for each in found.value))


def _key(secret: dict[str, Any]) -> str | None:
    """The first of its keys: a secret that is kept in several places has one for each."""
    replication = secret.get("replication") or {}
    kept = (replication.get("userManaged") or {}).get("replicas") or [replication.get("automatic") or {}]
    named = ((each.get("customerManagedEncryption") or {}).get("kmsKeyName") for each in kept)
    return next((f"//cloudkms.googleapis.com/{name}" for name in named if name), None)


SECRET = Normaliser(
    native="secretmanager.secret",
    kind="secret",
    listed=((f"secretmanager:{_KEY}",),),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("secretmanager"),
        "policy": UNTOLD,
        "key": made(_KEY, _key),
        "rotation": made(_KEY, lambda secret: bool(secret.get("rotation"))),
        "rotated_at": Attr(_rotated_at, (), (_VERSIONS,)),
        "changed_at": Attr(_rotated_at, (), (_VERSIONS,)),
        # Data access logs tell, where they are kept; no API does.
        "accessed_at": UNTOLD,
        "created_at": told(_KEY, "createTime"),
        "secure": constant(True),
        "active": Attr(_active, (), (_VERSIONS,)),
        "replica_of": constant(None),
    },
)
