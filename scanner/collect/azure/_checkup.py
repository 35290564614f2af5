"""Examines subscriptions before a scan: which calls would be denied there, worked out from role assignments.

Nothing is tried: two reads tell what the credentials hold in a subscription, and each call has its action.
"""

from __future__ import annotations

from scanner.collect.azure._graph import AT_ONCE
from scanner.collect.azure._sight import ASSIGNED, UnseenError, allows
from scanner.collect.azure._subscriptions import Collection, groups
from scanner.collect.calls import Call
from scanner.collect.ledger import Ledger
from scanner.collect.notes import Notes
from scanner.config.sources import AzureSource
from scanner.model.checkup import Checkup, Method
from scanner.model.snapshot import Gap, Progress, Reason

WHAT = "account"
"""What a boundary is called in the published shape, whatever the provider."""


class Examination:
    """One examination over subscriptions. Raises `CredentialsError` if there are no usable credentials."""

    def __init__(
        self, source: AzureSource, calls: tuple[Call, ...], progress: Progress, only: frozenset[str] | None
    ) -> None:
        self._notes = Notes()
        self._collection = Collection(source, calls, Ledger(self._notes, progress), only)
        self._reads = {read.name: (read, call.kind) for call in calls for read in call.made(only)}

    def run(self, subscriptions: tuple[str, ...], *, discover: bool) -> tuple[Checkup, ...]:
        """Examine all; with ``discover`` also those that the credentials see beside them."""
        found: list[Checkup] = []
        more = self._collection.discovered() if discover else ()
        for group in groups(sorted({*subscriptions, *more}), AT_ONCE):
            for desk in self._collection.desks(group):
                try:
                    blocks = desk.sight.blocks()
                except UnseenError as error:
                    gap = error.gap(desk.scope, "*", ASSIGNED)
                    found.append(Checkup(desk.scope, WHAT, reached=False, method=Method.NONE, gaps=(gap,)))
                    continue
                gaps = (
                    Gap(desk.scope, kind, read.name, read.allowed_by, Reason.DENIED, detail="Simulated")
                    for read, kind in self._reads.values()
                    if not allows(blocks, read.allowed_by)
                )
                found.append(
                    Checkup(desk.scope, WHAT, reached=True, method=Method.SIMULATED, gaps=tuple(sorted(gaps)))
                )
        seen = {one.scope for one in found}
        lost = (gap for gap in sorted(self._notes.gaps) if gap.kind == "*" and gap.scope not in seen)
        found += (Checkup(gap.scope, WHAT, reached=False, method=Method.NONE, gaps=(gap,)) for gap in lost)
        self._collection.close()
        return tuple(sorted(found))
