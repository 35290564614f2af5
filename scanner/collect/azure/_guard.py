"""Read-only, enforced: nothing leaves this program but what the call table lists.

The policy stands after the retries and looks at every request of every client: a GET of a path and API
version of the table, or the one POST that reads, the query of Resource Graph; of Microsoft Graph, GETs of the
paths of the table. The SDK's own policy that
registers a resource provider where it is missing, which is a write, is not among our policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from scanner.collect.azure._words import Entra, Get
from scanner.collect.calls import Call, Read
from scanner.collect.crew import Halt
from scanner.errors import EnvsplitError

GRAPH_PATH, GRAPH_VERSION = "/providers/Microsoft.ResourceGraph/resources", "2021-03-01"


class Guard(SansIOHTTPPolicy[Any, Any]):
    """Refuses requests that are not in the table, and every one once the run stops."""

    def __init__(
        self, calls: Iterable[Call], beside: Iterable[Read], endpoint: str, halt: Halt, directory: str = ""
    ) -> None:
        """``endpoint`` is where Resource Manager answers, ``directory`` where Microsoft Graph does."""
        super().__init__()
        reads = [read for call in calls for read, _, _ in call.all_reads()]
        gets = {read for read in (*reads, *beside) if isinstance(read, Get)}
        self._allowed = [(_pattern(_path(read)), read.version) for read in gets]
        self._host = urlsplit(endpoint).netloc
        self._directory = urlsplit(directory).netloc
        self._listed = [_pattern(read.path) for read in {*reads} if isinstance(read, Entra)]
        self.halt = halt

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Also before every retry, so that a stopped run sends nothing more."""
        self.halt.check()
        sent = request.http_request
        if not self.is_read(sent.method, sent.url):
            raise EnvsplitError(
                f"Refused to call {sent.method} {urlsplit(sent.url).path}",
                why="it is not in the table of read-only calls",
                hint="This is a mistake in envsplit; nothing was sent. Please report it.",
            )

    def is_read(self, method: str, url: str) -> bool:
        """Whether the table has a request."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        version = {name.lower(): value for name, value in parse_qs(parts.query).items()}.get("api-version")
        if parts.scheme != "https" or ".." in path:
            return False
        if method == "GET" and parts.netloc == self._directory and version is None:
            return any(pattern.fullmatch(path) for pattern in self._listed)
        if parts.netloc != self._host:
            return False
        if method == "POST":
            return path == GRAPH_PATH and version == [GRAPH_VERSION]
        return method == "GET" and any(
            version == [wanted] and pattern.fullmatch(path) for pattern, wanted in self._allowed
        )


def _path(read: Get) -> str:
    """Its path; one that is a whole id is that of what the permission is about."""
    if read.path != "{id}":
        return read.path
    provider, *kinds = read.allowed_by.removesuffix("/read").split("/")
    inner = "".join(f"/{kind}/{{name}}" for kind in kinds)
    return f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{provider}{inner}"


_DEFINITIONS = re.compile(
    r"(?:/subscriptions/[^/]+|/providers/Microsoft\.Management/managementGroups/[^/]+)?"
    r"/providers/Microsoft\.Authorization/policyDefinitions/[^/]+",
    re.IGNORECASE,
)


def _pattern(path: str) -> re.Pattern[str]:
    """A path of the table; ``{id}`` is a whole resource id, every other word one segment of a path."""
    if path == "{definition}":
        return _DEFINITIONS
    parts = re.split(r"(\{\w+\})", path)
    made = (
        (r"/subscriptions/[^?#]+" if part == "{id}" else "[^/]+") if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    )
    return re.compile("".join(made), re.IGNORECASE)
