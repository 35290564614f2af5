"""What lies beside a record: records of another native kind in its scope, found by a field of theirs.

Indexed once a world, native kind and field, so that a look-up never walks an estate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.world import World
from scanner.model.snapshot import Record, Scope

_Key = tuple[Scope, str]
_SILENT = ""
"""Under this stand records that have no such answer."""
_INDEXES: WeakKeyDictionary[World, dict[tuple[str, str], Mapping[_Key, list[Record]]]] = WeakKeyDictionary()


def beside(reading: Reading, native: str, listing: str, field: str, value: str, *, key: str = "") -> Value:
    """The records of ``native`` in the reading's scope that say ``value`` in a field of their listing.

    ``listing`` is a call (``rds:DescribeDBInstances``); ``key`` a follow-up to look into instead. Unknown if
    they could not be listed there, if nobody asked, or if one that might say it has no such answer.
    """
    world, scope = reading.world, reading.scope
    if gaps := world.hiding_any(listing, scope):
        return Unknown(gaps)
    if not (world.asked_for((listing,)) and world.listed(scope.boundary, native)):
        return Unknown()
    service, _, operation = listing.partition(":")
    operation = key or operation
    found = _index(world, native, operation, field)
    if silent := found.get((scope, _SILENT)):
        return Unknown(union(world.hiding(f"{service}:{operation}", scope, record.id) for record in silent))
    return Known(found.get((scope, value), []))


def answered(reading: Reading, record: Record, key: str) -> Value:
    """What a follow-up answered for a record that lies beside."""
    if key in record.data:
        return Known(record.data[key])
    service = record.kind.partition(".")[0]
    return Unknown(reading.world.hiding(f"{service}:{key}", record.scope, record.id))


def _index(world: World, native: str, operation: str, field: str) -> Mapping[_Key, list[Record]]:
    held = _INDEXES.setdefault(world, {})
    name = f"{operation}.{field}"
    if (native, name) not in held:
        made: dict[_Key, list[Record]] = defaultdict(list)
        for record in world.natives.get(native, ()):
            answer = record.data.get(operation)
            for value in {_SILENT} if answer is None else _values(answer, field.split(".")):
                made[record.scope, value].append(record)
        held[native, name] = made
    return held[native, name]


def _values(item: Any, path: list[str]) -> Iterable[str]:
    """The texts at a path; one that meets an array goes on in each of its items."""
    if isinstance(item, list):
        return {value for each in item for value in _values(each, path)}
    if not path:
        return {item} if isinstance(item, str) and item else set()
    return _values(item.get(path[0]), path[1:]) if isinstance(item, Mapping) else set()
