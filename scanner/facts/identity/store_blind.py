"""What was not read and may hide access to stores, open or half-open, per pair of environments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Node
from scanner.facts.identity.half_blind import accounts_of, unread_callers
from scanner.facts.identity.paths import Paths
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.stores import Access, Store
from scanner.facts.identity.unread import missing, never_asked
from scanner.facts.identity.world import Group
from scanner.model.estate import Unlisted
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


def blind(paths: Paths, access: Access, wanted: set[tuple[str, str]]) -> dict[str, tuple[Gap, ...]]:
    """Pair -> gaps: stores not listed or not known, identities not read that may use stores."""
    found: dict[str, set[Gap]] = defaultdict(set)
    for home in sorted({home for home, _ in wanted}):
        groups, hidden = paths.behind(home)
        for place in sorted(place for start, place in wanted if start == home):
            stores = tuple(store for store in access.stores.values() if store.resource.place == place)
            look = _Look(paths, access, home, place, stores, groups, hidden)
            unread = (store.resource.unknown.get("acl_grantees", ()) for store in stores)
            for gaps in chain(look.unlisted(), look.stores_unread(), look.identities_unread(), unread):
                found[f"{home}->{place}"].update(gaps)
    return {pair: tuple(sorted(gaps)) for pair, gaps in sorted(found.items()) if gaps}


@dataclass(frozen=True, eq=False, slots=True)
class _Look:
    """One pair: the stores of ``place``, the classes and hidden accounts on paths from ``home``."""

    paths: Paths
    access: Access
    home: str
    place: str
    stores: tuple[Store, ...]
    groups: list[Group]
    hidden: list[Node]

    def unlisted(self) -> Iterator[Iterable[Gap]]:
        """Stores may be public; nobody uses a repository without a policy of his own."""
        world = self.access.world
        for item in (*missing(world.estate, "store"), *never_asked(world.estate, "store", world.seen)):
            if item.place == self.place:
                yield item.gaps
        for item in missing(world.estate, "registry"):
            if item.place == self.place and self._pulled(item):
                yield item.gaps

    def _pulled(self, item: Unlisted) -> bool:
        """Whether anyone may use repositories of an account at all."""
        pattern = f"arn:{self.access.world.partition}:ecr:*:{item.scope.boundary}:repository/*"
        users = [group.first for group in self.groups if group.first.kind != "root"]
        return bool(self.hidden) or any(
            intersects(held, pattern) for caller in users for held in self.access.patterns(caller)
        )

    def stores_unread(self) -> Iterator[Iterable[Gap]]:
        """A store may be open to everyone, and its policy may name whoever has an account."""
        named = bool(accounts_of(self.access.world, self.home))
        for store in self.stores:
            yield store.resource.unknown.get("public_access", ())
            if named:
                yield store.resource.unknown.get("policy", ())
                yield store.resource.unknown.get("registry_policy", ())

    def identities_unread(self) -> Iterator[Iterable[Gap]]:
        """Identities at home may be granted a store by name, those beyond what the store admits."""
        for caller in unread_callers(self.paths.graph, self.home):
            if any(_may_name(self.access, caller, store) for store in self.stores):
                yield caller.unread
        for node in self.hidden:
            caller = node.group.first
            if any(
                store.account == caller.account or self.access.admits(store, caller) for store in self.stores
            ):
                yield node.gaps


def _may_name(access: Access, caller: Caller, store: Store) -> bool:
    """Whether policies that were not read may select a store, whomever that admits."""
    asks = ((action, replace(target, policies=())) for _, action, target in store.asks)
    decisions = (access.world.ask(caller, action, target) for action, target in asks)
    return any(item.identity is not Tri.NO and item.denied is not Tri.YES for item in decisions)
