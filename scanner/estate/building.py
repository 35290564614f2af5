"""From a snapshot and the environment file to the estate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scanner.estate.assignment import BOUNDARY, Drafts, assign, describe_boundaries
from scanner.estate.normaliser import Draft, Normaliser, draft
from scanner.estate.places import Places, split
from scanner.estate.providers import CONTAINERS, FOLDED_TAGS, PROVIDERS, READS
from scanner.estate.unasked import uncollected, unmade, with_unasked
from scanner.estate.unlisted import Missing, unlisted
from scanner.estate.values import Known
from scanner.estate.vocabulary import KINDS
from scanner.estate.world import World
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.snapshot import Gap, Scope, Snapshot

if TYPE_CHECKING:
    from scanner.config import EnvironmentFile


def build(snapshot: Snapshot, config: EnvironmentFile, as_of: str | None = None) -> Estate:
    """Normalise every record, give every resource its place, and index the whole.

    ``as_of`` (RFC 3339 UTC) is the time that verdicts are judged at, by default the snapshot's.
    Raises nothing of its own: what is not in the snapshot comes out as unknown.
    """
    resources: list[Resource] = []
    missing: list[Unlisted] = []
    boundaries: dict[str, str | None] = {}
    by_tags: set[str] = set()
    snapshot = with_unasked(snapshot, config)
    missing += uncollected(snapshot, config)
    boundaries |= {item.scope.boundary: item.place for item in missing}
    for provider, normalisers in PROVIDERS.items():
        places = Places(provider, config, folded_tags=FOLDED_TAGS[provider])
        world = World(provider, snapshot, places.declared, _identities(config))
        places.stand_in(CONTAINERS[provider](world))
        hidden = unlisted(world, normalisers)
        drafts = _drafts(normalisers, world)
        given = assign(drafts, places)
        tagged = unlisted(world, (each for each in normalisers if each.taggable))
        describe_boundaries(drafts, given, places, world, tagged)
        hidden = {**hidden, **_nowhere(drafts, hidden)}
        missing += unmade(world, normalisers, places)
        by_tags |= places.by_tags
        resources += (_resource(made, given[key]) for key, made in drafts.items())
        missing += (
            Unlisted(kind, scope, gaps, *split(places.of_boundary(scope.boundary)))
            for (kind, scope), gaps in hidden.items()
        )
        boundaries |= {each: given[BOUNDARY, each] for kind, each in drafts if kind == BOUNDARY}
    by_kind = _by_kind(resources)
    return Estate(
        resources=by_kind,
        by_id=_by_id(by_kind),
        unlisted=tuple(missing),
        gaps=snapshot.gaps,
        environments=config.as_environments(),
        services=config.as_services(),
        flows=config.as_flows(),
        places=boundaries,
        people=config.as_people(),
        assume=config.assumptions(),
        by_tags=frozenset(by_tags),
        as_of=as_of or snapshot.taken_at,
        reads=READS,
    )


def _identities(config: EnvironmentFile) -> Iterator[str]:
    for identities in config.as_people().values():
        yield from identities


def _drafts(normalisers: Iterable[Normaliser], world: World) -> Drafts:
    """One draft for each kind and id: of what several boundaries list, the owner's own."""
    found: dict[tuple[str, str], Draft] = {}
    for normaliser in normalisers:
        for reading in normaliser.readings(world):
            made = draft(normaliser, reading)
            key = (made.kind, made.id)
            if key not in found or _rank(made) < _rank(found[key]):
                found[key] = made
    return found


def _nowhere(drafts: Drafts, hidden: Missing) -> Missing:
    """Kinds with something in a scope whose environment is not known: no rule for one would look at it."""
    found: dict[tuple[str, Scope], set[Gap]] = {}
    for made in drafts.values():
        if made.taggable and "assigned_by" in made.unknown:
            key = (made.kind, made.scope)
            found.setdefault(key, set(hidden.get(key, ()))).update(made.unknown["assigned_by"])
    return {key: tuple(sorted(gaps)) for key, gaps in found.items()}


def _rank(made: Draft) -> tuple[bool, int, str]:
    return made.holder != made.scope.boundary, len(made.unknown), made.scope.id


def _resource(made: Draft, place: str | None) -> Resource:
    environment, service = split(place)
    return Resource(
        id=made.id,
        kind=made.kind,
        name=made.name,
        scope=made.scope,
        attrs=made.attrs,
        unknown=made.unknown,
        tags=made.tags.value if isinstance(made.tags, Known) else None,
        source=made.source,
        pointers=made.pointers,
        environment=environment,
        service=service,
        elsewhere=made.elsewhere,
    )


def _by_kind(resources: Iterable[Resource]) -> dict[str, tuple[Resource, ...]]:
    kinds: dict[str, list[Resource]] = {}
    for resource in sorted(resources, key=lambda each: (each.kind, each.id)):
        kinds.setdefault(resource.kind, []).append(resource)
    return {kind: tuple(found) for kind, found in kinds.items()}


def _by_id(by_kind: dict[str, tuple[Resource, ...]]) -> dict[str, Resource]:
    """Id -> resource. A person has the id of an identity, which goes before."""
    kinds = sorted(by_kind, key=lambda kind: (KINDS[kind].belongs_to is not None, kind))
    found: dict[str, Resource] = {}
    for kind in kinds:
        for resource in by_kind[kind]:
            found.setdefault(resource.id, resource)
    return found
