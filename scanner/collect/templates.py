"""Fills in the call table's templates, and finds what its JMESPaths name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from scanner.collect.calls import UNEXPECTED, UnansweredError
from scanner.model.snapshot import Reason

Words = Mapping[str, Any]
"""What a template's braces may name."""


def filled(templates: Any, words: Words) -> Any:
    """Parameters with every template in them filled in, at whatever depth. Raises `UnansweredError`."""
    if isinstance(templates, str):
        return fill(templates, words)
    if isinstance(templates, Mapping):
        return {key: filled(value, words) for key, value in templates.items()}
    if isinstance(templates, list | tuple):
        return [filled(value, words) for value in templates]
    return templates


def fill(template: str, words: Words) -> str:
    """A text with its braces filled in. Raises `UnansweredError` for a word that is not there."""
    try:
        return template.format_map(words)
    except (KeyError, IndexError, TypeError) as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error


def find(expression: str, value: Any) -> Any:
    """What a JMESPath finds in a value; ``None`` is nothing.

    Raises `UnansweredError` where a function of it meets a value that it is not for.
    """
    try:
        return value if expression == "@" else _path(expression).search(value)
    except JMESPathError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error


def holds(expression: str, words: Words) -> bool:
    """Whether a condition of the table holds; the empty one always does."""
    return not expression or bool(find(expression, words))


@cache
def _path(expression: str) -> ParsedResult:
    return jmespath.compile(expression)
