"""A snapshot that is being written, and what a crash leaves of it: enough to go on from.

::

    <target>.unfinished/
        unfinished.json     what was asked for, by which version, since when
        journal.jsonl       a line for each listing that is whole: its parts with their SHA-256, its calls
        parts/ observed/    as in a snapshot

A writer holds a lock on ``unfinished.json`` for as long as it lives. Only listings of the
journal are kept, and only if every part of theirs is as it was written; all else is removed.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from scanner.errors import SnapshotError
from scanner.model.snapshot import Scope
from scanner.snapshot import layout
from scanner.snapshot.descriptors import BINARY, MOVES_WHILE_OPEN, lock
from scanner.snapshot.lines import Written, digest, line, scope_value, write

HEADER = "unfinished.json"
JOURNAL = "journal.jsonl"
OLDEST = timedelta(hours=24)
"""The age up to which one is gone on from without being asked to: a snapshot is of one time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a collection was asked for: the tool's version, and a digest of the rest."""

    tool_version: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A listing that an interrupted run completed."""

    parts: tuple[Written, ...]
    calls: Mapping[str, int]


Place = tuple[Scope, str]


def beside(target: Path) -> Path:
    """Where the snapshot of a target lies until it is finished."""
    return target.with_name(f"{target.name}.unfinished")


class Unfinished:
    """The directory of a snapshot in the making. Raises `SnapshotError`, and ``OSError`` of the disk."""

    def __init__(self, target: Path, request: Request, *, resume: bool | None) -> None:
        """``resume``: go on from what is there (must be), start over, or ``None``: whatever fits."""
        self.root = beside(target)
        self.kept: dict[Place, Kept] = {}
        self._lock: int | None = None
        self.started = now()
        if self.root.is_symlink() or (self.root.exists() and not self.root.is_dir()):
            raise SnapshotError(f"{self.root} is in the way", hint="Move it away.")
        self._adopted = self._adopt(request, resume) if self.root.exists() else False
        if resume and not self._adopted:
            raise SnapshotError(f"There is no unfinished snapshot at {self.root}", hint="Leave out --resume.")
        if not self._adopted:
            self._begin(request)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY
        self._journal: int | None = os.open(self.root / JOURNAL, flags, 0o600)

    def complete(self, scope: Scope, name: str, parts: tuple[Written, ...], calls: Mapping[str, int]) -> None:
        """Note that a listing is whole."""
        if self._journal is not None:
            os.write(self._journal, _entry((scope, name), Kept(parts, calls)))

    def finish(self) -> Path:
        """Leave nothing in the directory but the snapshot, under a name that nobody else looks at."""
        if not MOVES_WHILE_OPEN:
            self._close()
        self.root = self.root.rename(_nameless(self.root))
        (self.root / JOURNAL).unlink()
        (self.root / HEADER).unlink()
        self._adopted = False
        self._close()
        return self.root

    def give_up(self) -> None:
        """Remove it, unless it holds what an earlier run left: that is not ours to throw away."""
        self._close()
        if self._adopted:
            for name in (layout.MANIFEST, layout.GAPS):
                (self.root / name).unlink(missing_ok=True)
            return
        remove(self.root)

    def _close(self) -> None:
        """Close what is open, once: a number that is closed may be another file's already."""
        if self._journal is not None:
            os.close(self._journal)
            self._journal = None
        self._unlock()

    def _begin(self, request: Request) -> None:
        made = Path(tempfile.mkdtemp(prefix=f".{self.root.name}.", dir=self.root.parent))
        header = {
            "schema": layout.SCHEMA,
            "tool": request.tool_version,
            "asked": request.asked,
            "started": self.started,
        }
        try:
            write(made, HEADER, [line(header)])
            if MOVES_WHILE_OPEN:
                self._lock_header(made)
            made.rename(self.root)
            if not MOVES_WHILE_OPEN:
                self._lock_header(self.root)
        except BaseException:
            remove(made)
            raise

    def _lock_header(self, root: Path) -> None:
        try:
            self._lock = lock(root / HEADER)
        except BlockingIOError as error:
            raise SnapshotError(
                f"Another envsplit is writing {self.root}",
                hint="Wait for it, or name another directory with --out.",
            ) from error

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _adopt(self, request: Request, resume: bool | None) -> bool:
        """Take over what a crash left, or remove it and say no."""
        try:
            self._lock_header(self.root)
        except OSError:
            remove(self.root)  # it died before it had begun
            return False
        header = _header(self.root)
        odd = _why_not(header, request)
        old = datetime.now(UTC) - _time(header.get("started")) > OLDEST
        if resume and odd:
            raise SnapshotError(
                f"{self.root} cannot be gone on from", why=odd, hint="Start over with --no-resume."
            )
        if resume is False or odd or (old and not resume):
            self._unlock()
            remove(self.root)
            return False
        self.started = str(header["started"])
        self.kept = dict(_whole(self.root))
        whole = {part.path for kept in self.kept.values() for part in kept.parts}
        _clear(self.root, {HEADER, JOURNAL, *whole})
        (self.root / JOURNAL).unlink(missing_ok=True)
        write(self.root, JOURNAL, map(_entry, self.kept, self.kept.values()))
        return True


def remove(directory: Path) -> None:
    """Remove a directory whole, also if a second Ctrl-C comes meanwhile."""
    try:
        shutil.rmtree(directory, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _nameless(root: Path) -> Path:
    made = Path(tempfile.mkdtemp(prefix=f".{root.name}.", dir=root.parent))
    made.rmdir()
    return made


def _entry(place: Place, kept: Kept) -> bytes:
    scope, name = place
    parts = [part.entry() for part in kept.parts]
    return line({"scope": scope_value(scope), "name": name, "parts": parts, "calls": dict(kept.calls)})


def _header(root: Path) -> Mapping[str, Any]:
    try:
        found = orjson.loads((root / HEADER).read_bytes())
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _why_not(header: Mapping[str, Any], request: Request) -> str:
    if header.get("schema") != layout.SCHEMA or header.get("tool") != request.tool_version:
        return "another version of envsplit began it"
    if header.get("asked") != request.asked:
        return "something else was asked for: other sources, accounts or rules"
    return ""


def _time(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _whole(root: Path) -> Iterator[tuple[Place, Kept]]:
    """Every listing of the journal all of whose parts are as they were written."""
    path = root / JOURNAL
    if path.is_symlink() or not path.is_file():
        return
    for text in path.read_bytes().splitlines():
        try:
            found = orjson.loads(text)
            parts = tuple(Written.of(part) for part in found["parts"])
            place = Scope(**found["scope"]), str(found["name"])
            calls = {str(name): int(times) for name, times in found["calls"].items()}
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            continue  # the line that the crash cut short
        if all(_intact(root, part) for part in parts):
            yield place, Kept(parts, calls)


def _intact(root: Path, part: Written) -> bool:
    path = root / part.path
    if not layout.is_part(part.path):
        return False
    try:
        about = path.lstat()
        return stat.S_ISREG(about.st_mode) and about.st_size == part.size and digest(path) == part.sha256
    except OSError:
        return False


def _clear(root: Path, keep: set[str]) -> None:
    """Remove every file that is not to be kept, whatever it is."""
    for folder, directories, files in os.walk(root):
        for name in (*files, *(each for each in directories if (Path(folder) / each).is_symlink())):
            path = Path(folder) / name
            if path.relative_to(root).as_posix() not in keep:
                path.unlink()


def now() -> str:
    """The time as a snapshot writes it: RFC 3339 UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
