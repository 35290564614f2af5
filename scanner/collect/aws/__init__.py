"""AWS: one file a service, each exporting ``CALLS``; found by path. The rest is how they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scanner.collect.aws import _beside
from scanner.collect.aws._regions import REGIONS
from scanner.collect.calls import Call, Entry, Span
from scanner.collect.least_policies import Document, as_json, as_terraform, policies_for
from scanner.collect.ledger import Ledger
from scanner.collect.sdk import needing
from scanner.collect.tables import calls_of, entries_of
from scanner.config import EnvironmentFile
from scanner.config.sources import AwsSource
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Coverage, Progress, Scope, Sink

FORMS = {"json": as_json, "terraform": as_terraform}
"""How policies can be written."""


def calls() -> tuple[Call, ...]:
    """Every call of every service file."""
    return calls_of(__name__, __file__)


def call_table() -> tuple[Entry, ...]:
    """Every call with its permission and kinds; what is made `beside` it is not in it."""
    return entries_of(calls(), (REGIONS, "ec2.region"))


def made(only: frozenset[str] | None) -> frozenset[str]:
    """The names of all calls that a collection of ``only`` makes, those that lead to them included."""
    found = {read.name for call in calls() for read in call.made(only)}
    regional = any(call.span is Span.REGION and call.wanted(only) for call in calls())
    return frozenset(found | ({REGIONS.name} if regional else set()))


def beside(only: frozenset[str] | None) -> tuple[Entry, ...]:
    """What a collection of ``only`` makes beside the table, as a role, for the organization, or as itself."""
    return tuple(_beside.entries(made(only)))


def documents(only: frozenset[str] | None) -> Mapping[str, Document]:
    """The least policies that let ``only`` (``None``: every call) be made, by name."""
    wanted = made(only)
    listed = (entry for entry in call_table() if entry.name in wanted)
    return policies_for((*listed, *beside(only)))


def asked(config: EnvironmentFile) -> bool:
    """Whether the environment file has AWS among its sources."""
    return config.sources.aws is not None


def collect(
    config: EnvironmentFile, sink: Sink, progress: Progress, only: frozenset[str] | None
) -> tuple[Coverage, Mapping[str, int]]:
    """Collect AWS: the scopes asked for, reached and left out, and how many calls of each name were made.

    Raises `CredentialsError` without boto3 or usable credentials, `ConfigError` for a region that
    exists nowhere.
    """
    source = config.sources.aws
    if source is None:
        return Coverage((), ()), {}
    Collection = needing("aws", __name__, "_accounts").Collection  # noqa: N806 - a class
    ledger = Ledger(sink, progress)
    collection = Collection(source, calls(), ledger, only)
    found = collection.discovered() if source.discover else ()
    covered = collection.run(_accounts_of(config, source, found))
    left_out = {Scope("aws", account, "global") for account in config.accounts()} - {*covered.asked}
    return replace(covered, unasked=(*sorted(left_out), *covered.unasked)), dict(ledger.calls)


def examine(config: EnvironmentFile, progress: Progress, only: frozenset[str] | None) -> tuple[Checkup, ...]:
    """Which calls of ``only`` would not be answered, in each account. Raises as `collect`."""
    source = config.sources.aws
    if source is None:
        return ()
    checkup = needing("aws", __name__, "_checkup")
    more = checkup.discovered(source, calls(), progress) if source.discover else ()
    examination = checkup.Examination(source, calls(), progress, only)
    return tuple(examination.run(_accounts_of(config, source, more)))


def _accounts_of(config: EnvironmentFile, source: AwsSource, more: tuple[str, ...]) -> tuple[str, ...]:
    """The accounts that are read: those the source names, else all that are declared; and ``more``."""
    named = config.accounts() if source.accounts is None else source.accounts
    return tuple(sorted({*named, *more}))
