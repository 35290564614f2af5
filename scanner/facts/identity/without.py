"""What policies, identities and stores are like once some grants are taken away.

A grant goes by its name (`Policy.removal`): every allowing statement of that name, or all that a detached
policy of AWS says. A statement that is gone keeps its place, so that references still hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.seal import Seal
from scanner.facts.identity.statements import Document
from scanner.facts.identity.stores import Store

Gone = tuple[tuple[int, int], ...]
"""Statements that are gone, by policy and index."""


class Without:
    """The removal of some grants, by name."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self.bases = self.names | {name.rsplit("#", 1)[0] for name in self.names}
        self._policies: dict[tuple[Policy, ...], tuple[Policy, ...]] = {}

    def gone(self, policies: tuple[Policy, ...]) -> Gone:
        """Which statements of some policies go."""
        if not self.names:
            return ()
        return tuple(
            (place, index)
            for place, policy in enumerate(policies)
            if policy.base in self.bases
            for index in self._indexes(policy)
        )

    def _indexes(self, policy: Policy) -> list[int]:
        return [
            statement.index
            for statement in policy.document.statements
            if (policy.provided or statement.effect != "deny") and policy.removal(statement) in self.names
        ]

    def policies(self, held: tuple[Policy, ...]) -> tuple[Policy, ...]:
        """What is left; the same tuple where nothing goes."""
        if all(policy.base not in self.bases for policy in held):
            return held
        if held not in self._policies:
            self._policies[held] = tuple(map(self._left, held))
        return self._policies[held]

    def _left(self, policy: Policy) -> Policy:
        indexes = self._indexes(policy) if policy.base in self.bases else ()
        return replace(policy, document=_cut(policy.document, tuple(indexes))) if indexes else policy

    def caller(self, caller: Caller) -> Caller:
        """An identity as it is then, the same object where nothing of its own goes."""
        policies, boundary = self.policies(caller.policies), self.policies(caller.boundary)
        trust = self.policies((caller.trust,)) if caller.trust else ()
        own = policies is caller.policies and boundary is caller.boundary
        if own and (not trust or trust[0] is caller.trust):
            return caller
        return replace(caller, policies=policies, boundary=boundary, trust=trust[0] if trust else None)

    def of_caller(self, caller: Caller) -> tuple[Gone, Gone]:
        """Which statements that decide for an identity go: equal for those of whom the same is left."""
        return (self.gone(caller.policies), self.gone(caller.boundary))

    def target(self, target: Target) -> Target:
        """What a request is about, as it is then."""
        policies = self.policies(target.policies)
        return target if policies is target.policies else replace(target, policies=policies)

    def of_store(self, store: Store) -> tuple[Gone, ...]:
        """Which statements of a store, its key and what it leads to go: equal for what is left alike."""
        sealing = store.seal.target.policies if store.seal and store.seal.target else ()
        behind = self.of_store(store.behind) if store.behind else ()
        return (self.gone(store.policies), self.gone(sealing), *behind)

    def store(self, store: Store) -> Store:
        """A store as it is then, the same object where nothing of it goes."""
        policies, seal = self.policies(store.policies), self._seal(store.seal)
        behind = self.store(store.behind) if store.behind else None
        if policies is store.policies and seal is store.seal and behind is store.behind:
            return store
        shut = store.service.shut(store.resource, policies)
        return Store(store.resource, store.service, policies, seal, store.levels, shut, behind)

    def _seal(self, seal: Seal | None) -> Seal | None:
        if seal is None or seal.target is None:
            return seal
        target = self.target(seal.target)
        return seal if target is seal.target else replace(seal, target=target)


@lru_cache(maxsize=65536)
def _cut(document: Document, indexes: tuple[int, ...]) -> Document:
    """A document whose statements at some places say nothing."""
    left = tuple(
        replace(
            item, effect="allow", principals=None, actions=(), other_actions=False, resources=(), tests=()
        )
        if item.index in indexes
        else item
        for item in document.statements
    )
    keys = frozenset(key for statement in left for key in statement.keys)
    return Document(f"{document.key} without {indexes}", left, keys)
