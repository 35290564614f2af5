"""What is asked for once and then known, its failure too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from scanner.collect.calls import UnansweredError

Answer = TypeVar("Answer")


class Once(Generic[Answer]):
    """One answer for all that need it: whoever is first asks, the others wait. Safe to call from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: list[Answer] = []
        self._error: UnansweredError | None = None

    def answer(self, ask: Callable[[], Answer]) -> Answer:
        """What ``ask`` gave, now or before. Raises the `UnansweredError` that it raised, likewise."""
        with self._lock:
            if self._error is None and not self._answers:
                try:
                    self._answers.append(ask())
                except UnansweredError as error:
                    self._error = error
        if self._error is not None:
            raise self._error.with_traceback(None)
        return self._answers[0]
