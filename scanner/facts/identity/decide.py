"""May this caller do this to that: the evaluation order of AWS, in three values.

An explicit deny anywhere ends it. RCPs above the resource, then SCPs at every level above the caller,
must let it through; then identity policies within the permissions boundary, and the resource's own
policy. In one account either of the two suffices (a role's trust policy must always agree), across
accounts both are needed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.conditions import holds
from scanner.facts.identity.organization import Account, Guard
from scanner.facts.identity.patterns import matches
from scanner.facts.identity.principals import ways as ways_of
from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.requests import Context, Target
from scanner.facts.identity.statements import UNREAD, Statement, acting
from scanner.facts.identity.values import Lookup
from scanner.facts.identity.variables import fill
from scanner.model.logic import Tri, all_of, any_of
from scanner.model.snapshot import Gap, Source

DIRECT = ("user", "session", "role", "everyone")
"""Ways of being named in a resource policy that grant by themselves in one account."""


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
        return any_of(state for name, state in self.how if name in names)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    ``denied`` whether a statement denies it explicitly; ``identity`` and ``resource`` whether each
    side by itself agrees, all but explicit denials considered; ``direct`` whether the resource's
    side suffices alone. ``allows`` are the statements proven to allow it, on either side, ``maybe``
    those that may. ``openings`` say what about it is not decided, ``assumed`` on what a YES rests.
    """

    state: Tri
    denied: Tri
    identity: Tri
    resource: Tri
    direct: Tri
    allows: tuple[Reference, ...] = ()
    maybe: tuple[Reference, ...] = ()
    openings: tuple[Opening, ...] = ()
    assumed: tuple[str, ...] = ()


_NOTHING = Side(Tri.NO, Tri.NO)
_EVERYTHING = Side(Tri.YES, Tri.NO)


@dataclass(frozen=True, slots=True)
class Request:
    """One concrete request: ``resource`` is an ARN without wildcards, ``action`` lower-case."""

    caller: Caller
    action: str
    resource: str
    target: Target
    home: Account
    owner: Account
    context: Context


def decide(request: Request, without: frozenset[Reference] = frozenset()) -> Decision:
    """Decide one concrete request, optionally as if some statements did not exist."""
    caller = request.caller
    identity = _identity(request, without)
    limit = _side("boundary", caller.boundary, request, without) if caller.boundary else _EVERYTHING
    scp = _scp(request, without)
    rcp = _rcp(request, without)
    resource = _side("resource", request.target.policies, request, without)
    sides = (identity, limit, scp, rcp, resource)
    denied = any_of(side.deny for side in sides)
    own = identity.allow & limit.allow
    direct = any_of((resource.way("user", "session"), resource.way("role", "everyone") & limit.allow))
    allowed, direct = _combined(request, own, resource, direct)
    state = all_of((allowed, scp.allow, ~denied))
    return Decision(
        state,
        denied,
        own & scp.allow,
        resource.allow if request.target.policies or request.target.trust else Tri.NO,
        direct,
        tuple(sorted({*identity.allows, *resource.allows})),
        tuple(sorted({*identity.maybe, *resource.maybe})),
        tuple(opening for side in sides for opening in side.openings) if state is not Tri.YES else (),
        tuple(sorted({guard.type for guard in _guards(request) if guard.assumed}))
        if state is Tri.YES
        else (),
    )


def _combined(request: Request, own: Tri, resource: Side, direct: Tri) -> tuple[Tri, Tri]:
    """What both sides together allow, and whether the resource's side does so alone."""
    if request.caller.kind == "anonymous":
        everyone = resource.way("everyone")
        return everyone, everyone
    if request.caller.account != request.target.account:
        return own & resource.allow, Tri.NO
    if request.target.trust:
        return any_of((direct, own & resource.allow)), direct
    return any_of((direct, own)), direct


def _identity(request: Request, without: frozenset[Reference]) -> Side:
    """Identity policies; the root user of an account needs none."""
    if request.caller.kind == "root":
        return _EVERYTHING
    return _side("identity", request.caller.policies, request, without)


def _guards(request: Request) -> list[Guard]:
    guards = [request.owner.rcp] if _bound_by_rcp(request) else []
    return guards if request.caller.service_linked else [*guards, request.home.scp]


def _bound_by_rcp(request: Request) -> bool:
    """RCPs cover some services, these among them; and never IAM."""
    return not request.caller.service_linked and not request.action.startswith("iam:")


def _scp(request: Request, without: frozenset[Reference]) -> Side:
    if request.caller.service_linked or request.caller.kind == "anonymous":
        return _EVERYTHING
    guard = request.home.scp
    levels = [_side("scp", level, request, without, index) for index, level in enumerate(guard.levels)]
    # One that was not read may allow what those that were read do not; assumed absent, it holds nothing back.
    unread = Tri.YES if guard.assumed else Tri.UNKNOWN if guard.open else Tri.NO
    return _guarded(guard, [any_of((level.allow, unread)) for level in levels], levels)


def _rcp(request: Request, without: frozenset[Reference]) -> Side:
    """RCPs can only deny: AWS attaches one that allows everything at every level."""
    if not _bound_by_rcp(request):
        return _EVERYTHING
    guard = request.owner.rcp
    levels = [_side("rcp", level, request, without, index) for index, level in enumerate(guard.levels)]
    return _guarded(guard, [], levels)


def _guarded(guard: Guard, allows: Iterable[Tri], levels: list[Side]) -> Side:
    """All levels of one guardrail type together; what was not read of it might deny."""
    openings = [opening for level in levels for opening in level.openings]
    if guard.open:
        title = {"scp": "service control policies", "rcp": "resource control policies"}[guard.type]
        openings.append(Opening(guard.type, f"{title} were not read", None, guard.gaps))
    return Side(
        all_of(allows),
        any_of([*(level.deny for level in levels), Tri.UNKNOWN if guard.open else Tri.NO]),
        openings=tuple(openings),
    )


def _side(
    name: str,
    policies: tuple[Policy, ...],
    request: Request,
    without: frozenset[Reference],
    level: int = 0,
) -> Side:
    """Evaluate all statements of some policies on a request."""
    if not policies:
        return _NOTHING
    tally = _Tally(name)
    for place, policy in enumerate(policies):
        for statement in acting(policy.document, request.action):
            reference = Reference(name, place + 1000 * level, statement.index)
            if reference in without:
                continue
            ways = _reach(statement, request, name)
            state = any_of(ways.values())
            if state is not Tri.NO:
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
            state, ways = Tri.UNKNOWN, dict.fromkeys((*DIRECT, "account"), Tri.UNKNOWN)
        if statement.effect != "deny":
            self.allowed.append(state)
            (self.allows if state is Tri.YES else self.maybe).append(reference)
            for way, reached in ways.items():
                self.how[way] = any_of((self.how.get(way, Tri.NO), reached))
        if statement.effect != "allow":
            self.denied.append(state)
        if state is Tri.UNKNOWN:
            self.openings.append(self._opening(reference, statement, policy, lookup))

    def _opening(self, reference: Reference, statement: Statement, policy: Policy, lookup: Lookup) -> Opening:
        why = _why(statement, policy, lookup)
        if self.name in ("identity", "boundary", "resource"):
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


def _reach(statement: Statement, request: Request, side: str) -> dict[str, Tri]:
    """Whether a statement applies to a request, by each way that it names the caller."""
    if statement.effect == "either":
        return {"either": Tri.UNKNOWN}
    if side in ("resource", "rcp") and statement.principals is not None:
        ways = ways_of(statement.principals, request.caller)
        if not ways:
            return {}
    else:
        ways = {"held": Tri.YES}
    about = _about(statement, request)
    if about is Tri.NO:
        return {}
    tested = all_of((about, *(holds(test, request.context) for test in statement.tests)))
    return {way: state & tested for way, state in ways.items()} if tested is not Tri.NO else {}


def _about(statement: Statement, request: Request) -> Tri:
    """Whether a statement's resources include the request's."""
    if statement.resources is None:
        return Tri.YES
    found = any_of(_includes(pattern, request.resource, request.context) for pattern in statement.resources)
    return ~found if statement.other_resources else found


def _includes(pattern: str, resource: str, lookup: Lookup) -> Tri:
    filled = fill(pattern, lookup)
    if filled is None:
        return Tri.NO
    if not matches(filled.text, resource):
        return Tri.NO
    return Tri.YES if filled.exact else Tri.UNKNOWN
