"""Everybody who may use a thing, directly or by becoming somebody else, and whom of outside it admits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.outsiders import admission, admitted
from scanner.facts.identity.store_classes import StoreClass
from scanner.facts.identity.store_ways import of_member, told
from scanner.facts.identity.stores import Store
from scanner.facts.identity.upstream import Upstream, Way, members
from scanner.facts.identity.witness import last, walk
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

Wanted = Callable[[Caller], bool]
"""Which identities are asked about."""


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """One principal that may use a thing, for sure or perhaps, and the way to whoever may.

    ``principal`` is the caller's ARN, or of outside whom the thing's policy names.
    """

    principal: str
    caller: Caller
    use: Use
    way: Way = ()


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """Who may use a thing for sure, who perhaps, and what hides it; each list by principal, sorted."""

    proven: tuple[Found, ...]
    possible: tuple[Found, ...]
    gaps: tuple[Gap, ...]


class Holders:
    """Answers for every store of an `Access`, worked out once for stores that are alike."""

    def __init__(self, access: Access, upstream: Upstream) -> None:
        self.access, self._upstream = access, upstream
        self._whole: dict[int, list[tuple[Group, Use]]] = defaultdict(list)
        self._parts: dict[str, list[tuple[Group, Use]]] = defaultdict(list)
        self._classes = {store.id: item for item in access.classes.all for store in item.stores}
        self._outside: dict[int, tuple[tuple[str, Caller, Use], ...]] = {}
        self._kept: dict[object, Answer] = {}
        for node in upstream.nodes:
            for use in access.of(node.group):
                if use.state is Tri.NO:
                    continue
                if use.whole is not None:
                    self._whole[use.whole.index].append((node.group, use))
                else:
                    for store in use.stores:
                        self._parts[store.id].append((node.group, use))

    def of(
        self, store: Store, levels: Sequence[str], wanted: Wanted, key: object, *, chained: bool = True
    ) -> Answer:
        """Who of the ``wanted`` may use a store at some levels; ``key`` is equal for equal ``wanted``.

        ``chained``: also by becoming somebody who may.
        """
        item, parts = self._classes[store.id], self._parts.get(store.id, [])
        kept = (item.index, tuple(id(use) for _, use in parts), tuple(levels), key, chained)
        if kept not in self._kept:
            held = [(group, use) for group, use in (*self._whole[item.index], *parts) if use.level in levels]
            outside = [
                Found(name, caller, use) for name, caller, use in self._admitted(item) if use.level in levels
            ]
            self._kept[kept] = self._answer(held, outside, wanted, chained=chained)
        return self._kept[kept]

    def _admitted(self, item: StoreClass) -> tuple[tuple[str, Caller, Use], ...]:
        if item.index not in self._outside:
            self._outside[item.index] = tuple(admitted(self.access, item))
        return self._outside[item.index]

    def _answer(
        self,
        held: list[tuple[Group, Use]],
        outside: list[Found],
        wanted: Wanted,
        *,
        chained: bool,
    ) -> Answer:
        sure = {group: use for group, use in reversed(held) if use.state is Tri.YES}
        every = {**dict(reversed(held)), **sure}
        proven = {item.principal: item for item in self._listed(sure, wanted, sure=True, chained=chained)}
        possible = {item.principal: item for item in self._listed(every, wanted, sure=False, chained=chained)}
        for item in outside:
            (proven if item.use.state is Tri.YES else possible).setdefault(item.principal, item)
        left = [possible[name] for name in sorted(possible.keys() - proven.keys())]
        gaps = {gap for item in left for gap in _gaps(item)}
        return Answer(tuple(proven[name] for name in sorted(proven)), tuple(left), tuple(sorted(gaps)))

    def _listed(
        self, uses: dict[Group, Use], wanted: Wanted, *, sure: bool, chained: bool
    ) -> Iterator[Found]:
        ways = self._upstream.of(uses, sure=sure) if chained else dict.fromkeys(uses, ())
        for group, way in ways.items():
            use = uses[way[-1].target.group if way else group]
            for caller in members(group):
                if wanted(caller):
                    yield Found(caller.arn, caller, use, way)

    def steps(self, found: Found, store: Store) -> tuple[Step, ...]:
        """How a principal may use a store: the way to who may, and what lets that one."""
        use, world = of_member(found.use, store), self.access.world
        if found.caller.place is None and found.caller.arn not in world.callers:
            return admission(found.principal, found.caller, use)
        path = walk(world, found.way, found.caller)
        user = last(world, found.way, found.caller)
        return (*path, *told(user, use))


def _gaps(found: Found) -> Iterable[Gap]:
    decisions = [found.use.decision, *(ask.decision for edge in found.way for ask in edge.asks)]
    if found.use.key and found.use.key.decision:
        decisions.append(found.use.key.decision)
    for decision in decisions:
        for opening in decision.openings:
            yield from opening.gaps
    yield from found.caller.unread
