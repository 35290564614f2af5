"""Puts a classification in the place of values that may hold a secret; the values go no further.

A path of the call table (``Environment.Variables``, ``containerDefinitions.environment.value``) names
what is concealed: everything at and below it. A path that meets an array goes on in each of its
objects (``[]`` may be written and says nothing more), and ``@`` is the whole. Names stay: the keys of
a mapping, and the ``name`` beside a ``value``.

::

    {"concealed": true, "length_class": "medium", "looks": "token", "named_like_secret": true}

``reference`` says what a reference points to (``ssm``); ``refers_to`` is the ARN that it consists of.
Text in base64 (user data, plain or gzipped) is read as what it stands for, and ``holds`` then names
every kind of secret in it.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from typing import Any

from scanner.collect.looks import assigns_secret, look_of, named_like_secret, reference_of, secrets_in

_SHORT, _MEDIUM = 16, 64
_LARGEST = 4 * 1024 * 1024
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{8,}={0,2}\s*")
_NAMES = ("name", "Name", "key", "Key")
_GZIP = b"\x1f\x8b"
_UNZIPPED = 16 + zlib.MAX_WBITS


def conceal(item: Any, paths: tuple[str, ...]) -> Any:
    """The item with each value at the paths replaced; the item itself is left as it is."""
    for path in paths:
        steps = tuple(step.removesuffix("[]") for step in path.split(".") if step not in {"@", "[]", ""})
        item = _within(item, steps, "")
    return item


def classified(value: Any, name: str = "") -> dict[str, Any]:
    """What is kept of a value: how long, what it looks like, and whether its name is that of a secret."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else _text(value)
    script = _decoded(text)
    found: dict[str, Any] = {
        "concealed": True,
        "length_class": _length(text),
        "looks": look_of(text),
        "named_like_secret": named_like_secret(name),
    }
    if found["looks"] == "reference":
        found["reference"] = reference_of(text)
        if text.strip().startswith("arn:"):
            found["refers_to"] = text.strip()
    elif script is not None:
        look = look_of(script)
        found["looks"] = "plain" if look == "reference" else look
        found["holds"] = list(secrets_in(script))
        found["named_like_secret"] |= assigns_secret(script)
    elif "\n" in text:
        found["named_like_secret"] |= assigns_secret(text)
    return found


def _within(value: Any, steps: tuple[str, ...], name: str) -> Any:
    if isinstance(value, list | tuple):
        return [_within(item, steps, name) for item in value]
    if not steps:
        return _beneath(value, name)
    head, *rest = steps
    if not isinstance(value, Mapping):
        return value
    if head == "*":
        return {key: _within(item, tuple(rest), str(key)) for key, item in value.items()}
    if head not in value:
        return value
    beside = next((str(value[key]) for key in _NAMES if key != head and value.get(key)), head)
    return {**value, head: _within(value[head], tuple(rest), beside)}


def _beneath(value: Any, name: str) -> Any:
    """Every value of a mapping or an array, each under its own name."""
    if value is None:
        return value
    if isinstance(value, Mapping):
        return {key: _beneath(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_beneath(item, name) for item in value]
    return classified(value, name)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _length(text: str) -> str:
    return "short" if len(text) <= _SHORT else "medium" if len(text) <= _MEDIUM else "long"


def _decoded(text: str) -> str | None:
    """What a base64 text stands for, if that is text again, gzipped or not (as user data may be)."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
        if raw.startswith(_GZIP):
            raw = zlib.decompressobj(_UNZIPPED).decompress(raw, _LARGEST)
        found = raw.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return None
    return found if all(char.isprintable() or char.isspace() for char in found) else None
