"""Decodes policy documents, which AWS hands out as JSON text, sometimes URL-encoded (RFC 3986)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from scanner.collect.calls import UnansweredError
from scanner.model.snapshot import Reason

UNREADABLE = "UnreadableDocument"
"""The detail of a gap for a document that is no JSON object."""


def document(text: Any) -> Any:
    """The document in a text; one that the SDK decoded already stays as it is.

    Raises `UnansweredError` if it is no JSON object: what cannot be read is not known.
    """
    if isinstance(text, Mapping) or text is None:
        return text
    for form in (str(text), unquote(str(text))):
        try:
            found = orjson.loads(form)
        except orjson.JSONDecodeError:
            continue
        if isinstance(found, dict):
            return found
    raise UnansweredError(Reason.FAILED, UNREADABLE)


def documents_in(value: Any, keys: frozenset[str]) -> Any:
    """The value with every document under one of ``keys`` decoded, at whatever depth."""
    if isinstance(value, Mapping):
        return {k: document(v) if k in keys else documents_in(v, keys) for k, v in value.items()}
    if isinstance(value, list):
        return [documents_in(item, keys) for item in value]
    return value
