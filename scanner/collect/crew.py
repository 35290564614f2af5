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


class Crew:
    """``size`` threads; newest work first, so that what is begun is finished before more is begun.

    ``stop`` is shared by all crews of a run: the first error sets it, and `finish` raises that error.
    Leaving the context by an exception stops as well, and waits for at most `GRACE`.
    """

    def __init__(self, size: int, stop: threading.Event, name: str) -> None:
        self._stop = stop
        self._ready = threading.Condition()
        self._work: list[Work] = []
        self._pending = 0
        self._closed = False
        self._errors: list[BaseException] = []
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
        if kind is not None:
            self._stop.set()
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        deadline = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(None if kind is None else max(0.0, deadline - time.monotonic()))

    def submit(self, work: Work) -> None:
        """Add work; also from within work."""
        with self._ready:
            self._pending += 1
            self._work.append(work)
            self._ready.notify()

    def finish(self) -> None:
        """Wait until all work is done. Raises what work raised, or `StoppedError`."""
        with self._ready:
            while self._pending and not self._stop.is_set():
                self._ready.wait(_TICK)
            if self._stop.is_set():
                # An error that a worker is about to report says more than "stopped".
                self._ready.wait_for(lambda: not self._pending, GRACE)
            self._raise()

    def _raise(self) -> None:
        real = [error for error in self._errors if not isinstance(error, StoppedError)]
        if real:
            raise real[0]
        if self._stop.is_set():
            raise StoppedError

    def _serve(self) -> None:
        while (work := self._take()) is not None:
            try:
                if not self._stop.is_set():
                    work()
            except BaseException as error:  # noqa: BLE001 - carried to the thread that waits in finish()
                self._errors.append(error)
                self._stop.set()
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
