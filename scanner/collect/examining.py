"""What an examination of a boundary comes to, whoever worked out what its credentials are allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from scanner.collect.calls import Call, Read
from scanner.model.checkup import Checkup, Method
from scanner.model.snapshot import Gap, Reason, Scope

Reads = Mapping[str, tuple[Read, str]]
"""Name of a read -> it, and the kind that it feeds."""


def reads_of(calls: Iterable[Call], only: frozenset[str] | None) -> dict[str, tuple[Read, str]]:
    """The reads that a collection of ``only`` makes."""
    return {read.name: (read, call.kind) for call in calls for read in call.made(only)}


def simulated(scope: Scope, what: str, reads: Reads, allows: Callable[[str], bool]) -> Checkup:
    """Worked out, not tried: a gap for each read whose permission ``allows`` says no of."""
    gaps = (
        Gap(scope, kind, read.name, read.allowed_by, Reason.DENIED, detail="Simulated")
        for read, kind in reads.values()
        if not allows(read.allowed_by)
    )
    return Checkup(scope, what, reached=True, method=Method.SIMULATED, gaps=tuple(sorted(gaps)))


def unreached(what: str, gap: Gap) -> Checkup:
    """A boundary of which nothing can be told, and why."""
    return Checkup(gap.scope, what, reached=False, method=Method.NONE, gaps=(gap,))
