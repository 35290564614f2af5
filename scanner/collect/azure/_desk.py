"""Where Azure calls are made: one subscription; rows come from what one query gave for many of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from azure.core.rest import HttpRequest

from scanner.collect.azure._gate import Gate
from scanner.collect.azure._graph import CUT, Graph
from scanner.collect.azure._sending import sent
from scanner.collect.azure._sight import Definitions, Sight
from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Read, UnansweredError, required
from scanner.collect.ledger import Ledger
from scanner.collect.templates import fill
from scanner.model.snapshot import Reason, Scope


class AzureDesk:
    """A `scanner.collect.calls.Desk` for Azure."""

    def __init__(
        self, gate: Gate, graph: Graph, scope: Scope, ledger: Ledger, definitions: Definitions
    ) -> None:
        self.scope = scope
        self.words: Mapping[str, str] = {"subscription": scope.boundary}
        self.sight = Sight(self, scope.boundary, gate.principal, definitions)
        self._manager = gate.manager
        self._endpoint = gate.endpoint
        self._guard = gate.guard
        self._graph = graph
        self._ledger = ledger

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`; Azure has no endpoints by region."""
        del region
        if isinstance(read, Rows):
            return self._rows(read)
        if not isinstance(read, Get):
            raise TypeError(f"{read.name} is no read of Azure")
        try:
            return self._once(read, params) if read.shared else self.get(read, {**self.words, **params})
        except UnansweredError as error:
            if error.code not in absent:
                raise
            self._ledger.answered(self.scope, read.name)
            return None

    def _once(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to what many subscriptions ask alike. Raises `UnansweredError`, the same for all."""
        asked = False

        def answered() -> dict[str, Any]:
            nonlocal asked
            asked = True
            return self.get(read, params)

        answer = self._graph.once(f"{read.name} {fill(read.path, params)}", answered)
        if not asked:
            self._ledger.spared(self.scope, read.name)
        return answer

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        self._ledger.missed(error.gap(self.scope, kind, read, resource))

    def get(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer to a GET, all pages joined, and noted as this subscription's."""
        answer = self.fetch(read, params)
        self._ledger.answered(self.scope, read.name)
        return answer

    def fetch(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer to a GET, all pages joined. Raises `UnansweredError`."""
        query = {"api-version": read.version}
        if read.select:
            query["$filter"] = fill(read.select, params)
        path = quote(fill(read.path, params), safe="/()")
        answer = self._sent(f"{self._endpoint}{path}?{urlencode(query, quote_via=quote)}")
        return self._joined(answer) if read.listed else answer

    def _rows(self, read: Rows) -> dict[str, Any]:
        self.sight.check(read)
        asked = False

        def answered() -> None:
            nonlocal asked
            asked = True
            self._ledger.answered(self.scope, read.name)

        rows = self._graph.rows(read, self.scope.boundary, answered)
        if not asked:
            self._ledger.spared(self.scope, read.name)
        return {"rows": rows}

    def _joined(self, page: dict[str, Any]) -> dict[str, Any]:
        items: list[Any] = []
        seen: set[str] = set()
        while True:
            items += required(page, "value")
            link = page.get("nextLink")
            if not link:
                return {"value": items}
            if link in seen or not self._guard.is_read("GET", link):
                raise UnansweredError(Reason.FAILED, CUT)
            seen.add(link)
            page = self._sent(link)

    def _sent(self, url: str) -> dict[str, Any]:
        return sent(self._manager, HttpRequest("GET", url))
