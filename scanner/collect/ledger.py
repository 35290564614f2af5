"""Keeps the books of a collection: tells the sink of gaps, and whoever watches of every call."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

from scanner.model.snapshot import Gap, Progress, Scope, Sink


class Ledger:
    """Counts calls by name, passes gaps on once each. Safe to call from threads."""

    def __init__(self, sink: Sink, progress: Progress) -> None:
        self.sink = sink
        self._progress = progress
        self._lock = threading.Lock()
        self._gaps: set[Gap] = set()
        self.calls: Counter[str] = Counter()

    def plan(self, scope: Scope, calls: int) -> None:
        """So many more calls are to come."""
        if calls:
            self._progress.plan(scope, calls)

    def answered(self, scope: Scope, call: str) -> None:
        """A call was answered."""
        with self._lock:
            self.calls[call] += 1
        self._progress.called(scope, call, None)

    def spared(self, scope: Scope, call: str) -> None:
        """A call need not be made: its answer was had with another one. Then it is known, and not counted."""
        with self._lock:
            self.calls[call] += 0
        self._progress.called(scope, call, None)

    def kept(self, calls: Mapping[str, int]) -> None:
        """Calls that an interrupted run made, and that are not made again."""
        with self._lock:
            self.calls.update(calls)

    def missed(self, gap: Gap) -> None:
        """A call gave no answer."""
        with self._lock:
            self.calls[gap.call] += 1
            known = gap in self._gaps
            self._gaps.add(gap)
        if not known:
            self.sink.gap(gap)
        self._progress.called(gap.scope, gap.call, gap)
