"""Child processes that are surely gone afterwards, and see nothing of our environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scanner.errors import EngineError

_TAIL = 2_000
_BOUND = (
    "import ctypes, os, sys;"
    "ctypes.CDLL(None).prctl(1, 9);"  # PR_SET_PDEATHSIG, SIGKILL
    "os.getppid() == int(sys.argv[1]) or sys.exit(1);"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


def environment() -> dict[str, str]:
    """What a child gets of our environment: nothing, save what Windows cannot start without."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


def bound(argv: Sequence[str]) -> list[str]:
    """A command that the kernel kills when the thread that started it ends, on Linux.

    For programs that would outlive us if we were killed ourselves. Elsewhere the command itself.
    """
    if sys.platform != "linux":
        return list(argv)
    return [sys.executable, "-I", "-S", "-c", _BOUND, str(os.getpid()), *argv]


@contextmanager
def running(
    argv: Sequence[str], log: IO[bytes], *, folder: Path | None = None, pipes: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in its own session, killed and reaped at the end, whatever that end is.

    ``log`` takes its stderr (and stdout, without ``pipes``). Raises `EngineError` if it cannot start.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            argv,
            stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else log,
            stderr=log,
            cwd=folder,
            env=environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(f"cannot start {argv[0]}", why=str(error.strerror or error)) from error
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill and reap; harmless when repeated."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue


def tail(log: IO[bytes]) -> str:
    """The end of what a child wrote to its log; nothing once the log is closed."""
    try:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - _TAIL))
        return log.read().decode("utf-8", "replace").strip()
    except ValueError:
        return ""
