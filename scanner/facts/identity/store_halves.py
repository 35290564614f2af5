"""Half-open access to stores: one side names the other, which does not answer.

Either an identity may use a bucket, or things of an account, that do not admit it; or a store's policy
names an account or identity that may not use it; or all sides agree but the key of the content. As for
roles, an explicit deny closes it for good.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.bundles import Way
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Reference
from scanner.facts.identity.latent import account_root, stand_ins
from scanner.facts.identity.principals import Entry
from scanner.facts.identity.store_classes import StoreClass
from scanner.facts.identity.store_ways import agreed, of_member
from scanner.facts.identity.stores import Store
from scanner.facts.identity.witness import chosen, references, together
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri

_NAMING = re.compile(r"arn:[^:]*:(?P<service>[^:]*):[^:]*:(?P<account>[^:]*):")
_SHARED = ("s3",)
"""Services whose ARNs name no account: a pattern has to name the very resource."""


def reaching(access: Access, groups: Iterable[Group]) -> Iterator[Way]:
    """Identities that may use stores which do not admit them."""
    for group in groups:
        for item, stores in _named(access, group):
            for use in access.uses(group.first, item, stores):
                state = use.decision.identity & ~use.decision.denied
                if use.decision.state is Tri.NO and state is not Tri.NO:
                    for members in together(group, use.target, use.decision):
                        yield _reaching(access, members, use, state)


def _named(access: Access, group: Group) -> Iterator[tuple[StoreClass, tuple[Store, ...]]]:
    """Stores of other places that patterns of a class of callers name."""
    caller, found = group.first, defaultdict[int, set[str]](set)
    for pattern in access.holdings.grants(caller):
        if not _names_something(pattern):
            continue
        for index in access.classes.touched(pattern).classes:
            item = access.classes.all[index]
            if item.first.account == caller.account or item.first.place == group.place:
                continue
            split = access.classes.touched(pattern).split.get(index)
            stores = item.stores if split is None else (access.stores[store_id] for store_id in split)
            found[index] |= {store.id for store in stores if named_in(pattern, store)}
    for index, ids in sorted(found.items()):
        yield from access.parts(caller, access.classes.all[index], ids) if ids else ()


def _names_something(pattern: str) -> bool:
    """Whether a pattern names an account, or something of a service whose ARNs name none."""
    match = _NAMING.match(pattern)
    return match is not None and (match["service"] in _SHARED or match["account"].isdigit())


def named_in(pattern: str, store: Store) -> bool:
    """Whether a pattern names this very bucket, or something of this very account."""
    if store.id.split(":")[2] in _SHARED:
        return pattern == store.id or pattern.startswith(f"{store.id}/")
    return pattern.split(":", 5)[4] == store.account


def _reaching(access: Access, members: list[Caller], use: Use, state: Tri) -> Way:
    caller, store = members[0], use.store
    pick = chosen(use.decision, "identity", caller, use.target)
    assert pick is not None, "an identity side that agrees has a statement"  # noqa: S101 - an invariant
    statement = pick[1]
    gaps = tuple(sorted({gap for opening in use.decision.openings for gap in opening.gaps}))
    closed = store.policies[0].source if store.policies else store.resource.source
    steps = (
        Step(caller.arn, store.id, statement.words, statement.source, state, gaps),
        Step(caller.arn, store.id, f"the policy of {store.resource.name} does not admit it", closed, Tri.NO),
    )
    return Way(
        caller.place or "",
        store.place or "",
        statement,
        tuple(member.arn for member in members),
        store.id,
        (use.level,),
        state,
        lambda: steps,
        closed=lambda: {name for one in members for name in agreed(access, one, use, "identity")},
        latent=True,
        alike=tuple(item.id for item in use.stores),
    )


class Used:
    """Statements of stores by which something is used already, per environment that uses them."""

    def __init__(self) -> None:
        self._held: dict[Tri, set[tuple[str, object, int, int]]] = {Tri.YES: set(), Tri.UNKNOWN: set()}

    def add(self, home: str, use: Use) -> None:
        """Take what a use rests on."""
        held: Iterable[object] = [use.whole] if use.whole else [store.id for store in use.stores]
        for item in references(use.decision, "resource"):
            for key in held:
                self._held[use.decision.state].add((home, key, item.policy, item.statement))

    def covers(self, home: str, item: StoreClass, store: Store, half: Half) -> bool:
        """Whether a half-open way by a statement is told by one that is open, or as open as it is."""
        states = (Tri.YES,) if half.state is Tri.YES else (Tri.YES, Tri.UNKNOWN)
        return any(
            (home, key, half.reference.policy, half.reference.statement) in self._held[state]
            for key in (item, store.id)
            for state in states
        )


@dataclass(frozen=True, slots=True)
class Half:
    """A use that a store's side opens to somebody whose own side does not answer."""

    caller: Caller
    entry: Entry
    use: Use
    reference: Reference
    state: Tri
    last: Step


def admitting(access: Access, used: Used) -> Iterator[Way]:
    """Stores whose policies name whoever may not use them, by statements that nothing else uses."""
    for item in access.classes.all:
        for place, policy in enumerate(item.first.policies):
            for statement in policy.document.statements:
                named = statement.principals
                if statement.effect != "allow" or named is None or named.excluded:
                    continue
                for entry in named.entries:
                    reference = Reference("resource", place, statement.index)
                    conditional = bool(statement.tests)
                    for half in _admitting(access, item, reference, entry, conditional=conditional):
                        home = half.caller.place or ""
                        for store in half.use.stores:
                            if not used.covers(home, item, store, half):
                                yield _admitted(access, store, half)


def _admitting(
    access: Access, item: StoreClass, reference: Reference, entry: Entry, *, conditional: bool
) -> Iterator[Half]:
    for caller in stand_ins(access.world, entry, conditional=conditional):
        if caller.place is None or caller.place == item.first.place:
            continue
        found = [
            half
            for _, stores in access.parts(caller, item)
            for use in access.uses(caller, item, stores)
            if (half := _half(access, caller, entry, use, reference)) is not None
        ]
        yield from found
        if found:
            return


def _half(access: Access, caller: Caller, entry: Entry, use: Use, reference: Reference) -> Half | None:
    """The half-open use that rests on a statement, if it does."""
    decision = use.decision
    state = decision.resource & ~decision.denied
    if decision.state is not Tri.NO or state is Tri.NO:
        return None
    if reference not in (*decision.allows, *decision.maybe):
        return None
    source = _source(access, entry)
    unlisted = access.world.unlisted.get(entry.account)
    line = caller.resource.source
    boundary = access.world.estate.by_id.get(entry.account)
    if entry.kind == "account" and boundary is not None:
        line = boundary.source
    if unlisted is not None:
        words = "the identities there were not read"
        last = Step(source, use.store.id, words, line, Tri.UNKNOWN, unlisted.gaps)
        return Half(caller, entry, use, reference, Tri.UNKNOWN, last)
    words = "no identity policy there allows it"
    if entry.kind == "account":
        words += " (the account's root user may)"
    return Half(caller, entry, use, reference, state, Step(source, use.store.id, words, line, Tri.NO))


def _source(access: Access, entry: Entry) -> str:
    return account_root(access.world, entry.account) if entry.kind == "account" else entry.value


def _admitted(access: Access, store: Store, half: Half) -> Way:
    """The half-open way to one store of a class, by its own copy of the statement."""
    source = _source(access, half.entry)
    named = store.policies[half.reference.policy].referred(half.reference.statement)
    line = half.last.source if half.last.source.part else named.source
    last = Step(source, store.id, half.last.by, line, half.last.state, half.last.gaps)
    steps = (Step(source, store.id, named.words, named.source), last)
    return Way(
        half.caller.place or "",
        store.place or "",
        named,
        (source,),
        store.id,
        (half.use.level,),
        half.state,
        lambda: steps,
        closed=lambda: agreed(access, half.caller, of_member(half.use, store), "resource"),
        latent=True,
    )
