"""A desk that remembers, for one listing, which calls were answered and whether anything was missed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from scanner.collect.calls import Desk, Read, UnansweredError


class Watched:
    """A `scanner.collect.calls.Desk` that passes everything on. Safe to call from threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self.scope = desk.scope
        self.words: Mapping[str, str] = desk.words
        self.calls: Counter[str] = Counter()
        """Call -> how often it was answered."""
        self.missed = False
        """Whether any call gave no answer."""

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`."""
        answer = self._desk.ask(read, params, region=region, absent=absent)
        with self._lock:
            self.calls[read.name] += 1
        return answer

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        self.missed = True
        self._desk.miss(read, kind, error, resource)
