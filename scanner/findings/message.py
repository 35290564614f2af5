"""Message templates of rules: ``{name}`` and ``{detail.x}``, and no way to reach anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scanner.errors import PolicyError

_FIELD = re.compile(r"\{([^{}]*)\}")
_LISTED = 5


def fill(template: str, fields: Mapping[str, Any], *, origin: str) -> str:
    """The template with its fields filled in; ``origin`` (``DAT-006/versioning``) is for messages.

    A dotted field walks mappings and nothing else: no attributes, no indexes, no format
    specifications, since the values come from the estate and anyone may have written them.
    Raises PolicyError for a field that is not there, a value that is no text, or a stray brace.
    """
    if set("{}") & set(_FIELD.sub("", template)):
        raise PolicyError(
            f"{origin}: the message {template!r} has a brace without a partner",
            hint="Write fields as {name} or {detail.name}; braces mean nothing else here.",
        )
    return _FIELD.sub(
        lambda match: _text(_look_up(match[1], fields, template, origin), match[1], origin), template
    )


def _look_up(field: str, fields: Mapping[str, Any], template: str, origin: str) -> Any:
    value: Any = fields
    for part in field.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise PolicyError(
                f"{origin}: the message {template!r} names {{{field}}}",
                why="this verdict carries no such value",
                hint=f"There are: {', '.join(sorted(_names(fields)))}.",
            )
        value = value[part]
    return value


def _names(fields: Mapping[str, Any]) -> list[str]:
    nested = [
        f"{name}.{inner}" for name, value in fields.items() if isinstance(value, Mapping) for inner in value
    ]
    return [name for name, value in fields.items() if not isinstance(value, Mapping)] + nested


def _text(value: Any, field: str, origin: str) -> str:
    match value:
        case str():
            return value
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case list() | tuple():
            shown = [_text(item, field, origin) for item in value[:_LISTED]]
            more = [f"{len(value) - _LISTED} more"] if len(value) > _LISTED else []
            return ", ".join(shown + more) or "none"
    raise PolicyError(
        f"{origin}: the message field {{{field}}} is not a text, number or list of them",
        hint="Let the rule put a single value into `detail`.",
    )
