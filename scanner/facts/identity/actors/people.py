"""People of a directory (IAM Identity Center) whom one environment declares and whom another lets in.

Whose somebody is only ``people`` of the environments says, by name, identity or group of the directory.
Somebody whom both environments declare is meant to work in both: whether they should is ACC-001's matter.

https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.identity.actors.acting import PERSON, Acting, Unseen, actor, said
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.directory import PEOPLE, Directory, Taken
from scanner.facts.identity.directory import READS as ASSIGNED
from scanner.facts.identity.edges import Made
from scanner.facts.identity.humans import Humans
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

READS = (*ASSIGNED, "person.identity")

_GROUP = ":group/"


def acting(world: World) -> Iterator[Acting | Unseen]:
    """People of an environment with the roles of other places that assignments give them."""
    declaring = {
        name: item for name, item in world.estate.environments.items() if item.settings.get("people")
    }
    if declaring:
        yield from _People(world, Directory(world), Humans(world.estate)).all(sorted(declaring))


@dataclass(frozen=True, eq=False, slots=True)
class _People:
    world: World
    directory: Directory
    humans: Humans

    def all(self, homes: list[str]) -> Iterator[Acting | Unseen]:
        """Per environment and assignment everybody who takes its role so, and who may."""
        found: dict[tuple[str, str, str], dict[str, tuple[Resource, Taken]]] = defaultdict(dict)
        unread: dict[str, set[Gap]] = defaultdict(set)
        for person in self.world.estate.of("person"):
            if PEOPLE not in person.id or person.provider != "aws":
                continue
            for home in homes:
                if not self._of(person, home):
                    continue
                for taken in self.directory.taken(person):
                    if taken.role.place != home and not self._of(person, taken.role.place, taken.role.arn):
                        found[home, taken.assignment.id, taken.role.arn][person.id] = person, taken
                unread[home].update(self.directory.unread(person))
        for home in homes:
            unread[home].update(gap for item in self.world.estate.missing("person") for gap in item.gaps)
            if self._by_groups(home):
                unread[home].update(self.directory.hidden)
            yield from self._unread(home, tuple(sorted(unread[home])))
        for (home, _, _), held in sorted(found.items()):
            yield self._acting(home, held)

    def _of(self, person: Resource, place: str | None, *also: str) -> bool:
        """Whether an environment declares somebody."""
        environment = self.world.estate.environments.get(place or "")
        listed = environment.settings.get("people") if environment else None
        groups = self.directory.groups(person)
        return self.humans.declared(person, listed or (), (*also, *groups))

    def _by_groups(self, home: str) -> bool:
        """Whether an environment declares groups: whoever is in one that was not read may be its own."""
        listed = self.world.estate.environments[home].settings["people"]
        return any(_GROUP in str(entry) for entry in listed)

    def _unread(self, home: str, gaps: tuple[Gap, ...]) -> Iterator[Unseen]:
        roles = (role for role in self.directory.roles() if role.place != home)
        names = tuple(sorted(role.arn for role in roles))
        if gaps and names:
            yield Unseen(home, "", names, gaps)

    def _acting(self, home: str, held: dict[str, tuple[Resource, Taken]]) -> Acting:
        taken = next(iter(held.values()))[1]
        steps = {name: item.steps for name, (_, item) in held.items()}

        def tell(caller: Caller) -> tuple[Step, ...]:
            return steps[caller.arn]

        grant = Grant(taken.assignment.id, taken.steps[-1].by, taken.assignment.source)
        members = tuple(actor(PERSON, person.id, home, person) for _, (person, _) in sorted(held.items()))
        aim = Target(taken.role.arn, taken.role.account, "role")
        return Acting(home, members, taken.role, aim, said(Tri.YES), made=Made(grant, tell))
