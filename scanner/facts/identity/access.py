"""Who may use what, at which levels: classes of callers against classes of stores, decided once each.

Content under a key needs the key's consent besides its store's. Where the store's side is open and the key
keeps it closed, a use is `Use.held`: one hop away from open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.facts.identity import levels
from scanner.facts.identity.access_points import behind, confined, through
from scanner.facts.identity.admission import Admission
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Opening
from scanner.facts.identity.holdings import Holdings
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import Document
from scanner.facts.identity.store_classes import Classes, StoreClass
from scanner.facts.identity.stores import Ask, Store, read, table
from scanner.facts.identity.unread import missing, never_asked
from scanner.facts.identity.world import Group, World
from scanner.model.estate import Resource, Unlisted
from scanner.model.logic import Tri

LEVELS = ("read", "write", "delete", "admin")
"""The levels of access to what holds data."""


@dataclass(frozen=True, eq=False, slots=True)
class Key:
    """What the key of some content says: the decision on ``action``, or that it is the provider's own."""

    action: str
    target: Target | None
    decision: Decision | None


@dataclass(frozen=True, eq=False, slots=True)
class Use:
    """The answer of one level of access to stores that are decided alike.

    ``target`` and ``decision`` are those of the first of them; ``whole`` is the class that they are all
    of, if they are. ``held``: the key keeps closed what all else opens; ``key`` is what it says.
    """

    stores: tuple[Store, ...]
    level: str
    action: str
    target: Target
    decision: Decision
    key: Key | None = None
    held: bool = False
    whole: StoreClass | None = None

    @property
    def store(self) -> Store:
        """The one that stands for all."""
        return self.stores[0]

    @property
    def state(self) -> Tri:
        """Whether it is open, all things taken together."""
        return Tri.NO if self.held else self.decision.state


class Access:
    """Who may use which store, decided as it is asked for.

    ``kinds``, levels ``wanted`` and ``only`` narrow what is asked about.
    """

    def __init__(
        self,
        world: World,
        kinds: Iterable[str],
        wanted: tuple[str, ...] = LEVELS,
        only: Callable[[Resource], bool] | None = None,
    ) -> None:
        self.world = world
        self.kinds = tuple(kinds)
        self.wanted = wanted
        self.stores = read(world, self.kinds, wanted, only)
        self.holdings = Holdings(world, _actions(self.kinds, wanted), _documents(tuple(self.stores.values())))
        self.classes = Classes(
            self.stores,
            (self.holdings.selects(group.first) for group in world.groups),
            always=self.holdings.guarding({store.account for store in self.stores.values()}),
            tagged=self.holdings.tagged,
        )
        self._admission = Admission({str(item.index): item.first.policies for item in self.classes.all})
        self._homes: dict[str, set[int]] = defaultdict(set)
        for item in self.classes.all:
            self._homes[item.first.account].add(item.index)
        self._alone = {item.index for item in self.classes.all if item.first.alone}
        self._kept: dict[object, tuple[Use, ...]] = {}

    @cached_property
    def unlisted(self) -> tuple[Unlisted, ...]:
        """Where its kinds could not be listed, and accounts of which nobody asked for stores."""
        estate, found = self.world.estate, list[Unlisted]()
        for kind in self.kinds:
            found += missing(estate, kind)
            if kind == "store":
                found += never_asked(estate, kind, self.world.seen)
        return tuple(found)

    def of(self, group: Group) -> tuple[Use, ...]:
        """Everything a class of callers may use, or may perhaps, at each level, held by a key included."""
        caller = group.first
        alike = self._alike(group)
        if alike not in self._kept:
            found = (
                use
                for item, stores in self._near(caller)
                for use in self.uses(caller, item, stores, open_only=True)
            )
            self._kept[alike] = tuple(use for use in found if use.decision.state is not Tri.NO)
        return self._kept[alike]

    def _alike(self, group: Group) -> object:
        """Equal for classes of callers that no store tells apart, whatever else does."""
        caller = group.first
        if self.holdings.personal(caller):
            return group
        return (
            caller.account,
            caller.place,
            caller.kind,
            caller.hidden,
            caller.service_linked,
            tuple(policy.key for policy in caller.policies),
            tuple(policy.key for policy in caller.boundary),
        )

    def _near(self, caller: Caller) -> Iterator[tuple[StoreClass, tuple[Store, ...]]]:
        """Stores that a caller's own policies select and that may admit it, or that name it at home."""
        home = self._homes.get(caller.account, set())
        near = home | self.admitting(caller)
        whole = (home | self._alone) & _indexes(self._admission.naming(caller))
        some: dict[int, set[str]] = defaultdict(set)
        for pattern in self.holdings.grants(caller):
            touched = self.classes.touched(pattern)
            whole |= near & touched.whole
            for index in near & touched.split.keys():
                some[index] |= touched.split[index].keys()
        for index in sorted(whole | some.keys()):
            yield from self.parts(caller, self.classes.all[index], None if index in whole else some[index])

    def parts(
        self, caller: Caller, item: StoreClass, only: set[str] | None = None
    ) -> Iterator[tuple[StoreClass, tuple[Store, ...]]]:
        """A class (or some of it), cut by what a caller's policies tell apart."""
        for stores in self.classes.parts(item, self.holdings.selects(caller), only):
            yield item, stores

    def admitting(self, caller: Caller) -> set[int]:
        """Classes whose own policies may admit a caller."""
        return _indexes(self._admission.admitting(caller))

    def uses(
        self, caller: Caller, item: StoreClass, stores: tuple[Store, ...], *, open_only: bool = False
    ) -> Iterator[Use]:
        """The best answer for each level.

        From outside both sides must allow: a level on which no side says anything is left out, with
        ``open_only`` also one on which only one side does.
        """
        store = stores[0]
        foreign = caller.account != store.account
        shut = store.shut if foreign and caller.kind != "anonymous" else Tri.NO
        if shut is Tri.YES:
            return
        own, admitted = self.holdings.actions(caller, store), self.holdings.allowed(store.policies)
        both = foreign and open_only and not store.alone
        said = own & admitted if both else own | admitted
        if not said:
            return
        whole = item if len(stores) == len(item.stores) else None
        best: dict[str, Use] = {}
        for ask in store.asks:
            level, action, target = ask
            if action not in said:
                continue
            held = best.get(level)
            if (held and held.decision.state is Tri.YES) or (foreign and action in store.service.own_only):
                continue
            decision = self._decide(caller, ask, store)
            if held is None or _rank(decision) > _rank(held.decision):
                best[level] = Use(stores, level, action, target, decision, whole=whole)
        for use in best.values():
            yield self._sealed(caller, self._behind(caller, _qualified(use, shut)))

    def _behind(self, caller: Caller, use: Use) -> Use:
        """A use through an access point, with what the bucket behind it says."""
        bucket = use.store.behind
        if bucket is None or use.decision.state is Tri.NO:
            return use
        objects = next(target for _, _, target in bucket.asks if target.arn.endswith("/*"))
        point = use.store.resource
        state, opening = behind(self.world, caller, use.action, through(point, objects))
        if state is Tri.NO:
            return replace(use, decision=replace(use.decision, state=Tri.NO))
        opening = opening or confined(point)
        return _open(use, opening) if opening else use

    def _decide(self, caller: Caller, ask: Ask, store: Store) -> Decision:
        """A registry's policy decides replication for sure, other actions by a setting that is not read."""
        _, action, target = ask
        decision, split = self.world.ask(caller, action, target), store.service.split
        if split is None or action in store.service.sure:
            return decision
        own = tuple(policy for policy in target.policies if not split(policy))
        if len(own) == len(target.policies):
            return decision
        if self.world.ask(caller, action, replace(target, policies=own)).state is decision.state:
            return decision
        opening = Opening("resource", "the scope of the registry policy (V1 or V2) was not read")
        return replace(decision, state=Tri.UNKNOWN, openings=(*decision.openings, opening))

    def _sealed(self, caller: Caller, use: Use) -> Use:
        """A use with what the key of its content says."""
        seal, needed = use.store.seal, use.store.service.keyed.get(use.level)
        if seal is None or needed is None or use.decision.state is Tri.NO:
            return use
        if seal.why:
            return _open(use, Opening("resource", seal.why, None, seal.gaps, seal.source))
        if seal.own:
            if caller.account == use.store.account:
                return use
            return replace(use, key=Key(needed, None, None), held=True)
        assert seal.target is not None, "a key that is known is a target"  # noqa: S101 - an invariant
        decision = self.world.ask(caller, needed, seal.target)
        key = Key(needed, seal.target, decision)
        if decision.state is Tri.NO and seal.grants is not None:
            return _open(use, Opening("resource", "the grants of its key were not read", None, seal.grants))
        if decision.state is Tri.NO:
            return replace(use, key=key, held=True)
        if decision.state is Tri.UNKNOWN:
            state = use.decision.state & decision.state
            return replace(use, key=key, decision=replace(use.decision, state=state))
        return replace(use, key=key)


def _open(use: Use, opening: Opening) -> Use:
    """The same use, undecided for one more reason; why it may be closed elsewhere is told first."""
    if use.decision.state is Tri.UNKNOWN:
        return use
    return replace(use, decision=replace(use.decision, state=Tri.UNKNOWN, openings=(opening,)))


def _qualified(use: Use, shut: Tri) -> Use:
    """A use that restrictions which were not read may close."""
    if use.decision.state is not Tri.YES or shut is not Tri.UNKNOWN:
        return use
    gaps = tuple(use.store.resource.unknown.get("public_access", ()))
    return _open(use, Opening("resource", "whether public policies are restricted is not known", None, gaps))


def _rank(decision: Decision) -> int:
    """A half-open answer is worth more than a closed one."""
    order = {Tri.YES: 3, Tri.UNKNOWN: 2, Tri.NO: 0}
    half = Tri.YES in (decision.identity, decision.resource) and decision.denied is not Tri.YES
    return order[decision.state] or int(half)


def _actions(kinds: Iterable[str], wanted: tuple[str, ...]) -> frozenset[str]:
    return frozenset(action for kind in kinds for action in levels.actions(table(kind), wanted))


def _documents(stores: tuple[Store, ...]) -> set[Document]:
    """Every document that stands on stores or on their keys."""
    found = {policy.document for store in stores for policy in store.policies}
    targets = (store.seal.target for store in stores if store.seal)
    return found | {policy.document for target in targets if target for policy in target.policies}


def _indexes(found: Iterable[str]) -> set[int]:
    return {int(index) for index in found}
