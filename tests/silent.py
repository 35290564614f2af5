"""A progress that nobody watches."""

from __future__ import annotations

from scanner.model.snapshot import Gap, Scope


class Silent:
    """Shows nothing."""

    def plan(self, scope: Scope, calls: int) -> None:
        """Nothing to show."""

    def called(self, scope: Scope, call: str, gap: Gap | None) -> None:
        """Nothing to show."""
