"""Gathers the parts that one call makes, until the last record of them is complete."""

from __future__ import annotations

import threading

from scanner.collect.watched import Watched
from scanner.model.snapshot import Record, Sink


class Parts:
    """The records of a listing and of all that hangs on it.

    A kind becomes a part as soon as it was listed once, so a listing that failed leaves none.
    """

    def __init__(self, sink: Sink, desk: Watched, name: str) -> None:
        """``name``: what the sink knows the listing by."""
        self._sink = sink
        self._desk = desk
        self._name = name
        self._lock = threading.Lock()
        self._open = 1
        self._parts: dict[str, list[Record]] = {}

    def listed(self, kind: str) -> None:
        """Records of a kind, or none, are to come."""
        with self._lock:
            self._parts.setdefault(kind, [])

    def begin(self, pieces: int = 1) -> None:
        """So many more pieces of work belong to it."""
        with self._lock:
            self._open += pieces

    def end(self, record: Record | None = None) -> None:
        """A piece of work is done, and a record perhaps complete."""
        with self._lock:
            self._open -= 1
            if record is not None:
                self._parts[record.kind].append(record)
            whole = self._open == 0
        if whole:
            scope = self._desk.scope
            for kind, records in self._parts.items():
                self._sink.part(scope, kind, records)
            if not self._desk.missed:
                self._sink.complete(scope, self._name, tuple(self._parts), self._desk.calls)
