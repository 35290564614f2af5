"""People of a directory (IAM Identity Center) and the roles that their assignments give them.

An assigned permission set stands in its account as a role ``AWSReservedSSO_<name>_<16 hex digits>`` under
a path of its own, which only the directory's people can take.

https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.snapshot import Gap

READS = (
    *("assignment.boundary", "assignment.permission_set", "assignment.principal"),
    *("people_group.members", "permission_set.name"),
)
"""What of an estate is read for assignments."""

PEOPLE = ":identitystore:::user/"
_PATH = ":role/aws-reserved/sso.amazonaws.com/"
_ROLE = re.compile(r"AWSReservedSSO_(?P<name>.+)_[0-9a-f]{16}")


@dataclass(frozen=True, eq=False, slots=True)
class Taken:
    """A role that somebody takes by an assignment."""

    role: Caller
    steps: tuple[Step, ...]
    assignment: Resource


class Directory:
    """Assignments by person and group; ``hidden`` is why some were not read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._roles: dict[tuple[str, str], list[Caller]] = defaultdict(list)
        for caller in world.callers.values():
            match = _ROLE.fullmatch(caller.name) if _PATH in caller.arn else None
            if match:
                self._roles[caller.account, match["name"]].append(caller)
        self._sets = {item.id: item for item in world.estate.of("permission_set")}
        unread: list[Gap] = []
        self._assigned: dict[str, list[Resource]] = defaultdict(list)
        for item in world.estate.of("assignment"):
            if "principal" in item.unknown:
                unread += item.unknown["principal"]
            else:
                self._assigned[str(item.attrs["principal"])].append(item)
        self.people = any(PEOPLE in item.id for item in world.estate.of("person"))
        self._groups: dict[str, list[Resource]] = defaultdict(list)
        for group in world.estate.of("people_group"):
            unread += group.unknown.get("members", ())
            for member in group.attrs.get("members") or ():
                self._groups[member].append(group)
        for kind in ("assignment", "permission_set", "people_group"):
            unread += (gap for item in world.estate.missing(kind) for gap in item.gaps)
        self.hidden = tuple(sorted(set(unread)))
        self.incomplete = bool(unread) or any(
            world.estate.missing(kind) for kind in ("assignment", "permission_set", "people_group")
        )

    def taken(self, person: Resource) -> Iterator[Taken]:
        """Every role that a person takes, directly or by a group."""
        for item in self._assigned.get(person.id, ()):
            yield from self._by(person, item, ())
        for group in self._groups.get(person.id, ()):
            joined = Step(person.id, group.id, f"is in group {group.name}", group.where("members"))
            for item in self._assigned.get(group.id, ()):
                yield from self._by(person, item, (joined,))

    def groups(self, person: Resource) -> tuple[str, ...]:
        """Ids of the groups that a person is in."""
        return tuple(group.id for group in self._groups.get(person.id, ()))

    def roles(self) -> Iterator[Caller]:
        """Every role that Identity Center made for some assignment."""
        for held in self._roles.values():
            yield from held

    def unread(self, person: Resource) -> tuple[Gap, ...]:
        """Why roles of theirs may be missing: nothing of the assignment, or of its account, was read."""
        found = set(self.hidden)
        holders = [person.id, *(group.id for group in self._groups.get(person.id, ()))]
        for item in (each for holder in holders for each in self._assigned.get(holder, ())):
            found |= {gap for gaps in item.unknown.values() for gap in gaps}
            account = str(item.attrs.get("boundary", ""))
            if account in self._world.unlisted:
                found |= set(self._world.unlisted[account].gaps)
            held = self._sets.get(str(item.attrs.get("permission_set", "")))
            if held is not None:
                found |= set(held.unknown.get("name", ()))
        return tuple(sorted(found))

    def _by(self, person: Resource, item: Resource, joined: tuple[Step, ...]) -> Iterator[Taken]:
        held = self._sets.get(str(item.attrs.get("permission_set", "")))
        if held is None or "name" in held.unknown:
            return
        for role in self._roles.get((str(item.attrs.get("boundary", "")), str(held.attrs["name"])), ()):
            source = joined[-1].target_id if joined else person.id
            words = f"is assigned permission set {held.attrs['name']} in {role.account}"
            yield Taken(role, (*joined, Step(source, role.arn, words, item.source)), item)
