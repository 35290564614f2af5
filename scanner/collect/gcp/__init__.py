"""Google Cloud: a file a service, each exporting ``CALLS``, found by path. The rest is how it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scanner.collect.calls import Call, Entry
from scanner.collect.gcp._roles import as_json, as_terraform, role_for
from scanner.collect.gcp._words import SEARCH
from scanner.collect.ledger import Ledger
from scanner.collect.sdk import needing
from scanner.collect.tables import calls_of, entries_of, made_of
from scanner.config import EnvironmentFile
from scanner.config.boundaries import EVERYTHING, is_pattern, matched
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Coverage, Progress, Scope, Sink

FORMS = {"json": as_json, "terraform": as_terraform}
"""How the least role can be written."""
_BESIDE = ((SEARCH, "resources.project"),)


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
    """Whether the environment file has Google Cloud among its sources."""
    return config.sources.gcp is not None


def collect(
    config: EnvironmentFile, sink: Sink, progress: Progress, only: frozenset[str] | None
) -> tuple[Coverage, Mapping[str, int]]:
    """Collect Google Cloud: the scopes asked for, reached and left out, and how many calls of each name.

    Raises `scanner.errors.CredentialsError` without the SDK or usable credentials.
    """
    source = config.sources.gcp
    if source is None:
        return Coverage((), ()), {}
    ledger = Ledger(sink, progress)
    collection = needing("gcp", __name__, "_projects").Collection(source, calls(), ledger, only)
    covered = collection.run(*_named(config))
    left_out = {Scope("gcp", each, "global") for each in _declared(config)} - {*covered.asked}
    return replace(covered, unasked=tuple(sorted(left_out))), dict(ledger.calls)


def examine(config: EnvironmentFile, progress: Progress, only: frozenset[str] | None) -> tuple[Checkup, ...]:
    """Which calls of ``only`` would not be answered, for each project. Raises as `collect`."""
    source = config.sources.gcp
    if source is None:
        return ()
    examination = needing("gcp", __name__, "_checkup").Examination(source, calls(), progress, only)
    return tuple(examination.run(*_named(config)))


def _named(config: EnvironmentFile) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The projects that are read, the patterns that others are found by, and the folders that are read whole.

    Projects that the source names, else all that are declared; ``*`` where the file selects by tags alone, or
    where every project is to be found.
    """
    source = config.sources.gcp
    if source is None:
        return (), (), ()
    every = (EVERYTHING,) if source.discover and source.organization is None else ()
    if source.projects is not None:
        return tuple(sorted(set(source.projects))), every, source.folders
    matches = [each.match for each in config.environments.values()]
    matches += [each.match for each in config.services.values()]
    selectors = [match.gcp for match in matches]
    folders = {*source.folders, *(each for one in selectors for each in one.folders)}
    found = {
        each
        for one in selectors
        for each in matched(one.model_copy(update={"folders": ()}))
        if is_pattern(each)
    }
    declared = _declared(config)
    if not (declared or folders or found or source.organization):
        found = {EVERYTHING}
    return declared, tuple(sorted({*found, *every})), tuple(sorted(folders))


def _declared(config: EnvironmentFile) -> tuple[str, ...]:
    """The projects that the file names."""
    return tuple(each for each in config.outer_boundaries("gcp") if each != EVERYTHING)
