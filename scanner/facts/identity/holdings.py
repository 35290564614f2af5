"""What policies are about, worked out once for each set of documents: actions, and the resources selected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.patterns import matches
from scanner.facts.identity.principals import Entry
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import Document, Statement
from scanner.facts.identity.store_classes import relation
from scanner.facts.identity.stores import Store
from scanner.facts.identity.variables import fill
from scanner.facts.identity.world import World

_TAG = "resourcetag/"
_OWN_TAG = "principaltag/"
_PERSONAL = frozenset(("aws:principalarn", "aws:username", "aws:userid"))
"""Condition keys that tell one identity from another."""


_UNCLEAR = ("unclear", "canonical", "federated_user")


def _names(caller: Caller) -> tuple[str, ...]:
    return (caller.arn, caller.unique_id or "", f"{caller.account}/{caller.name}")


_Granting = tuple[frozenset[str], frozenset[str]]
"""The actions of a statement, and the resource patterns that it selects."""


class Holdings:
    """Answers about callers and documents, for a set of actions that matter.

    ``standing`` are the documents of what may be used.
    """

    def __init__(self, world: World, actions: frozenset[str], standing: set[Document]) -> None:
        self._standing = standing
        self._world = world
        self._by_service: dict[str, list[str]] = defaultdict(list)
        for action in sorted(actions):
            self._by_service[action.partition(":")[0]].append(action)
        self._all = actions
        self._acted: dict[tuple[tuple[str, ...], bool], frozenset[str]] = {}
        self._allowed: dict[Document, frozenset[str]] = {}
        self._kept: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._statements: dict[tuple[object, ...], tuple[_Granting, ...]] = {}

    def grants(self, caller: Caller) -> tuple[str, ...]:
        """Resource patterns on which a caller's policies may allow some of the actions, sorted."""
        if caller.kind == "root":
            return ("*",)
        key = self._key("grants", caller, caller.policies)
        if key not in self._kept:
            found = {pattern for _, patterns in self._granting(caller) for pattern in patterns}
            self._kept[key] = tuple(sorted(found))
        return self._kept[key]

    def actions(self, caller: Caller, store: Store) -> frozenset[str]:
        """Those of the actions that a caller's policies may allow on a store, or on something in it."""
        if caller.kind == "root":
            return self._all
        return frozenset().union(
            *(
                actions
                for actions, patterns in self._granting(caller)
                if any(pattern == "*" or relation(pattern, store) is not None for pattern in patterns)
            )
        )

    def _granting(self, caller: Caller) -> tuple[_Granting, ...]:
        """What each statement that may allow something is about: actions, and resource patterns."""
        key = self._key("granting", caller, caller.policies)
        if key not in self._statements:
            lookup = self._world.lookup(caller)
            self._statements[key] = tuple(
                (self.acts(statement), frozenset(statement.selects(lookup)))
                for policy in caller.policies
                for statement in policy.document.statements
                if statement.effect != "deny" and self.acts(statement)
            )
        return self._statements[key]

    def selects(self, caller: Caller) -> tuple[str, ...]:
        """Every resource pattern in what decides for a caller, guardrails included, sorted."""
        levels = self._world.organizations.account(caller.account).scp.levels
        above = tuple(policy for level in levels for policy in level)
        policies = (*caller.policies, *caller.boundary, *above)
        key = self._key("selects", caller, policies)
        if key not in self._kept:
            lookup = self._world.lookup(caller)
            found = {
                filled.text
                for policy in policies
                for statement in policy.document.statements
                for pattern in statement.resources or ()
                if (filled := fill(pattern, lookup)) is not None
            }
            self._kept[key] = tuple(sorted(found))
        return self._kept[key]

    def guarding(self, accounts: Iterable[str]) -> frozenset[str]:
        """Every resource pattern in the guardrails above what accounts own."""
        levels = (self._world.organizations.account(account).rcp.levels for account in sorted(accounts))
        return frozenset(
            pattern
            for each in levels
            for level in each
            for policy in level
            for statement in policy.document.statements
            for pattern in statement.resources or ()
        )

    def allowed(self, policies: tuple[Policy, ...]) -> frozenset[str]:
        """Those of the actions that some statement may allow to somebody."""
        if len(policies) == 1:
            return self._of(policies[0].document)
        return frozenset().union(*(self._of(policy.document) for policy in policies))

    @cached_property
    def tagged(self) -> bool:
        """Whether any document that may decide reads the tags of what it is about."""
        own = {
            policy.document
            for caller in self._world.callers.values()
            for policy in (*caller.policies, *caller.boundary)
        }
        return any(_TAG in key for document in own | self._shared for key in document.keys)

    def personal(self, caller: Caller) -> bool:
        """Whether a document that decides for a caller may tell it from others that hold the same."""
        if caller.kind == "root" or self._persons or not self._named.isdisjoint(_names(caller)):
            return True
        return any(
            _PERSONAL & policy.document.keys or any(_OWN_TAG in key for key in policy.document.keys)
            for policy in (*caller.policies, *caller.boundary)
        )

    @cached_property
    def _shared(self) -> set[Document]:
        """Documents of guardrails and of what is used."""
        found = set(self._standing)
        for account in {caller.account for caller in self._world.callers.values()}:
            guard = self._world.organizations.account(account)
            found |= {policy.document for level in (*guard.scp.levels, *guard.rcp.levels) for policy in level}
        return found

    @cached_property
    def _persons(self) -> bool:
        """Whether such documents tell identities apart by keys, or by names in a form nobody describes."""
        return any(
            _PERSONAL & document.keys or any(_OWN_TAG in key for key in document.keys)
            for document in self._shared
        ) or any(entry.kind in _UNCLEAR for entry in self._principals)

    @cached_property
    def _named(self) -> set[str]:
        """Whom such documents name one by one: ARNs, unique ids, ``account/role`` of sessions."""
        return {entry.called for entry in self._principals}

    @cached_property
    def _principals(self) -> set[Entry]:
        return {
            entry
            for document in self._shared
            for statement in document.statements
            for entry in (statement.principals.entries if statement.principals else ())
        }

    def _of(self, document: Document) -> frozenset[str]:
        if document not in self._allowed:
            self._allowed[document] = frozenset().union(
                *(self.acts(item) for item in document.statements if item.effect != "deny")
            )
        return self._allowed[document]

    def acts(self, statement: Statement) -> frozenset[str]:
        """Those of the actions that a statement is about."""
        key = (statement.actions, statement.other_actions)
        if key not in self._acted:
            found = {action for pattern in statement.actions for action in self._matching(pattern)}
            self._acted[key] = frozenset(self._all - found if statement.other_actions else found)
        return self._acted[key]

    def _matching(self, pattern: str) -> Iterable[str]:
        service = pattern.partition(":")[0]
        near = self._all if set(service) & {"*", "?"} else self._by_service.get(service, ())
        return (action for action in near if matches(pattern, action))

    def _key(self, what: str, caller: Caller, policies: tuple[Policy, ...]) -> tuple[object, ...]:
        """Equal for callers of whom the same is answered: by their documents, or each for itself."""
        keys = tuple(policy.document.key for policy in policies)
        return (what, *((caller.arn,) if any("${" in key for key in keys) else ()), *keys)
