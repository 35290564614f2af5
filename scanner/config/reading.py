"""Reads YAML text into a tree with positions, and refuses what an environment file has no use for.

The subset of YAML 1.2: one document, no tags, no aliases that run away, no duplicate keys. ruamel.yaml
gives the events; it is imported on use, since it costs more than reading a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.config.document import Lines, Node, Path, dotted
from scanner.config.mistakes import Mistake, shortened
from scanner.config.scalars import meaning

MAX_BYTES = 4 * 1024 * 1024
MAX_NODES = 100_000
"""With every alias written out."""
MAX_DEPTH = 32
TOO_LARGE = Mistake(1, 1, "", f"larger than {MAX_BYTES // 1024 // 1024} MiB")


class _UnreadableError(Exception):
    """Reading cannot go on after this mistake."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


def read(text: str) -> tuple[Node | None, list[Mistake]]:
    """The tree of ``text`` (``None``: empty or unreadable), and the mistakes found while reading."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [TOO_LARGE]
    reader = _Reader(text)
    try:
        return reader.document(), reader.mistakes
    except _UnreadableError as stop:
        return None, [*reader.mistakes, stop.mistake]


class _Reader:
    """Turns the events of one text into nodes."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.events = self._events(text)
        self.mistakes: list[Mistake] = []
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0

    def document(self) -> Node | None:
        """The one document of the text, or ``None`` if there is nothing in it."""
        root: Node | None = None
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent" and event.version not in (None, (1, 2)):
                self._note(event, (), "write YAML 1.2 (leave the %YAML line out)")
            if kind in ("StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent"):
                continue
            if root is not None:
                raise self._stop(
                    event, (), "a second document starts here; an environment file is one document"
                )
            root = self._node(event, ())
        return root

    def _node(self, event: Any, path: Path) -> Node:
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event, path)
        if len(path) > MAX_DEPTH:
            raise self._stop(event, path, f"nested deeper than {MAX_DEPTH} levels")
        self._count(event, path, 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if event.ctag is not None:
            self._note(event, path, "tags (!...) are not allowed")
        if kind == "ScalarEvent":
            node = self._scalar(event, path)
        elif kind == "SequenceStartEvent":
            node = self._sequence(event, path)
        else:
            node = self._mapping(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _scalar(self, event: Any, path: Path) -> Node:
        mark = self.lines.mark(event.start_mark.index, event.end_mark.index)
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            self._note(event, path, "holds half of a surrogate pair, which is no character")
            return Node(mark, "")
        if event.implicit[0]:
            return Node(mark, meaning(event.value), text=event.value)
        return Node(mark, event.value)

    def _sequence(self, start: Any, path: Path) -> Node:
        items: list[Node] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                return self._whole(start, event, items, items)
            items.append(self._node(event, (*path, len(items))))
        raise self._stop(start, path, "this list does not end")

    def _mapping(self, start: Any, path: Path) -> Node:
        entries: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                entries = {**{key: merged[key] for key in merged if key not in entries}, **entries}
                return self._whole(start, event, entries, [node for _, node in entries.values()])
            key, merges = self._key(event, path)
            mark = self.lines.mark(event.start_mark.index, event.end_mark.index)
            node = self._node(next(self.events), (*path, key))
            if merges:
                merged = {**self._merge(node, event, path), **merged}
            elif key in entries:
                first = entries[key][0].line
                self._note(event, (*path, key), f"{shortened(key)} is given twice, first in line {first}")
            else:
                entries[key] = (mark, node)
        raise self._stop(start, path, "this mapping does not end")

    def _key(self, event: Any, path: Path) -> tuple[str, bool]:
        """A key as text, and whether it is the merge key ``<<``."""
        if type(event).__name__ != "ScalarEvent":
            raise self._stop(event, path, "a key must be plain text")
        node = self._node(event, path)
        key = node.text if node.text is not None else node.value
        return key, node.text == "<<"

    def _merge(self, node: Node, event: Any, path: Path) -> dict[str, Any]:
        """The entries that ``<<`` brings in; what a mapping says itself goes before them."""
        sources = node.value if isinstance(node.value, list) else [node]
        if not all(isinstance(source.value, dict) for source in sources):
            self._note(event, (*path, "<<"), "<< takes a mapping or a list of mappings")
            return {}
        return {key: entry for source in reversed(sources) for key, entry in source.value.items()}

    def _alias(self, event: Any, path: Path) -> Node:
        if event.anchor not in self.anchors:
            raise self._stop(event, path, f"no anchor &{event.anchor} above")
        node = self.anchors[event.anchor]
        if node is None:
            raise self._stop(event, path, f"*{event.anchor} holds itself")
        if len(path) + node.depth > MAX_DEPTH:
            raise self._stop(event, path, f"nested deeper than {MAX_DEPTH} levels")
        self._count(event, path, node.weight)
        return node

    def _whole(self, start: Any, end: Any, value: Any, nodes: list[Node]) -> Node:
        return Node(
            self.lines.mark(start.start_mark.index, end.end_mark.index),
            value,
            weight=1 + sum(node.weight for node in nodes),
            depth=1 + max((node.depth for node in nodes), default=0),
        )

    def _count(self, event: Any, path: Path, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._stop(event, path, f"more than {MAX_NODES} values, aliases written out")

    def _note(self, event: Any, path: Path, message: str) -> None:
        self.mistakes.append(self._stop(event, path, message).mistake)

    def _stop(self, event: Any, path: Path, message: str) -> _UnreadableError:
        mark = self.lines.mark(event.start_mark.index, event.end_mark.index)
        return _UnreadableError(Mistake(mark.line, mark.column, dotted(path), message))

    def _events(self, text: str) -> Iterator[Any]:
        """The parser's events; whatever it raises becomes a mistake at a line and column."""
        from ruamel.yaml import YAML  # noqa: PLC0415 - costs more than reading a file does
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            at = error.problem_mark or error.context_mark
            words = " ".join(part for part in (error.context, error.problem) if part)
            raise self._unparsed(at.index if at else 0, words) from error
        except YAMLError as error:
            words = getattr(error, "reason", str(error))
            raise self._unparsed(getattr(error, "position", 0), words) from error
        except (ValueError, OverflowError) as error:
            # An escape such as \U00110000 is no character; the parser does not say where it stands.
            raise self._unparsed(0, str(error)) from error

    def _unparsed(self, index: int, words: str) -> _UnreadableError:
        mark = self.lines.mark(index, index)
        first = words.strip().partition("\n")[0]
        return _UnreadableError(Mistake(mark.line, mark.column, "", f"not YAML: {first}"))
