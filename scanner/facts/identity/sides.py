"""What the policies of one side (identity, boundary, session, SCP, RCP, resource) say of a request.

An RCP names everyone and means whoever asks, those included whom an identity provider vouches for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.conditions import holds
from scanner.facts.identity.context import Context
from scanner.facts.identity.organization import Account
from scanner.facts.identity.patterns import matches
from scanner.facts.identity.principals import ways as ways_of
from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import UNREAD, Statement, acting
from scanner.facts.identity.values import Lookup
from scanner.facts.identity.variables import fill
from scanner.model.logic import Tri, all_of, any_of
from scanner.model.snapshot import Gap, Source

WAYS = ("user", "session", "role", "everyone", "account", "outside")
"""How a resource policy may name a caller: see `scanner.facts.identity.principals.ways`."""

ALONE = "alone"
"""The way of a policy that suffices by itself, whatever the caller's account says: a KMS grant."""

_NAMING = ("resource", "rcp", "endpoint")
"""Sides whose statements name principals."""

_REFERRED = ("identity", "boundary", "resource")


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A statement by its place: ``side`` (identity, boundary, scp, rcp, resource), policy, index."""

    side: str
    policy: int
    statement: int


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Why something is not decided, and the gaps behind it.

    ``why`` completes the words of the statement at ``reference``; without one (guardrails) it stands
    alone, and ``source`` is its line where there is one.
    """

    side: str
    why: str
    reference: Reference | None = None
    gaps: tuple[Gap, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Side:
    """What the policies of one side say of a request."""

    allow: Tri
    deny: Tri
    allows: tuple[Reference, ...] = ()
    maybe: tuple[Reference, ...] = ()
    openings: tuple[Opening, ...] = ()
    how: tuple[tuple[str, Tri], ...] = ()

    def way(self, *names: str) -> Tri:
        """Whether it allows the caller by being named in one of these ways."""
        return any_of(state for name, state in self.how if name in names) if self.how else Tri.NO


NOTHING = Side(Tri.NO, Tri.NO)
EVERYTHING = Side(Tri.YES, Tri.NO)


@dataclass(frozen=True, slots=True)
class Request:
    """One concrete request: ``resource`` is an ARN without wildcards, ``action`` lower-case.

    ``endpoint`` is the policy of the VPC endpoint that it passes, if it passes one that has one.
    """

    caller: Caller
    action: str
    resource: str
    target: Target
    home: Account
    owner: Account
    context: Context
    endpoint: tuple[Policy, ...] = ()


def side(
    name: str,
    policies: tuple[Policy, ...],
    request: Request,
    without: frozenset[Reference],
    level: int = 0,
) -> Side:
    """Evaluate all statements of some policies on a request, but for those in ``without``."""
    if not policies:
        return NOTHING
    tally = _Tally(name)
    for place, policy in enumerate(policies):
        for statement in acting(policy.document, request.action):
            reference = Reference(name, place + 1000 * level, statement.index)
            if reference in without:
                continue
            ways = _reach(statement, request, name)
            if ways and any_of(ways.values()) is not Tri.NO:
                tally.count(reference, statement, policy, ways, request.context)
    return tally.side()


class _Tally:
    """Statements that apply, as they are met."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.allowed: list[Tri] = []
        self.denied: list[Tri] = []
        self.allows: list[Reference] = []
        self.maybe: list[Reference] = []
        self.openings: list[Opening] = []
        self.how: dict[str, Tri] = {}

    def count(
        self, reference: Reference, statement: Statement, policy: Policy, ways: dict[str, Tri], lookup: Lookup
    ) -> None:
        """Take one statement that applies, or may."""
        state = any_of(ways.values())
        if statement.effect == "either":
            state, ways = Tri.UNKNOWN, dict.fromkeys(WAYS, Tri.UNKNOWN)
        if policy.alone:
            ways = {ALONE: state}
        if statement.effect != "deny":
            self.allowed.append(state)
            (self.allows if state is Tri.YES else self.maybe).append(reference)
            for way, reached in ways.items():
                self.how[way] = any_of((self.how.get(way, Tri.NO), reached))
        if statement.effect != "allow" and not policy.alone:
            self.denied.append(state)
        if state is Tri.UNKNOWN:
            self.openings.append(self._opening(reference, statement, policy, lookup))

    def _opening(self, reference: Reference, statement: Statement, policy: Policy, lookup: Lookup) -> Opening:
        why = _why(statement, policy, lookup)
        if self.name in _REFERRED:
            return Opening(self.name, why, reference, policy.gaps)
        held = policy.grant(statement)
        return Opening(self.name, f"{held.words} {why}", None, policy.gaps, held.source)

    def side(self) -> Side:
        """The side as a whole."""
        return Side(
            any_of(self.allowed),
            any_of(self.denied),
            tuple(self.allows),
            tuple(self.maybe),
            tuple(self.openings),
            tuple(sorted(self.how.items())),
        )


def _why(statement: Statement, policy: Policy, lookup: Lookup) -> str:
    """Why a statement is not decided, in words."""
    if statement.effect == "either":
        return "hides what it says" if policy.document is UNREAD else "is malformed"
    keys = sorted({test.name for test in statement.tests if holds(test, lookup) is Tri.UNKNOWN})
    return f"depends on {', '.join(keys)}" if keys else "is not decided"


def _reach(statement: Statement, request: Request, name: str) -> dict[str, Tri]:
    """Whether a statement applies to a request, by each way that it names the caller."""
    if statement.effect == "either":
        return {"either": Tri.UNKNOWN}
    if name in _NAMING and statement.principals is not None:
        ways = ways_of(statement.principals, request.caller)
        if not ways:
            return {}
        if name == "rcp" and statement.principals.everyone and not statement.principals.excluded:
            ways = {"everyone": Tri.YES}
    else:
        ways = {"held": Tri.YES}
    about = _about(statement, request)
    if about is Tri.NO:
        return {}
    if not statement.tests and about is Tri.YES:
        return ways
    tested = all_of((about, *(holds(test, request.context) for test in statement.tests)))
    return {way: state & tested for way, state in ways.items()} if tested is not Tri.NO else {}


def _about(statement: Statement, request: Request) -> Tri:
    """Whether a statement's resources include the request's."""
    if statement.resources is None:
        return Tri.YES
    # A variable without a value matches nothing; what a complement of nothing is, no page says.
    other = statement.other_resources
    valueless = Tri.UNKNOWN if other else Tri.NO
    found = any_of(
        _includes(pattern, request.resource, request.context, valueless) for pattern in statement.resources
    )
    return ~found if other else found


def _includes(pattern: str, resource: str, lookup: Lookup, valueless: Tri) -> Tri:
    if "${" not in pattern:
        return Tri.YES if matches(pattern, resource) else Tri.NO
    filled = fill(pattern, lookup)
    if filled is None:
        return valueless
    if not matches(filled.text, resource):
        return Tri.NO
    return Tri.YES if filled.exact else Tri.UNKNOWN
