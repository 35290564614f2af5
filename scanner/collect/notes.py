"""A sink for examinations, which collect nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scanner.model.snapshot import Gap, Record, Scope


class Notes:
    """A sink that keeps gaps and forgets records."""

    def __init__(self) -> None:
        self.gaps: set[Gap] = set()

    def part(self, scope: Scope, kind: str, records: list[Record]) -> None:
        """Forget what was read."""

    def kept(self, scope: Scope, name: str) -> None:
        """Nothing is kept: everything is to be tried."""

    def complete(self, scope: Scope, name: str, kinds: Iterable[str], calls: Mapping[str, int]) -> None:
        """Nothing is kept."""

    def gap(self, gap: Gap) -> None:
        """Keep a call that gave no answer."""
        self.gaps.add(gap)

    def count(self, calls: Mapping[str, int]) -> None:
        """Nobody counts."""

    def coverage(self, asked: list[Scope], reached: list[Scope], unasked: Sequence[Scope] = ()) -> None:
        """Nobody asks."""
