"""Holds bodies and requests to Google's discovery documents, as google-api-python-client carries them.

https://developers.google.com/discovery/v1/reference/apis: each API's schemas and methods. A body fits if each
of its members is one that the schema knows, of its type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient

_DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
_INTEGERS = re.compile(r"-?[0-9]+")
_SYSTEM = frozenset({"$alt", "alt", "fields", "key", "prettyPrint", "quotaUser"})
"""https://cloud.google.com/apis/docs/system-parameters."""


@cache
def document(name: str) -> dict[str, Any]:
    """``storage.v1``."""
    found: dict[str, Any] = json.loads((_DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def misfits(name: str, schema: str, body: Any) -> list[str]:
    """What of a body does not fit a schema of a document, in words; nothing where all of it does."""
    return sorted(_value(document(name)["schemas"], {"$ref": schema}, body, ""))


def _value(schemas: Mapping[str, Any], wanted: Mapping[str, Any], body: Any, where: str) -> Iterator[str]:
    if "$ref" in wanted:
        wanted = schemas[wanted["$ref"]]
    sort = wanted.get("type", "any")
    if body is None or sort == "any":
        return
    if sort == "object":
        yield from _object(schemas, wanted, body, where)
    elif sort == "array":
        if not isinstance(body, list):
            yield f"{where}: is no array"
            return
        for item in body:
            yield from _value(schemas, wanted["items"], item, f"{where}[]")
    elif not _is_plain(wanted, sort, body):
        yield f"{where}: is no {wanted.get('format') or sort}"
    elif "enum" in wanted and body not in wanted["enum"]:
        yield f"{where}: {body} is none of its words"


def _object(schemas: Mapping[str, Any], wanted: Mapping[str, Any], body: Any, where: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{where}: is no object"
        return
    known, rest = wanted.get("properties", {}), wanted.get("additionalProperties")
    for name, item in body.items():
        if name in known:
            yield from _value(schemas, known[name], item, f"{where}.{name}")
        elif rest is not None:
            yield from _value(schemas, rest, item, f"{where}.{name}")
        else:
            yield f"{where}.{name}: unknown"


def _is_plain(wanted: Mapping[str, Any], sort: str, body: Any) -> bool:
    if sort == "string":
        whole = wanted.get("format") in {"int64", "uint64"}
        return isinstance(body, str) and (not whole or _INTEGERS.fullmatch(body) is not None)
    if sort == "boolean":
        return isinstance(body, bool)
    kinds: tuple[type, ...] = (int,) if sort == "integer" else (int, float)
    return isinstance(body, kinds) and not isinstance(body, bool)


def method(name: str, verb: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
    """The id of a method with its description, if a document has one for a verb and path."""
    for found in _methods(name):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(str(found["flatPath"])))
        if found["httpMethod"] == verb and re.fullmatch(f"/{pattern}", path):
            return str(found["id"]), found
    return None


def odd_query(found: Mapping[str, Any], query: Mapping[str, list[str]]) -> list[str]:
    """Parameters of a query that a method does not have, or that are given several times for no reason."""
    known = found.get("parameters", {})
    odd = [name for name in query if name not in _SYSTEM and known.get(name, {}).get("location") != "query"]
    several = [
        name for name, values in query.items() if len(values) > 1 and not known.get(name, {}).get("repeated")
    ]
    return sorted({*odd, *several})


@cache
def _methods(name: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(_below(document(name)))


def _below(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from found.get("methods", {}).values()
    for resource in found.get("resources", {}).values():
        yield from _below(resource)
