"""Read-only, enforced where requests leave: nothing is sent but what the call table lists.

Each session of the clients has this adapter for HTTPS, and one that refuses everything for HTTP. It stands
below the client libraries, so that it sees every request, each retry and each redirect. What is let through:
GETs of Cloud Asset Inventory, of Resource Manager's search and of the table, and the one POST that reads,
``testIamPermissions``. Signing in goes another way, to where the credentials say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from scanner.collect.budget import Budgets
from scanner.collect.calls import Call
from scanner.collect.crew import Halt
from scanner.collect.gcp._words import Get
from scanner.errors import EnvsplitError

ASSETS, MANAGER = "cloudasset.googleapis.com", "cloudresourcemanager.googleapis.com"
_HOLDER = r"(?:organizations|folders|projects)/[^/]+"
_FIXED = (
    ("GET", ASSETS, re.compile(rf"/v1/{_HOLDER}/assets")),
    ("GET", MANAGER, re.compile(r"/v3/projects:search")),
    ("POST", MANAGER, re.compile(rf"/v3/{_HOLDER}:testIamPermissions")),
)
_ATTEMPTS = 6
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOST_SECONDS = 60.0
_THROTTLED = 429


class Guard:
    """What may be sent; refuses everything once the run stops."""

    def __init__(self, calls: Iterable[Call], endpoint: str | None, halt: Halt) -> None:
        """``endpoint``: the one address that stands for all hosts (``https://...``), if one is named."""
        reads = [read for call in calls for read, _, _ in call.all_reads()]
        gets = {read for read in reads if isinstance(read, Get)}
        listed = (*_FIXED, *(("GET", read.host, _pattern(read.path)) for read in gets))
        own = urlsplit(endpoint).netloc if endpoint else ""
        self._allowed = [(method, own or host, path) for method, host, path in listed]
        self.halt = halt

    def check(self, method: str, url: str) -> None:
        """Raise `EnvsplitError` for a request that is not in the table, the run's cause if it stops."""
        self.halt.check()
        if not self.is_read(method, url):
            raise EnvsplitError(
                f"Refused to call {method} {urlsplit(url).path}",
                why="it is not in the table of read-only calls",
                hint="This is a mistake in envsplit; nothing was sent. Please report it.",
            )

    def is_read(self, method: str, url: str) -> bool:
        """Whether the table has a request."""
        parts = urlsplit(url)
        path, host = unquote(parts.path), parts.netloc.removesuffix(":443")
        if parts.scheme != "https" or ".." in path:
            return False
        return any(
            method == allowed and host == where and pattern.fullmatch(path)
            for allowed, where, pattern in self._allowed
        )


class GuardedAdapter(HTTPAdapter):
    """Sends what the guard lets through, as fast as the budget has it, and again what was held off.

    An answer of 429 or 5xx is asked again, after ``Retry-After`` or ever longer; POSTs only read here.
    """

    def __init__(self, guard: Guard, budgets: Budgets, connections: int) -> None:
        super().__init__(pool_connections=connections, pool_maxsize=connections)
        self._guard = guard
        self._budgets = budgets

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """As `HTTPAdapter.send`; raises `EnvsplitError` for what is not in the table."""
        url, method = str(request.url), str(request.method)
        attempt = 1
        while True:
            self._guard.check(method, url)
            budget = self._budgets.of(urlsplit(url).netloc)
            budget.take()
            response = super().send(request, *args, **options)
            if response.status_code == _THROTTLED:
                budget.throttled()
            if response.status_code not in _AGAIN or attempt == _ATTEMPTS:
                return response
            response.close()
            self._guard.halt.sleep(_wait(response.headers.get("Retry-After"), attempt))
            attempt += 1


class Refusing(HTTPAdapter):
    """For addresses without TLS: no token is ever sent in the clear."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Raise `EnvsplitError`."""
        where = urlsplit(str(request.url)).path
        raise EnvsplitError(f"Refused to call {request.method} {where}", why="no TLS")


def _wait(told: str | None, attempt: int) -> float:
    """Seconds; ``Retry-After`` as a date is taken for none."""
    try:
        return min(float(told or ""), _MOST_SECONDS)
    except ValueError:
        return min(0.5 * 2.0**attempt, _MOST_SECONDS)


def _pattern(path: str) -> re.Pattern[str]:
    """A path of the table; a word in braces is one segment of a path, or ``sort/id`` of a resource."""
    parts = re.split(r"(\{\w+\})", path)
    word = "[^/]+(?:/[^/]+)?"
    return re.compile("".join(word if index % 2 else re.escape(part) for index, part in enumerate(parts)))
