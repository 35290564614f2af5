"""Azure Resource Graph: one query answers for many subscriptions, and each gets its share.

https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data (paging, truncation),
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests (quota).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions

from scanner.collect.azure._answers import SDK_ERRORS, unanswered
from scanner.collect.azure._words import Rows
from scanner.collect.calls import UNEXPECTED, UnansweredError
from scanner.collect.crew import Halt
from scanner.collect.once import Once
from scanner.model.snapshot import Reason

PAGE = 1000
"""Rows a page, the most there are."""
AT_ONCE = 300
"""Subscriptions a query, as the guidance on throttling has it."""
CUT = "MoreThanAnswered"
"""The detail of a gap for an answer that is not all, whether it says so itself or the count does."""
_LIMIT_HIT = "x-ms-tenant-subscription-limit-hit"
_LEFT, _RESETS = "x-ms-user-quota-remaining", "x-ms-user-quota-resets-after"
_READS_BY_POST = frozenset({"POST"})

_Shares = Mapping[str, list[dict[str, Any]]]
"""Subscription -> its own rows."""


class Quota:
    """Waits when the quota of queries is used up, as the last answer told it. Safe to call from threads."""

    def __init__(self, halt: Halt) -> None:
        self._halt = halt
        self._lock = threading.Lock()
        self._wait = 0.0

    def take(self) -> None:
        """Wait as long as was asked for. Raises the run's cause if it stops meanwhile."""
        with self._lock:
            wait, self._wait = self._wait, 0.0
        self._halt.sleep(wait)

    def told(self, headers: Mapping[str, str]) -> None:
        """Mind an answer's headers: how much is left, and when there is more (``00:00:05``)."""
        if headers.get(_LEFT) == "0":
            with self._lock:
                self._wait = _seconds(headers.get(_RESETS, ""))


class Graph:
    """The rows of a group of subscriptions, of a management group, or (``None``) of all that is seen.

    ``told`` are the types that reads name, by table; ``answered`` is called once a page.
    """

    def __init__(
        self,
        client: Any,
        group: Sequence[str] | None,
        told: Mapping[str, tuple[str, ...]],
        quota: Quota,
        management_group: str | None = None,
    ) -> None:
        self._client = client
        self._management = [management_group] if management_group else None
        self._group = None if group is None else list(group)
        self._told = told
        self._quota = quota
        self._lock = threading.Lock()
        self._shares: dict[Rows, Once[_Shares]] = {}
        self._answers: dict[str, Once[dict[str, Any]]] = {}

    def rows(self, read: Rows, subscription: str, answered: Callable[[], None]) -> list[dict[str, Any]]:
        """A subscription's own rows. Raises `UnansweredError`, the same for all that ask."""
        return self._all(read, answered).get(subscription, [])

    def once(self, what: str, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What every subscription of the group would be answered alike. Raises as ``answer``, for all."""
        with self._lock:
            found = self._answers.setdefault(what, Once())
        return found.answer(answer)

    def subscriptions(self, read: Rows, answered: Callable[[], None]) -> tuple[str, ...]:
        """Those that have rows at all, sorted. Raises `UnansweredError`."""
        return tuple(sorted(self._all(read, answered)))

    def _all(self, read: Rows, answered: Callable[[], None]) -> _Shares:
        with self._lock:
            share = self._shares.setdefault(read, Once())
        return share.answer(lambda: self._shared_out(read, answered))

    def _shared_out(self, read: Rows, answered: Callable[[], None]) -> _Shares:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._pages(read.query(self._told.get(read.table, ())), answered):
            try:
                row["id"] = row["id"].lower()
                row["subscriptionId"] = row["subscriptionId"].lower()
            except (AttributeError, KeyError, TypeError) as error:
                raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
            found[row["subscriptionId"]].append(row)
        return dict(found)

    def _pages(self, query: str, answered: Callable[[], None]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = self._page(query, token)
            answered()
            rows += page.data
            token = page.skip_token
            if token is None:
                if page.result_truncated != "false" or page.total_records != len(rows):
                    raise UnansweredError(Reason.FAILED, CUT)
                return rows
            if token in seen or not page.data:
                raise UnansweredError(Reason.FAILED, CUT)
            seen.add(token)

    def _page(self, query: str, token: str | None) -> Any:
        self._quota.take()
        options = QueryRequestOptions(top=PAGE, skip_token=token, result_format="objectArray")
        request = QueryRequest(
            query=query, subscriptions=self._group, management_groups=self._management, options=options
        )
        headers: dict[str, str] = {}

        def both(response: Any, answer: Any, _: Any) -> Any:
            headers.update({name.lower(): value for name, value in response.http_response.headers.items()})
            return answer

        try:
            page = self._client.resources(request, cls=both, retry_on_methods=_READS_BY_POST)
        except SDK_ERRORS as error:
            raise unanswered(error) from error
        self._quota.told(headers)
        if headers.get(_LIMIT_HIT, "").lower() == "true":
            raise UnansweredError(Reason.FAILED, CUT)
        if page is None or not isinstance(page.data, list) or page.total_records is None:
            raise UnansweredError(Reason.FAILED, UNEXPECTED)
        return page


def _seconds(text: str) -> float:
    """``00:00:05`` as seconds; nothing for what is no time."""
    try:
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return 0.0
