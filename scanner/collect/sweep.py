"""Reads that are made once for many listings: each asks for the records of all of them together."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.collect.calls import Bulk, Call, Desk, Read
from scanner.collect.once import Once
from scanner.collect.records import shared_out

Shares = Mapping[str, Any]
"""Id of a record -> its part of an answer."""


class Sweep:
    """The bulk reads of one desk, each made when the first listing needs it. Safe to call from threads.

    One that was not answered is not asked again: every listing that needs it is told why.
    """

    def __init__(self, calls: Iterable[Call], only: frozenset[str] | None) -> None:
        """``calls`` are the listings that are made at the desk."""
        self._only = only
        self._lock = threading.Lock()
        self._wanted: dict[Read, set[str]] = {}
        self._found: dict[tuple[Read, str], Once[Shares]] = {}
        for call in calls:
            self._want(call)

    def _want(self, call: Call) -> None:
        if (bulk := call.in_bulk(self._only)) is not None:
            self._wanted.setdefault(bulk.read, set()).add(bulk.of)
        for child in call.children:
            if child.wanted(self._only):
                self._want(child)

    def shares(self, bulk: Bulk, desk: Desk, region: str) -> Shares:
        """What there is for each record, in a region (empty: the desk's own). Raises `UnansweredError`."""
        with self._lock:
            found = self._found.setdefault((bulk.read, region), Once())
        return found.answer(lambda: self._asked(bulk, desk, region))

    def _asked(self, bulk: Bulk, desk: Desk, region: str) -> Shares:
        types = sorted(self._wanted[bulk.read])
        answer = desk.ask(bulk.read, {bulk.param: types}, region=region, absent=bulk.refused)
        if answer is None:
            answer = desk.ask(bulk.read, {}, region=region)
        return shared_out(bulk, answer)
