"""The HTTPS side of the tests' clouds: one thread a connection, on 127.0.0.1."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What is sent back, whole."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""Method, path with its query, headers in lower case, and body -> the answer."""


def answered(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), headers or {})


def listening(answer: Answering, mistakes: list[str], context: ssl.SSLContext) -> ThreadingHTTPServer:
    """A server on a free port; what goes wrong in ``answer`` is among the ``mistakes``."""
    return _Listener(("127.0.0.1", 0), _handler(answer, mistakes), context)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: Any, context: ssl.SSLContext) -> None:
        super().__init__(address, handler)
        self._context = context

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        connection.settimeout(30)
        # The handshake is made by the thread that serves it: one that fails must not hold up the others.
        return self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away, or did not trust us, is no matter of the server's."""


def _handler(answer: Answering, mistakes: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                made = answer(self.command, self.path, headers, body)
            except Exception as error:  # noqa: BLE001 - a test must see what went wrong here
                mistakes.append(f"{self.command} {self.path}: {error!r}")
                made = answered(400, {"error": {"code": 400, "message": "the server of the tests"}})
            self.send_response(made.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(made.body)))
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(made.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
            """Log nothing."""

    return Handler
