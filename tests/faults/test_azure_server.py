"""The server of the tests finds what is not as documented: in requests, and in its own answers."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.network.models import VirtualNetworkPropertiesFormat
from azure.mgmt.resourcegraph.models import QueryRequest
from azure.mgmt.storage.models import StorageAccountProperties

from tests.faults.azure.cloud import TENANT
from tests.faults.azure.kql import Query, QueryError
from tests.faults.azure.makers import storage
from tests.faults.azure.models import misfits
from tests.faults.azure.server import CLIENT, SECRET, AzureServer

GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
ROWS = (
    "resources | where type =~ 'microsoft.storage/storageaccounts' | project id, properties | order by id asc"
)


@pytest.mark.parametrize(
    ("model", "body", "found"),
    [
        (StorageAccountProperties, {"allowBlobPublicAccess": False}, []),
        (StorageAccountProperties, {"allowBlobPublicAcess": False}, [".allowBlobPublicAcess: unknown"]),
        (StorageAccountProperties, {"allowBlobPublicAccess": "no"}, [".allowBlobPublicAccess: is no bool"]),
        (
            StorageAccountProperties,
            {"encryption": {"services": {"blob": {"on": True}}}},
            [".encryption.services.blob.on: unknown"],
        ),
        (QueryRequest, {"options": {"$top": 5}}, [".query: missing"]),
        (QueryRequest, {"query": "x", "options": {"top": 5}}, [".options.top: unknown"]),
        (
            VirtualNetworkPropertiesFormat,
            {"subnets": [{"properties": {"addressPrefix": 7}}]},
            [".subnets[].properties.addressPrefix: is no str"],
        ),
    ],
)
def test_a_body_that_does_not_fit_its_model(model: type, body: dict[str, Any], found: list[str]) -> None:
    assert misfits(model, body) == found


@pytest.mark.parametrize(
    "query",
    [
        "resources | project id",
        "resources | project name | order by id asc",
        "resources | where type =~ 'x' | limit 5 | project id | order by id asc",
        "resources | project id, colour | order by id asc",
        "secrets | project id | order by id asc",
    ],
)
def test_queries_that_are_not_understood_are_refused(query: str) -> None:
    with pytest.raises(QueryError):
        Query(query)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AzureServer]:
    with AzureServer(tmp_path) as running:
        yield running


def _asked(server: AzureServer, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    context = ssl.create_default_context(cafile=server.bundle)
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def _signed_in(server: AzureServer) -> dict[str, str]:
    form = (
        f"client_id={CLIENT}&client_secret={SECRET}&grant_type=client_credentials&scope={server.url}/.default"
    )
    status, answer = _asked(server, "POST", f"/{TENANT}/oauth2/v2.0/token", form.encode())
    assert status == 200
    return {
        "Authorization": f"Bearer {answer['access_token']}",
        "User-Agent": "envsplit",
        "x-ms-client-request-id": "1",
        "Content-Type": "application/json",
    }


@pytest.mark.parametrize(
    ("method", "path", "without", "why"),
    [
        (
            "GET",
            "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments",
            "Authorization",
            "token",
        ),
        ("PUT", "/subscriptions/1/resourcegroups/x?api-version=2022-09-01", "", "neither a read"),
        (
            "POST",
            "/subscriptions/1/providers/Microsoft.Storage/register?api-version=2022-09-01",
            "",
            "only POST",
        ),
        (
            "GET",
            "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments?api-version=2015-07-01",
            "",
            "no documented path",
        ),
    ],
)
def test_requests_that_are_not_documented_are_mistakes(
    server: AzureServer, method: str, path: str, without: str, why: str
) -> None:
    headers = {name: value for name, value in _signed_in(server).items() if name != without}
    status, _ = _asked(server, method, path, **headers)
    assert status == 400
    assert len(server.mistakes) == 1
    assert why in server.mistakes[0]


def test_a_paging_token_is_good_for_its_own_query_alone(server: AzureServer) -> None:
    group = server.cloud.group(server.cloud.subscription("one"), "rg")
    for name in ("a", "b", "c"):
        storage(server.cloud, group, name)
    server.page, headers = 2, _signed_in(server)
    options: dict[str, Any] = {"$top": 1000, "resultFormat": "objectArray"}
    _, first = _asked(server, "POST", GRAPH, {"query": ROWS, "options": options}, **headers)
    assert (first["count"], first["totalRecords"]) == (2, 3)
    options["$skipToken"] = first["$skipToken"]
    _, second = _asked(server, "POST", GRAPH, {"query": ROWS, "options": options}, **headers)
    assert (second["count"], "$skipToken" in second) == (1, False)
    other = {"query": ROWS.replace("properties", "name"), "options": options}
    assert _asked(server, "POST", GRAPH, other, **headers)[0] == 400
    assert server.mistakes == ["a paging token of another query"]


def test_an_answer_of_ours_that_does_not_fit_is_a_mistake(server: AzureServer) -> None:
    group = server.cloud.group(server.cloud.subscription("one"), "rg")
    account = storage(server.cloud, group, "a")
    server.cloud.find(account)["properties"]["isVersioningEnabled"] = True
    options = {"$top": 1000, "resultFormat": "objectArray"}
    _asked(server, "POST", GRAPH, {"query": ROWS, "options": options}, **_signed_in(server))
    assert len(server.mistakes) == 1
    assert "isVersioningEnabled: unknown" in server.mistakes[0]
