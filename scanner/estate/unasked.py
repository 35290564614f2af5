"""Boundaries that are declared and of which a snapshot holds nothing by choice: no account is nobody's.

Each becomes a gap of its whole scope, so that what may lie there is unknown and not absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.estate.places import split
from scanner.estate.providers import PROVIDERS
from scanner.estate.vocabulary import KINDS
from scanner.estate.world import EVERY_KIND, GLOBAL, World
from scanner.model.estate import Unlisted
from scanner.model.snapshot import Gap, Scope, Snapshot, no_collector, not_asked

if TYPE_CHECKING:
    from scanner.config import EnvironmentFile


def with_unasked(snapshot: Snapshot, config: EnvironmentFile) -> Snapshot:
    """The snapshot, with a gap for each declared boundary that its collection was not asked for.

    One may be declared since, left out of ``sources.aws.accounts``, or of a provider without collector.
    """
    known = {gap.scope for gap in snapshot.gaps if gap.kind == EVERY_KIND}
    found = [gap for gap in _left_out(snapshot, config) if gap.scope not in known]
    return replace(snapshot, gaps=tuple(sorted({*snapshot.gaps, *found})))


def uncollected(snapshot: Snapshot, config: EnvironmentFile) -> Iterator[Unlisted]:
    """Every kind, in every boundary of a provider that has no normalisers."""
    for gap in snapshot.gaps:
        scope = gap.scope
        if gap.kind == EVERY_KIND and scope.provider not in PROVIDERS:
            place = split(config.place_of(scope.provider, scope.boundary))
            yield from (Unlisted(kind, scope, (gap,), *place) for kind in KINDS)


def _left_out(snapshot: Snapshot, config: EnvironmentFile) -> Iterator[Gap]:
    for provider in config.providers():
        makes = not_asked if provider in PROVIDERS else no_collector
        world = World(provider, snapshot)
        for boundary in config.boundaries(provider):
            if boundary not in world.asked | world.answered:
                yield makes(Scope(provider, boundary, GLOBAL))
