"""How many requests one share of an API is asked for in a span of time: never more than the cap.

A throttled request halves the rate, each span without one gives a part of it back (additive increase,
multiplicative decrease; Chiu and Jain 1989). Retries count: what is held back is every single HTTP request.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from scanner.collect.crew import Halt

WINDOW = 1.0
"""Seconds within which no more requests than the rate are sent, unless a provider counts otherwise."""
_LEAST = 1.0
_STEP = 0.1
"""The share of the cap that comes back for each span without a throttled request."""


class Budget:
    """At most ``cap`` requests in any ``window`` seconds. Safe to call from threads.

    Requests take places in a row, so that none is overtaken for long.
    """

    def __init__(self, cap: int, halt: Halt, window: float = WINDOW) -> None:
        self._cap = float(cap)
        self._halt = halt
        self._window = window
        self._lock = threading.Lock()
        self._rate = self._cap
        self._changed = time.monotonic()
        self._places: deque[float] = deque(maxlen=cap)

    @property
    def rate(self) -> float:
        """Requests a window that are allowed now."""
        return self._rate

    def take(self) -> float:
        """Wait for a place, and tell its time. Raises the run's cause if it stops meanwhile."""
        with self._lock:
            now = time.monotonic()
            self._recover(now)
            many = int(self._rate)
            due = self._places[-many] + self._window if len(self._places) >= many else now
            # A place is never before the one given out last: the row would not be sorted.
            place = max(now, due, self._places[-1] if self._places else now)
            self._places.append(place)
        self._halt.sleep(place - now)
        return place

    def throttled(self) -> None:
        """Halve the rate; several requests that were under way together count once."""
        with self._lock:
            now = time.monotonic()
            if self._rate >= self._cap or now - self._changed >= self._window:
                self._rate, self._changed = max(_LEAST, self._rate / 2), now

    def _recover(self, now: float) -> None:
        quiet = now - self._changed
        if self._rate < self._cap and quiet >= self._window:
            self._rate = min(self._cap, self._rate + self._cap * _STEP * int(quiet / self._window))
            self._changed = now


class Budgets:
    """A budget for each share of the provider's APIs: one, however many clients there are."""

    def __init__(self, cap: int, halt: Halt, window: float = WINDOW) -> None:
        self._cap = cap
        self._halt = halt
        self._window = window
        self._lock = threading.Lock()
        self._made: dict[tuple[str, ...], Budget] = {}

    def of(self, *share: str) -> Budget:
        """The budget that all requests to a share (an account, region and service; a host) take from."""
        with self._lock:
            if share not in self._made:
                self._made[share] = Budget(self._cap, self._halt, self._window)
            return self._made[share]
