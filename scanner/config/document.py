"""The file as a tree that remembers where everything stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Keys and list indexes from the top of the file to a value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands: 1-based line, column and end column (exclusive), in UTF-16 code units."""

    line: int
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file. ``value``: a scalar, a list of nodes, or key -> (mark of the key, node).

    ``text`` is a plain scalar as written, ``None`` for everything else, quoted text included.
    ``weight`` counts the nodes in it and ``depth`` their nesting, with every alias written out.
    """

    mark: Mark
    value: Any
    text: str | None = None
    weight: int = 1
    depth: int = 0

    def plain(self) -> Any:
        """The value as JSON has it: dicts, lists and scalars."""
        if isinstance(self.value, Mapping):
            return {key: node.plain() for key, (_, node) in self.value.items()}
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, step: str | int) -> tuple[Mark, Node] | None:
        """The mark of a key or item, and what it holds."""
        if isinstance(self.value, Mapping):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step].mark, self.value[step]
        return None

    def find(self, path: Path) -> tuple[Mark, Node | None]:
        """The mark of the key at ``path``, else of the nearest key above it; the node if it is there."""
        mark, node = self.mark, self
        for step in path:
            found = node.child(step)
            if found is None:
                return mark, None
            mark, node = found
        return mark, node

    def marks(self, prefix: Path = ()) -> Iterator[tuple[Path, Mark]]:
        """Every key and list item below, with its mark."""
        steps = self.value if isinstance(self.value, Mapping) else range(len(self._items()))
        for step in steps:
            mark, node = self.child(step) or (self.mark, self)
            yield (*prefix, step), mark
            yield from node.marks((*prefix, step))

    def _items(self) -> Sequence[Node]:
        return self.value if isinstance(self.value, list) else ()


class Lines:
    """Turns offsets in a text into marks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
        # Found once, so that a mark costs little however long its line is.
        self.wide = [found.start() for found in re.finditer(r"[\U00010000-\U0010ffff]", text)]

    def mark(self, start: int, end: int) -> Mark:
        """The mark of ``text[start:end]``, cut at the end of its first line."""
        line = bisect_right(self.starts, start) - 1
        until = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        stop = start + len(self.text[start : min(end, until)].rstrip())
        column = 1 + self._units(self.starts[line], start)
        return Mark(line + 1, column, column + max(1, self._units(start, stop)))

    def _units(self, start: int, end: int) -> int:
        """Length in UTF-16 code units, as SARIF and editors count."""
        return end - start + bisect_left(self.wide, end) - bisect_left(self.wide, start)


def dotted(path: Path) -> str:
    """``environments.prod.tier``."""
    return ".".join(str(step) for step in path)
