"""What is said to a server and made of its answers, against a server of ours that misbehaves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import EngineError, PolicyError, UsageError
from scanner.evaluate.peer import Peer, blamed

Answer = tuple[int, Any]
CONFIG = {"result": {"labels": {"id": "x", "version": "1.20.2"}}}


class Fake:
    """A server that answers whatever ``answer(method, path)`` says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[str, str], Answer] = lambda _method, _path: (200, {"result": {}})
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.asked.append((self.command, self.path, dict(self.headers), body))
                status, answer = fake.answer(self.command, self.path)
                if status == 0:
                    return  # close the connection without a word
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - what http.server looks for

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.close()


@pytest.fixture
def peer(fake: Fake) -> Iterator[Peer]:
    peer = Peer(fake.url, token="t0ken", timeout=5.0)
    yield peer
    peer.close()


def test_a_query_is_strict_and_carries_the_token(fake: Fake, peer: Peer) -> None:
    fake.answer = lambda _m, _p: (200, {"result": {"a/b": []}})
    assert peer.query({"rules": ["a/b"]}) == {"a/b": []}
    method, path, headers, body = fake.asked[0]
    assert (method, path) == ("POST", "/v1/data/envsplit/verdicts?strict-builtin-errors=true")
    assert headers["Authorization"] == "Bearer t0ken"
    assert json.loads(body) == {"input": {"rules": ["a/b"]}}


def test_netrc_does_not_replace_the_token_and_no_proxy_sees_the_estate(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Fake()
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    peer = Peer(fake.url, token="t0ken", timeout=5.0)
    peer.query({})
    peer.close()
    proxy.close()
    assert fake.asked[0][2]["Authorization"] == "Bearer t0ken"
    assert proxy.asked == []


@pytest.mark.parametrize("answer", [{}, {"warning": {"code": "api_usage_warning"}}, [], None])
def test_a_missing_result_is_an_error_and_not_no_finding(fake: Fake, peer: Peer, answer: Any) -> None:
    fake.answer = lambda _m, _p: (200, answer)
    with pytest.raises(EngineError, match="it answered without a result"):
        peer.query({})


def test_a_result_that_is_no_object(fake: Fake, peer: Peer) -> None:
    fake.answer = lambda _m, _p: (200, {"result": []})
    with pytest.raises(PolicyError, match="is not an object"):
        peer.query({})


def test_a_slow_server(fake: Fake) -> None:
    done = threading.Event()

    def late(_method: str, _path: str) -> Answer:
        done.wait(10)
        return 0, None

    fake.answer = late
    peer = Peer(fake.url, timeout=0.3)
    started = time.monotonic()
    with pytest.raises(EngineError, match=r"too slow: no answer within 0\.3 s") as caught:
        peer.query({})
    assert time.monotonic() - started < 3
    assert "raise the time limit" in caught.value.hint
    done.set()
    peer.close()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_asked_once_and_quoted(fake: Fake, peer: Peer, status: int) -> None:
    fake.answer = lambda _m, _p: (status, {"code": "internal_error", "message": "out of cheese"})
    with pytest.raises(EngineError, match=rf"failed \({status}\): out of cheese"):
        peer.query({})
    assert len(fake.asked) == 1


def test_errors_of_opa_keep_file_row_and_code(fake: Fake, peer: Peer) -> None:
    error = {
        "code": "eval_builtin_error",
        "message": "bad",
        "location": {"file": "rules/a.rego", "row": 7, "col": 2},
    }
    fake.answer = lambda _m, _p: (500, {"code": "internal_error", "message": "error(s)", "errors": [error]})
    with pytest.raises(PolicyError, match=r"^rules/a\.rego:7: eval_builtin_error: bad$"):
        peer.query({})


@pytest.mark.parametrize("body", [b"<html>gateway</html>", b"[1]", b"", b"\xff\xfe"])
def test_a_failure_that_is_not_of_opa(fake: Fake, peer: Peer, body: bytes) -> None:
    fake.answer = lambda _m, _p: (502, body)
    with pytest.raises(EngineError, match=r"failed \(502\)"):
        peer.query({})


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"", b'{"result": {'])
def test_an_answer_that_is_not_of_opa(fake: Fake, peer: Peer, body: bytes) -> None:
    fake.answer = lambda _m, _p: (200, body)
    with pytest.raises(EngineError, match="no answer from OPA at"):
        peer.query({})


def test_a_connection_closed_without_a_word(fake: Fake, peer: Peer) -> None:
    fake.answer = lambda _m, _p: (0, None)
    with pytest.raises(EngineError, match="no answer from OPA at"):
        peer.query({})


def test_nobody_there() -> None:
    peer = Peer("http://127.0.0.1:1", timeout=1.0)
    with pytest.raises(EngineError, match=r"no answer from OPA at .*refused") as caught:
        peer.query({})
    assert "is it running" in caught.value.hint
    assert not peer.healthy()
    peer.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(fake: Fake, peer: Peer, status: int) -> None:
    fake.answer = lambda _m, _p: (status, {})
    with pytest.raises(EngineError):
        peer.query({})
    assert [path for _, path, _, _ in fake.asked if path == "/elsewhere"] == []


@pytest.mark.parametrize(
    ("version", "fits"),
    [("1.20.0", True), ("1.20.2-dev", True), ("2.0.0", True), ("1.19.9", False), ("0.68.0", False)],
)
def test_the_version_is_checked(fake: Fake, peer: Peer, version: str, fits: bool) -> None:
    fake.answer = lambda _m, _p: (200, {"result": {"labels": {"version": version}}})
    if fits:
        assert peer.version() == version
    else:
        with pytest.raises(EngineError, match=rf"OPA {version} at .* is too old: 1\.20 is needed"):
            peer.version()


@pytest.mark.parametrize("config", [{}, {"result": {}}, {"result": []}, [], {"result": {"labels": {}}}])
def test_a_server_that_is_not_opa(fake: Fake, peer: Peer, config: Any) -> None:
    fake.answer = lambda _m, _p: (200, config)
    with pytest.raises(EngineError, match="is not an OPA server"):
        peer.version()


def test_a_token_that_may_not(fake: Fake, peer: Peer) -> None:
    fake.answer = lambda _m, _p: (401, {"code": "unauthorized", "message": "request rejected"})
    for call in (peer.version, lambda: peer.query({}), lambda: peer.provide({"a": "package lib.a"})):
        with pytest.raises(EngineError, match=r"refused \(401\): request rejected") as caught:
            call()
        assert "ENVSPLIT_OPA_TOKEN" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("localhost:8181", "not an http or https URL"),
        ("ftp://localhost", "not an http or https URL"),
        ("http://", "not an http or https URL"),
        ("http://localhost:99999", "no such port"),
        ("http://localhost:x", "no such port"),
        ("http://localhost/v1/data", "scheme, host and port alone"),
        ("http://localhost?x=1", "scheme, host and port alone"),
        ("http://me:secret@localhost", "scheme, host and port alone"),
        ("http://opa.example.com:8181", "would take the token in the clear"),
    ],
)
def test_urls_that_cannot_be_meant(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        Peer(url, token="t0ken", timeout=1.0)
    assert "secret" not in str(caught.value)


def test_an_address_of_ip_version_6() -> None:
    peer = Peer("http://[::1]:1", token="t0ken", timeout=1.0)
    with pytest.raises(EngineError, match=r"no answer from OPA at http://\[::1\]:1"):
        peer.query({})
    peer.close()


def test_blame_needs_a_place() -> None:
    assert blamed(None) is None
    assert blamed([{"code": "x"}, {"location": {}}]) is None
    error = blamed([{"code": "c", "message": "m", "location": {"file": "envsplit/rules/a.rego", "row": 3}}])
    assert str(error) == "rules/a.rego:3: c: m"
