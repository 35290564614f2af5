"""Collect: live inventory in, records and gaps out; read-only calls alone.

Each provider is a package beside this file, found by path; its SDK is imported only when asked for.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from scanner.collect.calls import Entry, Span
from scanner.config import EnvironmentFile
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Progress, Scope, Sink, no_collector

__all__ = [
    "collect",
    "examine",
    "call_table",
    "permissions",
    "written",
    "providers",
    "FORMS",
    "Entry",
    "Span",
]


FORMS = ("json", "terraform")
"""How the least permissions can be written, of every provider."""


def collect(
    config: EnvironmentFile, sink: Sink, progress: Progress, *, only: frozenset[str] | None = None
) -> None:
    """Collect every source of an environment file into a sink.

    ``only``: names of the calls that are wanted (``s3:GetBucketPolicy``); ``None``: all. What could
    not be read becomes a gap. Raises `scanner.errors.CredentialsError` if a provider has no usable
    credentials, and whatever the sink raises.
    """
    asked: list[Scope] = []
    reached: list[Scope] = []
    unasked: list[Scope] = []
    calls: Counter[str] = Counter()
    collectors = _providers()
    for name in config.providers():
        if name not in collectors:
            asked += _uncollected(name, config, sink)
        elif collectors[name].asked(config):
            covered, made = collectors[name].collect(config, sink, progress, only)
            asked += covered.asked
            reached += covered.reached
            unasked += covered.unasked
            calls.update(made)
    sink.count(dict(sorted(calls.items())))
    sink.coverage(sorted(asked), sorted(reached), sorted(unasked))


def call_table(provider: str | None = None) -> tuple[Entry, ...]:
    """Every call that a collector can make, or any, listings and follow-ups; needs no SDK."""
    return tuple(
        entry
        for name, module in _providers().items()
        if provider in (None, name)
        for entry in module.call_table()
    )


def examine(
    config: EnvironmentFile, progress: Progress, *, only: frozenset[str] | None = None
) -> tuple[Checkup, ...]:
    """What a collection of every source would not be answered, found out before it is made.

    Raises as `collect`.
    """
    found: list[Checkup] = []
    for name, module in _providers().items():
        if name in config.providers() and module.asked(config):
            found += module.examine(config, progress, only)
    return tuple(found)


def permissions(provider: str, only: frozenset[str] | None) -> Mapping[str, Mapping[str, Any]]:
    """The least permissions that let ``only`` (``None``: every call) be made, by name; needs no SDK.

    Policy documents of AWS, a role definition of Azure. ``KeyError`` for a provider without a collector.
    """
    found: Mapping[str, Mapping[str, Any]] = _providers()[provider].documents(only)
    return found


def written(provider: str, found: Mapping[str, Mapping[str, Any]], form: str) -> str:
    """What `permissions` gave, as ``json`` or ``terraform``."""
    return str(_providers()[provider].FORMS[form](found))


def providers() -> tuple[str, ...]:
    """The providers that have a collector, sorted."""
    return tuple(sorted(_providers()))


def _uncollected(provider: str, config: EnvironmentFile, sink: Sink) -> list[Scope]:
    """The boundaries of a provider that this release has no collector for: asked, and not reached."""
    scopes = [Scope(provider, boundary, "global") for boundary in config.boundaries(provider)]
    for scope in scopes:
        sink.gap(no_collector(scope))
    return scopes


def _providers() -> dict[str, ModuleType]:
    found = sorted(
        module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.ispkg
    )
    return {name: importlib.import_module(f"{__name__}.{name}") for name in found}
