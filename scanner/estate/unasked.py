"""Boundaries that are declared and of which a snapshot holds nothing by choice: no account is nobody's.

Each becomes a gap of its whole scope, so that what may lie there is unknown and not absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.config.boundaries import EVERYTHING
from scanner.estate.normaliser import Normaliser
from scanner.estate.places import Places, split
from scanner.estate.providers import ENTRIES, NOTHING_OF, PROVIDERS
from scanner.estate.vocabulary import KINDS
from scanner.estate.world import ABOVE, EVERY_KIND, GLOBAL, World
from scanner.model.estate import Unlisted
from scanner.model.snapshot import Gap, Scope, Snapshot, no_collector, no_normaliser, not_asked

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


def unmade(world: World, normalisers: Iterable[Normaliser], places: Places) -> Iterator[Unlisted]:
    """Every kind that no normaliser of a provider makes, in every boundary of it.

    Part of a provider is not collected yet: what is of such a kind there is unknown, not absent.
    """
    made = {each.kind for each in normalisers} | NOTHING_OF[world.provider]
    told = {gap.scope.boundary for gap in world.gaps if not gap.kind.startswith(ABOVE)}
    for boundary in sorted(world.answered | world.asked | told):
        scope = Scope(world.provider, boundary, GLOBAL)
        place = split(places.of_boundary(boundary))
        for kind in KINDS:
            if kind not in made:
                yield Unlisted(kind, scope, (no_normaliser(scope, kind),), *place)


def _left_out(snapshot: Snapshot, config: EnvironmentFile) -> Iterator[Gap]:
    for provider in config.providers():
        world = World(provider, snapshot)
        seen = world.asked | world.answered
        if provider not in PROVIDERS:
            yield from (
                no_collector(Scope(provider, boundary, GLOBAL))
                for boundary in config.boundaries(provider)
                if boundary not in seen
            )
            continue
        # Groups of whichever subscription: those of all that were seen, if all were to be read.
        known = seen | {EVERYTHING} if seen and config.reads_all(provider) else seen
        for boundary in config.outer_boundaries(provider):
            if boundary not in known:
                yield not_asked(Scope(provider, boundary, GLOBAL), ENTRIES[provider])
