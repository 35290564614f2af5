"""A real HTTP server of AWS (moto's) that can be told to deny, throttle, fail, dawdle and shuffle.

::

    with FaultyServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        server.deny("s3:GetBucketPolicy", account="111111111111")
        ...
        server.calls["s3:GetBucketPolicy"]

moto's state is one per process: `reset` empties it, for every server there is.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from tests.faults import wire
from tests.faults.answers import AMENDED, STANDING
from tests.faults.shuffling import turned

# Else every account holds 1,301 snapshots of foreign images. Read when moto is first imported.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

ANY = None
Answer = wire.Answer
_Start = Callable[..., Any]


@dataclass(frozen=True)
class _Fault:
    """``kind``: a key of `wire.FAULTS`, ``slow`` or ``cut``; ``call`` ``*`` or ``s3:*`` for many."""

    kind: str
    call: str
    account: str | None
    region: str | None
    seconds: float = 0.0
    when: Callable[[wire.Request], bool] | None = None

    def hits(self, request: wire.Request) -> bool:
        service = request.call.partition(":")[0]
        return (
            self.call in {"*", f"{service}:*", request.call}
            and self.account in {None, request.account}
            and self.region in {None, request.region}
            and (self.when is None or self.when(request))
        )


class FaultyServer:
    """A context manager; ``url`` is where it answers (127.0.0.1, a free port)."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._faults: list[_Fault] = []
        self._changes: dict[str, Callable[[bytes], bytes]] = {}
        self._canned: dict[str, tuple[int, bytes | Answer]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.shuffle = False
        """Whether arrays come in reverse."""
        self.calls: Counter[str] = Counter()
        """Requests by call name, the denied ones too."""
        self.requests: list[wire.Request] = []
        """Every request in order of arrival."""

    def __enter__(self) -> FaultyServer:
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def deny(self, call: str, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Refuse a call for want of permission."""
        self._add("denied", call, account, region)

    def throttle(self, call: str, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Refuse a call for being one too many, every time."""
        self._add("throttled", call, account, region)

    def fail(self, call: str, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Answer with HTTP 500."""
        self._add("failing", call, account, region)

    def unsupported(self, call: str, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Answer that there is no such operation here."""
        self._add("unsupported", call, account, region)

    def refuse(self, kind: str, when: Callable[[wire.Request], bool]) -> None:
        """Give the answer of `wire.FAULTS` to every request for which a condition holds, one at a time."""
        with self._lock:
            self._faults.append(_Fault(kind, "*", ANY, ANY, when=when))

    def close_region(self, region: str, *, account: str | None = ANY) -> None:
        """Answer as a region does that an account has not enabled: it does not know the account."""
        self._add("closed", "*", account, region)

    def slow(self, call: str, seconds: float, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Answer late."""
        self._add("slow", call, account, region, seconds)

    def cut(self, call: str, *, account: str | None = ANY, region: str | None = ANY) -> None:
        """Send half an answer."""
        self._add("cut", call, account, region)

    def amend(self, call: str, change: Callable[[bytes], bytes]) -> None:
        """Have the body of a call's answers changed: what moto leaves out, or gets wrong."""
        with self._lock:
            self._changes[call] = change

    def answer(self, call: str, status: int, body: bytes | Answer) -> None:
        """Give a canned answer to a call, or one made from the request (which may refuse it by raising)."""
        with self._lock:
            self._canned[call] = (status, body)

    def clear(self) -> None:
        """Forget all faults, changes and counts; the estate stays."""
        with self._lock:
            self._faults.clear()
            self._changes.clear()
            self._canned.clear()
            self.calls.clear()
            self.requests.clear()
            self.shuffle = False

    def reset(self) -> None:
        """Forget the estate too, for every server of this process."""
        from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415 - slow to import

        self.clear()
        moto_api_backend.reset()

    def use_everything(self, at: datetime | None = None) -> Callable[[], None]:
        """Have every role, user and access key used, as a day's work does; what it returns undoes that."""
        from moto.iam.models import AccessKeyLastUsed, iam_backends  # noqa: PLC0415 - slow to import

        moment = at or datetime.now(UTC).replace(tzinfo=None)
        before: list[tuple[Any, str, Any]] = []

        def use(item: Any, attr: str, value: Any) -> None:
            before.append((item, attr, getattr(item, attr)))
            setattr(item, attr, value)

        for account in list(iam_backends.values()):
            for backend in list(account.values()):
                for role in backend.roles.values():
                    use(role, "last_used", moment)
                for user in backend.users.values():
                    use(user, "password_last_used", moment)
                    for key in user.access_keys:
                        use(key, "last_used", AccessKeyLastUsed(moment, "s3", "eu-west-1"))

        def undo() -> None:
            for item, attr, value in before:
                setattr(item, attr, value)

        return undo

    def _add(
        self, kind: str, call: str, account: str | None, region: str | None, seconds: float = 0.0
    ) -> None:
        with self._lock:
            self._faults.append(_Fault(kind, call, account, region, seconds))

    def _answer(self, environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        request = wire.request_of(environ)
        if request is None:
            return self._moto(environ, start)
        with self._lock:
            self.calls[request.call] += 1
            self.requests.append(request)
            hits = [fault for fault in self._faults if fault.hits(request)]
        for fault in hits:
            if fault.kind == "slow":
                self._stopping.wait(fault.seconds)
            elif fault.kind in wire.FAULTS:
                return _whole(start, *wire.error(request.call.partition(":")[0], fault.kind))
        if request.call in self._canned or request.call in STANDING:
            status, body = self._canned.get(request.call) or (200, STANDING[request.call])
            made = body if isinstance(body, bytes) else body(request)
            return _whole(start, status, "application/octet-stream", made)
        cut = any(fault.kind == "cut" for fault in hits)
        changes = (AMENDED.get(request.call), self._changes.get(request.call))
        return self._pass_on(environ, start, cut, [change for change in changes if change])

    def _pass_on(
        self, environ: dict[str, Any], start: _Start, cut: bool, changes: list[Callable[[bytes], bytes]]
    ) -> Iterable[bytes]:
        if not (cut or changes or self.shuffle):
            return self._moto(environ, start)
        head: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
            head[:] = [status, headers]
            return lambda _: None

        body = b"".join(_closing(self._moto(environ, keep)))
        status, headers = head
        content = {name.lower(): value for name, value in headers}.get("content-type", "")
        for change in changes:
            body = change(body)
        body = turned(body, content) if self.shuffle else body
        body = body[: len(body) // 2] if cut else body
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start(status, [*kept, ("Content-Length", str(len(body)))])
        return [body]


class _Quiet(MotoRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


def _whole(start: _Start, status: int, content: str, body: bytes) -> list[bytes]:
    start(f"{status} Canned", [("Content-Type", content), ("Content-Length", str(len(body)))])
    return [body]


def _closing(body: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        if close := getattr(body, "close", None):
            close()
