"""The embedded engine's worker: regorus in a process of its own, which can be killed.

Run as a script, ``python -I worker.py FOLDER TIMEOUT MEMORY``, by `scanner.evaluate.embedded`; it
imports nothing of ours, so it needs no search path but the folder that regorus lies in. Messages on
stdin and stdout are frames: eight bytes of length, big-endian, one byte of kind, the body.

====  =======================================  =========================================
kind  in                                       out
====  =======================================  =========================================
P     policies: JSON, list of [path, text]     ``+`` and nothing, or ``-`` and the error
D     an input document, JSON                  ``+`` and the result, JSON, or ``-``
====  =======================================  =========================================
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from typing import Any, BinaryIO

QUERY = "data.envsplit.verdicts"
SPARE = 10
"""Seconds of processor time a document may take beyond its time limit, in case nobody kills us."""


def main(folder: str, timeout: float, memory: int) -> None:
    """Serve until stdin ends. ``memory``: bytes of address space, 0 for no limit."""
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that prints may get between the frames
    if folder not in sys.path:
        sys.path.append(folder)
    import regorus  # noqa: PLC0415 - found through the folder just added

    _limit_memory(memory)
    engine = regorus.Engine()
    engine.set_gather_prints(True)
    while (frame := read(source)) is not None:
        kind, body = frame
        _limit_time(timeout)
        try:
            answer = _load(engine, body) if kind == b"P" else _evaluate(engine, body)
        except (RuntimeError, ValueError) as error:
            write(sink, b"-", str(error).partition("\n\nStack backtrace:")[0].strip().encode())
        else:
            write(sink, b"+", answer)


def read(source: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame, ``None`` at the end."""
    head = source.read(9)
    if len(head) < 9:  # noqa: PLR2004 - the length of a head
        return None
    body = source.read(int.from_bytes(head[:8], "big"))
    return head[8:], body


def write(sink: BinaryIO, kind: bytes, body: bytes) -> None:
    """Send one frame."""
    sink.write(len(body).to_bytes(8, "big") + kind)
    sink.write(body)
    sink.flush()


def _load(engine: Any, body: bytes) -> bytes:
    for path, text in json.loads(body):
        engine.add_policy(path, text)
    return b""


def _evaluate(engine: Any, body: bytes) -> bytes:
    """The value of the entry point, JSON; nothing where it is undefined."""
    engine.set_input_json(body.decode())
    result = json.loads(engine.eval_query_as_json(QUERY)).get("result")
    engine.take_prints()
    return json.dumps(result[0]["expressions"][0]["value"]).encode() if result else b""


def _limit_memory(memory: int) -> None:
    if memory and sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every platform

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _limit_time(timeout: float) -> None:
    """Let the kernel end us some time after whoever started us should have."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every platform

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        seconds = math.ceil(time.process_time() + timeout) + SPARE
        resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard == -1 else min(seconds, hard), hard))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
