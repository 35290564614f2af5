"""Where Google Cloud calls are made: a project, or the organization; assets come from one listing for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from scanner.collect.calls import UNEXPECTED, Read, UnansweredError
from scanner.collect.gcp._answers import SDK_ERRORS, refused, unanswered
from scanner.collect.gcp._gate import Gate
from scanner.collect.gcp._guard import MANAGER
from scanner.collect.gcp._inventory import CUT, Inventory
from scanner.collect.gcp._words import Assets, Get
from scanner.collect.ledger import Ledger
from scanner.collect.templates import fill
from scanner.model.snapshot import Reason, Scope

_OK = 200
_SECONDS = 60


class GcpDesk:
    """A `scanner.collect.calls.Desk` for Google Cloud.

    ``holder`` is the project as assets name it (``projects/123``); ``None``: all below is answered for.
    """

    def __init__(
        self, gate: Gate, inventory: Inventory, scope: Scope, holder: str | None, ledger: Ledger
    ) -> None:
        self.scope = scope
        number = (holder or "").rpartition("/")[2]
        self.words: Mapping[str, str] = {"project": scope.boundary, "number": number}
        self._gate = gate
        self._inventory = inventory
        self._holder = holder
        self._ledger = ledger

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """As `scanner.collect.calls.Desk.ask`; no API is asked by region."""
        del region
        if isinstance(read, Assets):
            return self._assets(read, params.get("types", ()))
        if not isinstance(read, Get):
            raise TypeError(f"{read.name} is no read of Google Cloud")
        words = {**self.words, **params}
        try:
            if read.shared:
                return self._gate.once(fill(read.path, words)).answer(lambda: self._got(read, words))
            return self._got(read, words)
        except UnansweredError as error:
            if error.code not in absent:
                raise
            return None

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """As `scanner.collect.calls.Desk.miss`."""
        self._ledger.missed(error.gap(self.scope, kind, read, resource))

    def _assets(self, read: Assets, types: tuple[str, ...]) -> dict[str, Any]:
        asked = False

        def answered() -> None:
            nonlocal asked
            asked = True
            self._ledger.answered(self.scope, read.name)

        wanted = types or (() if read.type is None else (read.type,))
        found = self._inventory.assets(read, wanted, self._holder, answered)
        if not asked:
            self._ledger.spared(self.scope, read.name)
        return {"assets": found}

    def _got(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer to a GET, all pages joined."""
        query = [(name, fill(value, params)) for name, value in read.query]
        root = f"https://{self._gate.host(read.host)}{quote(fill(read.path, params), safe='/:')}"
        page = self._sent(root, query)
        self._ledger.answered(self.scope, read.name)
        if not read.listed:
            return page
        items: list[Any] = []
        seen: set[str] = set()
        while True:
            items += page.get(read.listed) or []
            token = page.get("nextPageToken")
            if not token:
                return {read.listed: items}
            if token in seen:
                raise UnansweredError(Reason.FAILED, CUT)
            seen.add(token)
            page = self._sent(root, [*query, ("pageToken", token)])

    def _sent(self, root: str, query: list[tuple[str, str]]) -> dict[str, Any]:
        return _answer(self._gate, "GET", f"{root}?{urlencode(query)}" if query else root)


def posted(gate: Gate, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What Resource Manager answers to a POST that only reads. Raises `UnansweredError`."""
    return _answer(gate, "POST", f"https://{gate.host(MANAGER)}{path}", json=dict(body))


def _answer(gate: Gate, method: str, url: str, **body: Any) -> dict[str, Any]:
    """The object that an API answers with. Redirects are not followed: no token goes elsewhere."""
    try:
        response = gate.session.request(method, url, timeout=_SECONDS, allow_redirects=False, **body)
        answer = response.json()
    except (*SDK_ERRORS, ValueError) as error:
        raise unanswered(error) from error
    if response.status_code != _OK:
        raise refused(response.status_code, answer)
    if not isinstance(answer, dict):
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return answer
