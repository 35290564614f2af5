"""Misspelt keys: what each was meant to be, and the document as if it had been written so.

A key that nobody knows hides all that is below it. So it is put right first, for the rest of the checks,
and what they find is told along with it. The JSON Schema says which keys there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scanner.config.document import Mark, Node, Path
from scanner.config.mistakes import SOUGHT, nearest, shortened, unknown

Shape = Mapping[str, Any]
"""A JSON Schema, of the file or of a part of it."""


class Spelling:
    """Goes through a document beside its schema; ``misspelt`` has every key that is not in it."""

    def __init__(self, schema: Shape) -> None:
        self.schema = schema
        self.misspelt: list[tuple[Path, Mark, str]] = []

    def mended(self, node: Node) -> Node:
        """The document with misspelt keys put right, and those beyond recognition left out."""
        return self._mended(node, (self._resolved(self.schema),), ())

    def _mended(self, node: Node, shapes: tuple[Shape, ...], path: Path) -> Node:
        """``shapes``: the schema of the node and those of all it lies in, the nearest first."""
        if isinstance(node.value, list):
            below = self._resolved(shapes[0].get("items", {}))
            items = [self._mended(item, (below, *shapes), (*path, i)) for i, item in enumerate(node.value)]
            return replace(node, value=items)
        if not isinstance(node.value, dict):
            return node
        entries: dict[str, tuple[Mark, Node]] = {}
        for key, (mark, child) in node.value.items():
            meant = self._meant(key, node.value, shapes)
            if meant != key and len(self.misspelt) < SOUGHT:
                self.misspelt.append(((*path, key), mark, self._message(key, path, shapes)))
            if meant is not None and meant not in entries:
                below = self._below(shapes[0], meant)
                entries[meant] = (mark, self._mended(child, (below, *shapes), (*path, key)))
        return replace(node, value=entries)

    def _meant(self, key: str, siblings: Mapping[str, Any], shapes: tuple[Shape, ...]) -> str | None:
        known = shapes[0].get("properties", {})
        if key in known or "properties" not in shapes[0]:
            return key
        meant = nearest(key, known) if len(self.misspelt) < SOUGHT else None
        return meant if meant not in siblings else None

    def _message(self, key: str, path: Path, shapes: tuple[Shape, ...]) -> str:
        known = shapes[0]["properties"]
        if nearest(key, known) is None:
            for name in known:
                if key in self._below(shapes[0], name).get("properties", {}):
                    return f"unknown key {shortened(key)} here; it belongs under '{name}'"
            if len(shapes) > 1 and key in shapes[1].get("properties", {}):
                return f"unknown key {shortened(key)} here; it belongs one level up, beside '{path[-1]}'"
        return unknown("key", key, list(known))

    def _below(self, shape: Shape, key: str) -> Shape:
        """The schema of what ``key`` holds."""
        named = shape.get("properties", {}).get(key)
        others = next(iter(shape.get("patternProperties", {}).values()), shape.get("additionalProperties"))
        return self._resolved(named if named is not None else others)

    def _resolved(self, shape: Any) -> Shape:
        """A schema with its references followed; of several choices the one that has parts."""
        choices = list(self._choices(shape))
        return next((choice for choice in choices if choice.get("type") in ("object", "array")), {})

    def _choices(self, shape: Any) -> Iterator[Shape]:
        if not isinstance(shape, Mapping):
            return
        if "$ref" in shape:
            yield from self._choices(self.schema["$defs"][shape["$ref"].rpartition("/")[2]])
        for choice in shape.get("anyOf", ()):
            yield from self._choices(choice)
        yield shape
