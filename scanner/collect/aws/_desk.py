"""Where AWS calls are made: one account and region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from scanner.collect.aws._answers import REGION_CLOSED, SDK_ERRORS, unanswered
from scanner.collect.aws._gate import Entered
from scanner.collect.aws._regions import closed
from scanner.collect.calls import Read, UnansweredError
from scanner.collect.ledger import Ledger
from scanner.model.snapshot import Reason, Scope

_TOKENS = {"NextToken": "NextToken", "nextToken": "nextToken", "NextMarker": "Marker"}
"""The member of an answer that says that a page follows -> the parameter that asks for it."""
_ENVELOPE = frozenset({"ResponseMetadata", "Marker", "IsTruncated", *_TOKENS})
CUT = "MoreThanAnswered"
"""The detail of a gap for an answer that says itself that it is not all."""


class AwsDesk:
    """A `scanner.collect.calls.Desk` for AWS.

    ``certain``: the region is known to be enabled. Where it is not, an answer that only a closed
    region gives makes one gap for the whole region.
    """

    def __init__(self, entered: Entered, scope: Scope, region: str, ledger: Ledger, *, certain: bool) -> None:
        self.scope = scope
        self.words: Mapping[str, str] = {
            "account": entered.account,
            "partition": entered.partition,
            "region": region,
        }
        self._clients = entered.clients
        self._region = region
        self._ledger = ledger
        self._certain = certain

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`."""
        client = self._clients.get(read.service, region or self._region)
        try:
            answer = self._sent(client, read, params)
        except SDK_ERRORS as error:
            missing = unanswered(error)
            if missing.code not in absent:
                raise missing from error
            self._ledger.answered(self.scope, read.name)
            return None
        self._ledger.answered(self.scope, read.name)
        return {key: value for key, value in answer.items() if key not in _ENVELOPE}

    def _sent(self, client: Any, read: Read, params: Mapping[str, Any]) -> dict[str, Any]:
        return _send(client, read, params)

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        if not self._certain and error.code in REGION_CLOSED:
            self._ledger.missed(closed(self.scope, "NotEnabled"))
            return
        self._ledger.missed(error.gap(self.scope, kind, read, resource))


def _send(client: Any, read: Read, params: Mapping[str, Any]) -> dict[str, Any]:
    """The whole answer, all pages merged. Raises `UnansweredError` where there is more than can be had."""
    method = xform_name(read.operation)
    if client.can_paginate(method):
        paging = {"PageSize": read.page} if read.page else {}
        pages = client.get_paginator(method).paginate(**params, PaginationConfig=paging)
        answer = dict(pages.build_full_result())
    else:
        answer = _turned_by_hand(getattr(client, method), params)
    if read.cut and answer.get(read.cut):
        raise UnansweredError(Reason.FAILED, CUT)
    return answer


def _turned_by_hand(method: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """All pages of an operation whose paging the SDK does not describe; their lists are joined."""
    answer = dict(method(**params))
    page, seen = answer, set()
    while token := next((name for name in _TOKENS if page.get(name)), None):
        if page[token] in seen:
            raise UnansweredError(Reason.FAILED, CUT)
        seen.add(page[token])
        page = method(**{**params, _TOKENS[token]: page[token]})
        for name, value in page.items():
            if isinstance(value, list) and isinstance(answer.get(name), list):
                answer[name] = [*answer[name], *value]
    return answer
