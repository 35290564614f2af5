"""How many requests a second an account, region and service are asked for: never more than the cap.

AWS throttles per account, region and API (Amazon EC2 Developer Guide, "Request throttling",
https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). A throttled request halves the
rate, each second without one gives a part of it back (additive increase, multiplicative decrease;
Chiu and Jain 1989). Retries count: what is held back is every single HTTP request.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

from scanner.collect.aws._answers import is_throttled
from scanner.collect.crew import Halt

WINDOW = 1.0
"""Seconds within which no more requests than the rate are sent."""
_LEAST = 1.0
_STEP = 0.1
"""The share of the cap that comes back for each second without a throttled request."""


class Budget:
    """At most ``cap`` requests in any second. Safe to call from threads.

    Requests take places in a row, so that none is overtaken for long.
    """

    def __init__(self, cap: int, halt: Halt) -> None:
        self._cap = float(cap)
        self._halt = halt
        self._lock = threading.Lock()
        self._rate = self._cap
        self._changed = time.monotonic()
        self._places: deque[float] = deque(maxlen=cap)

    @property
    def rate(self) -> float:
        """Requests a second that are allowed now."""
        return self._rate

    def take(self) -> float:
        """Wait for a place, and tell its time. Raises the run's cause if it stops meanwhile."""
        with self._lock:
            now = time.monotonic()
            self._recover(now)
            many = int(self._rate)
            due = self._places[-many] + WINDOW if len(self._places) >= many else now
            # A place is never before the one given out last: the row would not be sorted.
            place = max(now, due, self._places[-1] if self._places else now)
            self._places.append(place)
        self._halt.sleep(place - now)
        return place

    def throttled(self) -> None:
        """Halve the rate; several requests that were under way together count once."""
        with self._lock:
            now = time.monotonic()
            if self._rate >= self._cap or now - self._changed >= WINDOW:
                self._rate, self._changed = max(_LEAST, self._rate / 2), now

    def _recover(self, now: float) -> None:
        quiet = now - self._changed
        if self._rate < self._cap and quiet >= WINDOW:
            self._rate = min(self._cap, self._rate + self._cap * _STEP * int(quiet / WINDOW))
            self._changed = now

    def watch(self, client: Any) -> None:
        """Hold back every request of a client, and mind what it is answered."""
        client.meta.events.register("before-send", self._before_send)
        client.meta.events.register("needs-retry", self._answered)

    def _before_send(self, **_: Any) -> None:
        self.take()

    def _answered(self, response: Any, **_: Any) -> None:
        """Told of every answer, also of those that the SDK then tries again."""
        if response is not None and is_throttled(response[1]):
            self.throttled()


class Budgets:
    """The budget of each account, region and service: one, however many clients there are."""

    def __init__(self, cap: int, halt: Halt) -> None:
        self._cap = cap
        self._halt = halt
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, str], Budget] = {}

    def of(self, account: str, region: str, service: str) -> Budget:
        """The budget that all requests to a service of an account in a region share."""
        with self._lock:
            key = account, region, service
            if key not in self._made:
                self._made[key] = Budget(self._cap, self._halt)
            return self._made[key]
