"""May this caller do this to that: the evaluation order of AWS, in three values.

An explicit deny anywhere ends it. RCPs above the resource, then SCPs at every level above the caller,
must let it through; then identity policies within the permissions boundary and the session policy, and
the resource's own policy. In one account either of the two suffices, but for roles and keys, whose own
policy must always agree; across accounts both are needed. AWS services, federated and anonymous callers
have no policies of their own: the resource's decide. A request that passes a VPC endpoint needs its
policy's consent too.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.facts.identity import levels
from scanner.facts.identity.organization import Guard, under_rcp
from scanner.facts.identity.principals import OUTSIDERS
from scanner.facts.identity.sides import (
    ALONE,
    EVERYTHING,
    Opening,
    Reference,
    Request,
    Side,
    side,
)
from scanner.model.logic import Tri, all_of, any_of

__all__ = ["Decision", "Opening", "Reference", "Request", "decide"]

_OWNER_ONLY = frozenset().union(
    *(levels.peculiar(kind, "owner_only") for kind in sorted({item.kind for item in levels.TYPES}))
)
_TITLES = {"scp": "service control policies", "rcp": "resource control policies"}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request.

    ``denied`` whether it is denied explicitly, or by the service whatever policies say; ``identity`` and
    ``resource`` whether each side by itself agrees, all but explicit denials considered; ``direct``
    whether the resource's side suffices alone. ``allows`` are the statements proven to allow it, on either
    side, ``maybe`` those that may. ``openings`` say what about it is not decided, ``assumed`` on what a
    YES rests.
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


_NEVER = Decision(Tri.NO, Tri.YES, Tri.NO, Tri.NO, Tri.NO)


def decide(request: Request, without: frozenset[Reference] = frozenset()) -> Decision:
    """Decide one concrete request, optionally as if some statements did not exist."""
    if _refused(request):
        return _NEVER
    sides = _Sides(request, without)
    denied = any_of(held.deny for held in sides.all)
    allowed, direct, unsaid = sides.combined()
    state = all_of((allowed, sides.scp.allow, sides.endpoint.allow, ~denied))
    identity, resource = sides.identity, sides.resource
    openings = (*(opening for held in sides.all for opening in held.openings), *unsaid)
    return Decision(
        state,
        denied,
        sides.own & sides.scp.allow,
        resource.allow if request.target.policies or request.target.required else Tri.NO,
        direct,
        tuple(sorted({*identity.allows, *resource.allows})),
        tuple(sorted({*identity.maybe, *resource.maybe})),
        openings if state is not Tri.YES else (),
        tuple(sorted({guard.type for guard in _guards(request) if guard.assumed}))
        if state is Tri.YES
        else (),
    )


def _refused(request: Request) -> bool:
    """What a service refuses whatever policies say.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (not with root credentials)
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    """
    if request.caller.kind == "root" and request.action == "sts:assumerole":
        return True
    return request.action in _OWNER_ONLY and request.caller.account != request.target.account


class _Sides:
    """All that policies say of a request, side by side."""

    def __init__(self, request: Request, without: frozenset[Reference]) -> None:
        self.request, caller = request, request.caller
        session = request.context.ways.session
        self.identity = _identity(request, without)
        self.boundary = side("boundary", caller.boundary, request, without) if caller.boundary else EVERYTHING
        self.session = side("session", session, request, without) if session else EVERYTHING
        self.scp = _scp(request, without)
        self.rcp = _rcp(request, without)
        self.resource = side("resource", request.target.policies, request, without)
        passed = request.endpoint
        self.endpoint = side("endpoint", passed, request, without) if passed else EVERYTHING
        held = (self.identity, self.boundary, self.session, self.scp, self.rcp, self.endpoint, self.resource)
        self.all = held
        self.limit = self.boundary.allow & self.session.allow
        self.own = self.identity.allow & self.limit

    def combined(self) -> tuple[Tri, Tri, tuple[Opening, ...]]:
        """What both sides together allow, whether the resource's does so alone, and what is left unsaid."""
        request, resource = self.request, self.resource
        if request.caller.kind in OUTSIDERS:
            alone = resource.way("everyone", "outside", ALONE)
            return alone, alone, ()
        unsaid, perhaps = self._perhaps(resource.way("everyone", ALONE))
        alone = resource.way(ALONE) & perhaps
        if request.caller.account != request.target.account:
            return any_of((self.own & resource.allow, alone)), alone, unsaid if alone is not Tri.NO else ()
        direct = any_of((self._named(), resource.way("everyone") & perhaps, alone))
        if request.target.required:
            return any_of((direct, self.own & resource.allow)), direct, unsaid
        return any_of((direct, self.own)), direct, unsaid

    def _named(self) -> Tri:
        """What being named grants in one account: to sessions without limits, to users within a session's."""
        resource = self.resource
        user = resource.way("user") & (self.limit if self.request.context.ways.session else Tri.YES)
        return any_of((resource.way("session"), user, resource.way("role") & self.limit))

    def _perhaps(self, granted: Tri) -> tuple[tuple[Opening, ...], Tri]:
        """How limits hold a grant to everyone, or one of KMS: AWS does not say, so it stays open."""
        if self.limit is not Tri.NO or granted is Tri.NO:
            return (), self.limit
        why = "whether a grant to everyone passes a permissions boundary or session policy is not documented"
        return (Opening("boundary", why),), Tri.UNKNOWN


def _identity(request: Request, without: frozenset[Reference]) -> Side:
    """Identity policies; the root user of an account needs none."""
    if request.caller.kind == "root":
        return EVERYTHING
    return side("identity", request.caller.policies, request, without)


def _guards(request: Request) -> list[Guard]:
    guards = [request.owner.rcp] if _bound_by_rcp(request) else []
    return [*guards, request.home.scp] if _bound_by_scp(request) else guards


def _bound_by_scp(request: Request) -> bool:
    """SCPs bind users and roles of member accounts, their root user too, and no service-linked role."""
    return not request.caller.service_linked and request.caller.kind not in OUTSIDERS


def _bound_by_rcp(request: Request) -> bool:
    """RCPs bind every caller but service-linked roles, for the services that support them."""
    return not request.caller.service_linked and under_rcp(request.action)


def _scp(request: Request, without: frozenset[Reference]) -> Side:
    if not _bound_by_scp(request):
        return EVERYTHING
    guard = request.home.scp
    if not guard.levels and not guard.open:
        return EVERYTHING
    found = [side("scp", level, request, without, index) for index, level in enumerate(guard.levels)]
    # One that was not read may allow what those that were read do not; assumed absent, it holds nothing back.
    unread = Tri.YES if guard.assumed else Tri.UNKNOWN if guard.open else Tri.NO
    return _guarded(guard, [any_of((level.allow, unread)) for level in found], found)


def _rcp(request: Request, without: frozenset[Reference]) -> Side:
    """RCPs can only deny: AWS attaches one that allows everything at every level."""
    if not _bound_by_rcp(request):
        return EVERYTHING
    guard = request.owner.rcp
    if not guard.levels and not guard.open:
        return EVERYTHING
    found = [side("rcp", level, request, without, index) for index, level in enumerate(guard.levels)]
    return _guarded(guard, [], found)


def _guarded(guard: Guard, allows: Iterable[Tri], found: list[Side]) -> Side:
    """All levels of one guardrail type together; what was not read of it might deny."""
    openings = [opening for level in found for opening in level.openings]
    if guard.open:
        openings.append(Opening(guard.type, f"{_TITLES[guard.type]} were not read", None, guard.gaps))
    return Side(
        all_of(allows),
        any_of([*(level.deny for level in found), Tri.UNKNOWN if guard.open else Tri.NO]),
        openings=tuple(openings),
    )
