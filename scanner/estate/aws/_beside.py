"""What lies beside a record: records of another native kind in its scope, found by a field of theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.world import By
from scanner.model.snapshot import Record

_SILENT = ""
"""Under this stand records that have no such answer."""


def beside(reading: Reading, native: str, listing: str, field: str, value: str, *, key: str = "") -> Value:
    """The records of ``native`` in the reading's scope that say ``value`` in a field of their listing.

    ``listing`` is a call (``rds:DescribeDBInstances``); ``key`` a follow-up to look into instead; ``""`` as
    ``field`` is the whole answer. Unknown if they could not be listed there, if nobody asked, or if one that
    might say it has no such answer.
    """
    world, scope = reading.world, reading.scope
    if (hidden := reading.unread(native, listing)) is not None:
        return hidden
    service, _, operation = listing.partition(":")
    operation = key or operation
    found = world.indexed(native, scope, _by(operation, field))
    if silent := found.get(_SILENT):
        return Unknown(union(world.hiding(f"{service}:{operation}", scope, record.id) for record in silent))
    return Known(found.get(value, []))


def only(reading: Reading, native: str, listing: str, field: str, value: str) -> Value:
    """`beside`, where one record is meant; unknown too if there is none."""
    found = beside(reading, native, listing, field, value)
    if isinstance(found, Unknown):
        return found
    return Known(found.value[0]) if found.value else Unknown()


def answered(reading: Reading, record: Record, key: str) -> Value:
    """What a follow-up answered for a record that lies beside."""
    if key in record.data:
        return Known(record.data[key])
    service = record.kind.partition(".")[0]
    return Unknown(reading.world.hiding(f"{service}:{key}", record.scope, record.id))


@cache
def _by(operation: str, field: str) -> By:
    path = field.split(".") if field else []

    def by(record: Record) -> Collection[str]:
        answer = record.data.get(operation)
        return {_SILENT} if answer is None else _values(answer, path)

    return by


def _values(item: Any, path: list[str]) -> set[str]:
    """The texts at a path; one that meets an array goes on in each of its items."""
    if isinstance(item, list):
        return {value for each in item for value in _values(each, path)}
    if not path:
        return {item} if isinstance(item, str) and item else set()
    return _values(item.get(path[0]), path[1:]) if isinstance(item, Mapping) else set()
