"""What a case of these tests is: one request, the policies that decide it, and the answer a page states.

The caller is role ``r`` or user ``u`` of the development account; what it asks for lies there too, or with
``foreign`` in the production account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from facts import estates
from facts.estates import DEV, PROD, document, role_arn, user_arn
from scanner.facts.identity import callers, kms_grants
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target, Ways
from scanner.facts.identity.statements import parse
from scanner.facts.identity.values import Held
from scanner.facts.identity.world import World
from scanner.model.logic import Tri
from scanner.model.snapshot import Source

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"
KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/"
S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"

ROLE, USER = role_arn(DEV, "r"), user_arn(DEV, "u")
SESSION = f"arn:aws:sts::{DEV}:assumed-role/r/job"
ACCOUNT_ROOT = f"arn:aws:iam::{DEV}:root"
OBJECT = "arn:aws:s3:::b/key"
PROVIDER = f"arn:aws:iam::{DEV}:oidc-provider/token.actions.githubusercontent.com"
NOW = "2026-11-24T05:00:00Z"

Statement = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """See the module. ``policy`` is the resource's own, without one where it is empty.

    ``caller`` is ``role``, ``user``, ``root``, ``anonymous``, or a `Caller` that belongs to no account.
    ``scp`` and ``rcp`` are statements by what they are attached to (a root, a unit, an account). ``trust``
    asks for role ``t``, which has this trust policy, by ``sts:AssumeRole`` unless ``action`` says otherwise.
    """

    says: str
    page: str
    expected: Tri
    identity: tuple[Statement, ...] = ()
    policy: tuple[Statement, ...] = ()
    foreign: bool = False
    caller: str | Caller = "role"
    action: str = "s3:getobject"
    arn: str = OBJECT
    kind: str = "bucket"
    boundary: tuple[Statement, ...] | None = None
    session: tuple[Statement, ...] = ()
    scp: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    rcp: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    trust: tuple[Statement, ...] = ()
    grants: tuple[Mapping[str, Any], ...] | None = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    resource_tags: Mapping[str, str] | None = None
    given: Mapping[str, Held] = field(default_factory=dict)
    home: Mapping[str, Any] = field(default_factory=dict)
    owner: Mapping[str, Any] = field(default_factory=dict)
    holder: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""
    mfa: str = "any"
    version: str = "2012-10-17"


def held(case: Case, name: str, statements: tuple[Statement, ...], *, attached: bool = False) -> Policy:
    """Statements as one policy."""
    said = parse(document(*statements, version=case.version), attached=attached)
    return Policy(name, said, Source("p", 1), name)


def answer(case: Case) -> Tri:
    """What the evaluator says of a case."""
    return asker(case)(case.arn)


def asker(case: Case) -> Callable[[str], Tri]:
    """What the evaluator says of a case for any resource."""
    built = estates.World()
    owner = PROD if case.foreign else DEV
    built.account(PROD, "prod", **(case.owner if case.foreign else {}))
    built.account(DEV, "dev", **case.home)
    for kind, attached in (("scp", case.scp), ("rcp", case.rcp)):
        for target, statements in attached.items():
            built.guardrail(f"{kind}-{target}", [target], *statements, kind=kind)
    _holder(built, case)
    if case.trust:
        built.role(owner, "t", trust=document(*case.trust), tags=case.resource_tags)
    world = World(built.estate())
    session = (held(case, "session policy", case.session),) if case.session else ()
    ways = Ways(case.mfa, NOW, session)
    action = "sts:assumerole" if case.trust and case.action == "s3:getobject" else case.action
    caller, target = _caller(world, case), _target(world, case, owner)

    def ask(arn: str) -> Tri:
        aim = target if case.trust else replace(target, arn=arn)
        return world.ask(caller, action, aim, ways=ways).state

    return ask


def _holder(built: estates.World, case: Case) -> None:
    limit = built.policy(DEV, "limit", *case.boundary) if case.boundary is not None else None
    make = built.user if case.caller == "user" else built.role
    name = "u" if case.caller == "user" else "r"
    raw = document(*case.identity, version=case.version)
    arn = make(DEV, name, boundary=limit, tags=case.tags, **case.holder)
    held_by = next(item for item in built.resources if item.id == arn)
    held_by.attrs["inline"] = [{"name": "main", "document": raw}] if case.identity else []  # type: ignore[index]


def _caller(world: World, case: Case) -> Caller:
    if isinstance(case.caller, Caller):
        return case.caller
    if case.caller == "anonymous":
        return callers.anonymous()
    return world.callers[{"user": USER, "root": ACCOUNT_ROOT}.get(case.caller, ROLE)]


def _target(world: World, case: Case, owner: str) -> Target:
    if case.trust:
        return world.as_target(world.callers[role_arn(owner, "t")])
    policies = (held(case, "policy", case.policy, attached=True),) if case.policy else ()
    if case.grants is None or case.grants:
        policies = (*policies, kms_grants.policy(case.arn, case.grants, Source("p", 1), ()))
    return Target(
        case.arn,
        owner,
        case.kind,
        policies,
        tags=case.resource_tags,
        region=case.region,
        given=case.given,
    )


def on(principal: Any, effect: str = "Allow", **more: Any) -> Statement:
    """A statement of a bucket's policy about reading its objects."""
    named = principal if principal == "*" or isinstance(principal, dict) else {"AWS": principal}
    return {
        "Effect": effect,
        "Principal": named,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
        **more,
    }


def but(principal: Any, effect: str) -> Statement:
    """A statement about everybody else."""
    statement = on("*", effect)
    del statement["Principal"]
    return {**statement, "NotPrincipal": {"AWS": principal}}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    """A condition of one test."""
    return {"Condition": {operator: {key: value}}}


def names(cases: tuple[Case, ...]) -> list[str]:
    """Names for a parametrized test; each case has to have its own."""
    found = [case.says for case in cases]
    assert len(set(found)) == len(found), "two cases say the same"
    assert all(case.page.startswith("https://docs.aws.amazon.com/") for case in cases)
    return found
