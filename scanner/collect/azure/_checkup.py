"""Examines subscriptions before a scan: which calls would be denied there, worked out from role assignments.

Nothing is tried: two reads tell what the credentials hold in a subscription, and each call has its action.
"""

from __future__ import annotations

from scanner.collect.azure._desk import AzureDesk
from scanner.collect.azure._graph import AT_ONCE
from scanner.collect.azure._sight import ASSIGNED, UnseenError, allows
from scanner.collect.azure._subscriptions import Collection, groups
from scanner.collect.calls import Call
from scanner.collect.examining import reads_of, simulated, unreached
from scanner.collect.ledger import Ledger
from scanner.collect.notes import Notes
from scanner.config.sources import AzureSource
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Progress

WHAT = "account"
"""What a boundary is called in the published shape, whatever the provider."""


class Examination:
    """One examination over subscriptions. Raises `CredentialsError` if there are no usable credentials."""

    def __init__(
        self, source: AzureSource, calls: tuple[Call, ...], progress: Progress, only: frozenset[str] | None
    ) -> None:
        self._notes = Notes()
        self._collection = Collection(source, calls, Ledger(self._notes, progress), only)
        self._reads = reads_of(calls, only)

    def run(self, subscriptions: tuple[str, ...], *, discover: bool) -> tuple[Checkup, ...]:
        """Examine all; with ``discover`` also those that the credentials see beside them."""
        try:
            more = self._collection.discovered() if discover else ()
            found = [
                self._examined(desk)
                for group in groups(sorted({*subscriptions, *more}), AT_ONCE)
                for desk in self._collection.desks(group)
            ]
        finally:
            self._collection.close()
        return tuple(sorted([*found, *(unreached(WHAT, gap) for gap in self._notes.gaps)]))

    def _examined(self, desk: AzureDesk) -> Checkup:
        try:
            blocks = desk.sight.blocks()
        except UnseenError as error:
            return unreached(WHAT, error.gap(desk.scope, "*", ASSIGNED))
        return simulated(desk.scope, WHAT, self._reads, lambda action: allows(blocks, action))
