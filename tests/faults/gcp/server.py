"""Google Cloud over real HTTPS on 127.0.0.1: tokens, assets and other APIs, with faults to order.

::

    with GcpServer(folder) as server:
        server.fault("denied", "assets:IAM_POLICY")
        ...
        server.calls["assets:RESOURCE"]
        assert server.mistakes == []

Method, path, query, paging token, headers and body of every request are held to the API's discovery document,
and every answer too; assets besides to the SDK's own proto. What does not fit is among ``mistakes``.
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
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from google.cloud.asset_v1 import ListAssetsResponse
from google.protobuf.json_format import ParseDict, ParseError

from tests.faults.certificate import serving
from tests.faults.gcp import discovery
from tests.faults.gcp.cloud import TYPES, Cloud, Json
from tests.faults.gcp.routes import CONTENTS, DOCUMENTS, MEMBERS, METHODS, Method
from tests.faults.gcp.signing_in import SigningIn
from tests.faults.listening import Answer, answered, listening

READ_TIME = "2026-01-03T00:00:00Z"
_MOST = 1000
FAULTS: Mapping[str, tuple[int, str, str]] = {
    "conflict": (409, "ABORTED", ""),
    "denied": (403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED"),
    "disabled": (403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
    "expired": (401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"),
    "failing": (500, "INTERNAL", ""),
    "missing": (404, "NOT_FOUND", ""),
    "throttled": (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    "unsupported": (501, "UNIMPLEMENTED", ""),
}
"""Fault -> status, its word, and the reason: https://cloud.google.com/apis/design/errors.

Beside them: ``cut`` (half an answer), ``slow``, ``endless`` (one page again and again), ``undated``.
"""


@dataclass(frozen=True)
class Request:
    """A request: the call that it is, and what it asked with."""

    call: str
    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Json | None = None


@dataclass
class _Fault:
    kind: str
    call: str
    within: str
    times: int | None


@dataclass
class GcpServer:
    """The server; ``page`` is the most items an answer has."""

    folder: Path
    cloud: Cloud = field(default_factory=Cloud)
    page: int = _MOST
    calls: Counter[str] = field(default_factory=Counter)
    requests: list[Request] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    dated: bool = False
    """Whether a read time was told, which is to be asked for from then on."""
    slowness: float = 1.0
    _faults: list[_Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> GcpServer:
        context, self.bundle = serving(self.folder)
        self._http = listening(self.answer, self.mistakes, context)
        self.url = f"https://127.0.0.1:{self._http.server_address[1]}"
        self.signing_in = SigningIn(self.folder)
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
            self._faults.append(_Fault(kind, call, within, times))

    def begin(self) -> None:
        """A run begins: it has a read time of its own."""
        with self._lock:
            self.dated = False
            self.requests.clear()

    def clear(self) -> None:
        """Forget faults and counts; what stands in the cloud stays."""
        self.begin()
        with self._lock:
            self._faults.clear()
            self.calls.clear()
            self.page = _MOST

    def environment(self) -> dict[str, str]:
        """The shell of a user whose Google Cloud is this server."""
        key = self.signing_in.key_file(self.url)
        return {"GOOGLE_APPLICATION_CREDENTIALS": str(key), "REQUESTS_CA_BUNDLE": str(self.bundle)}

    # what a request is answered

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The whole answer to a request; half of it, or a late one, where that was ordered."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), parse_qs(parts.query, keep_blank_values=True)
        if path in {"/token", "/v1/token"}:
            return self.signing_in.answer(path, body)
        try:
            request, of_table = self._understood(method, path, query, headers, body)
        except _MistakeError as mistake:
            with self._lock:
                self.mistakes.append(f"{method} {target}: {mistake}")
            return _refusing(400, "INVALID_ARGUMENT")
        if not self.signing_in.knows(headers.get("authorization", "")):
            return _refusing(*FAULTS["expired"])
        with self._lock:
            self.calls[request.call] += 1
            self.requests.append(request)
        kind = self._fault_of(request)
        if kind in FAULTS:
            return _refusing(*FAULTS[kind])
        if kind == "slow":
            time.sleep(self.slowness)
        made = self._answered(request, of_table, kind)
        return Answer(made.status, made.body[: len(made.body) // 2], made.headers) if kind == "cut" else made

    def _fault_of(self, request: Request) -> str:
        asked = f"{request.path} {json.dumps(request.query)} {json.dumps(request.body)}"
        with self._lock:
            for fault in self._faults:
                if fault.call == request.call and fault.within in asked and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.kind
        return ""

    def _understood(
        self,
        verb: str,
        path: str,
        query: dict[str, list[str]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[Request, str]:
        """A request and the id of its method, if it is one that is documented. Raises `_MistakeError`."""
        _demand(headers.get("authorization", "").startswith("Bearer "), "no token")
        _demand("envsplit" in headers.get("user-agent", ""), "a user agent of somebody else's")
        found = [each for name in DOCUMENTS if (each := discovery.method(name, verb, path)) is not None]
        _demand(len(found) == 1, "no documented method and path")
        identity, documented = found[0]
        odd = discovery.odd_query(documented, query)
        _demand(not odd, f"parameters that are not documented: {odd}")
        if verb == "POST":
            _demand(identity.endswith(".testIamPermissions"), "a POST that does not only read")
            asked = json.loads(body)
            wrong = discovery.misfits("cloudresourcemanager.v3", "TestIamPermissionsRequest", asked)
            _demand(not wrong, f"the body: {wrong}")
            return Request("resourcemanager:TestIamPermissions", verb, path, query, asked), identity
        _demand(verb == "GET" and not body, "neither a read nor a test of permissions")
        return Request(self._call_of(identity, query), verb, path, query), identity

    def _call_of(self, identity: str, query: Mapping[str, list[str]]) -> str:
        if identity == "cloudasset.assets.list":
            _demand(query.get("pageSize") == [str(_MOST)], "pages are not as large as they may be")
            content = query.get("contentType", [""])[0]
            _demand(content in CONTENTS, f"content {content} is not asked for here")
            _demand(
                query.get("readTime", [READ_TIME]) == [READ_TIME], "another read time than the first page's"
            )
            _demand(
                not self.dated or bool({"readTime", "pageToken"} & set(query)),
                "no read time, though one was told",
            )
            return f"assets:{CONTENTS[content][0]}"
        if identity == "cloudresourcemanager.projects.search":
            return "resourcemanager:SearchProjects"
        _demand(identity in METHODS, f"{identity} is not answered here")
        return METHODS[identity].name

    def _answered(self, request: Request, identity: str, kind: str) -> Answer:
        if request.call == "resourcemanager:TestIamPermissions":
            return self._tested(request)
        if identity == "cloudasset.assets.list":
            return self._assets(request, kind)
        if identity == "cloudresourcemanager.projects.search":
            return self._found(request)
        return self._given(request, METHODS[identity])

    def _tested(self, request: Request) -> Answer:
        parent = request.path.removeprefix("/v3/").removesuffix(":testIamPermissions")
        asked = (request.body or {}).get("permissions", [])
        if any(each.startswith("billing.") for each in asked):
            return _refusing(400, "INVALID_ARGUMENT")  # not valid for this resource
        held = [each for each in asked if self.cloud.holds(parent, each)]
        return answered(200, {"permissions": held} if held else {})

    def _assets(self, request: Request, kind: str) -> Answer:
        """https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list."""
        parent = request.path.removeprefix("/v1/").removesuffix("/assets")
        content, permission = CONTENTS[request.query["contentType"][0]]
        if not self.cloud.holds(parent, permission):
            return _refusing(*FAULTS["denied"])
        member, wanted = MEMBERS[content], set(request.query.get("assetTypes", []))
        chosen = [
            {name: value for name, value in each.items() if name == member or name not in MEMBERS.values()}
            for each in self.cloud.below(parent)
            if each.get(member) and (not wanted or each["assetType"] in wanted)
        ]
        for each in chosen:
            self._check(each)
        body = self._paged(request, "assets", chosen, endless=kind == "endless")
        if body is None:
            return _refusing(400, "INVALID_ARGUMENT")
        if kind != "undated":
            body["readTime"] = READ_TIME
            self.dated = self.dated or kind != "cut"
        return answered(200, _numbered(body) if "enum-encoding=int" in str(request.query) else body)

    def _check(self, asset: Json) -> None:
        """Hold an asset to the discovery document and the SDK's proto, its data to its own API's shape."""
        wrong = discovery.misfits("cloudasset.v1", "Asset", asset)
        try:
            # Newer than the proto of the SDK, which drops it.
            known = {name: value for name, value in asset.items() if name != "assetExceptions"}
            ParseDict({"assets": [known]}, ListAssetsResponse.pb(ListAssetsResponse()))
        except ParseError as error:
            wrong.append(str(error))
        data, shape = asset.get("resource", {}).get("data"), TYPES.get(asset["assetType"])
        if shape is not None and data is not None:
            wrong += discovery.misfits(shape.document, shape.name, data)
        if wrong:
            with self._lock:
                self.mistakes.append(f"{asset['name']} does not fit: {wrong}")

    def _found(self, request: Request) -> Answer:
        """https://cloud.google.com/resource-manager/reference/rest/v3/projects/search."""
        assert request.query.get("query") == ["state:ACTIVE"]
        projects = [
            each["resource"]["data"]
            for each in self.cloud.assets
            if each["assetType"] == "cloudresourcemanager.googleapis.com/Project"
            and self.cloud.holds(
                f"projects/{each['resource']['data']['projectId']}", "resourcemanager.projects.get"
            )
            and each["resource"]["data"]["state"] == "ACTIVE"
        ]
        body = self._paged(request, "projects", projects)
        return answered(200, body) if body is not None else _refusing(400, "INVALID_ARGUMENT")

    def _given(self, request: Request, method: Method) -> Answer:
        parent = "/".join(request.path.partition(":")[0].split("/")[2:4])
        if not self.cloud.holds(parent, method.permission):
            return _refusing(*FAULTS["denied"])
        items = self.cloud.answers.get(request.path)
        if items is None:
            return _refusing(404, "NOT_FOUND")
        whole = {method.listed: items} if method.listed else items
        if wrong := discovery.misfits(method.document, method.schema, whole):
            with self._lock:
                self.mistakes.append(f"{request.path} does not fit: {wrong}")
        if not method.listed:
            return answered(200, items)
        body = self._paged(request, method.listed, items)
        return answered(200, body) if body is not None else _refusing(400, "INVALID_ARGUMENT")

    def _paged(
        self, request: Request, member: str, items: list[Any], *, endless: bool = False
    ) -> Json | None:
        """A page of a list, which is left out where it is empty; ``None`` for a token of another request."""
        rest = {name: value for name, value in request.query.items() if name not in {"pageToken", "readTime"}}
        scope = json.dumps([request.path, rest], sort_keys=True)
        start = 0
        if token := request.query.get("pageToken", [""])[0]:
            where, _, scoped = base64.urlsafe_b64decode(token).decode().partition(" ")
            if scoped != scope:
                with self._lock:
                    self.mistakes.append("a paging token of another request")
                return None
            start = int(where)
        page = items[start : start + self.page]
        body: Json = {member: page} if page else {}
        end = 0 if endless else start + len(page)
        if endless or end < len(items):
            body["nextPageToken"] = base64.urlsafe_b64encode(f"{end} {scope}".encode()).decode()
        return body


_WORDS: Mapping[str, int] = {"ADMIN_READ": 1, "DATA_WRITE": 2, "DATA_READ": 3, "ALLOW": 1, "DENY": 2}


def _numbered(value: Any, name: str = "") -> Any:
    """Words of enumerations as numbers, as ``enum-encoding=int`` asks for."""
    if isinstance(value, dict):
        return {key: _numbered(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbered(item) for item in value]
    return _WORDS.get(value, value) if name in {"logType", "allValues"} else value


class _MistakeError(Exception):
    """What of a request is not as documented."""


def _demand(fits: bool, otherwise: str) -> None:
    if not fits:
        raise _MistakeError(otherwise)


def _refusing(status: int, word: str, reason: str = "") -> Answer:
    """https://cloud.google.com/apis/design/errors#http_mapping."""
    error: Json = {"code": status, "status": word, "message": f"This is the fault {word}."}
    if reason:
        info = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason,
            "domain": "googleapis.com",
        }
        error["details"] = [info]
    again = {"Retry-After": "0.01"} if status in {429, 500} else {}
    return answered(status, {"error": error}, again)
