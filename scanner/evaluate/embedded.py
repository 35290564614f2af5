"""The embedded engine: regorus in worker processes, so that installing from PyPI is enough.

Why this build of regorus, and what it may be trusted with: docs/decisions/0001-embedded-engine.md.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import queue
import re
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from scanner.errors import EngineError, PolicyError
from scanner.evaluate.engine import QUERY, TIMEOUT
from scanner.evaluate.process import running, tail
from scanner.evaluate.worker import write

MEMORY = 4 * 1024**3
"""Bytes of address space a worker may use."""
MAX_ANSWER = 1024**3
"""Bytes of an answer; anything longer is taken for garbage."""
_DISTRIBUTION = "gordon-to-regorus"
_PLACE = re.compile(r"--> (?P<at>[^\n]+:\d+):\d+\n(?P<text>.*?)error: (?P<error>[^\n]+)", re.DOTALL)


class Worker:
    """One worker process. Not to be shared between threads, save for `kill`."""

    def __init__(self, process: Any, log: IO[bytes], timeout: float) -> None:
        self._process = process
        self._log = log
        self._timeout = timeout
        self._late = False

    def ask(self, kind: bytes, body: bytes) -> bytes:
        """Send a message and wait for its answer, at most ``timeout`` seconds, then kill.

        Raises `PolicyError` with the engine's message, `EngineError` if the worker died or hung.
        """
        watch = threading.Timer(self._timeout, self._expire)
        watch.daemon = True
        watch.start()
        try:
            write(self._process.stdin, kind, body)
            head = self._process.stdout.read(9)
            size = int.from_bytes(head[:8], "big")
            if len(head) == 9 and (head[8:] not in {b"+", b"-"} or size > MAX_ANSWER):  # noqa: PLR2004
                raise EngineError("the embedded engine's worker answered garbage", hint=_HINT)
            answer: bytes = self._process.stdout.read(size)
            if len(head) < 9 or len(answer) < size:  # noqa: PLR2004 - the length of a head
                raise self._dead()
        except (OSError, ValueError) as error:
            raise self._dead() from error
        finally:
            watch.cancel()
        if head[8:] == b"-":
            raise policy_error(answer.decode("utf-8", "replace"))
        return answer

    def kill(self) -> None:
        """End the process, also from another thread: whoever waits for it gets an `EngineError`."""
        self._process.kill()

    def _expire(self) -> None:
        self._late = True
        self.kill()

    def _dead(self) -> EngineError:
        code = self._process.wait()
        if self._late:
            return EngineError(
                "the embedded engine is too slow",
                why=f"no answer within {self._timeout:g} s; its worker was killed",
                hint="raise the time limit, select fewer rules with --only, or use --engine opa",
            )
        return EngineError(
            f"the embedded engine's worker died (exit status {code})", why=tail(self._log)[-300:], hint=_HINT
        )


_HINT = "it may have run out of memory; try again with --engine opa"


class Embedded:
    """Engine `embedded`: a pool of workers, started when first needed."""

    name = "embedded"

    def __init__(self, sources: Mapping[str, str], timeout: float, memory: int, parallel: int) -> None:
        self.parallel = parallel
        self._policies = orjson.dumps([[path, text] for path, text in sources.items()])
        self._timeout = timeout
        self._memory = memory
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._workers: list[Worker] = []
        self._stack = ExitStack()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def version(self) -> str:
        """The version of the regorus package."""
        return importlib.metadata.version(_DISTRIBUTION)

    def warm(self) -> None:
        """Start one worker and load the policies; raises as `evaluate` does."""
        self._idle.put(self._start())

    def evaluate(self, document: bytes) -> Mapping[str, list[Any]]:
        """See `scanner.evaluate.engine.Engine`."""
        if self._closed:
            raise EngineError("the embedded engine was closed")
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = self._start()
        answer = worker.ask(b"D", document)
        self._idle.put(worker)
        try:
            result = orjson.loads(answer) if answer else None
        except ValueError as error:
            raise EngineError(
                "the embedded engine's worker answered garbage", why=str(error), hint=_HINT
            ) from error
        if not isinstance(result, dict):
            raise PolicyError(
                f"{QUERY} is undefined", hint="is envsplit/envsplit.rego the one that was shipped?"
            )
        return result

    def close(self) -> None:
        """Kill and reap every worker."""
        with self._lock:
            self._closed = True
        for worker in self._workers:
            worker.kill()
        self._stack.close()

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise EngineError("the embedded engine was closed")
            log = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the stack
            argv = [sys.executable, "-I", str(_SCRIPT), _folder(), str(self._timeout), str(self._memory)]
            process = self._stack.enter_context(running(argv, log, pipes=True))
            worker = Worker(process, log, self._timeout)
            self._workers.append(worker)
        worker.ask(b"P", self._policies)
        return worker


_SCRIPT = Path(__file__).with_name("worker.py")


@contextmanager
def open_embedded(
    sources: Mapping[str, str], *, timeout: float = TIMEOUT, memory: int = MEMORY, parallel: int = 0
) -> Iterator[Embedded]:
    """The embedded engine with policies loaded.

    ``timeout``: seconds a document may take; ``memory``: bytes a worker may use, 0 for no limit;
    ``parallel``: workers at most, 0 for one a processor. Raises `PolicyError` if they do not load.
    """
    engine = Embedded(sources, timeout, memory, parallel or _processors())
    try:
        engine.warm()
        yield engine
    finally:
        engine.close()


def policy_error(text: str) -> PolicyError:
    """What regorus says of a policy, as file, line and reason."""
    match = _PLACE.search(text)
    if match is None:
        hint = "the same run with --engine opa names file and line"
        return PolicyError("the embedded engine could not evaluate the rules", why=text, hint=hint)
    return PolicyError(match["at"], why=match["error"], hint="check the policies with: opa check --strict")


def _processors() -> int:
    """How many processors we may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _folder() -> str:
    """The folder that regorus lies in, found without importing it."""
    found = importlib.util.find_spec("regorus")
    if found is None or found.origin is None:
        raise EngineError("the embedded engine is not installed", hint=f"pip install {_DISTRIBUTION}")
    return str(Path(found.origin).resolve().parent.parent)
