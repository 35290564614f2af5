"""What is still open of a crossing once some grants are taken away: ways, as the requests that they need."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.facts.crossings import EXTERNAL
from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.actors import ACTORS
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Ask, Edge, Node
from scanner.facts.identity.meant import meant, naming
from scanner.facts.identity.power import EVERYTHING
from scanner.facts.identity.remaining import Remaining
from scanner.facts.identity.store_classes import StoreClass
from scanner.facts.identity.stores import Store
from scanner.facts.identity.supports import Need
from scanner.facts.identity.without import Gone
from scanner.facts.identity.world import Group
from scanner.model.logic import Tri

Wanted = Mapping[str, frozenset[str]]
"""Levels of access -> stores."""


@dataclass(frozen=True, eq=False, slots=True)
class Goal:
    """What some callers that are alike, of one class, must not reach.

    ``hops`` are whom they become when they leave their environment; after that they enter other places as
    ``entered``, or use ``stores``. ``direct`` are stores that they use as themselves. ``half``: also where
    the key of the content still keeps it closed.
    """

    members: tuple[Caller, ...]
    group: Group
    hops: frozenset[str]
    entered: frozenset[str]
    stores: Wanted
    direct: Wanted
    half: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _At:
    """Where a way has come to, and its edges, each with who takes it: one, or all that are alike."""

    node: Node
    caller: Caller
    edges: tuple[tuple[Edge, Caller, Sequence[Caller]], ...] = ()

    @property
    def needs(self) -> tuple[Need | str, ...]:
        """The requests on the way, and the names of settings that make it."""
        found: list[Need | str] = []
        for edge, caller, members in self.edges:
            found += [edge.made.grant.id] if edge.made else []
            found += (_need(ask, caller, members) for ask in edge.asks if not ask.silent)
        return tuple(found)


class Uses:
    """What classes of callers may use, store by store."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._kept: dict[int, tuple[tuple[Use, ...], dict[str, dict[str, Use]]]] = {}

    def of(self, node: Node) -> dict[str, dict[str, Use]]:
        """Level -> store -> use."""
        uses = self.access.of(node.group)
        if id(uses) not in self._kept:
            found: dict[str, dict[str, Use]] = defaultdict(dict)
            for use in uses:
                found[use.level].update({store.id: use for store in use.stores})
            self._kept[id(uses)] = (uses, found)
        return self._kept[id(uses)][1]

    def open(self, node: Node, wanted: Wanted) -> Iterator[tuple[Use, list[Store]]]:
        """Uses of what is wanted, each with those of its stores that are."""
        held = self.of(node)
        for level, ids in wanted.items():
            known = held.get(level, {})
            chosen: dict[Use, list[Store]] = defaultdict(list)
            for store_id in sorted(ids) if len(ids) < len(known) else (key for key in known if key in ids):
                if store_id in known:
                    chosen[known[store_id]].append(self.access.stores[store_id])
            yield from chosen.items()


class Survivors:
    """The ways to a goal that remain, one for each class of callers and stores that nothing tells apart."""

    def __init__(self, remaining: Remaining, uses: Uses | None, goal: Goal) -> None:
        self._remaining, self._uses, self._goal = remaining, uses, goal
        self._home = goal.members[0].place

    def ways(self) -> Iterator[tuple[Need | str, ...]]:
        """The requests of each way found."""
        for members in self._classes():
            yield from self._direct(members)
            if self._goal.hops:
                found = self._search(members)
                if found is not None:
                    yield found

    def _classes(self) -> Iterator[tuple[Caller, ...]]:
        """The members, together where they hold the same still."""
        found: dict[object, list[Caller]] = defaultdict(list)
        for member in self._goal.members:
            found[self._remaining.without.of_caller(member)].append(member)
        for members in found.values():
            yield from _named_alike(self._remaining, self._start(members[0]), members)

    def _start(self, member: Caller) -> Node:
        """The node of a member."""
        if member.kind in ACTORS:
            return Node(self._goal.group.first.arn, self._home, self._goal.group)
        return self._remaining.node(member.arn)

    def _direct(self, members: tuple[Caller, ...]) -> Iterator[tuple[Need | str, ...]]:
        """Stores that the members use themselves."""
        if self._goal.direct and self._uses:
            node = self._remaining.node(members[0].arn)
            at = _At(node, self._remaining.caller(node))
            yield from self._used(at, members, self._goal.direct)

    def _search(self, members: tuple[Caller, ...]) -> tuple[Need | str, ...] | None:
        """A shortest way that leaves by a hop of the goal and arrives, if there is one."""
        seen: set[object] = set()
        queue: deque[_At] = deque()
        for at in self._left(members):
            if at.node.id in self._goal.entered:
                return at.needs
            queue.append(at)
        while queue:
            at = queue.popleft()
            key = at.node if self._remaining.changed(at.node) else at.node.group
            if key in seen:
                continue
            seen.add(key)
            if self._goal.stores and self._uses:
                found = next(self._used(at, (), self._goal.stores), None)
                if found is not None:
                    return found
            for edge in self._remaining.out(at.node):
                target = edge.target
                if target.place == self._home or not usable(edge):
                    continue
                then = self._over(at, edge, ())
                if target.id in self._goal.entered and target.place != at.node.place:
                    return then.needs
                queue.append(then)
        return None

    def _left(self, members: tuple[Caller, ...]) -> Iterator[_At]:
        """Where the members are after leaving, having given themselves more rights or not."""
        node = self._start(members[0])
        if len(members) == 1 and len(node.group.members) > 1 and members[0].kind not in ACTORS:
            node = self._remaining.alone(node)
        todo, seen = [_At(node, self._remaining.caller(node))], {node.id}
        while todo:
            at = todo.pop()
            for edge in self._remaining.out(at.node):
                target = edge.target
                lifted = members if at.node is node else ()
                if target.power:
                    if target.id not in seen:
                        seen.add(target.id)
                        todo.append(self._over(at, edge, lifted))
                elif target.place != self._home and target.id in self._goal.hops and usable(edge):
                    yield self._over(at, edge, lifted)

    def _over(self, at: _At, edge: Edge, members: Sequence[Caller]) -> _At:
        """One edge further."""
        caller = edge.group.first if edge.group.first.kind in ACTORS else at.caller
        way = (*at.edges, (edge, caller, members))
        return _At(edge.target, self._remaining.caller(edge.target), way)

    def _used(self, at: _At, members: Sequence[Caller], wanted: Wanted) -> Iterator[tuple[Need | str, ...]]:
        """What is used there, one way for each class of stores."""
        assert self._uses is not None  # noqa: S101 - the callers' condition
        for use, stores in self._uses.open(self._remaining.before(at.node), wanted):
            found: dict[tuple[Gone, ...], list[Store]] = defaultdict(list)
            for store in stores:
                found[self._remaining.without.of_store(store)].append(store)
            for alike in found.values():
                needs = self._of_use(at, members, use, alike)
                if needs:
                    yield (*at.needs, *needs)

    def _of_use(
        self, at: _At, members: Sequence[Caller], use: Use, alike: list[Store]
    ) -> tuple[Need | str, ...] | None:
        assert self._uses is not None  # noqa: S101 - the caller's condition
        caller, store = at.caller, self._remaining.without.store(alike[0])
        if store is use.store and not self._remaining.changed(at.node):
            again = use if self._goal.half or not use.held else None
        else:
            again = self._again(caller, use, store)
        if again is None or (again.held and not meant(self._uses.access, caller, store)):
            return None
        holders = members or (caller,)
        policies = [one.policies for one in alike]
        by = tuple(naming(self._uses.access, caller, store)) if again.held else ()
        found = [Need(caller, again.action, again.target, holders, policies, by)]
        key = again.key
        if key is not None and key.target is not None and not again.held:
            sealing = [one.seal.target.policies for one in alike if one.seal and one.seal.target]
            found.append(Need(caller, key.action, key.target, holders, sealing))
        return tuple(found)

    def _again(self, caller: Caller, use: Use, store: Store) -> Use | None:
        """The use as it is decided now, unless it is closed."""
        assert self._uses is not None  # noqa: S101 - the callers' condition
        item = StoreClass(-1, (store,))
        for found in self._uses.access.uses(caller, item, (store,), open_only=True):
            if found.level == use.level and found.decision.state is not Tri.NO:
                return found if self._goal.half or not found.held else None
        return None


def usable(edge: Edge) -> bool:
    """Whether a way may rest on an edge: not on accounts that were not read."""
    return not (edge.target.hidden and edge.target.place != EXTERNAL)


def _named_alike(remaining: Remaining, node: Node, members: list[Caller]) -> Iterator[tuple[Caller, ...]]:
    """Members one by one where rights that they give themselves bear names of their own."""
    powers = (edge.target.group.first for edge in remaining.out(node) if edge.target.power)
    if len(members) > 1 and any(first.boundary or EVERYTHING not in first.policies for first in powers):
        yield from ((member,) for member in members)
    else:
        yield tuple(members)


def _need(ask: Ask, caller: Caller, members: Sequence[Caller]) -> Need:
    who = ask.caller or caller
    holders = members if ask.caller is None and members else (who,)
    return Need(who, ask.action, ask.aim, holders, [ask.aim.policies])
