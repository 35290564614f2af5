"""What file descriptors take on each platform: flags that only some have, and a lock that ends with them.

POSIX has ``flock``, on the whole file. Windows has ``msvcrt.locking``, on bytes that then nobody else may
read: one far behind the end is locked. There, no folder can be renamed in which a file is open.
https://docs.python.org/3/library/fcntl.html and https://docs.python.org/3/library/msvcrt.html
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path

BINARY = getattr(os, "O_BINARY", 0)
"""Windows ends lines its own way without it."""
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_FAR = 1 << 30


def _with_flock() -> Callable[[int], None] | None:
    try:
        fcntl = importlib.import_module("fcntl")
    except ModuleNotFoundError:
        return None
    return lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _with_locking(descriptor: int) -> None:
    msvcrt = importlib.import_module("msvcrt")
    os.lseek(descriptor, _FAR, os.SEEK_SET)
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        raise BlockingIOError(*error.args) from error


_flock = _with_flock()
_lock: Callable[[int], None] = _flock or _with_locking
MOVES_WHILE_OPEN = _flock is not None
"""Whether a folder can be renamed while a file in it is open."""


def lock(path: Path) -> int:
    """Open a file and lock it until the descriptor is closed or the process ends, however it does.

    Raises ``BlockingIOError`` where another process holds it, ``OSError`` where it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | _NO_LINKS | BINARY)
    try:
        _lock(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
