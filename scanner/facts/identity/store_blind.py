"""What was not read and may hide access to stores, open or half-open, per pair of environments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from scanner.facts.identity import levels
from scanner.facts.identity.access import Access
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.half_blind import accounts_of, unread_callers
from scanner.facts.identity.paths import BLIND, Paths
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.store_classes import StoreClass
from scanner.facts.identity.stores import Store
from scanner.facts.identity.world import Group
from scanner.model.estate import Unlisted
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


def blind(paths: Paths, access: Access, wanted: set[tuple[str, str]]) -> dict[str, tuple[Gap, ...]]:
    """Pair -> gaps: stores not listed or not known, identities not read that may use stores."""
    found: dict[str, set[Gap]] = defaultdict(set)
    places: dict[str | None, list[StoreClass]] = defaultdict(list)
    for item in access.classes.all:
        places[item.first.place].append(item)
    unread = {place: tuple(_unread(items)) for place, items in places.items()}
    for home in sorted({home for home, _ in wanted}):
        groups, hidden = paths.behind(home)
        for place in sorted(place for start, place in wanted if start == home):
            look = _Look(paths, access, home, place, tuple(places[place]), groups, hidden)
            anyway, named = unread.get(place, ((), ()))
            hidden_ways = chain(
                look.unlisted(), look.identities_unread(), look.ways_unread(), look.unplaced()
            )
            gaps = chain(hidden_ways, [anyway], [named] if look.named else [])
            for each in gaps:
                found[f"{home}->{place}"].update(each)
    return {pair: tuple(sorted(gaps)) for pair, gaps in sorted(found.items()) if gaps}


def _unread(items: Iterable[StoreClass]) -> Iterator[tuple[Gap, ...]]:
    """What hides that stores of a place are open to everyone; then, that they name somebody."""
    stores = [store for item in items for store in item.stores if store.resource.unknown]
    for attrs in (("public_access", "acl_grantees"), ("policy", "registry_policy", "grants")):
        gaps = {gap for store in stores for attr in attrs for gap in store.resource.unknown.get(attr, ())}
        yield tuple(sorted(gaps))


@dataclass(frozen=True, eq=False, slots=True)
class _Look:
    """One pair: the stores of ``place``, the classes and hidden accounts on paths from ``home``."""

    paths: Paths
    access: Access
    home: str
    place: str
    items: tuple[StoreClass, ...]
    groups: list[Group]
    hidden: list[Node]

    @property
    def named(self) -> bool:
        """Whether there is anybody whom a policy might name."""
        return bool(accounts_of(self.access.world, self.home))

    def unlisted(self) -> Iterator[Iterable[Gap]]:
        """Stores may be public; nobody uses anything else without a policy of his own."""
        places_of = self.access.world.estate.places_of
        for item in self.access.unlisted:
            if self.place in places_of(item) and (item.kind == "store" or self._used(item)):
                yield item.gaps

    def _used(self, item: Unlisted) -> bool:
        """Whether anyone may use such things of an account at all."""
        asks = levels.anywhere(
            item.kind, item.scope.boundary, self.access.wanted, self.access.world.partition
        )
        patterns = {ask.arn for ask in asks}
        users = [group.first for group in self.groups if group.first.kind != "root"]
        return bool(self.hidden) or any(
            intersects(held, pattern)
            for caller in users
            for held in self.access.holdings.grants(caller)
            for pattern in patterns
        )

    def identities_unread(self) -> Iterator[Iterable[Gap]]:
        """Identities at home may be granted a store by name, those beyond what the store admits."""
        for caller in unread_callers(self.paths.graph, self.home):
            if any(_may_name(self.access, caller, item) for item in self.items):
                yield caller.unread
        for node in (node for node in self.hidden if node.hidden):
            caller, admitting = node.group.first, self.access.admitting(node.group.first)
            if any(item.first.account == caller.account or item.index in admitting for item in self.items):
                yield node.gaps

    def ways_unread(self) -> Iterator[Iterable[Gap]]:
        """What was not read at home may act as somebody who uses a store."""
        for node in self.hidden:
            if not node.hidden and self._used_by(node.group):
                yield node.gaps
            for edge in self.paths.graph.out(node):
                if edge.target.place != self.home and self._leads(edge):
                    yield node.gaps
                    break

    def _leads(self, edge: Edge) -> bool:
        reached = self.paths.reached(edge, self.home, BLIND)
        return any(self._used_by(item.target.group) for item in reached if not item.target.hidden)

    def _used_by(self, group: Group) -> bool:
        return any(use.store.place == self.place for use in self.access.of(group))

    def unplaced(self) -> Iterator[Iterable[Gap]]:
        """Stores whose tags were not read may be anybody's: those that somebody or everyone uses."""
        if not any(self._maybe(store) for item in self.access.classes.all for store in _placeless(item)):
            return
        for item in self.access.classes.all:
            exposed = item.first.resource.attrs.get("public_access", "public") == "public"
            for store in _placeless(item) if exposed else ():
                yield self._maybe(store)
        for group in self.groups:
            for use in self.access.of(group):
                for store in use.stores if use.store.place is None else ():
                    yield self._maybe(store)

    def _maybe(self, store: Store) -> tuple[Gap, ...]:
        """What hides that a store is of the place."""
        resource = store.resource
        if resource.place or self.place not in self.access.world.estate.places_of(resource):
            return ()
        return tuple(resource.unknown.get("assigned_by", ()))


def _placeless(item: StoreClass) -> tuple[Store, ...]:
    return item.stores if item.first.place is None else ()


def _may_name(access: Access, caller: Caller, item: StoreClass) -> bool:
    """Whether policies that were not read may select a store, whomever that admits."""
    asks = ((action, replace(target, policies=())) for _, action, target in item.first.asks)
    decisions = (access.world.ask(caller, action, target) for action, target in asks)
    return any(said.identity is not Tri.NO and said.denied is not Tri.YES for said in decisions)
