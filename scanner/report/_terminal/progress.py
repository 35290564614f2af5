"""Progress while collecting: a row for each account with its services, calls and gaps."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from scanner.model.snapshot import Gap, Scope
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, line, say
from scanner.report._untrusted import printable

_SERVICES = 4


@dataclass(slots=True)
class _Account:
    """What is known of one boundary: calls planned, answered and failed, by service."""

    planned: int = 0
    gaps: int = 0
    services: Counter[str] = field(default_factory=Counter)
    task: TaskID | None = None

    @property
    def answered(self) -> int:
        return self.services.total()


class ConsoleProgress:
    """Shows a collection as it runs (`scanner.model.snapshot.Progress`); use it as a context manager.

    Where the console is no terminal nothing moves: each account gets one line at the end.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] = {}
        self._bars: Progress | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=16),
                TextColumn("{task.completed:.0f}/{task.total:.0f}"),
                TextColumn("{task.fields[note]}", markup=False),
                console=self._console,
                transient=True,
            )
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()
        if kind is None:
            for name, account in sorted(self._accounts.items()):
                say(self._console, _told(name, account), hang=2)

    def plan(self, scope: Scope, calls: int) -> None:
        """``calls`` more calls are known to be needed in a scope."""
        with self._lock:
            account = self._account(scope)
            account.planned += calls
            self._show(account)

    def called(self, scope: Scope, call: str, gap: Gap | None) -> None:
        """A call was answered, or became a gap."""
        with self._lock:
            account = self._account(scope)
            account.services[call.partition(":")[0]] += 1
            account.gaps += gap is not None
            self._show(account)

    def _account(self, scope: Scope) -> _Account:
        name = f"{scope.provider} {scope.boundary}"
        account = self._accounts.setdefault(name, _Account())
        if self._bars and account.task is None:
            account.task = self._bars.add_task(printable(name), total=0, note="")
        return account

    def _show(self, account: _Account) -> None:
        if self._bars and account.task is not None:
            total = max(account.planned, account.answered)
            self._bars.update(account.task, completed=account.answered, total=total, note=_note(account))


def _note(account: _Account) -> str:
    busiest = sorted(account.services.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{service} {number}" for service, number in busiest[:_SERVICES]]
    shown += [f"+{len(busiest) - _SERVICES} services"] if len(busiest) > _SERVICES else []
    gaps = [count(account.gaps, "gap")] if account.gaps else []
    return " ".join([*gaps, *shown])


def _told(name: str, account: _Account) -> Text:
    gaps = (f"  {count(account.gaps, 'gap')}", lines.UNKNOWN) if account.gaps else "  no gaps"
    services = ", ".join(f"{service} {number}" for service, number in sorted(account.services.items()))
    return line(
        (name, lines.NAME), f"  {count(account.answered, 'call')}", gaps, (f"  {services}", lines.FAINT)
    )
