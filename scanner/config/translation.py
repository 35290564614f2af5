"""Turns what pydantic says about values into mistakes a person can mend."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scanner.config.document import Node, Path
from scanner.config.mistakes import shortened, unknown
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
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
}


def translated(error: ValidationError, root: Node) -> Iterator[tuple[Path, str]]:
    """Path and message of each thing wrong in the document ``root``."""
    details = error.errors(include_url=False)
    for detail in details:
        path = tuple(step for step in detail["loc"] if step != "[key]")
        if detail["type"] == "too_short" and any(path == other["loc"][:-1] for other in details):
            continue  # not empty: its items are wrong, and told one by one
        if detail["type"] == "missing":
            yield path[:-1], f"{shortened(str(path[-1]))} is missing"
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
    message = str(context["error"]) if kind == "value_error" else detail["msg"]
    if kind in _KINDS:
        message = _KINDS[kind].format(**context)
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
    if len(choices) == 1:
        return f"must be {choices[0]}, not {shortened(str(value))}"
    if isinstance(value, str):
        return unknown("value", value, choices)
    return f"must be one of: {', '.join(choices)}"
