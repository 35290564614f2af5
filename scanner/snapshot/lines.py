"""Canonical JSON lines: sorted keys, no spaces, one line feed at the end; hashed as they are written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from scanner.model.snapshot import Gap, Record, Scope
from scanner.snapshot.descriptors import BINARY


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A file as the manifest knows it; ``size`` in bytes."""

    path: str
    lines: int
    size: int
    sha256: str

    def entry(self) -> dict[str, Any]:
        """Its entry in the manifest."""
        return {"path": self.path, "lines": self.lines, "bytes": self.size, "sha256": self.sha256}

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Written:
        """The file that an entry tells of. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
        return cls(text(entry["path"]), int(entry["lines"]), int(entry["bytes"]), text(entry["sha256"]))


def write(root: Path, path: str, lines: Iterable[bytes]) -> Written:
    """Write a file (0600) in directories (0700) below ``root``. Raises ``OSError``."""
    target = root / path
    make_directories(root, target.parent)
    hashed, count, size = hashlib.sha256(), 0, 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for line in lines:
            file.write(line)
            hashed.update(line)
            count, size = count + 1, size + len(line)
    return Written(path, count, size, hashed.hexdigest())


def text(value: Any) -> str:
    """A value that has to be text. Raises ``TypeError``."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def digest(path: Path) -> str:
    """The SHA-256 of a file. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_directories(root: Path, directory: Path) -> None:
    """Make every directory from ``root`` down to ``directory``, closed to others whatever the umask."""
    made = root
    for step in directory.relative_to(root).parts:
        made /= step
        made.mkdir(mode=0o700, exist_ok=True)


def line(value: Mapping[str, Any]) -> bytes:
    """One value as a canonical line."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def record_line(record: Record, data: Mapping[str, Any]) -> bytes:
    """A record with some of its data: the estate's, or what was observed."""
    return line({"id": record.id, "kind": record.kind, "data": dict(data)})


def scope_value(scope: Scope) -> dict[str, str]:
    """A scope as JSON."""
    return {"provider": scope.provider, "boundary": scope.boundary, "region": scope.region}


def gap_value(gap: Gap) -> dict[str, Any]:
    """A gap as JSON."""
    return {
        "scope": scope_value(gap.scope),
        "kind": gap.kind,
        "call": gap.call,
        "permission": gap.permission,
        "reason": str(gap.reason),
        "resource": gap.resource,
        "detail": gap.detail,
    }
