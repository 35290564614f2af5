"""Reads a snapshot back, and refuses one that is not exactly as it was written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from scanner.errors import SnapshotError
from scanner.model.snapshot import Coverage, Gap, Reason, Record, Scope, Snapshot, Source
from scanner.snapshot import layout
from scanner.snapshot import manifest as manifests
from scanner.snapshot.lines import Written
from scanner.snapshot.unfinished import HEADER, beside


def read(path: Path) -> Snapshot:
    """A snapshot, once every file in it was found to be whole and unaltered.

    Raises `SnapshotError`, which names the file, for: no manifest, a newer schema, a missing or an
    additional file, a link, a hash or length that differs, a line that is no record.
    """
    if not path.is_dir() and beside(path).is_dir():
        raise _unfinished(beside(path))
    if not path.is_dir():
        raise SnapshotError(f"{path} is not a snapshot directory", hint="Make one with: envsplit collect")
    if (path / HEADER).exists():
        raise _unfinished(path)
    try:
        manifest = manifests.read(path)
        _check_files(path, manifest.files)
        gaps, *parts = manifest.files
        observed = _observed(path, parts)
        return Snapshot(
            records=tuple(_records(path, parts, observed)),
            gaps=tuple(_gap(gaps.path, number, found) for number, found in _lines(path, gaps)),
            coverage=Coverage(manifest.asked, manifest.reached, manifest.unasked),
            taken_at=manifest.finished,
            root=str(path),
            calls=manifest.calls,
            listed=frozenset((scope.boundary, kind) for _, scope, kind in map(_place, parts)),
        )
    except OSError as error:
        raise SnapshotError(
            f"The snapshot {path} could not be read",
            why=error.strerror or str(error),
            hint="Read it as the user who collected it: nobody else may.",
        ) from error


def _unfinished(path: Path) -> SnapshotError:
    return SnapshotError(
        f"{path} is an unfinished snapshot",
        why="the collection that wrote it was cut off, or is still under way",
        hint="Go on with the same command: envsplit collect --resume",
    )


def _place(part: Written) -> tuple[str, Scope, str]:
    return layout.place_of(part.path)


def _check_files(root: Path, files: tuple[Written, ...]) -> None:
    listed = {file.path: file for file in files}
    if len(listed) != len(files):
        raise manifests.bad("it names a file twice")
    found = dict(_walk(root, ""))
    found.pop(layout.MANIFEST, None)
    for name in sorted(found.keys() - listed.keys()):
        raise _altered(name, "the manifest does not know it")
    for name, file in listed.items():
        if name not in found:
            raise _altered(name, "it is missing")
        if found[name] != file.size or file.size > layout.MAX_PART:
            raise _altered(name, f"it has {found[name]} bytes, not {file.size}")


def _walk(root: Path, below: str) -> Iterator[tuple[str, int]]:
    """Every file of a snapshot with its size; nothing but directories and regular files is allowed."""
    with os.scandir(root / below) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from _walk(root, name)
            elif stat.S_ISREG(mode):
                yield name, entry.stat(follow_symlinks=False).st_size
            else:
                raise _altered(name, "it is a link or a special file")


def _lines(root: Path, file: Written) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line with its number, from 1; the hash is checked once the last was read."""
    digest, number = hashlib.sha256(), 0
    with (root / file.path).open("rb") as lines:
        while text := lines.readline(layout.MAX_LINE + 1):
            number += 1
            if len(text) > layout.MAX_LINE:
                raise _altered(file.path, f"line {number} is too long")
            digest.update(text)
            yield number, _parsed(file.path, number, text)
    if digest.hexdigest() != file.sha256 or number != file.lines:
        raise _altered(file.path, "its SHA-256 is not the one in the manifest")


def _parsed(name: str, number: int, text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _altered(f"{name}:{number}", "the line is not JSON") from error
    if not isinstance(found, dict):
        raise _altered(f"{name}:{number}", "the line is no object")
    return found


def _observed(root: Path, parts: list[Written]) -> Mapping[tuple[Scope, str, str], Any]:
    found = {}
    for part in parts:
        where, scope, kind = layout.place_of(part.path)
        if where == layout.OBSERVED:
            for number, line in _lines(root, part):
                found[scope, kind, _id(part.path, number, line, kind)] = line["data"]
    return found


def _records(
    root: Path, parts: list[Written], observed: Mapping[tuple[Scope, str, str], Any]
) -> Iterator[Record]:
    for part in parts:
        where, scope, kind = layout.place_of(part.path)
        if where == layout.PARTS:
            for number, line in _lines(root, part):
                id_ = _id(part.path, number, line, kind)
                source = Source(part.path, number)
                yield Record(scope, kind, id_, line["data"], source, observed.get((scope, kind, id_), {}))


def _id(name: str, number: int, line: Mapping[str, Any], kind: str) -> str:
    found = line.get("id")
    if not isinstance(found, str) or line.get("kind") != kind or not isinstance(line.get("data"), dict):
        raise _altered(f"{name}:{number}", f"the line is no record of kind {kind}")
    return found


def _gap(name: str, number: int, line: Mapping[str, Any]) -> Gap:
    try:
        scope = Scope(**line["scope"])
        return Gap(
            scope, **{**{key: line[key] for key in line if key != "scope"}, "reason": Reason(line["reason"])}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _altered(f"{name}:{number}", "the line is no gap") from error


def _altered(name: str, why: str) -> SnapshotError:
    return SnapshotError(f"{name} is not as it was written", why=why, hint=manifests.AGAIN)
