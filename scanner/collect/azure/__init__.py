"""Azure: one file a service, each exporting ``CALLS``; found by path. The rest is how they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scanner.collect.azure._roles import as_json, as_terraform, role_for
from scanner.collect.azure._sight import ASSIGNED, DEFINED
from scanner.collect.calls import Call, Entry
from scanner.collect.ledger import Ledger
from scanner.collect.sdk import needing
from scanner.collect.tables import calls_of, entries_of, made_of
from scanner.config import EnvironmentFile
from scanner.config.boundaries import EVERYTHING
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Coverage, Progress, Scope, Sink

FORMS = {"json": as_json, "terraform": as_terraform}
"""How the least role can be written."""
_BESIDE = ((ASSIGNED, "authorization.assignment"), (DEFINED, "authorization.definition"))
"""How it is found out what the credentials may see."""


def calls() -> tuple[Call, ...]:
    """Every call of every service file."""
    return calls_of(__name__, __file__)


def call_table() -> tuple[Entry, ...]:
    """Every call with its permission and kinds."""
    return entries_of(calls(), *_BESIDE)


def made(only: frozenset[str] | None) -> frozenset[str]:
    """The names of all calls that a collection of ``only`` makes, those that lead to them included."""
    return made_of(calls(), only, *_BESIDE)


def documents(only: frozenset[str] | None) -> Mapping[str, Mapping[str, Any]]:
    """The least role that lets ``only`` (``None``: every call) be made, by name."""
    wanted = made(only)
    return role_for(entry for entry in call_table() if entry.name in wanted)


def asked(config: EnvironmentFile) -> bool:
    """Whether the environment file has Azure among its sources."""
    return config.sources.azure is not None


def collect(
    config: EnvironmentFile, sink: Sink, progress: Progress, only: frozenset[str] | None
) -> tuple[Coverage, Mapping[str, int]]:
    """Collect Azure: the scopes asked for, reached and left out, and how many calls of each name were made.

    Raises `scanner.errors.CredentialsError` without the SDK or usable credentials.
    """
    source = config.sources.azure
    if source is None:
        return Coverage((), ()), {}
    ledger = Ledger(sink, progress)
    collection = needing("azure", __name__, "_subscriptions").Collection(source, calls(), ledger, only)
    named, every = _named(config)
    found = collection.discovered() if every else ()
    covered = collection.run(tuple(sorted({*named, *found})))
    left_out = {Scope("azure", outer, "global") for outer in _declared(config)} - {*covered.asked}
    return replace(covered, unasked=tuple(sorted(left_out))), dict(ledger.calls)


def examine(config: EnvironmentFile, progress: Progress, only: frozenset[str] | None) -> tuple[Checkup, ...]:
    """Which calls of ``only`` would not be answered, in each subscription. Raises as `collect`."""
    source = config.sources.azure
    if source is None:
        return ()
    named, every = _named(config)
    examination = needing("azure", __name__, "_checkup").Examination(source, calls(), progress, only)
    return tuple(examination.run(named, discover=every))


def _named(config: EnvironmentFile) -> tuple[tuple[str, ...], bool]:
    """The subscriptions that are read, and whether all that the credentials see are, too.

    Those that the source names, else all that are declared. Where the file selects resource groups of
    any subscription, or by tags alone, there may be others; where it names a management group to read, too.
    """
    source = config.sources.azure
    below = source is not None and source.management_group is not None
    if source is not None and source.subscriptions is not None:
        return tuple(sorted({each.lower() for each in source.subscriptions})), below
    declared = _declared(config)
    any_of_them = EVERYTHING in config.outer_boundaries("azure") or not declared
    return declared, any_of_them or below


def _declared(config: EnvironmentFile) -> tuple[str, ...]:
    """The subscriptions that the file names."""
    return tuple(each for each in config.outer_boundaries("azure") if each != EVERYTHING)
