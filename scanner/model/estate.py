"""Normalised resources, each with its environment, and the indexes that facts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from scanner.model.snapshot import Gap, Reason, Scope, Source


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing of an estate, in the vocabulary that all providers share.

    ``id`` is the provider's own (an ARN); ``kind`` a word of docs/glossary.md (``store``). Every
    attribute a normaliser knows of is either in ``attrs`` (``None``: known to be absent) or in
    ``unknown``, with the gaps that hide it: never in neither. ``pointers`` says where in the
    record's line an attribute was read, ``elsewhere`` of what a record beside it says the whole source.
    ``environment`` is the environment it belongs to, or
    ``None``; ``service`` the declared service instead.
    """

    id: str
    kind: str
    name: str
    scope: Scope
    attrs: Mapping[str, Any]
    unknown: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    source: Source = field(default=Source("", 0))
    pointers: Mapping[str, str] = field(default_factory=dict)
    environment: str | None = None
    service: str | None = None
    elsewhere: Mapping[str, Source] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        """``aws``."""
        return self.scope.provider

    @property
    def place(self) -> str | None:
        """The environment or ``service:NAME`` it is in, or ``None`` if unassigned."""
        return self.environment or (f"service:{self.service}" if self.service else None)

    def where(self, attr: str) -> Source:
        """The snapshot line and pointer that say ``attr``."""
        return self.elsewhere.get(attr) or self.source.at(self.pointers.get(attr, self.source.pointer))


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A kind that could not be listed in a scope: no resources seen is not "not applicable"."""

    kind: str
    scope: Scope
    gaps: tuple[Gap, ...]
    environment: str | None = None
    service: str | None = None

    @property
    def id(self) -> str:
        """``aws/111111111111/global/store``."""
        return f"{self.scope.id}/{self.kind}"

    @property
    def place(self) -> str | None:
        """As `Resource.place`."""
        return self.environment or (f"service:{self.service}" if self.service else None)

    @property
    def closed(self) -> bool:
        """Whether it is a region that is not enabled: nothing is there."""
        return bool(self.gaps) and all(gap.reason is Reason.NOT_ENABLED for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment as rules and facts see it; ``settings`` is plain JSON."""

    name: str
    tier: str
    group: str | None = None
    owner: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def pairs(environments: Mapping[str, Environment]) -> list[tuple[str, str]]:
    """All ordered pairs (from, to) that must be apart, sorted."""
    return [
        (source, target)
        for source, target in permutations(sorted(environments), 2)
        if apart(environments, source, target)
    ]


def apart(environments: Mapping[str, Environment], source: str, target: str) -> bool:
    """Whether nothing of one environment may reach another: the one place that says which.

    Environments of one group share what they need; the control tier may reach everything.
    """
    first, second = environments[source], environments[target]
    grouped = first.group is not None and first.group == second.group
    return source != target and first.tier != "control" and not grouped


@dataclass(frozen=True, slots=True)
class Flow:
    """A declared, allowed crossing. ``access``: the levels of `scanner.model.facts.ACCESS`.

    ``resources`` are shell-style patterns over target ids (empty: all); ``ports`` apply to network
    crossings (empty: all); ``via`` names a service, else the flow does not cover paths through one.
    """

    name: str
    source: str
    target: str
    access: tuple[str, ...]
    resources: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    via: str | None = None


@dataclass(frozen=True)
class Estate:
    """Everything known, indexed once. Facts and rules read this and nothing else."""

    resources: Mapping[str, tuple[Resource, ...]]
    by_id: Mapping[str, Resource]
    unlisted: tuple[Unlisted, ...]
    gaps: tuple[Gap, ...]
    environments: Mapping[str, Environment]
    services: Mapping[str, Mapping[str, Any]]
    flows: tuple[Flow, ...]
    places: Mapping[str, str | None]
    """Boundary id -> place, for every boundary declared or seen."""
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Person -> the identities that are theirs."""
    assume: Mapping[str, str] = field(default_factory=dict)
    """What cannot be read and is assumed: ``{"scp": "absent"}``."""
    as_of: str = ""
    by_tags: frozenset[str] = frozenset()
    """Environments that tags may put a resource in, where its boundary has no place."""
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``store`` -> the calls that list it; ``store.policy`` -> those and the ones it is read from."""

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a kind, sorted by id."""
        return self.resources.get(kind, ())

    def places_of(self, item: Resource | Unlisted) -> frozenset[str]:
        """The places that something may have: its own, or, where tags tell and were not read, all of theirs.

        Empty for what is known to be nobody's.
        """
        if item.place is not None:
            return frozenset({item.place})
        told = isinstance(item, Resource) and "assigned_by" not in item.unknown
        return frozenset() if told else self.by_tags

    def missing(self, kind: str) -> tuple[Unlisted, ...]:
        """The scopes in which a kind could not be listed."""
        return tuple(item for item in self.unlisted if item.kind == kind)
