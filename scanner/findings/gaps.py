"""From the gaps that hide a fact to the reads that would decide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.errors import PolicyError
from scanner.model.estate import Estate
from scanner.model.facts import Facts
from scanner.model.finding import Missing
from scanner.model.snapshot import Gap


def index(estate: Estate, facts: Mapping[str, Facts]) -> dict[str, Gap]:
    """Every gap that a rule may name, by its id."""
    found = {gap.id: gap for gap in estate.gaps}
    for resources in estate.resources.values():
        for resource in resources:
            for gaps in resource.unknown.values():
                found.update((gap.id, gap) for gap in gaps)
    for unlisted in estate.unlisted:
        found.update((gap.id, gap) for gap in unlisted.gaps)
    for fact in facts.values():
        for gaps in (
            *fact.blind.values(),
            *(crossing.gaps for crossing in fact.crossings),
            *(mark.gaps for mark in fact.marks),
        ):
            found.update((gap.id, gap) for gap in gaps)
    return found


def named(ids: Iterable[str], known: Mapping[str, Gap], *, rule: str) -> frozenset[Gap]:
    """The gaps behind ids. Raises PolicyError for an id that no gap has."""
    gaps = set()
    for gap_id in ids:
        if gap_id not in known:
            raise PolicyError(
                f"{rule} names the gap {gap_id!r}, which this run does not have",
                hint="This is a defect of the rule: gaps are ids that the input gave it.",
            )
        gaps.add(known[gap_id])
    return frozenset(gaps)


def missing(gaps: Iterable[Gap]) -> tuple[Missing, ...]:
    """The reads to allow, one for each call and scope however many resources it would read, sorted."""
    found: dict[tuple[str, str, str], Missing] = {}
    for gap in sorted(gaps):
        read = Missing(gap.call, gap.permission, gap.scope.id, gap.reason.value, gap.detail)
        found.setdefault((read.call, read.permission, read.scope), read)
    return tuple(sorted(found.values()))
