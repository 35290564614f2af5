"""The server of the tests finds what is not as documented: in requests, and in its own answers."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google.auth
import pytest
from google.auth.transport.requests import Request

from tests.faults.gcp.discovery import misfits
from tests.faults.gcp.makers import bucket
from tests.faults.gcp.server import GcpServer

ASSETS = "/v1/projects/ml-prod/assets?contentType=1&pageSize=1000"


@pytest.mark.parametrize(
    ("schema", "body", "found"),
    [
        ("Bucket", {"name": "a", "versioning": {"enabled": True}}, []),
        ("Bucket", {"versionning": {"enabled": True}}, [".versionning: unknown"]),
        ("Bucket", {"versioning": {"enabled": "yes"}}, [".versioning.enabled: is no boolean"]),
        (
            "Bucket",
            {"retentionPolicy": {"retentionPeriod": 5}},
            [".retentionPolicy.retentionPeriod: is no int64"],
        ),
        ("Bucket", {"acl": [{"entitty": "allUsers"}]}, [".acl[].entitty: unknown"]),
        ("Bucket", {"labels": {"environment": 1}}, [".labels.environment: is no string"]),
    ],
)
def test_a_body_that_does_not_fit_its_schema(schema: str, body: dict[str, Any], found: list[str]) -> None:
    assert misfits("storage.v1", schema, body) == found


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GcpServer]:
    with GcpServer(tmp_path) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        running.cloud.project("ml-prod")
        yield running


def _asked(server: GcpServer, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    context = ssl.create_default_context(cafile=server.bundle)
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def _signed_in() -> dict[str, str]:
    found, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    found.refresh(Request())
    return {"Authorization": f"Bearer {found.token}", "User-Agent": "envsplit"}


@pytest.mark.parametrize(
    ("method", "path", "without", "why"),
    [
        ("GET", ASSETS, "Authorization", "no token"),
        ("GET", ASSETS, "User-Agent", "a user agent"),
        ("GET", "/v1/projects/ml-prod/assets?contentType=1", "", "as large"),
        ("GET", f"{ASSETS}&colour=red", "", "colour"),
        ("GET", f"{ASSETS}&readTime=2020-01-01T00:00:00Z", "", "read time"),
        ("GET", "/v1/projects/ml-prod/assets?contentType=5&pageSize=1000", "", "content 5"),
        ("GET", "/v1/projects/ml-prod/colours", "", "no documented method"),
        ("DELETE", "/v3/projects/ml-prod", "", "neither a read"),
        ("POST", "/v3/projects/ml-prod:setIamPolicy", "", "does not only read"),
    ],
)
def test_requests_that_are_not_documented_are_mistakes(
    server: GcpServer, method: str, path: str, without: str, why: str
) -> None:
    headers = {name: value for name, value in _signed_in().items() if name != without}
    status, _ = _asked(server, method, path, {} if method == "POST" else None, **headers)
    assert status == 400
    assert len(server.mistakes) == 1
    assert why in server.mistakes[0]


def test_a_token_that_ran_out_is_refused(server: GcpServer) -> None:
    headers = _signed_in()
    server.signing_in.forget()
    status, answer = _asked(server, "GET", ASSETS, **headers)
    assert (status, answer["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert server.mistakes == []


def test_a_paging_token_is_good_for_its_own_request_alone(server: GcpServer) -> None:
    for name in ("a", "b", "c"):
        bucket(server.cloud, "ml-prod", name)
    server.page, headers = 2, _signed_in()
    _, first = _asked(server, "GET", ASSETS, **headers)
    token = first["nextPageToken"]
    _, second = _asked(server, "GET", f"{ASSETS}&pageToken={token}", **headers)
    assert (len(first["assets"]), len(second["assets"])) == (2, 2)
    other = ASSETS.replace("contentType=1", "contentType=2")
    assert _asked(server, "GET", f"{other}&pageToken={token}", **headers)[0] == 400
    assert server.mistakes == ["a paging token of another request"]


def test_an_answer_of_ours_that_does_not_fit_is_a_mistake(server: GcpServer) -> None:
    server.cloud.find(bucket(server.cloud, "ml-prod", "a"))["isVersioned"] = True
    _asked(server, "GET", ASSETS, **_signed_in())
    assert len(server.mistakes) == 1
    assert ".isVersioned: unknown" in server.mistakes[0]
