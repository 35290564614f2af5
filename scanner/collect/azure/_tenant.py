"""What is asked once for a whole tenant: its directory, of Microsoft Graph, and the roles of Azure itself.

A tenant is a scope of its own, ``tenant:GUID``, beside its subscriptions: people lie in none of them.
Paging: https://learn.microsoft.com/graph/paging. Microsoft Graph leaves nothing out silently: a lacking
permission refuses a listing as a whole, and members whose sort may not be read are named by their ids
(https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from azure.core.rest import HttpRequest

from scanner.collect.azure._desk import AzureDesk
from scanner.collect.azure._gate import Gate
from scanner.collect.azure._graph import CUT
from scanner.collect.azure._sending import sent
from scanner.collect.azure._words import Entra, Get
from scanner.collect.calls import Read, UnansweredError, required
from scanner.collect.ledger import Ledger
from scanner.collect.templates import fill
from scanner.model.snapshot import Reason, Scope

NO_DIRECTORY, NO_SUBSCRIPTION = "NoDirectoryEndpoint", "NotVisible"
_NEXT = "@odata.nextLink"
_PLAIN = "/()'="
"""What stands in a path as it is: an object may be named by a key, ``servicePrincipals(appId='...')``."""


class TenantDesk:
    """A `scanner.collect.calls.Desk` for a tenant; ``through``: a subscription of it that is seen, if any."""

    def __init__(self, gate: Gate, ledger: Ledger, through: AzureDesk | None) -> None:
        self.scope = Scope("azure", f"tenant:{gate.tenant}", "global")
        self.words: Mapping[str, str] = {"tenant": gate.tenant}
        self._client, self._root = gate.directory, gate.directory_root
        self._guard = gate.guard
        self._ledger = ledger
        self._through = through

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`."""
        del region
        try:
            if isinstance(read, Entra):
                answer = {"value": self._listed(read, {**self.words, **params})}
            elif isinstance(read, Get):
                answer = self._of_subscription(read, params)
            else:
                raise TypeError(f"{read.name} is no read of a tenant")
        except UnansweredError as error:
            if error.code not in absent:
                raise
            return None
        self._ledger.answered(self.scope, read.name)
        return answer

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        self._ledger.missed(error.gap(self.scope, kind, read, resource))

    def first(self, read: Entra) -> None:
        """Ask for no more than one object. Raises `UnansweredError`."""
        try:
            self._page(_url(read, self.words, most=None if read.most is None else 1))
        except UnansweredError as error:
            if error.code != read.none:
                raise

    def _of_subscription(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """What every subscription of a tenant answers alike, by way of one of them."""
        if self._through is None:
            raise UnansweredError(Reason.UNREACHED, NO_SUBSCRIPTION)
        return self._through.fetch(read, {**self._through.words, **params})

    def _listed(self, read: Entra, params: Mapping[str, Any]) -> list[Any]:
        try:
            return self._pages(read, params)
        except UnansweredError as error:
            if not read.none or error.code != read.none:
                raise
            return []

    def _pages(self, read: Entra, params: Mapping[str, Any]) -> list[Any]:
        items: list[Any] = []
        seen: set[str] = set()
        page = self._page(_url(read, params, most=read.most))
        while True:
            items += required(page, "value")
            link = page.get(_NEXT)
            if not link:
                return items
            if link in seen or not self._guard.is_read("GET", link):
                raise UnansweredError(Reason.FAILED, CUT)
            seen.add(link)
            page = sent(self._client, HttpRequest("GET", link))

    def _page(self, path: str) -> dict[str, Any]:
        if self._client is None:
            raise UnansweredError(Reason.UNREACHED, NO_DIRECTORY)
        return sent(self._client, HttpRequest("GET", f"{self._root}{path}"))


def _url(read: Entra, params: Mapping[str, Any], most: int | None) -> str:
    query = {"$select": ",".join(read.fields)}
    if most is not None:
        query["$top"] = str(most)
    if read.expand:
        query["$expand"] = read.expand
    if read.where:
        query["$filter"] = read.where
    return f"{quote(fill(read.path, params), safe=_PLAIN)}?{urlencode(query, quote_via=quote, safe='$(),=')}"
