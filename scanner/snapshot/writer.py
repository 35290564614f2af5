"""Writes a snapshot: part by part to disk, whole or absent in the end."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from scanner.errors import SnapshotError
from scanner.model.snapshot import Gap, Record, Scope
from scanner.snapshot import layout
from scanner.snapshot.lines import Written, gap_value, line, record_line, scope_value, write
from scanner.snapshot.unfinished import Request, Unfinished, now, remove

_ROOTS = (layout.PARTS, layout.OBSERVED)


class SnapshotWriter:
    """A `scanner.model.snapshot.Sink` that makes a snapshot directory.

    A context manager: on a clean exit the directory appears under its name at once (and takes the
    place of an older snapshot), on an exception nothing is left. A process that is killed leaves
    ``<target>.unfinished``, and the next one goes on from there if it is asked for the same (``asked``: a
    digest of what that is). Raises `SnapshotError`: for a full disk, for a target that is something else than
    a snapshot, and if another process is writing it.
    """

    def __init__(
        self, target: Path, *, tool_version: str, asked: str = "", resume: bool | None = None
    ) -> None:
        """``resume``: must go on (``True``), must start over (``False``), or whatever fits."""
        self._target = Path(os.path.realpath(target))
        self._tool_version = tool_version
        self._resume = resume
        self._request = Request(tool_version, asked)
        self._lock = threading.Condition()
        self._open = False
        self._writing = 0
        self._paths: set[str] = set()
        self._written: dict[str, Written] = {}
        self._gaps: set[Gap] = set()
        self._calls: dict[str, int] = {}
        self._asked: list[Scope] = []
        self._reached: list[Scope] = []
        self._unasked: list[Scope] = []

    def __enter__(self) -> SnapshotWriter:
        if self._target.exists() and not _replaceable(self._target):
            raise SnapshotError(
                f"{self._target} exists and is not a snapshot",
                why="only a snapshot is ever replaced",
                hint="Name another directory, or move this one away.",
            )
        with _told(self._target):
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._unfinished = Unfinished(self._target, self._request, resume=self._resume)
        self._root = self._unfinished.root
        for kept in self._unfinished.kept.values():
            self._written.update({part.path: part for part in kept.parts})
        self._paths.update(self._written)
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._open = False
            self._lock.wait_for(lambda: not self._writing)
        finished = False
        try:
            if kind is None:
                with _told(self._target):
                    self._close()
                    _put(self._unfinished.finish(), self._target)
                    finished = True
        finally:
            if not finished:
                self._unfinished.give_up()

    def part(self, scope: Scope, kind: str, records: list[Record]) -> None:
        """As `scanner.model.snapshot.Sink.part`; a record given twice is kept once."""
        ordered = sorted(records, key=lambda record: record.id)
        moving = [record for record in ordered if record.observed]
        self._write(layout.PARTS, scope, kind, _lines((record, record.data) for record in ordered))
        if moving:
            self._write(layout.OBSERVED, scope, kind, _lines((record, record.observed) for record in moving))

    def kept(self, scope: Scope, name: str) -> Mapping[str, int] | None:
        """As `scanner.model.snapshot.Sink.kept`."""
        found = self._unfinished.kept.get((scope, name))
        return None if found is None else found.calls

    def complete(self, scope: Scope, name: str, kinds: Iterable[str], calls: Mapping[str, int]) -> None:
        """As `scanner.model.snapshot.Sink.complete`."""
        paths = (layout.path_of(root, scope, kind) for kind in kinds for root in _ROOTS)
        with self._lock, _told(self._target):
            if self._open:
                parts = tuple(self._written[path] for path in paths if path in self._written)
                self._unfinished.complete(scope, name, parts, calls)

    @property
    def resumed(self) -> tuple[str, int]:
        """When what is gone on from was begun, and how many listings of it are kept."""
        return self._unfinished.started, len(self._unfinished.kept)

    def gap(self, gap: Gap) -> None:
        """As `scanner.model.snapshot.Sink.gap`; a gap told twice is kept once."""
        with self._lock:
            self._gaps.add(gap)

    def count(self, calls: Mapping[str, int]) -> None:
        """As `scanner.model.snapshot.Sink.count`."""
        with self._lock:
            self._calls = dict(calls)

    def coverage(self, asked: list[Scope], reached: list[Scope], unasked: Sequence[Scope] = ()) -> None:
        """As `scanner.model.snapshot.Sink.coverage`."""
        with self._lock:
            self._asked, self._reached, self._unasked = list(asked), list(reached), list(unasked)

    @property
    def reached(self) -> tuple[Scope, ...]:
        """The boundaries that answered."""
        return tuple(self._reached)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What gave no answer so far, sorted."""
        with self._lock:
            return tuple(sorted(self._gaps))

    def _write(self, root: str, scope: Scope, kind: str, lines: Iterable[bytes]) -> None:
        path = layout.path_of(root, scope, kind)
        with self._lock:
            if not self._open or path in self._paths:
                raise SnapshotError(f"Part {path} came twice, or after the snapshot was closed")
            self._paths.add(path)
            self._writing += 1
        try:
            with _told(self._target):
                written = write(self._root, path, lines)
            with self._lock:
                self._written[path] = written
        finally:
            with self._lock:
                self._writing -= 1
                self._lock.notify_all()

    def _close(self) -> None:
        gaps = write(self._root, layout.GAPS, (line(gap_value(gap)) for gap in sorted(self._gaps)))
        manifest = self._manifest(gaps)
        text = orjson.dumps(
            manifest, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )
        write(self._root, layout.MANIFEST, [text])

    def _manifest(self, gaps: Written) -> dict[str, Any]:
        return {
            "schema": layout.SCHEMA,
            "tool": {"name": "envsplit", "version": self._tool_version},
            "started": self._unfinished.started,
            "finished": now(),
            "asked": [scope_value(scope) for scope in sorted(self._asked)],
            "reached": [scope_value(scope) for scope in sorted(self._reached)],
            "unasked": [scope_value(scope) for scope in sorted(self._unasked)],
            "calls": self._calls,
            "gaps": gaps.entry(),
            "parts": [written.entry() for written in sorted(self._written.values())],
        }


def _lines(records: Iterable[tuple[Record, Mapping[str, Any]]]) -> Iterator[bytes]:
    """Canonical lines of records that are sorted by id.

    Overlapping pages give a record twice, and it is kept once; what only shares its id is sorted too.
    """
    for _, alike in groupby(records, key=lambda pair: pair[0].id):
        yield from sorted({record_line(record, data) for record, data in alike})


def _replaceable(target: Path) -> bool:
    if not target.is_dir():
        return False
    return (target / layout.MANIFEST).is_file() or not any(target.iterdir())


def _put(made: Path, target: Path) -> None:
    """Give a finished directory its name; an older snapshot stays until the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".old", dir=target.parent)) / target.name
    target.rename(old)
    try:
        made.rename(target)
    except OSError:
        old.rename(target)
        raise
    finally:
        remove(old.parent)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Tell of a file system that refuses in the user's words."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise SnapshotError(
            f"The snapshot {target} could not be written",
            why=error.strerror or str(error),
            hint="Free some space, or name a directory on another disk; nothing was left behind."
            if full
            else "Name a directory that you may write to; nothing was left behind.",
        ) from error
