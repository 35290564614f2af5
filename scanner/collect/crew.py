"""Worker threads that share a work list and stop together.

Daemon threads rather than ``concurrent.futures``: the interpreter waits for an executor's threads
at exit, so a Ctrl-C would hang until the slowest request had timed out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

GRACE = 2.0
"""Seconds that stopped workers get to come back from the request they wait for."""
_TICK = 0.1

Work = Callable[[], None]


class StoppedError(Exception):
    """Work was given up because the run stops."""


class Halt:
    """Whether a run stops, and why: shared by all its crews, so that each can tell the first cause."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._cause: BaseException | None = None

    def set(self, cause: BaseException | None = None) -> None:
        """Stop the run; the first cause counts, being stopped is none."""
        with self._lock:
            if self._cause is None and not isinstance(cause, StoppedError):
                self._cause = cause
        self._event.set()

    def is_set(self) -> bool:
        """Whether the run stops."""
        return self._event.is_set()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the run stops meanwhile; then as `check`."""
        if seconds > 0:
            self._event.wait(seconds)
        self.check()

    def check(self) -> None:
        """Raise the cause, or `StoppedError`, if the run stops."""
        if self._event.is_set():
            raise self._cause or StoppedError


class Crew:
    """``size`` threads; newest work first, so that what is begun is finished before more is begun.

    The first error of any crew stops all that share ``halt``, and `finish` raises it. Leaving the
    context by an exception stops as well, and waits for the threads for at most `GRACE`.
    """

    def __init__(self, size: int, halt: Halt, name: str) -> None:
        self._halt = halt
        self._ready = threading.Condition()
        self._work: list[Work] = []
        self._pending = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"envsplit-{name}-{number}", daemon=True)
            for number in range(size)
        ]

    def __enter__(self) -> Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._halt.set(error)
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        deadline = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(None if error is None else max(0.0, deadline - time.monotonic()))

    def submit(self, work: Work) -> None:
        """Add work; also from within work."""
        with self._ready:
            self._pending += 1
            self._work.append(work)
            self._ready.notify()

    def finish(self) -> None:
        """Wait until all work is done. Raises the first error of the run, or `StoppedError`."""
        with self._ready:
            while self._pending and not self._halt.is_set():
                self._ready.wait(_TICK)
        self._halt.check()

    def _serve(self) -> None:
        while (work := self._take()) is not None:
            try:
                if not self._halt.is_set():
                    work()
            except BaseException as error:  # noqa: BLE001 - carried to the threads that wait in finish()
                self._halt.set(error)
            finally:
                with self._ready:
                    self._pending -= 1
                    self._ready.notify_all()

    def _take(self) -> Work | None:
        with self._ready:
            while not self._work:
                if self._closed:
                    return None
                self._ready.wait()
            return self._work.pop()
