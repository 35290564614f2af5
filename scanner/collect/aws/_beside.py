"""Reads that are made beside the call table: becoming a role, finding accounts, an AWS Config aggregator.

Nothing here needs the SDK, so that the least policies can be told without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.aws._recorded import FACTS
from scanner.collect.calls import Entry, Read, Span

ASSUME = Read("sts", "AssumeRole")
DESCRIBE = Read("organizations", "DescribeOrganization")
LIST_ACCOUNTS = Read("organizations", "ListAccounts")
AGGREGATORS = Read("config", "DescribeConfigurationAggregators")
RESOURCES = Read("config", "ListAggregateDiscoveredResources", page=100)
ITEMS = Read("config", "BatchGetAggregateResourceConfig")
RECORDERS = Read("config", "DescribeConfigurationRecorderStatus")


def entries(made: frozenset[str]) -> Iterator[Entry]:
    """What a collection that makes these calls of the table makes beside them, and as whom."""
    yield _entry(ASSUME, Span.RUN)
    for read in (DESCRIBE, LIST_ACCOUNTS):  # accounts are discovered before anything else is read
        yield _entry(read, Span.ORGANIZATION)
    if not made.isdisjoint(f"s3:{fact}" for fact in FACTS):
        yield from (_entry(read, Span.RUN) for read in (AGGREGATORS, RESOURCES, ITEMS))
        yield _entry(RECORDERS, Span.GLOBAL)


def _entry(read: Read, span: Span) -> Entry:
    return Entry(read.name, read.allowed_by, (), follow=False, span=span)
