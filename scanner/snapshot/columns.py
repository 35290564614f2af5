"""Where in its line a JSON pointer's value stands, as SARIF counts columns (2.1.0, §3.30.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from json import JSONDecodeError, JSONDecoder
from pathlib import Path

from scanner.errors import SnapshotError
from scanner.model.snapshot import Source
from scanner.snapshot import layout
from scanner.snapshot.manifest import AGAIN

Columns = tuple[int, int]
_decode = JSONDecoder().raw_decode
_SPACE = " \t\r\n"


def columns(root: Path, sources: Iterable[Source]) -> dict[Source, Columns]:
    """Start and end column of each source's value in its line.

    Both 1-based, in UTF-16 code units; the end is the column after the last one. A pointer into
    what is not there gives the nearest value around it; an empty one the whole line. Raises
    `SnapshotError` for a part or line that the snapshot does not have.
    """
    wanted: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source in sources:
        wanted[source.part][source.line].add(source.pointer)
    return {
        Source(part, number, pointer): _columns(text, pointer)
        for part, lines in sorted(wanted.items())
        for number, text in _texts(root, part, frozenset(lines))
        for pointer in sorted(lines[number])
    }


def _texts(root: Path, part: str, numbers: frozenset[int]) -> Iterator[tuple[int, str]]:
    """The lines of a part that are asked for."""
    if part != layout.GAPS and not layout.is_part(part):
        raise SnapshotError(f"{part!r} is no part of a snapshot")
    left = set(numbers)
    try:
        with (root / part).open("rb") as lines:
            for number, text in enumerate(lines, start=1):
                if number in left:
                    left.discard(number)
                    yield number, text.decode("utf-8").rstrip("\n")
                if not left:
                    return
    except OSError as error:
        raise SnapshotError(
            f"{part} could not be read", why=error.strerror or str(error), hint=AGAIN
        ) from error
    raise SnapshotError(f"{part} has no line {min(left)}", hint=AGAIN)


def _columns(text: str, pointer: str) -> Columns:
    try:
        start, end = span(text, pointer)
    except JSONDecodeError as error:
        raise SnapshotError("A line of the snapshot is not JSON", why=error.msg, hint=AGAIN) from error
    return _column(text, start), _column(text, end)


def span(text: str, pointer: str) -> tuple[int, int]:
    """Start and end offset of a pointer's value (RFC 6901) in a JSON text."""
    if not pointer:
        return 0, len(text)
    at = _past_space(text, 0)
    for token in pointer.split("/")[1:]:
        found = _child(text, at, token.replace("~1", "/").replace("~0", "~"))
        if found is None:
            break
        at = found
    return at, _decode(text, at)[1]


def _child(text: str, at: int, token: str) -> int | None:
    """Where a member or element of the value at ``at`` starts."""
    if text[at] == "{":
        return _member(text, at, token)
    if text[at] == "[" and token.isdecimal():
        return _element(text, at, int(token))
    return None


def _member(text: str, at: int, token: str) -> int | None:
    at = _past_space(text, at + 1)
    while text[at] != "}":
        key, at = _decode(text, at)
        value = _past_space(text, _past_space(text, at) + 1)
        if key == token:
            return value
        at = _past_comma(text, _decode(text, value)[1])
    return None


def _element(text: str, at: int, index: int) -> int | None:
    at = _past_space(text, at + 1)
    while text[at] != "]":
        if index == 0:
            return at
        index, at = index - 1, _past_comma(text, _decode(text, at)[1])
    return None


def _past_comma(text: str, at: int) -> int:
    at = _past_space(text, at)
    return _past_space(text, at + 1) if text[at] == "," else at


def _past_space(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at


def _column(text: str, offset: int) -> int:
    before = text[:offset]
    return 1 + (offset if before.isascii() else len(before.encode("utf-16-le")) // 2)
