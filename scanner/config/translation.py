"""Turns what pydantic says about values into mistakes a person can mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scanner.config.document import Node, Path
from scanner.config.mistakes import nearest, shortened, unknown
from scanner.config.names import WORDING

_KINDS = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "date_type": "must be a date, such as 2026-11-01",
    "date_parsing": "must be a date, such as 2026-11-01",
    "date_from_datetime_parsing": "must be a date, such as 2026-11-01",
    "date_from_datetime_inexact": "must be a date, such as 2026-11-01",
    "too_short": "must not be empty",
    "missing": "is missing",
}


def translated(error: ValidationError, root: Node, schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Path and message of each thing wrong; ``schema`` is the JSON Schema, for the names allowed."""
    for detail in error.errors(include_url=False, include_context=True):
        path = tuple(step for step in detail["loc"] if step != "[key]")
        if detail["type"] == "missing":
            yield path[:-1], f"{shortened(str(path[-1]))} is missing"
        elif detail["type"] == "extra_forbidden":
            yield path, _unknown_key(path, schema)
        else:
            yield path, _message(detail, root.find(path)[1])


def _message(detail: ErrorDetails, node: Node | None) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'|(\d+)", context["expected"])
        return _unknown_value(detail["input"], [word or number for word, number in choices])
    if kind == "string_pattern_mismatch":
        wanted = WORDING.get(context["pattern"], f"must match {context['pattern']}")
        return f"{shortened(str(detail['input']))} is not valid: {wanted}"
    if kind == "value_error":
        return str(context["error"])
    message = _KINDS.get(kind, detail["msg"])
    if node is not None and node.text is not None:
        return message + _as_written(kind, node)
    return message


def _as_written(kind: str, node: Node) -> str:
    """What YAML made of a plain scalar that should have been something else."""
    if kind == "string_type" and node.value is not None:
        return f'; YAML reads {node.text} as a {_named(node.value)}: write it in quotes, "{node.text}"'
    if node.value is None:
        return "; it is empty: give a value or remove the key"
    return f", not {shortened(str(node.text))}"


def _named(value: object) -> str:
    return "boolean" if isinstance(value, bool) else "number"


def _unknown_value(value: object, choices: list[str]) -> str:
    if isinstance(value, str):
        return unknown("value", value, choices)
    return f"must be one of: {', '.join(choices)}"


def _unknown_key(path: Path, schema: Mapping[str, Any]) -> str:
    key, around = str(path[-1]), _properties(path[:-1], schema)
    if nearest(key, around) is None:
        for name, below in around.items():
            if key in _shape(below, schema).get("properties", {}):
                return f"unknown key {shortened(key)} here; it belongs under '{name}'"
        if len(path) > 1 and key in _properties(path[:-2], schema):
            return f"unknown key {shortened(key)} here; it belongs one level up, beside '{path[-2]}'"
    return unknown("key", key, list(around))


def _properties(path: Path, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keys that the mapping at ``path`` may have."""
    shape = _shape(schema, schema)
    for step in path:
        if isinstance(step, int):
            below = shape.get("items", {})
        else:
            below = shape.get("properties", {}).get(step, shape.get("additionalProperties", {}))
        shape = _shape(below, schema)
    properties: Mapping[str, Any] = shape.get("properties", {})
    return properties


def _shape(below: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A subschema with its reference followed and its ``null`` left out."""
    if not isinstance(below, Mapping):
        return {}
    for option in below.get("anyOf", ()):
        if option.get("type") in ("array", "object") or "$ref" in option:
            return _shape(option, schema)
    if "$ref" in below:
        return _shape(schema["$defs"][below["$ref"].rpartition("/")[2]], schema)
    return below
