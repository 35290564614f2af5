"""Stores that are decided alike, so that a class of them is decided once.

A class shares owner, place and what its policies say, each store's own ARN read as "itself". What a caller's
policies select may still tell its members apart: `Classes.parts` cuts it by that. Nothing here compares
every caller with every store: what a pattern selects is looked up by its literal beginning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from scanner.facts.identity.patterns import covers, intersects, matches, wild
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.stores import Store

_OWN, _KEY = "\0", "\1"
_COMMON = 8
"""A pattern that this many classes of callers hold cuts classes of stores from the start."""

Form = str | tuple[bool, ...]
"""How a pattern selects a store: what follows its ARN, or which of its ARNs as a whole."""


@dataclass(frozen=True, eq=False, slots=True)
class StoreClass:
    """Stores that are decided alike, sorted by id."""

    index: int
    stores: tuple[Store, ...]

    @property
    def first(self) -> Store:
        """The one that stands for all."""
        return self.stores[0]


@dataclass(frozen=True, eq=False, slots=True)
class Touched:
    """What a pattern selects: classes in which it selects all members alike, and parts of others."""

    whole: frozenset[int]
    split: Mapping[int, Mapping[str, Form]]

    @property
    def classes(self) -> frozenset[int]:
        """Every class that it selects something of."""
        return self.whole | self.split.keys()


class Classes:
    """The classes of some stores.

    ``held`` are the patterns that each class of callers holds, ``always`` those that decide for whoever
    calls; ``tagged``: whether any document reads the tags of what it is about.
    """

    def __init__(
        self,
        stores: Mapping[str, Store],
        held: Iterable[Collection[str]],
        *,
        always: Iterable[str] = (),
        tagged: bool = False,
    ) -> None:
        self._stores = stores
        self._heads = sorted(
            {(_head(arn), store.id) for store in stores.values() for arn in (store.id, *store.arns)}
        )
        self._owners: dict[str, list[str]] = defaultdict(list)
        for arn, owner in self._heads:
            self._owners[arn].append(owner)
        count = Counter(pattern for patterns in held for pattern in patterns)
        common = {pattern for pattern, times in count.items() if times >= _COMMON} | set(always)
        self.all = self._classify(sorted(common - {"*"}), tagged=tagged)
        self._class_of = {store.id: item.index for item in self.all for store in item.stores}
        self._touched: dict[str, Touched] = {}
        self._everything = Touched(frozenset(range(len(self.all))), {})

    def _classify(self, common: list[str], *, tagged: bool) -> list[StoreClass]:
        marks: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        for pattern in common:
            for store, form in self._selected(pattern):
                marks[store.id].append((pattern, form))
        found: dict[object, list[Store]] = defaultdict(list)
        for store in self._stores.values():
            found[(*_traits(store, tagged), tuple(marks.get(store.id, ())))].append(store)
        return [StoreClass(index, tuple(stores)) for index, stores in enumerate(found.values())]

    def touched(self, pattern: str) -> Touched:
        """What a pattern selects."""
        if pattern == "*":
            return self._everything
        if pattern not in self._touched:
            self._touched[pattern] = self._touch(pattern)
        return self._touched[pattern]

    def _touch(self, pattern: str) -> Touched:
        found: dict[int, dict[str, Form]] = defaultdict(dict)
        for store, form in self._selected(pattern):
            found[self._class_of[store.id]][store.id] = form
        whole = {
            index
            for index, forms in found.items()
            if len(forms) == len(self.all[index].stores) and len(set(forms.values())) == 1
        }
        return Touched(frozenset(whole), {index: found[index] for index in found.keys() - whole})

    def _selected(self, pattern: str) -> Iterator[tuple[Store, Form]]:
        for store_id in self._near(pattern):
            store = self._stores[store_id]
            form = relation(pattern, store)
            if form is not None:
                yield store, form

    def _near(self, pattern: str) -> set[str]:
        """Stores of which a pattern may select something, by its beginning: never too few."""
        head = _head(pattern)
        found: set[str] = set()
        at = bisect_left(self._heads, (head, ""))
        while at < len(self._heads) and self._heads[at][0].startswith(head):
            found.add(self._heads[at][1])
            at += 1
        for end, letter in enumerate(head):
            if letter in "/:":
                found.update(self._owners.get(head[:end], ()))
                found.update(self._owners.get(head[: end + 1], ()))
        return found

    def parts(
        self, item: StoreClass, patterns: Iterable[str], only: Collection[str] | None = None
    ) -> list[tuple[Store, ...]]:
        """The members of a class (those of ``only``, if given), cut by how patterns select them."""
        marks: dict[str, list[tuple[str, Form]]] = defaultdict(list)
        for pattern in patterns:
            for store_id, form in self.touched(pattern).split.get(item.index, {}).items():
                marks[store_id].append((pattern, form))
        if only is None and not marks:
            return [item.stores]
        found: dict[tuple[tuple[str, Form], ...], list[Store]] = defaultdict(list)
        wanted = item.stores if only is None else [self._stores[store_id] for store_id in sorted(only)]
        for store in wanted:
            found[tuple(marks.get(store.id, ()))].append(store)
        return [tuple(stores) for stores in found.values()]


def relation(pattern: str, store: Store) -> Form | None:
    """How a pattern selects a store, equal for stores that it does not tell apart; ``None``: not at all."""
    for mark, arn in ((_OWN, store.id), *((_KEY, arn) for arn in _key(store))):
        if pattern.startswith(arn):
            rest = pattern[len(arn) :]
            return f"{mark}{rest}" if _continues(rest) else None
    found = []
    for arn in store.arns:
        if not wild(arn):
            found.append(matches(pattern, arn))
        elif covers(pattern, arn):
            found.append(True)
        elif intersects(pattern, arn):
            return store.id
        else:
            found.append(False)
    return tuple(found) if any(found) else None


def _head(pattern: str) -> str:
    """What a pattern says before its first wildcard."""
    return pattern[: min((pattern.find(mark) for mark in "*?" if mark in pattern), default=len(pattern))]


def _continues(rest: str) -> bool:
    """Whether what follows an ARN leaves it that ARN, or something in it, and not another's."""
    return not rest or rest[0] in "*?/:"


def _key(store: Store) -> tuple[str, ...]:
    return (store.seal.target.arn,) if store.seal and store.seal.target else ()


def _traits(store: Store, tagged: bool) -> tuple[object, ...]:
    """What of a store decides, apart from who asks; its tags where some document reads them."""
    resource, seal = store.resource, store.seal
    sealing = seal.target.policies if seal and seal.target else ()
    key = seal.target.arn if seal and seal.target else ""
    documents = [(_OWN, store.id, policy) for policy in store.policies]
    documents += [(_KEY, key, policy) for policy in sealing]
    return (
        resource.kind,
        tuple(store.id.split(":")[2:4]),
        resource.attrs.get("region"),
        resource.attrs.get("type"),
        store.account,
        store.place,
        store.shut,
        (store.id, store.behind.id) if store.behind else None,
        tuple(_said(store, mark, arn, policy) for mark, arn, policy in documents),
        (seal.own, seal.why, seal.gaps, seal.certain, seal.grants, seal.target and seal.target.account)
        if seal
        else None,
        resource.unknown.get("public_access") if resource.kind == "store" else None,
        resource.attrs.get("public_access") if resource.kind == "store" else None,
        _tags(store) if tagged else (),
    )


def _tags(store: Store) -> tuple[object, ...]:
    """A store's tags, and its key's."""
    target = store.seal.target if store.seal else None
    return tuple(
        None if tags is None else tuple(sorted(tags.items()))
        for tags in (store.resource.tags, target.tags if target else None)
    )


def _said(store: Store, mark: str, arn: str, policy: Policy) -> tuple[object, ...]:
    """A policy's text with its holder's ARN read as "itself", and how it selects that by other words."""
    forms = tuple(
        (pattern, relation(pattern, store))
        for statement in policy.document.statements
        for pattern in statement.resources or ()
        if pattern != "*" and not pattern.startswith(arn)
    )
    return (policy.document.key.replace(arn, mark), policy.words, forms, policy.gaps)
