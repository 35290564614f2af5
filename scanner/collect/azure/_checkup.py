"""Examines subscriptions before a scan: which calls would be denied there, worked out from role assignments.

Nothing is tried there: two reads tell what the credentials hold in a subscription, each call has its action.
Of the tenant's directory each listing is asked for one object: Microsoft Graph tells nobody's permissions.
"""

from __future__ import annotations

from scanner.collect.azure._desk import AzureDesk
from scanner.collect.azure._graph import AT_ONCE
from scanner.collect.azure._sight import ASSIGNED, UnseenError, allows
from scanner.collect.azure._subscriptions import Collection, groups
from scanner.collect.azure._words import Entra
from scanner.collect.calls import Call, Span, UnansweredError
from scanner.collect.examining import reads_of, simulated, unreached
from scanner.collect.ledger import Ledger
from scanner.collect.notes import Notes
from scanner.config.sources import AzureSource
from scanner.model.checkup import Checkup, Method
from scanner.model.snapshot import Gap, Progress

WHAT = "account"
"""What a boundary is called in the published shape, whatever the provider."""
TENANT = "organization"
"""And what a tenant is."""


class Examination:
    """One examination over subscriptions. Raises `CredentialsError` if there are no usable credentials."""

    def __init__(
        self, source: AzureSource, calls: tuple[Call, ...], progress: Progress, only: frozenset[str] | None
    ) -> None:
        self._notes = Notes()
        self._collection = Collection(source, calls, Ledger(self._notes, progress), only)
        self._reads = reads_of((call for call in calls if call.span is not Span.ORGANIZATION), only)
        self._listings = tuple(call for call in calls if call.span is Span.ORGANIZATION and call.wanted(only))

    def run(self, subscriptions: tuple[str, ...], *, discover: bool) -> tuple[Checkup, ...]:
        """Examine all; with ``discover`` also those that the credentials see beside them."""
        try:
            more = self._collection.discovered() if discover else ()
            found = [
                self._examined(desk)
                for group in groups(sorted({*subscriptions, *more}), AT_ONCE)
                for desk in self._collection.desks(group)
            ]
            found += [self._of_tenant()] if self._listings else []
        finally:
            self._collection.close()
        return tuple(sorted([*found, *(unreached(WHAT, gap) for gap in self._notes.gaps)]))

    def _examined(self, desk: AzureDesk) -> Checkup:
        try:
            blocks = desk.sight.blocks()
        except UnseenError as error:
            return unreached(WHAT, error.gap(desk.scope, "*", ASSIGNED))
        return simulated(desk.scope, WHAT, self._reads, lambda action: allows(blocks, action))

    def _of_tenant(self) -> Checkup:
        """What of the directory is refused; a listing that follows another needs what that one needs."""
        desk, gaps = self._collection.tenant(), list[Gap]()
        for call in self._listings:
            if isinstance(call.read, Entra):
                try:
                    desk.first(call.read)
                except UnansweredError as error:
                    gaps.append(error.gap(desk.scope, call.kind, call.read))
        reached = len(gaps) < len(self._listings) or not gaps
        return Checkup(desk.scope, TENANT, reached, Method.PROBED, tuple(sorted(gaps)))
