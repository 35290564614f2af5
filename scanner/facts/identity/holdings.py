"""What policies are about, worked out once for each set of documents: actions, and the resources selected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.context import Context
from scanner.facts.identity.patterns import matches
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import Document, Statement
from scanner.facts.identity.stores import Store
from scanner.facts.identity.variables import fill
from scanner.facts.identity.world import World

_TAG = "resourcetag/"


class Holdings:
    """Answers about callers and documents, for a set of actions that matter."""

    def __init__(self, world: World, actions: frozenset[str]) -> None:
        self._world = world
        self._by_service: dict[str, list[str]] = defaultdict(list)
        for action in sorted(actions):
            self._by_service[action.partition(":")[0]].append(action)
        self._all = actions
        self._acted: dict[tuple[tuple[str, ...], bool], frozenset[str]] = {}
        self._allowed: dict[Document, frozenset[str]] = {}
        self._kept: dict[tuple[object, ...], tuple[str, ...]] = {}

    def grants(self, caller: Caller) -> tuple[str, ...]:
        """Resource patterns on which a caller's policies may allow some of the actions, sorted."""
        if caller.kind == "root":
            return ("*",)
        return self._resources("grants", caller, caller.policies)

    def selects(self, caller: Caller) -> tuple[str, ...]:
        """Every resource pattern in what decides for a caller, guardrails included, sorted."""
        levels = self._world.organizations.account(caller.account).scp.levels
        above = tuple(policy for level in levels for policy in level)
        return self._resources("selects", caller, (*caller.policies, *caller.boundary, *above))

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

    def actions(self, caller: Caller) -> frozenset[str]:
        """Those of the actions that a caller's policies may allow on something."""
        return self._all if caller.kind == "root" else self.allowed(caller.policies)

    def allowed(self, policies: tuple[Policy, ...]) -> frozenset[str]:
        """Those of the actions that some statement may allow to somebody."""
        if len(policies) == 1:
            return self._of(policies[0].document)
        return frozenset().union(*(self._of(policy.document) for policy in policies))

    def tagged(self, stores: Iterable[Store]) -> bool:
        """Whether any document that may decide reads the tags of what it is about."""
        documents = {
            policy.document
            for caller in self._world.callers.values()
            for policy in (*caller.policies, *caller.boundary)
        }
        for account in {caller.account for caller in self._world.callers.values()}:
            guard = self._world.organizations.account(account)
            documents |= {
                policy.document for level in (*guard.scp.levels, *guard.rcp.levels) for policy in level
            }
        documents |= {policy.document for store in stores for policy in store.policies}
        return any(_TAG in key for document in documents for key in document.keys)

    def _of(self, document: Document) -> frozenset[str]:
        if document not in self._allowed:
            self._allowed[document] = frozenset().union(
                *(self._acts(item) for item in document.statements if item.effect != "deny")
            )
        return self._allowed[document]

    def _acts(self, statement: Statement) -> frozenset[str]:
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

    def _resources(self, what: str, caller: Caller, policies: tuple[Policy, ...]) -> tuple[str, ...]:
        keys = tuple(policy.document.key for policy in policies)
        own = any("${" in key for key in keys)
        key = (what, *((caller.arn,) if own else ()), *keys)
        if key not in self._kept:
            self._kept[key] = tuple(sorted(self._found(caller, policies, granting=what == "grants")))
        return self._kept[key]

    def _found(self, caller: Caller, policies: tuple[Policy, ...], *, granting: bool) -> set[str]:
        account = self._world.organizations.account(caller.account)
        lookup = Context(caller, account, Target("*", caller.account, ""), account, "", self._world.ways, {})
        found: set[str] = set()
        for policy in policies:
            for statement in policy.document.statements:
                if granting and (statement.effect == "deny" or not self._acts(statement)):
                    continue
                if granting and (statement.resources is None or statement.other_resources):
                    found.add("*")
                    continue
                for pattern in statement.resources or ():
                    if (filled := fill(pattern, lookup)) is not None:
                        found.add(filled.text)
        return found
