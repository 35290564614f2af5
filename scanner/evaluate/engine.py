"""What both engines are to the rest of the stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

QUERY = "data.envsplit.verdicts"
TIMEOUT = 300.0
"""Seconds that one document may take, unless told otherwise."""


class Engine(Protocol):
    """Evaluates whole input documents with the policies it was opened with.

    ``name`` and ``version`` are for reports. `evaluate` may be called from ``parallel`` threads at
    once; it returns what ``data.envsplit.verdicts`` is for a document, unchecked, and raises
    `scanner.errors.PolicyError` where the policies are at fault, `scanner.errors.EngineError` where
    the engine is. `close` may be called from another thread, and ends what is under way.
    """

    @property
    def name(self) -> str:
        """``opa`` or ``embedded``."""

    @property
    def version(self) -> str:
        """The version of the program or library that answers."""

    @property
    def parallel(self) -> int:
        """How many documents it takes at once."""

    def evaluate(self, document: bytes) -> Mapping[str, list[Any]]:
        """``family/name`` -> the verdicts of that rule on a document (JSON, schema input.json)."""

    def close(self) -> None:
        """End every process and connection of the engine; harmless when repeated."""
