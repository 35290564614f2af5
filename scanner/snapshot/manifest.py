"""Reads ``manifest.json``: what a snapshot says that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from scanner.errors import SnapshotError
from scanner.model.snapshot import Scope
from scanner.snapshot import layout
from scanner.snapshot.lines import Written, text

AGAIN = "Collect again: a snapshot is only of use as it was written."
"""What to do about one that was cut short or altered."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest whose shape was checked; ``files`` are the gaps and every part."""

    finished: str
    asked: tuple[Scope, ...]
    reached: tuple[Scope, ...]
    unasked: tuple[Scope, ...]
    calls: Mapping[str, int]
    files: tuple[Written, ...]


def read(root: Path) -> Manifest:
    """The manifest of a snapshot. Raises `SnapshotError` naming what is wrong with it."""
    path = root / layout.MANIFEST
    if path.is_symlink() or not path.is_file():
        raise SnapshotError(f"{root} is no whole snapshot", why=f"it has no {layout.MANIFEST}", hint=AGAIN)
    if path.stat().st_size > layout.MAX_MANIFEST:
        raise bad("it is too large")
    try:
        found = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise bad("it is not JSON") from error
    _check_schema(found)
    try:
        return Manifest(
            finished=text(found["finished"]),
            asked=tuple(_scope(item) for item in found["asked"]),
            reached=tuple(_scope(item) for item in found["reached"]),
            unasked=tuple(_scope(item) for item in found.get("unasked", ())),
            calls={text(name): int(times) for name, times in found["calls"].items()},
            files=(_file(found["gaps"], gaps=True), *(_file(item) for item in found["parts"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise bad("a field is missing or of a wrong type") from error


def bad(why: str) -> SnapshotError:
    """A manifest that cannot be what envsplit wrote."""
    return SnapshotError(f"{layout.MANIFEST} is damaged", why=why, hint=AGAIN)


def _check_schema(found: Any) -> None:
    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise bad("it names no schema")
    if schema > layout.SCHEMA:
        raise SnapshotError(
            f"The snapshot has schema {schema}, and this envsplit reads up to {layout.SCHEMA}",
            hint="Upgrade envsplit: pip install --upgrade envsplit",
        )


def _file(found: Mapping[str, Any], *, gaps: bool = False) -> Written:
    file = Written.of(found)
    if (file.path != layout.GAPS) if gaps else not layout.is_part(file.path):
        raise bad(f"it names a file outside the layout: {file.path!r}")
    return file


def _scope(found: Mapping[str, Any]) -> Scope:
    return Scope(text(found["provider"]), text(found["boundary"]), text(found["region"]))
