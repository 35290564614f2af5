"""Who may read production's secrets undeclared, and who may write stores that are declared read-only.

What counts is effective access, at first hand or by becoming somebody who has it; a right that has only to be
activated counts too. People and identities count, resources that act as those do not. (KEY-004, DAT-003)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from scanner.facts.azure.rbac.hidden import Hidden
from scanner.facts.azure.rbac.holders import Answer, Found, Holders
from scanner.facts.azure.rbac.shared import READS, USES, Shared, shared
from scanner.facts.azure.rbac.stores import Stores
from scanner.facts.azure.rbac.world import Node, World
from scanner.facts.crossings import names
from scanner.facts.identity.declared import principals, setting
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.snapshot import Gap

NEEDS = (*READS, *USES)
CHANGING = ("write", "delete", "admin")
LISTED = 20
"""How many principals a mark names; their number stands beside."""


def derive(estate: Estate) -> Facts:
    """Marks on secrets of production, and on stores."""
    return Facts(marks=tuple(_Scan(shared(estate)).marks()))


class Declared:
    """Whom some patterns name: people by their short names, else by whatever they are known by."""

    def __init__(self, estate: Estate, listed: Sequence[str]) -> None:
        self._patterns = tuple(
            str(pattern).casefold() for name in listed for pattern in estate.people.get(name, (name,))
        )

    def covers(self, world: World, node: Node) -> bool:
        """Whether somebody is among them, by themselves or by a group."""
        return self.names(world.names(node))

    def names(self, known: Iterable[str]) -> bool:
        """Whether any of some names is among them; Azure heeds no case."""
        return any(fnmatchcase(name.casefold(), pattern) for name in known for pattern in self._patterns)


class _Scan:
    def __init__(self, held: Shared) -> None:
        self._held, self._estate = held, held.world.estate
        self._holders = Holders(held)
        self._hidden = Hidden(held.paths, what="stores")
        tiers = {name: item.tier for name, item in self._estate.environments.items()}
        self._production = {name for name, tier in tiers.items() if tier == "production"}

    def marks(self) -> Iterator[Mark]:
        """Everything that is said of secrets and stores."""
        for stores in self._held.uses.all:
            if stores.first.kind == "secret" and stores.first.environment in self._production:
                yield from self._readers(stores)
        for item in self._estate.of("store"):
            yield Mark(item.id, "read_only", bool(self._read_only_in(item)))
        for stores in self._held.uses.all:
            if stores.first.kind == "store":
                yield from self._writers(stores)

    def _readers(self, stores: Stores) -> Iterator[Mark]:
        listed = principals(self._estate.environments[str(stores.first.environment)], "keys.readers")
        if listed is None:
            return
        declared, world = Declared(self._estate, listed), self._held.world

        def undeclared(node: Node) -> bool:
            return not declared.covers(world, node)

        answer = self._holders.of(stores, ("read",), undeclared)
        hidden = self._hidden.users(stores, self._holders.users(stores, ("read",)), undeclared)
        for item in stores.items:
            yield from _told(item, "undeclared_readers", answer, hidden)

    def _read_only_in(self, item: Resource) -> tuple[str, ...]:
        """The environments that declare a store read-only."""
        return tuple(
            name
            for name, environment in sorted(self._estate.environments.items())
            if any(names(str(each).lower(), item.id) for each in setting(environment, "data.read_only") or ())
        )

    def _writers(self, stores: Stores) -> Iterator[Mark]:
        kept: dict[tuple[str, ...], tuple[Answer, tuple[Gap, ...] | None]] = {}
        for item in stores.items:
            places = self._read_only_in(item)
            if not places:
                continue

            def own(node: Node, places: tuple[str, ...] = places) -> bool:
                return bool({*node.homes} & {*places})

            if places not in kept:
                answer = self._holders.of(stores, CHANGING, own)
                users = self._holders.users(stores, CHANGING)
                kept[places] = answer, self._hidden.users(stores, users, own)
            yield from _told(item, "own_writers", *kept[places])


def _told(item: Resource, attr: str, answer: Answer, hidden: tuple[Gap, ...] | None) -> Iterator[Mark]:
    """Known as soon as one is proven, or nobody can be; ``hidden`` (if not ``None``) may hold somebody."""
    open_one = not answer.proven and (bool(answer.possible) or hidden is not None)
    gaps = tuple(sorted({*answer.gaps, *(hidden or ())})) if open_one else ()
    shown = answer.proven or answer.possible
    steps = shown[0].steps if shown else ()
    for name, value in ((attr, _names(answer.proven)), (f"{attr}_count", len(answer.proven))):
        yield Mark(item.id, name, None if open_one else value, unknown=open_one, gaps=gaps, steps=steps)
    yield Mark(item.id, f"possible_{attr}", _names(answer.possible))


def _names(found: tuple[Found, ...]) -> list[str]:
    return [item.node.shown for item in found[:LISTED]]
