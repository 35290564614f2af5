"""An estate's identities ready to be asked: callers, their classes, accounts, and roles by whom they admit.

Callers that no document can tell apart form one class and are decided once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from typing import TypeVar

from scanner.facts.identity.attached import documents
from scanner.facts.identity.callers import Caller, read
from scanner.facts.identity.conditions import Test, holds
from scanner.facts.identity.context import Context, tags_sessions
from scanner.facts.identity.decide import Decision, Opening, Reference, Request, decide
from scanner.facts.identity.organization import Organizations
from scanner.facts.identity.origins import READS as ORIGINS
from scanner.facts.identity.origins import Origins
from scanner.facts.identity.patterns import matches, wild
from scanner.facts.identity.principals import Entry, naming
from scanner.facts.identity.provenance import Grant, Policy
from scanner.facts.identity.requests import Target, Ways, choices, members
from scanner.facts.identity.statements import Document, acting
from scanner.facts.identity.unread import missing, unread
from scanner.facts.identity.values import OPEN, Held
from scanner.facts.identity.variables import fill, names
from scanner.model.estate import Estate
from scanner.model.logic import Tri

READS = (
    "boundary.management",
    "boundary.organization",
    "boundary.parent",
    "container.parent",
    "group.attached",
    "group.inline",
    "guardrail.document",
    "guardrail.targets",
    "identity.attached",
    "identity.groups",
    "identity.inline",
    "identity.permissions_boundary",
    "identity.trust",
    "policy.document",
    *ORIGINS,
)
"""What of an estate every fact about identities reads."""

_Item = TypeVar("_Item")

_INDIVIDUAL = frozenset(("aws:username", "aws:userid"))
_ARN = "aws:principalarn"
_RANK = {Tri.YES: 3, Tri.UNKNOWN: 2, Tri.NO: 0}


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """A class of callers that are decided alike; ``first`` stands for all ``members`` (sorted).

    ``split`` keeps, by statement, its members together that hold it under one name; ``alike`` is equal
    for classes that nothing tells apart but their policies and boundary.
    """

    first: Caller
    members: tuple[Caller, ...]
    split: dict[Reference, list[list[Caller]]] = field(default_factory=dict)
    alike: object = None

    @property
    def place(self) -> str | None:
        """The environment or service of all of them."""
        return self.first.place


class World:
    """See the module.

    ``ways``: how requests are made; ``unlisted``: accounts whose identities were not read, and why;
    ``of_account``, ``groups_of``: callers and classes by account, sorted; ``seen``: accounts that were asked;
    ``accounts``: all that the estate knows of.
    """

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.callers: Mapping[str, Caller] = read(estate)
        self.of_account = _grouped(self.callers.values(), lambda caller: caller.account)
        self.organizations = Organizations(estate)
        self.origins = Origins(estate)
        self.ways = Ways("any", estate.as_of)
        self.groups = _groups(self.callers, _shared(estate, self.callers, self.organizations))
        self.groups_of = _grouped(self.groups, lambda group: group.first.account)
        self.group_of = {member.arn: group for group in self.groups for member in group.members}
        self.unlisted = unread(estate, self.callers)
        self.seen = {item.scope.boundary for item in missing(estate, "identity")}
        self.seen |= {caller.account for caller in self.callers.values()}
        self.partition = next((arn.split(":")[1] for arn in self.callers), "aws")
        self.accounts = (
            {caller.account for caller in self.callers.values()}
            | set(self.unlisted)
            | {item.id for item in estate.of("boundary") if item.provider == "aws"}
        )

    def ask(
        self,
        caller: Caller,
        action: str,
        target: Target,
        *,
        ways: Ways | None = None,
        without: frozenset[Reference] = frozenset(),
    ) -> Decision:
        """The best answer for the caller over all requests that it may choose to make."""
        home, owner = self.organizations.account(caller.account), self.organizations.account(target.account)
        policies = (
            *caller.policies,
            *caller.boundary,
            *(ways or self.ways).session,
            *target.policies,
            *_guarding(home.scp.levels, owner.rcp.levels),
        )
        documents = {policy.document.key: policy.document for policy in policies}
        origins = self.origins.of(caller, action, documents.values())
        passed = [policy for origin in origins for policy in origin.policies]
        if passed:
            policies = (*policies, *passed)
            documents |= {policy.document.key: policy.document for policy in passed}
        chosen = choices(documents.values(), caller, action, ways or self.ways, target)
        plain = Context(caller, home, target, owner, action, ways or self.ways, {})
        resources, exact = _resources(target, policies, action, plain)
        best: Decision | None = None
        for resource in resources:
            for origin, choice in product(origins, chosen):
                keys = {**choice, **origin.keys} if origin.keys else choice
                context = Context(caller, home, target, owner, action, ways or self.ways, keys)
                request = Request(caller, action, resource, target, home, owner, context, origin.policies)
                decision = decide(request, without)
                if decision.state is Tri.YES:
                    return decision
                best = decision if best is None or _rank(decision) > _rank(best) else best
        if best is None or (not exact and best.state is Tri.NO):
            return _undecided(best)
        return best

    def as_target(self, caller: Caller) -> Target:
        """An identity as what an action is done to."""
        policies = (caller.trust,) if caller.trust else ()
        return Target(caller.arn, caller.account, caller.kind, policies, caller.kind == "role", caller.tags)

    def lookup(self, caller: Caller, action: str = "") -> Context:
        """What a caller's own policies may read as variables, whatever the request is about."""
        account = self.organizations.account(caller.account)
        return Context(caller, account, Target("*", caller.account, ""), account, action, self.ways, {})

    def patterns(self, caller: Caller, action: str) -> tuple[str, ...]:
        """Resource patterns on which a caller's identity policies may allow an action, sorted."""
        lookup = self.lookup(caller, action)
        found: set[str] = set()
        for policy in caller.policies:
            for statement in acting(policy.document, action):
                if statement.effect != "deny":
                    found |= set(statement.selects(lookup))
        return tuple(sorted(found))


def _grouped(items: Iterable[_Item], account: Callable[[_Item], str]) -> Mapping[str, Sequence[_Item]]:
    found: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        found[account(item)].append(item)
    return dict(found)


def _rank(decision: Decision) -> int:
    return _RANK[decision.state] or int(decision.denied is not Tri.YES)


def _undecided(best: Decision | None) -> Decision:
    opening = Opening("identity", "too many patterns to compare", None, ())
    blank = Decision(Tri.UNKNOWN, Tri.UNKNOWN, Tri.UNKNOWN, Tri.UNKNOWN, Tri.UNKNOWN)
    return replace(best or blank, state=Tri.UNKNOWN, openings=(opening,))


def _guarding(*sides: tuple[tuple[Policy, ...], ...]) -> Iterator[Policy]:
    return (policy for levels in sides for level in levels for policy in level)


def _resources(
    target: Target, policies: Iterable[Policy], action: str, lookup: Context
) -> tuple[tuple[str, ...], bool]:
    """Concrete resources that stand for a target under some policies."""
    if "*" not in target.arn:
        return (target.arn,), True
    positive: set[str] = set()
    negative: set[str] = set()
    for policy in policies:
        for statement in acting(policy.document, action):
            texts = {item.text for text in statement.resources or () if (item := fill(text, lookup))}
            selects = (statement.effect == "deny") == statement.other_resources
            (positive if selects else negative).update(texts)
    return members(target.arn, positive, negative)


def _shared(
    estate: Estate, callers: Mapping[str, Caller], organizations: Organizations
) -> tuple[Document, ...]:
    """Documents that are not a caller's own but may tell callers apart."""
    found: dict[str, Document] = {}
    for caller in callers.values():
        if caller.trust is not None:
            found[caller.trust.document.key] = caller.trust.document
        account = organizations.account(caller.account)
        for policy in _guarding(account.scp.levels, account.rcp.levels):
            found[policy.document.key] = policy.document
    found.update((document.key, document) for document in documents(estate))
    return tuple(found[key] for key in sorted(found))


def _groups(callers: Mapping[str, Caller], shared: tuple[Document, ...]) -> tuple[Group, ...]:
    named, unclear = _entries(shared)
    traits = _Traits(shared)
    found: dict[tuple[object, ...], list[Caller]] = defaultdict(list)
    for caller in callers.values():
        individually = (
            caller.arn in named
            or caller.unique_id in named
            or (caller.kind == "role" and f"{caller.account}/{caller.name}" in named)
        )
        alike = (
            caller.account,
            caller.place,
            caller.kind,
            caller.service_linked,
            caller.arn if individually else "",
            tuple(naming(entry, caller) for entry in unclear),
            traits.of(caller),
        )
        held = tuple(policy.key for policy in caller.policies)
        found[alike, held, tuple(policy.key for policy in caller.boundary), _on_itself(caller)].append(caller)
    groups = [Group(members[0], tuple(members), alike=key[0]) for key, members in found.items()]
    return tuple(sorted(groups, key=lambda group: group.first.arn))


@lru_cache(maxsize=65536)
def _iam_patterns(document: Document) -> tuple[str, ...]:
    """What statements about IAM select by name: it may be the caller itself."""
    found = {
        pattern
        for statement in document.statements
        if statement.other_actions or any(_of_iam(action) for action in statement.actions)
        for pattern in statement.resources or ()
        if pattern != "*"
    }
    return tuple(sorted(found))


def _of_iam(action: str) -> bool:
    """Whether a pattern of actions may be about IAM."""
    name = action.partition(":")[0]
    return name == "iam" or wild(name)


def _on_itself(caller: Caller) -> tuple[object, ...]:
    """By which of its own patterns, and by which groups and policies, a caller may be changed."""
    documents = {policy.document for policy in (*caller.policies, *caller.boundary)}
    patterns = sorted({pattern for document in documents for pattern in _iam_patterns(document)})
    if not patterns:
        return ()
    held = (*(caller.resource.attrs.get("groups") or ()), *(caller.resource.attrs.get("attached") or ()))
    return (*(pattern for pattern in patterns if matches(pattern, caller.arn)), "", *held)


def _entries(documents: Iterable[Document]) -> tuple[set[str], tuple[Entry, ...]]:
    """What names single identities (ARN, unique id, ``account/role`` of sessions), and what is unclear."""
    named: set[str] = set()
    unclear: set[Entry] = set()
    for document in documents:
        for statement in document.statements:
            for entry in statement.principals.entries if statement.principals else ():
                if entry.kind in ("role", "user", "unique", "session"):
                    named.add(entry.called)
                elif entry.kind in ("unclear", "canonical", "federated_user"):
                    unclear.add(entry)
    return named, tuple(sorted(unclear))


class _Traits:
    """What condition keys may tell callers apart by, as far as any document reads them."""

    def __init__(self, shared: tuple[Document, ...]) -> None:
        self._keys = frozenset(key for document in shared for key in document.keys)
        self._tests = frozenset(_arn_tests(shared))
        self._variable = any(_uses_arn(document) for document in shared)

    def of(self, caller: Caller) -> object:
        """Equal for callers that no condition tells apart."""
        own = {policy.document for policy in (*caller.policies, *caller.boundary)}
        keys = self._keys.union(*(document.keys for document in own))
        if keys & _INDIVIDUAL or self._variable or any(_uses_arn(document) for document in own):
            return caller.arn
        tests = sorted(self._tests.union(_arn_tests(own)), key=repr) if _ARN in keys else []

        def lookup(key: str) -> Held:
            return (caller.arn,) if key == _ARN else OPEN

        tagged = any(key.startswith("aws:principaltag/") for key in keys)
        return (
            tuple(holds(test, lookup) for test in tests),
            tuple(sorted((caller.tags or {}).items())) if tagged else (),
            caller.tags is None if tagged else False,
            bool(tagged and caller.trust and tags_sessions(caller.trust.document)),
        )


def _arn_tests(documents: Iterable[Document]) -> Iterator[Test]:
    for document in documents:
        for statement in document.statements:
            yield from (test for test in statement.tests if test.key == _ARN)


def _uses_arn(document: Document) -> bool:
    """Whether a document reads the caller's ARN as a variable."""
    if _ARN not in document.keys:
        return False
    return any(
        _ARN in names(text)
        for statement in document.statements
        for text in (*(statement.resources or ()), *(v for test in statement.tests for v in test.values))
    )


def grant(reference: Reference, caller: Caller, target: Target) -> Grant:
    """The statement that a reference of a decision stands for."""
    policies = {"identity": caller.policies, "boundary": caller.boundary, "resource": target.policies}
    return policies[reference.side][reference.policy].referred(reference.statement)
