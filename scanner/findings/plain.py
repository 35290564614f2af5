"""Evidence as plain JSON: reports may write it without knowing what a rule or fact put there."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """The value in JSON's types, mappings by sorted key and sets sorted, so equal values look equal."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(key): plain(value[key]) for key in sorted(value, key=str)}
        case Set():
            return sorted((plain(item) for item in value), key=str)
        case list() | tuple():
            return [plain(item) for item in value]
    return str(value)
