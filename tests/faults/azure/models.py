"""Holds bodies to the SDK's own models, which are made from the published API descriptions.

No package registry carries azure-rest-api-specs itself; the models of azure-mgmt-* are generated from it,
member by member. A body fits if each of its members is one that the model knows, of its shape, and none that
a request must have, or an answer that is written back, is missing. Two generations of models are read:
``_attribute_map`` and ``rest_field``.
"""

from __future__ import annotations

import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any

_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "long": (int,),
    "float": (int, float),
    "iso-8601": (str,),
    "unix-time": (int,),
    "duration": (str,),
    "rfc-1123": (str,),
}


def misfits(model: type, body: Any, where: str = "") -> list[str]:
    """What of a body does not fit a model, in words; nothing where all of it does."""
    if not isinstance(body, Mapping):
        return [f"{where or '.'}: no object"]
    found = list(
        _of_old(model, body, where) if hasattr(model, "_attribute_map") else _of_new(model, body, where)
    )
    return sorted(found)


def _of_old(model: Any, body: Mapping[str, Any], where: str) -> Iterator[str]:
    """``{"logs": {"key": "properties.logs", "type": "[LogSettings]"}}``: dots go inwards."""
    tree: dict[str, Any] = {}
    for attr, mapped in model._attribute_map.items():
        steps = [step.replace("\\.", ".") for step in re.split(r"(?<!\\)\.", mapped["key"])]
        node = tree
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        rule = model._validation.get(attr, {})
        node[steps[-1]] = (mapped["type"], bool(rule.get("required")) and not rule.get("readonly"))
    yield from _branch(model, tree, body, where)


def _branch(model: Any, tree: Mapping[str, Any], body: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from (f"{where}.{name}: unknown" for name in body if name not in tree)
    for name, wanted in tree.items():
        here = f"{where}.{name}"
        if isinstance(wanted, dict):
            if isinstance(body.get(name), Mapping):
                yield from _branch(model, wanted, body[name], here)
        elif name not in body:
            if wanted[1]:
                yield f"{here}: missing"
        elif body[name] is not None:
            yield from _old_value(model, wanted[0], body[name], here)


def _old_value(model: Any, word: str, value: Any, where: str) -> Iterator[str]:
    if word.startswith(("[", "{")):
        items = value if word.startswith("[") else getattr(value, "values", lambda: None)()
        if not isinstance(value, list if word.startswith("[") else dict):
            yield f"{where}: is no {word}"
            return
        for item in items:
            yield from _old_value(model, word[1:-1], item, f"{where}[]")
    elif word in _PLAIN:
        if not isinstance(value, _PLAIN[word]) or (isinstance(value, bool) and word != "bool"):
            yield f"{where}: is no {word}"
    elif word not in {"object", "any"}:
        inner = getattr(sys.modules[model.__module__], word, None) or getattr(_beside(model), word)
        if issubclass(inner, Enum):
            yield from () if isinstance(value, str) else [f"{where}: is no {word}"]
        else:
            yield from misfits(inner, value, where)


def _beside(model: type) -> Any:
    return sys.modules[model.__module__.rpartition(".")[0]]


def _of_new(model: Any, body: Mapping[str, Any], where: str) -> Iterator[str]:
    fields = _fields(model)
    yield from (f"{where}.{name}: unknown" for name in body if name not in fields)
    for name, (hint, required) in fields.items():
        if name not in body:
            if required:
                yield f"{where}.{name}: missing"
        elif body[name] is not None:
            yield from _new_value(hint, body[name], f"{where}.{name}")


@cache
def _fields(model: Any) -> dict[str, tuple[Any, bool]]:
    """Name on the wire -> its type, and whether it must be there: what only reads give may be left out."""
    found: dict[str, tuple[Any, bool]] = {}
    for kind in reversed(model.__mro__):
        if not vars(kind).get("__annotations__"):
            continue
        module = sys.modules[kind.__module__]
        names = {**vars(typing), "typing": typing, **vars(module), "_models": _beside(kind)}
        for attr, field in vars(kind).items():
            if type(field).__name__ != "_RestField" or attr not in kind.__annotations__:
                continue
            hint = _resolved(kind.__annotations__[attr], names)
            optional = type(None) in typing.get_args(hint)
            read_only = field._visibility == ["read"]
            found[field._rest_name_input or attr] = (hint, not optional and not read_only)
    return found


def _resolved(hint: Any, names: Mapping[str, Any]) -> Any:
    """A type whose forward references are looked up."""
    if isinstance(hint, str):
        return _resolved(eval(hint, dict(names)), names)
    if isinstance(hint, typing.ForwardRef):
        return _resolved(hint.__forward_arg__, names)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        return hint
    parts = tuple(_resolved(each, names) for each in inner)
    if origin in {typing.Union, types.UnionType}:
        return typing.Union[parts]  # noqa: UP007 - made of a tuple
    return origin[parts[0] if len(parts) == 1 else parts]


def _new_value(hint: Any, value: Any, where: str) -> Iterator[str]:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        kinds = [each for each in inner if each is not type(None)]
        tried = [list(_new_value(each, value, where)) for each in kinds]
        yield from min(tried, key=len)
    elif origin in {list, dict}:
        if not isinstance(value, origin):
            yield f"{where}: is no {origin.__name__}"
            return
        items = value if origin is list else value.values()
        for item in items:
            yield from _new_value(inner[-1], item, f"{where}[]")
    elif hint in {datetime, date, time, timedelta}:
        yield from () if isinstance(value, str | int) else [f"{where}: is no time"]
    elif hint in {str, int, float, bool}:
        fits = isinstance(value, bool) is (hint is bool) and isinstance(value, hint)
        yield from (
            () if fits or (hint is float and type(value) is int) else [f"{where}: is no {hint.__name__}"]
        )
    elif isinstance(hint, type) and issubclass(hint, Enum):
        yield from () if isinstance(value, str) else [f"{where}: is no word"]
    elif isinstance(hint, type) and hint.__module__.startswith("azure."):
        yield from misfits(hint, value, where)
