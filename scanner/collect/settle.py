"""Brings native answers into the one form that an unchanged estate always has.

Times become RFC 3339 UTC text. Arrays are sets in nearly every cloud API, and come back in any
order, so all are sorted by their canonical JSON; those under a key of `ORDERED` are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

ORDERED = frozenset({"Statement", "ancestors"})
"""Keys whose arrays keep their order: their author chose it and findings cite an index, or it is a way up."""


def settle(value: Any) -> Any:
    """A native value as JSON in its settled form. Raises ``TypeError`` on what JSON cannot hold."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, Mapping):
        return {_text(str(key)): _member(key, item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return sorted((settle(item) for item in value), key=_canonical)
    raise TypeError(f"a {type(value).__name__} has no place in a record")


def when(moment: datetime) -> str:
    """``2026-11-24T05:00:00Z``; a time without a zone is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def split_off(item: Mapping[str, Any], fields: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The item without the (dotted) fields, and a like-shaped one of nothing else.

    A path that meets an array goes on in each of its objects.
    """
    rest, taken = dict(item), {}
    for path in fields:
        head, _, tail = path.partition(".")
        if head not in rest:
            continue
        if not tail:
            taken[head] = rest.pop(head)
        elif isinstance(rest[head], Mapping):
            rest[head], found = split_off(rest[head], (tail,))
            if found:
                taken.setdefault(head, {}).update(found)
        elif isinstance(rest[head], list):
            parts = [split_off(one, (tail,)) if isinstance(one, Mapping) else (one, {}) for one in rest[head]]
            rest[head] = [kept for kept, _ in parts]
            if any(found for _, found in parts):
                taken[head] = [found for _, found in parts]
    return rest, taken


def _member(key: object, value: Any) -> Any:
    if key in ORDERED and isinstance(value, list | tuple):
        return [settle(item) for item in value]
    return settle(value)


def _text(text: str) -> str:
    # A lone surrogate can come out of a JSON escape, and no UTF-8 file can hold it.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
