"""The environment file as the stages read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from scanner.config.boundaries import EVERYTHING, asked, is_pattern, matched, outermost
from scanner.config.entry import Entry
from scanner.config.environments import EnvironmentDeclaration
from scanner.config.names import Account, Boundaries, Name, Text, Texts
from scanner.config.people import Attestation, Person
from scanner.config.services import FlowDeclaration, ServiceDeclaration
from scanner.config.settings import plain, repositories
from scanner.config.sources import Sources
from scanner.model.estate import Environment, Flow, pairs

Position = tuple[int, int, int]


class Assume(Entry):
    """What cannot be read and is assumed. It may turn an unknown into a fail, never into a pass."""

    scp: Literal["absent"] | None = Field(default=None, description="AWS service control policies.")
    rcp: Literal["absent"] | None = Field(default=None, description="AWS resource control policies.")
    deny_assignments: Literal["absent"] | None = Field(default=None, description="Azure deny assignments.")
    deny_policies: Literal["absent"] | None = Field(default=None, description="Google Cloud deny policies.")


class Minimum(Entry):
    """How much of what was asked for must be reached for a scan to count."""

    minimum: Annotated[int, Field(ge=0, le=100)] = Field(
        default=100, description="Percent of the scopes asked for that must be reached; else exit code 12."
    )


class EnvironmentFile(Entry):
    """Which environments there are, what belongs to them, and what may cross between them."""

    version: Literal[1] = Field(description="Version of this format: 1.")
    pattern: Boundaries = Field(
        default="accounts",
        description="What keeps environments apart: the boundary that holds one environment.",
    )
    tag_key: Texts = Field(
        default=("environment",), description="The tag, or tags, that name a resource's environment."
    )
    environments: dict[Name, EnvironmentDeclaration] = Field(
        description="The environments, at least two, by name.", min_length=2
    )
    services: dict[Name, ServiceDeclaration] = Field(
        default_factory=dict, description="What legitimately serves several environments, by name."
    )
    flows: tuple[FlowDeclaration, ...] = Field(
        default=(), description="Allowed crossings; every other crossing is forbidden."
    )
    people: dict[Name, Person] = Field(default_factory=dict, description="Who is who, by a short name.")
    attestations: tuple[Attestation, ...] = Field(
        default=(), description="What no API shows, vouched for by somebody until a date."
    )
    assume: Assume = Field(default_factory=Assume, description="What cannot be read and is assumed.")
    coverage: Minimum = Field(
        default_factory=Minimum, description="How much must be reached for a scan to count."
    )
    sources: Sources = Field(default_factory=Sources, description="What to collect, per provider.")
    waivers: Text | None = Field(
        default=None,
        description="File of accepted findings, relative to this file.",
        examples=["waivers.yaml"],
    )

    _path: str = PrivateAttr(default="envsplit.yaml")
    _positions: dict[str, Position] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, as it was named to `scanner.config.load`."""
        return self._path

    @property
    def positions(self) -> Mapping[str, Position]:
        """Dotted key -> (line, column, end column) of the key.

        1-based, the end exclusive, in UTF-16 code units as SARIF counts. A flow has its index and its
        name (``flows.0``, ``flows.promote-models``).
        """
        return self._positions

    def position(self, key: str) -> Position:
        """Where a key stands, or the nearest key above it that the file writes out."""
        while key and key not in self._positions:
            key = key.rpartition(".")[0]
        return self._positions.get(key, (1, 1, 2))

    def located(self, path: str, positions: Mapping[str, Position]) -> EnvironmentFile:
        """The same content, as read from a file."""
        copy = self.model_copy()
        copy._path, copy._positions = path, dict(positions)  # noqa: SLF001 - its own class
        return copy

    def accounts(self) -> tuple[Account, ...]:
        """All AWS account ids of environments and services, sorted."""
        return tuple(sorted({account for account, _ in self._account_places()}))

    def place_of_account(self, account: str) -> str | None:
        """``prod``, ``service:ci``, or ``None``: not declared, or shared and told apart by tags."""
        places = {place for known, place in self._account_places() if known == account}
        return places.pop() if len(places) == 1 else None

    def providers(self) -> tuple[str, ...]:
        """Every provider that this format knows, collected or not."""
        return tuple(Sources.model_fields)

    def boundaries(self, provider: str) -> tuple[str, ...]:
        """Every boundary of a provider that is declared or named under ``sources``, sorted.

        Those of AWS are account ids; of others ids, names or patterns, ``coarse/fine`` where both are
        named (subscription and resource group), and ``*`` where the file selects or asks for all.
        """
        declared = {boundary for boundary, _ in self._places_in(provider)}
        named = asked(getattr(self.sources, provider))
        return tuple(sorted(declared | {each for each in named if not _within(each, declared)}))

    def outer_boundaries(self, provider: str) -> tuple[str, ...]:
        """As `boundaries`, each by what it lies in: the subscriptions of resource groups.

        ``*`` is any: which ones a pattern stands for is not in the file.
        """
        outer = {outermost(boundary) for boundary in self.boundaries(provider)}
        return tuple(sorted({EVERYTHING if is_pattern(each) else each for each in outer}))

    def reads_all(self, provider: str) -> bool:
        """Whether a collection reads every boundary that its credentials see: its source names none."""
        return EVERYTHING in asked(getattr(self.sources, provider))

    def place_of(self, provider: str, boundary: str) -> str | None:
        """As `place_of_account`, for a boundary of any provider."""
        places = {place for known, place in self._places_in(provider) if known == boundary}
        return places.pop() if len(places) == 1 else None

    def pairs(self) -> list[tuple[str, str]]:
        """Ordered pairs (from, to) to be kept apart (`scanner.model.estate.pairs`)."""
        return pairs(self.as_environments())

    def as_environments(self) -> dict[str, Environment]:
        """The environments as the estate has them; ages in days, spans in seconds, repositories if any."""
        shared = {"pattern": self.pattern, "tag_key": list(self.tag_key)}
        facts = {"tier", "group", "owner", "match"}
        return {
            name: Environment(
                name=name,
                tier=declared.tier,
                group=declared.group,
                owner=declared.owner,
                settings={**shared, **repositories(declared.match), **plain(declared, leave=facts)},
            )
            for name, declared in sorted(self.environments.items())
        }

    def as_services(self) -> dict[str, dict[str, object]]:
        """The services as the estate has them: purpose, allows, may, owner."""
        return {name: plain(declared, leave={"match"}) for name, declared in sorted(self.services.items())}

    def as_flows(self) -> tuple[Flow, ...]:
        """The flows as the estate has them, in the file's order."""
        return tuple(flow.as_flow() for flow in self.flows)

    def as_people(self) -> dict[str, tuple[str, ...]]:
        """Person -> the identities that are theirs."""
        return {name: person.identities for name, person in sorted(self.people.items())}

    def assumptions(self) -> dict[str, str]:
        """What is assumed: ``{"scp": "absent"}``."""
        return {name: value for name, value in self.assume if value is not None}

    def owner_of(self, place: str) -> str | None:
        """Who answers for an environment, or for ``service:NAME``."""
        declared = self.environments.get(place) or self.services.get(place.removeprefix("service:"))
        return declared.owner if declared else None

    def attested(
        self, check: str, subject: str, at: dt.date, since: dt.date = dt.date.min
    ) -> Attestation | None:
        """The attestation that covers a check of a subject on a day; the one that lasts longest.

        One that was established before ``since`` is too old to count.
        """
        found = [item for item in self.attestations if item.covers(check, subject, at) and item.date >= since]
        return max(found, key=lambda item: (item.expires, item.date), default=None)

    def _account_places(self) -> list[tuple[Account, str]]:
        return self._places_in("aws")

    def _places_in(self, provider: str) -> list[tuple[str, str]]:
        matches = [(name, environment.match) for name, environment in self.environments.items()]
        matches += [(f"service:{name}", service.match) for name, service in self.services.items()]
        return [(each, place) for place, match in matches for each in matched(getattr(match, provider))]


def _within(boundary: str, declared: set[str]) -> bool:
    """Whether something declared is, or lies in, a boundary."""
    return any(one == boundary or one.startswith(f"{boundary}/") for one in declared) or (
        boundary == EVERYTHING and bool(declared)
    )
