"""Versions of keys and of secrets, by what they are versions of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

PARTS = ("/cryptoKeyVersions/", "/versions/")


def _of(record: Record) -> str:
    for part in PARTS:
        if part in record.id:
            return record.id.partition(part)[0]
    return ""


def versions(reading: Reading, native: str, key: str) -> Value:
    """What each version of a thing tells of itself; unknown where they were not listed, or one tells nothing.

    ``native`` is the kind of their records, ``key`` the data key.
    """
    world, scope = reading.world, reading.scope
    call = f"{native.partition('.')[0]}:{key}"
    if (hidden := reading.unread(native, call)) is not None:
        return hidden
    found: list[dict[str, Any]] = []
    for record in world.indexed(native, scope, _of).get(reading.id, ()):
        asset = record.data.get(key) or {}
        data = (asset.get("resource") or {}).get("data")
        if asset.get("assetExceptions") or not isinstance(data, dict):
            return Unknown()
        found.append(data)
    return Known(found)


def newest(found: Value, counts: Callable[[dict[str, Any]], bool] = bool) -> Value:
    """When the newest of some versions was made; unknown where none of them is, or one does not say."""
    if isinstance(found, Unknown):
        return found
    moments = [each.get("createTime") for each in found.value if counts(each)]
    return Known(max(map(str, moments))) if moments and None not in moments else Unknown()
