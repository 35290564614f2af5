"""Azure over real HTTPS on 127.0.0.1: tokens, Resource Manager and Resource Graph, with faults to order.

::

    with AzureServer(folder) as server:
        server.fault("denied", "storage:BlobServiceProperties")
        ...
        server.calls["storage:BlobServiceProperties"]
        assert server.mistakes == []

Method, path, API version, ``$filter``, paging token, headers and body of every request are checked, and every
answer is held to the model that the SDK has of it (`models`). What does not fit is among ``mistakes``.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

from tests.faults.azure.cloud import TENANT, Cloud, Json
from tests.faults.azure.directory import LISTINGS, Listing
from tests.faults.azure.kql import Query, QueryError
from tests.faults.azure.models import misfits
from tests.faults.azure.refusing import refusing
from tests.faults.azure.routes import HAVING, OTHERS, PRINCIPAL, ROUTES, TYPES, Route, model_of
from tests.faults.azure.watched import WHOLE
from tests.faults.certificate import serving
from tests.faults.listening import Answer, answered, listening

CLIENT, SECRET = "22222222-bbbb-4000-8000-000000000001", "nobody-may-ever-read-this-in-a-snapshot"
_GRAPH, _GRAPH_VERSION = "/providers/microsoft.resourcegraph/resources", "2021-03-01"
_MOST = 1000
FAULTS: Mapping[str, tuple[int, str]] = {
    "conflict": (409, "ReadOnlyDisabledSubscription"),
    "denied": (403, "AuthorizationFailed"),
    "expired": (401, "ExpiredAuthenticationToken"),
    "failing": (500, "InternalServerError"),
    "missing": (404, "ResourceNotFound"),
    "throttled": (429, "TooManyRequests"),
    "unregistered": (409, "MissingSubscriptionRegistration"),
    "unsupported": (400, "InvalidResourceType"),
    "unlicensed": (400, "AadPremiumLicenseRequired"),
}
"""Fault -> status and code.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors.

Beside them: ``cut`` (half an answer), ``slow``, and of Resource Graph ``truncated`` (no token follows),
``miscounted`` (a row is not in the answer), ``limited`` (more subscriptions than it looks at).
"""


@dataclass(frozen=True)
class Request:
    """A request of Resource Manager: the call that it is, and what it asked with."""

    call: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json | None = None


@dataclass
class _Fault:
    kind: str
    call: str
    within: str
    times: int | None


@dataclass
class AzureServer:
    """The server; ``page`` is the most rows or items an answer has."""

    folder: Path
    cloud: Cloud = field(default_factory=Cloud)
    page: int = _MOST
    calls: Counter[str] = field(default_factory=Counter)
    requests: list[Request] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """What every answer of Resource Graph carries beside the usual."""
    slowness: float = 1.0
    _faults: list[_Fault] = field(default_factory=list)
    _tokens: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> AzureServer:
        context, self.bundle = serving(self.folder)
        self._http = listening(self.answer, self.mistakes, context)
        self.url = f"https://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def fault(self, kind: str, call: str, *, within: str = "", times: int | None = None) -> None:
        """Answer a call so; only where its path or query has ``within``, and only so many times."""
        with self._lock:
            self._faults.append(_Fault(kind, call, within.lower(), times))

    def clear(self) -> None:
        """Forget faults and counts; what stands in the cloud stays."""
        with self._lock:
            self._faults.clear()
            self.calls.clear()
            self.requests.clear()
            self.headers.clear()
            self.page = _MOST

    def environment(self) -> dict[str, str]:
        """The shell of a user whose Azure is this server."""
        return {
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_CLIENT_SECRET": SECRET,
            "AZURE_AUTHORITY_HOST": self.url,
            "REQUESTS_CA_BUNDLE": str(self.bundle),
        }

    # what a request is answered

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The whole answer to a request; half of it, or a late one, where that was ordered."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        if path.lower().startswith(f"/{TENANT}/"):
            return self._authority(method, path, body)
        try:
            request, route = self._understood(method, path, query, headers, body)
        except _MistakeError as mistake:
            with self._lock:
                self.mistakes.append(f"{method} {target}: {mistake}")
            return refusing(400, "InvalidRequest")
        with self._lock:
            self.calls[request.call] += 1
            self.requests.append(request)
        kind = self._fault_of(request)
        if kind in FAULTS:
            return refusing(*FAULTS[kind])
        if kind == "slow":
            time.sleep(self.slowness)
        if isinstance(route, Listing):
            made = self._directory(request, route)
        else:
            made = self._graph(request, kind) if route is None else self._manager(request, route)
        return Answer(made.status, made.body[: len(made.body) // 2], made.headers) if kind == "cut" else made

    def _fault_of(self, request: Request) -> str:
        asked = f"{request.path} {json.dumps(request.query)} {json.dumps(request.body)}".lower()
        with self._lock:
            for fault in self._faults:
                if fault.call == request.call and fault.within in asked and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.kind
        return ""

    def _understood(
        self, method: str, path: str, query: dict[str, str], headers: Mapping[str, str], body: bytes
    ) -> tuple[Request, Route | Listing | None]:
        """A request, if it is one that is documented. Raises `_MistakeError`."""
        token = headers.get("authorization", "").removeprefix("Bearer ")
        with self._lock:
            _demand(token in self._tokens, "no token of ours")
        _demand("envsplit" in headers.get("user-agent", ""), "a user agent of somebody else's")
        _demand(bool(headers.get("x-ms-client-request-id")), "no request id")
        if method == "POST":
            _demand(path.lower() == _GRAPH, "the only POST is the query of Resource Graph")
            _demand(query == {"api-version": _GRAPH_VERSION}, "another API version, or more in the query")
            _demand(headers.get("content-type", "").startswith("application/json"), "no JSON")
            asked = json.loads(body)
            return Request(self._call_of(asked), method, path, query, headers, asked), None
        _demand(method == "GET" and not body, "neither a read nor the query of Resource Graph")
        for listing in LISTINGS:
            if listing.path.fullmatch(path):
                asked_for = {name: value for name, value in query.items() if name != "$skiptoken"}
                first = {**listing.query, **({"$top": "1"} if "$top" in listing.query else {})}
                if asked_for in (listing.query, first):
                    return Request(listing.name, method, path, query, headers), listing
        version, select = query.get("api-version"), query.get("$filter")
        odd = set(query) - {"api-version", "$filter", "$skiptoken"}
        _demand(not odd, f"parameters that are not documented: {sorted(odd)}")
        for route in ROUTES:
            if route.path.fullmatch(path.lower()) and route.version == version and route.select == select:
                return Request(route.name, method, path, query, headers), route
        raise _MistakeError("no documented path, API version and $filter")

    def _call_of(self, asked: Json) -> str:
        """Which call a query of Resource Graph is. Raises `_MistakeError` for one that is not documented."""
        from azure.mgmt.resourcegraph.models import QueryRequest  # noqa: PLC0415 - slow to import

        wrong = misfits(QueryRequest, asked)
        _demand(not wrong, f"the body: {wrong}")
        options = asked.get("options", {})
        _demand(options.get("$top") == _MOST, "pages are not as large as they may be")
        _demand(options.get("resultFormat") == "objectArray", "not as objects")
        try:
            query = Query(asked["query"])
        except QueryError as error:
            raise _MistakeError(f"the query: {error}") from error
        if query.having:
            return HAVING[query.having]
        wanted = query.type
        return TYPES[wanted.lower()][0] if wanted else OTHERS

    def _graph(self, request: Request, kind: str) -> Answer:
        asked = request.body or {}
        query = Query(asked["query"])
        rows = [row for row in self._rows(query.table) if self._is_seen(row, asked)]
        for row in rows:
            self._check_row(row)
        chosen = query.answer(rows)
        scope = json.dumps([asked["query"], asked.get("subscriptions"), asked.get("managementGroups")])
        start = 0
        if token := asked["options"].get("$skipToken"):
            where, _, scoped = base64.b64decode(token).decode().partition(" ")
            if scoped != scope:
                with self._lock:
                    self.mistakes.append("a paging token of another query")
                return refusing(400, "InvalidSkipToken")
            start = int(where)
        page = chosen[start : start + min(self.page, asked["options"]["$top"])]
        end = start + len(page)
        whole = {"totalRecords": len(chosen), "count": len(page), "data": page, "facets": []}
        whole["resultTruncated"] = "false"
        if kind == "miscounted":
            whole["data"], whole["count"] = page[1:], len(page) - 1
        elif kind == "truncated":
            whole["resultTruncated"] = "true"
        elif end < len(chosen):
            whole["$skipToken"] = base64.b64encode(f"{end} {scope}".encode()).decode()
            whole["resultTruncated"] = "true"
        extra = {"x-ms-tenant-subscription-limit-hit": "true"} if kind == "limited" else {}
        quota = {"x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:00"}
        return answered(200, whole, {**quota, **self.headers, **extra})

    def _rows(self, table: str) -> list[Json]:
        tables = {
            "resources": self.cloud.resources,
            "resourcecontainers": self.cloud.containers,
            "securityresources": self.cloud.security,
            "quotaresources": self.cloud.quotas,
            "networkresources": self.cloud.network,
        }
        return tables[table]

    def _is_seen(self, row: Json, asked: Json) -> bool:
        """Resource Graph leaves out, silently, what whoever asks may not read."""
        subscription = row["subscriptionId"]
        key = f"/subscriptions/{subscription}/providers/microsoft.authorization/roleassignments"
        held = [item for item in self.cloud.lists.get(key, ()) if _is_own(item)]
        visible = bool(held) or self.cloud.partly.get(subscription, False)
        named = asked.get("subscriptions")
        return visible and (named is None or subscription in named) and row["id"] not in self.cloud.hidden

    def _check_row(self, row: Json) -> None:
        model = TYPES.get(str(row["type"]).lower(), ("", None))[1]
        if model is not None:
            # Resource Graph adds what a machine is doing:
            # https://learn.microsoft.com/azure/virtual-machines/resource-graph-samples
            plain = {name: value for name, value in row["properties"].items() if name != "extended"}
            whole = {name: row[name] for name in ("location", "tags", "identity") if row.get(name)}
            held = {**whole, "properties": plain} if model[1] in WHOLE else plain
            self._hold(model, held, f"row {row['id']}")

    def _hold(self, model: tuple[str, str] | None, body: Json, what: str) -> None:
        if model is not None and (wrong := misfits(model_of(model), body)):
            with self._lock:
                self.mistakes.append(f"{what} does not fit {model[1]}: {wrong}")

    def _manager(self, request: Request, route: Route) -> Answer:
        path = request.path.lower()
        if not route.listed:
            body = self._definition(path) if "roledefinitions" in path else self.cloud.below.get(path)
            if body is None:
                return refusing(404, self.cloud.absent.get(path, "ResourceNotFound"))
            self._hold(route.model, body, path)
            return answered(200, body)
        select = route.select or ""
        items = self._definitions(path, select) if "roledefinitions" in path else self._items(path)
        if items is None:
            return refusing(404, "ResourceNotFound")
        if "assignedTo" in select:
            items = [item for item in items if _is_own(item)]
        for item in items:
            self._hold(route.model, item, path)
        start = int(request.query.get("$skiptoken", "0"))
        page = items[start : start + self.page]
        body = {"value": page}
        if start + len(page) < len(items):
            more = urlencode({**request.query, "$skiptoken": str(start + len(page))})
            body["nextLink"] = f"{self.url}{quote(request.path)}?{more}"  # type: ignore[assignment]
        return answered(200, body)

    def _items(self, path: str) -> list[Json] | None:
        """What a list has; deny assignments and eligible roles there may be none of."""
        empty = path.endswith(("/denyassignments", "/roleeligibilityscheduleinstances"))
        return self.cloud.lists.get(path, [] if empty else None)

    def _directory(self, request: Request, listing: Listing) -> Answer:
        """https://learn.microsoft.com/graph/paging."""
        items = listing.items(self.cloud.directory, request.path)
        if items is None:
            return refusing(404, "Request_ResourceNotFound")
        start = int(request.query.get("$skiptoken", "0"))
        end = start + min(self.page, int(request.query.get("$top", "100")))
        body: Json = {"@odata.context": f"{self.url}/v1.0/$metadata", "value": items[start:end]}
        if end < len(items):
            more = urlencode({**request.query, "$skiptoken": str(end)})
            body["@odata.nextLink"] = f"{self.url}{quote(request.path)}?{more}"
        return answered(200, body)

    def _definition(self, path: str) -> Json | None:
        name = path.rpartition("/")[2]
        blocks = self.cloud.roles.get(name)
        kind = "Microsoft.Authorization/roleDefinitions"
        if blocks is None:
            return None
        title = self.cloud.provided.get(name)
        properties = {
            "roleName": title or name,
            "type": "BuiltInRole" if title else "CustomRole",
            "description": "",
            "permissions": blocks,
        }
        return {
            "id": path.replace("roledefinitions", "roleDefinitions"),
            "name": name,
            "type": kind,
            "properties": {**properties, "assignableScopes": ["/"]},
        }

    def _definitions(self, path: str, select: str) -> list[Json]:
        found = (self._definition(f"{path}/{name}") for name in sorted(self.cloud.roles))
        return [one for one in found if one is not None and one["properties"]["type"] in select]

    def _authority(self, method: str, path: str, body: bytes) -> Answer:
        """https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow."""
        if method == "GET" and path.endswith("/v2.0/.well-known/openid-configuration"):
            base = f"{self.url}/{TENANT}"
            found = {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            }
            return answered(200, found)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        wanted = {"client_id": CLIENT, "client_secret": SECRET, "grant_type": "client_credentials"}
        scope = f"{self.url}/.default"  # of Resource Manager and of Microsoft Graph, both at one address here
        if not path.endswith("/oauth2/v2.0/token") or form.get("scope") != scope:
            return answered(400, {"error": "invalid_scope", "error_description": "AADSTS70011: not ours"})
        if {name: form.get(name) for name in wanted} != wanted:
            return answered(401, {"error": "invalid_client", "error_description": "AADSTS7000215: wrong"})
        return answered(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": self._token()})

    def _token(self) -> str:
        claims = {"oid": PRINCIPAL, "tid": TENANT, "appid": CLIENT, "iat": time.time()}
        parts = ({"alg": "none", "typ": "JWT"}, claims)
        token = ".".join(_encoded(json.dumps(part).encode()) for part in parts) + ".signature"
        with self._lock:
            self._tokens.add(token)
        return token


class _MistakeError(Exception):
    """What of a request is not as documented."""


def _is_own(assignment: Json) -> bool:
    """Whether an assignment is to whoever scans."""
    return bool(assignment["properties"]["principalId"] == PRINCIPAL)


def _demand(fits: bool, otherwise: str) -> None:
    if not fits:
        raise _MistakeError(otherwise)


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
