"""Which engine a run gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scanner.errors import EngineError, UsageError
from scanner.evaluate.builtins import check
from scanner.evaluate.catalogue import Catalogue
from scanner.evaluate.embedded import MEMORY, open_embedded
from scanner.evaluate.engine import TIMEOUT, Engine
from scanner.evaluate.server import find_binary
from scanner.evaluate.sources import read_sources

CHOICES = ("auto", "opa", "embedded")


@contextmanager
def open_engine(
    choice: str,
    policies: Path | Catalogue,
    *,
    opa_urls: Sequence[str] = (),
    ca_file: Path | None = None,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
    parallel: int = 0,
) -> Iterator[Engine]:
    """The engine of a run with its policies loaded, gone at the end whatever happens.

    ``choice``: ``opa`` (servers at ``opa_urls``, else a private one from the ``opa`` binary),
    ``embedded``, or ``auto``: opa where there is a URL or a binary, else embedded. ``timeout``:
    seconds that one document may take. ``memory``: bytes of an embedded worker. ``parallel``:
    embedded workers at most, 0 for one a processor. ``ca_file``: what https servers are checked
    against instead of the certificates that Python packages ship.

    Raises `PolicyError` if the policies do not load, `EngineError` if the engine does not start,
    `UsageError` for options that do not fit together.
    """
    if choice not in CHOICES:
        raise UsageError(f"no engine {choice}", hint=f"engines: {', '.join(CHOICES)}")
    if opa_urls and choice == "embedded":
        raise UsageError("the embedded engine takes no OPA URL", hint="use --engine opa")
    if isinstance(policies, Catalogue):
        sources = policies.sources
    else:
        # A catalogue was checked when it was read.
        sources = read_sources(policies)
        check(sources)
    binary = None if opa_urls or choice == "embedded" else find_binary()
    if not opa_urls and binary is None:
        if choice == "opa":
            raise EngineError(
                "no opa on the path",
                hint="install OPA 1.20 or newer, name it in ENVSPLIT_OPA, or use --engine embedded",
            )
        with open_embedded(sources, timeout=timeout, memory=memory, parallel=parallel) as embedded:
            yield embedded
        return
    # Imported here: requests takes its time, and the embedded engine does without.
    from scanner.evaluate.opa import open_private, open_remote  # noqa: PLC0415

    if opa_urls:
        with open_remote(opa_urls, sources, ca_file=ca_file, timeout=timeout) as remote:
            yield remote
    elif binary is not None:
        with open_private(binary, sources, timeout=timeout) as private:
            yield private
