"""What a verdict is about: the resource, scope or pair behind its subject id, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.errors import PolicyError
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.finding import Subject

UNASSIGNED = "unassigned"
"""The environment under which tallies count what belongs to none."""

_SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class About:
    """A resolved subject.

    ``environment`` is where the finding shows: the place of a resource or scope, the target of a
    pair; ``owner`` answers for that environment or service; ``location`` is the dotted key of the
    environment file; ``tallied`` the environment column of the summary (``prod``, ``dev->prod``).
    """

    subject: Subject
    environment: str | None
    owner: str | None
    location: str
    tallied: str
    resource: Resource | None = None
    unlisted: Unlisted | None = None
    pair: tuple[str, str] | None = None


class Subjects:
    """Resolves subject ids of one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._unlisted = {item.id: item for item in estate.unlisted}
        self._kinds: dict[str, dict[str, Resource]] = {}

    def resolve(self, subject: str, *, rule: str, kinds: Iterable[str] = ()) -> About:
        """The subject behind an id. Raises PolicyError for one that is not of the estate.

        A person and their identity share an id: ``kinds``, those of the check, say which is meant.
        """
        if (resource := self._meant(subject, kinds)) is not None:
            return self._resource(resource)
        if (unlisted := self._unlisted.get(subject)) is not None:
            return self._scope(unlisted)
        source, arrow, target = subject.partition("->")
        if arrow and source and target:
            return self._pair(subject, source, target)
        raise PolicyError(
            f"{rule} judged {subject!r}, which is not of this estate",
            why="no resource, unlisted scope or pair has that id",
            hint="This is a defect of the rule: subjects are ids that the input gave it.",
        )

    def _meant(self, subject: str, kinds: Iterable[str]) -> Resource | None:
        for kind in kinds:
            if kind not in self._kinds:
                self._kinds[kind] = {item.id: item for item in self._estate.of(kind)}
            if (resource := self._kinds[kind].get(subject)) is not None:
                return resource
        return self._estate.by_id.get(subject)

    def _resource(self, resource: Resource) -> About:
        subject = Subject("resource", resource.id, resource.kind, resource.provider, resource.name)
        return self._placed(subject, resource.place, resource=resource)

    def _scope(self, unlisted: Unlisted) -> About:
        name = f"{unlisted.kind} in {unlisted.scope.id}"
        subject = Subject("scope", unlisted.id, unlisted.kind, unlisted.scope.provider, name)
        return self._placed(subject, unlisted.place, unlisted=unlisted)

    def _placed(
        self,
        subject: Subject,
        place: str | None,
        *,
        resource: Resource | None = None,
        unlisted: Unlisted | None = None,
    ) -> About:
        return About(
            subject, place, self.owner(place), location(place), place or UNASSIGNED, resource, unlisted
        )

    def _pair(self, subject: str, source: str, target: str) -> About:
        # The grant that must go may lie on either side; who owns what is reached decides, so it is theirs.
        pair = Subject("pair", subject, "pair", "", subject)
        return About(pair, target, self.owner(target), location(source), subject, pair=(source, target))

    def owner(self, place: str | None) -> str | None:
        """The declared owner of an environment or service."""
        if place is None:
            return None
        if place.startswith(_SERVICE):
            owner = self._estate.services.get(place.removeprefix(_SERVICE), {}).get("owner")
            return None if owner is None else str(owner)
        environment = self._estate.environments.get(place)
        return environment.owner if environment else None


def location(place: str | None) -> str:
    """The dotted key of the environment file for a place: ``environments.prod``, ``services.ci``."""
    if place is None:
        return "environments"
    if place.startswith(_SERVICE):
        return f"services.{place.removeprefix(_SERVICE)}"
    return f"environments.{place}"
