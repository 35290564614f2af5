"""A private OPA server for one run: loopback, a token that is written nowhere, gone at the end.

Flags: https://www.openpolicyagent.org/docs/cli#run. The authorization policy holds the SHA-256 of
the token, so that neither a file nor a command line shows the token itself.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scanner.errors import EngineError, PolicyError
from scanner.evaluate.process import bound, environment, running, tail

OLDEST = (1, 20)
START = 60.0
"""Seconds a server may take to answer for the first time."""
_TRIES = 5
_MAX_BODY = 2 * 1024**3
_AUTHZ = """package system.authz

default allow := false

allow if crypto.sha256(input.identity) == "{digest}"
"""
_INSTALL = (
    "install OPA 1.20 or newer (https://www.openpolicyagent.org/docs#running-opa), or use --engine embedded"
)
_REFUSED = re.compile(r"(?P<at>[^\s:]+\.rego:\d+): (?P<why>\w+: [^\n]+)")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at ``url`` for whoever shows ``token``."""

    url: str
    token: str
    process: subprocess.Popen[bytes]
    log: IO[bytes]

    def died(self) -> str | None:
        """How it ended and the last it said, ``None`` while it runs."""
        code = self.process.poll()
        return None if code is None else f"exit status {code}; {tail(self.log)[-300:]}".rstrip("; ")


def find_binary() -> str | None:
    """The OPA binary: ``ENVSPLIT_OPA`` if that is set, else ``opa`` on the path, else ``None``."""
    named = os.environ.get("ENVSPLIT_OPA")
    if named and shutil.which(named) is None:
        raise EngineError(f"ENVSPLIT_OPA names no program: {named}", hint=_INSTALL)
    return shutil.which(named or "opa")


def binary_version(binary: str) -> str:
    """What ``opa version`` says, checked: raises `EngineError` below 1.20."""
    try:
        done = subprocess.run(  # noqa: S603 - the binary the user named
            [binary, "version"], capture_output=True, timeout=START, env=environment(), check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"cannot run {binary}", why=str(error), hint=_INSTALL) from error
    match = re.search(rb"^Version: (\S+)", done.stdout, re.MULTILINE)
    if match is None:
        raise EngineError(
            f"{binary} is not OPA", why=done.stderr.decode("utf-8", "replace")[-200:], hint=_INSTALL
        )
    return check_version(match[1].decode("ascii", "replace"), binary)


def check_version(version: str, where: str) -> str:
    """``version`` if it is new enough; raises `EngineError` otherwise."""
    match = re.match(r"(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) < OLDEST:
        raise EngineError(
            f"OPA {version or '(unknown)'} at {where} is too old", why="1.20 is needed", hint=_INSTALL
        )
    return version


@contextmanager
def private_server(binary: str, sources: Mapping[str, str], ready: Any) -> Iterator[Server]:
    """An OPA server of our own with the policies loaded, killed at the end whatever happens.

    ``ready(server)``: whether it answers yet. Raises `PolicyError` where OPA refuses a policy,
    `EngineError` where it does not start.
    """
    token = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="envsplit-opa-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _lay_out(folder, sources, token)
        for _ in range(_TRIES):
            with ExitStack() as stack:
                log = stack.enter_context(tempfile.TemporaryFile())
                port = _free_port()
                command = bound(_command(binary, port))
                process = stack.enter_context(running(command, log, folder=folder / "policies"))
                server = Server(f"http://127.0.0.1:{port}", token, process, log)
                if _wait(server, ready):
                    yield server
                    return
        raise EngineError("OPA found no free port on 127.0.0.1", hint="try again, or use --engine embedded")


def _lay_out(folder: Path, sources: Mapping[str, str], token: str) -> None:
    for name, text in sources.items():
        path = folder / "policies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    digest = hashlib.sha256(token.encode()).hexdigest()
    (folder / "authz.rego").write_text(_AUTHZ.format(digest=digest), "utf-8")


def _command(binary: str, port: int) -> list[str]:
    return [
        str(Path(binary).absolute()),
        "run",
        "--server",
        f"--addr=127.0.0.1:{port}",
        "--authentication=token",
        "--authorization=basic",
        "--skip-version-check",  # telemetry, under the name it has since 1.20
        "--log-level=error",
        f"--set=server.decoding.max_length={_MAX_BODY}",
        ".",
        str(Path("..", "authz.rego")),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: Server, ready: Any) -> bool:
    """True once it answers, False if another took its port meanwhile."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        if ready(server) and server.process.poll() is None:
            return True
        if server.process.poll() is not None:
            said = tail(server.log)
            if "address already in use" in said:
                return False
            if match := _REFUSED.search(said):
                raise PolicyError(
                    match["at"], why=match["why"], hint="check the policies with: opa check --strict"
                )
            raise EngineError("OPA did not start", why=server.died() or "", hint=_INSTALL)
        time.sleep(0.02)
    raise EngineError("OPA did not start", why=f"no answer within {START:g} s", hint=_INSTALL)
