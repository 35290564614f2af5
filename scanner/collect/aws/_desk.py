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
from scanner.model.snapshot import Gap, Scope

_ENVELOPE = frozenset({"ResponseMetadata", "NextToken", "nextToken", "Marker", "IsTruncated"})


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
            answer = _send(client, read, params)
        except SDK_ERRORS as error:
            missing = unanswered(error)
            if missing.code not in absent:
                raise missing from error
            self._ledger.answered(self.scope, read.name)
            return None
        self._ledger.answered(self.scope, read.name)
        return {key: value for key, value in answer.items() if key not in _ENVELOPE}

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        if not self._certain and error.code in REGION_CLOSED:
            self._ledger.missed(closed(self.scope, "NotEnabled"))
            return
        gap = Gap(self.scope, kind, read.name, read.allowed_by, error.reason, resource, error.code)
        self._ledger.missed(gap)


def _send(client: Any, read: Read, params: Mapping[str, Any]) -> dict[str, Any]:
    method = xform_name(read.operation)
    if not client.can_paginate(method):
        return dict(getattr(client, method)(**params))
    paging = {"PageSize": read.page} if read.page else {}
    pages = client.get_paginator(method).paginate(**params, PaginationConfig=paging)
    return dict(pages.build_full_result())
