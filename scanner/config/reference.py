"""The reference part of docs/environment-file.md, written from the JSON Schema.

``python -m scanner.config reference`` writes it out; a test fails when the page differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.config.schema import json_schema

Shape = Mapping[str, Any]
NAME = "NAME"


def reference() -> str:
    """One table of keys for every mapping of the format, in the order of the file."""
    schema = json_schema()
    return "\n".join(_sections(schema, schema, "the file", {}))


def _sections(shape: Shape, schema: Shape, title: str, told: dict[str, str]) -> Iterator[str]:
    """The section of a mapping, then those of the mappings in it. ``told``: definition -> its title."""
    yield from (f"### {title}", "", shape["description"], "")
    yield from ("| key | takes | default | meaning |", "|---|---|---|---|")
    below: list[tuple[str, str]] = []
    required = shape.get("required", ())
    for key, part in shape["properties"].items():
        takes = _takes(part, schema)
        name, path = _definition(part), key if title == "the file" else f"{title}.{key}"
        if name and name in told:
            takes = f"as {told[name]}"
        elif name:
            told[name] = path + _within(part)
            below.append((name, told[name]))
        default = "required" if key in required else _default(part)
        yield f"| `{key}` | {takes} | {default} | {_escaped(part.get('description', ''))} |"
    yield ""
    for name, path in below:
        yield from _sections(_object(schema["$defs"][name]), schema, path, told)


def _object(shape: Shape) -> Shape:
    """The mapping among the choices of a definition."""
    return next((choice for choice in shape.get("anyOf", ()) if "properties" in choice), shape)


def _definition(part: Shape) -> str | None:
    """The definition that a key holds, be it one, a list of them, or one a name."""
    if "$ref" in part:
        return str(part["$ref"].rpartition("/")[2])
    insides = (*part.get("anyOf", ()), part.get("items"), *_values(part))
    return next((name for inside in insides if inside and (name := _definition(inside))), None)


def _values(part: Shape) -> tuple[Shape, ...]:
    """What a mapping from names holds."""
    others = part.get("additionalProperties")
    return (*part.get("patternProperties", {}).values(), *((others,) if isinstance(others, Mapping) else ()))


def _within(part: Shape) -> str:
    """How the path goes on to one of many: ``[]`` in a list, a name in a mapping."""
    if part.get("type") == "array":
        return "[]"
    return f".{NAME}" if part.get("type") == "object" else ""


def _takes(part: Shape, schema: Shape) -> str:
    """What a value may be, in words."""
    if "anyOf" in part:
        return " or ".join(_takes(choice, schema) for choice in part["anyOf"])
    if "$ref" in part:
        shape = schema["$defs"][part["$ref"].rpartition("/")[2]]
        return _takes(shape, schema) if "anyOf" in shape else "mapping"
    if "enum" in part or "const" in part:
        return ", ".join(f"`{value}`" for value in part.get("enum", [part.get("const")]))
    kind = part.get("type")
    if kind == "array":
        return f"list of {_takes(part['items'], schema)}"
    if kind == "object" and _values(part):
        return f"{NAME} -> {_takes(_values(part)[0], schema)}"
    if kind == "string" and "examples" in part:
        return f"text, such as `{part['examples'][0]}`"
    words = {"object": "mapping", "string": "text", "integer": "whole number", "boolean": "`true`, `false`"}
    return " or ".join(words.get(str(one), str(one)) for one in (kind if isinstance(kind, list) else [kind]))


def _default(part: Shape) -> str:
    return f"`{json.dumps(part['default'])}`" if "default" in part else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
