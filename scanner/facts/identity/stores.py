"""Stores and registries as targets, and at which levels a caller may use them.

Reading an object under a KMS key needs the key's consent too, and key policies are not collected: such a
read is undecided. Writing is not, since the writer may ask for another encryption. Bucket ACLs and access
points are not modelled.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.facts.identity import levels
from scanner.facts.identity.admission import Admission
from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Opening
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import acting
from scanner.facts.identity.world import Group, World
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_BUCKET = re.compile(r"(arn:[^:*?]+:s3:::[^/*?]+)(?:/.*)?")
_REPOSITORY = re.compile(r"arn:[^:]*:ecr:[^:]*:(\d{12}):repository/")
_ANYBODY = frozenset(
    (
        "aws:referer",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:tlsversion",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
    )
)
"""Keys whose values anybody can send: a grant that depends on them alone is public all the same."""
_LEVELS = ("read", "write", "delete", "admin")
_ACTIONS = sorted({*levels.actions("store", _LEVELS, "s3"), *levels.actions("registry", _LEVELS)})
_OWNER_ONLY = levels.peculiar("store", "owner_only")
_ALWAYS_REGISTRY = levels.peculiar("registry", "always_registry")


@dataclass(frozen=True, eq=False, slots=True)
class Store:
    """A bucket or repository with its policies; ``asks`` are (level, action, target) to try."""

    resource: Resource
    policies: tuple[Policy, ...]
    asks: tuple[tuple[str, str, Target], ...]

    @property
    def id(self) -> str:
        """Its ARN."""
        return self.resource.id

    @property
    def account(self) -> str:
        """Its owner."""
        return self.resource.scope.boundary


@dataclass(frozen=True, eq=False, slots=True)
class Use:
    """The answer of one level of access: with which action on what, and the decision."""

    store: Store
    level: str
    action: str
    target: Target
    decision: Decision


def read(world: World) -> dict[str, Store]:
    """Every AWS store and registry of an estate, by id, sorted."""
    found = {}
    for kind in ("store", "registry"):
        for resource in world.estate.of(kind):
            if resource.provider == "aws":
                found[resource.id] = _bucket(resource) if kind == "store" else _repository(resource)
    return {key: found[key] for key in sorted(found)}


def _bucket(resource: Resource) -> Store:
    policies = resource_policy(resource, "policy", "bucket policy")
    whole = Target(resource.id, resource.scope.boundary, "bucket", policies)
    return Store(resource, policies, _asks("store", whole))


def _asks(kind: str, whole: Target) -> tuple[tuple[str, str, Target], ...]:
    """Requests that give a level of access to a resource or to what is in it; one target for each ARN."""
    found = levels.asks(kind, whole.arn, _LEVELS)
    targets = {ask.arn: replace(whole, arn=ask.arn) for ask in found}
    return tuple((ask.level, ask.action, targets[ask.arn]) for ask in found)


def _repository(resource: Resource) -> Store:
    shared = (
        replace(policy, id=f"{resource.id.partition(':repository/')[0]}:registry/policy")
        for policy in resource_policy(resource, "registry_policy", "registry policy")
    )
    policies = (*resource_policy(resource, "policy", "repository policy"), *shared)
    target = Target(
        resource.id,
        resource.scope.boundary,
        "repository",
        policies,
        tags=resource.tags,
        region=resource.id.split(":")[3],
    )
    return Store(resource, policies, _asks("registry", target))


class Access:
    """Who may use which store, decided as it is asked for; ``accounts`` are the stores by their owner."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stores = read(world)
        self._admission = Admission({key: store.policies for key, store in self.stores.items()})
        self.accounts: dict[str, list[str]] = {}
        for key, store in self.stores.items():
            self.accounts.setdefault(store.account, []).append(key)
        self._kept: dict[Group, tuple[Use, ...]] = {}
        self._selected: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, group: Group) -> tuple[Use, ...]:
        """Everything a class of callers may use, or may perhaps, at each level."""
        if group not in self._kept:
            caller = group.first
            uses = (use for store in self._near(caller) for use in self.uses(caller, store, open_only=True))
            self._kept[group] = tuple(use for use in uses if use.decision.state is not Tri.NO)
        return self._kept[group]

    def _near(self, caller: Caller) -> Iterator[Store]:
        """Stores that a caller's own policies select and that may admit it, or that name it at home."""
        home = set(self.accounts.get(caller.account, ()))
        near = home | self._admission.admitting(caller)
        found = home & self._admission.naming(caller)
        loose = []
        for pattern in self.patterns(caller):
            bucket = bucket_of(pattern)
            if bucket is None:
                loose.append(pattern)
            elif bucket in near:
                found.add(bucket)
        if loose:
            found |= {key for key in near if any(_touches(pattern, self.stores[key]) for pattern in loose)}
        return (self.stores[key] for key in sorted(found))

    def admits(self, store: Store, caller: Caller) -> bool:
        """Whether a store's own policy may admit a caller."""
        return store.id in self._admission.admitting(caller)

    def patterns(self, caller: Caller) -> tuple[str, ...]:
        """Resource patterns on which a caller's policies may allow any level, sorted."""
        if caller.kind == "root":
            return ("*",)
        key = tuple(policy.document.key for policy in caller.policies)
        if any("${" in text for text in key):
            return self._patterns(caller)
        if key not in self._selected:
            self._selected[key] = self._patterns(caller)
        return self._selected[key]

    def _patterns(self, caller: Caller) -> tuple[str, ...]:
        return tuple(sorted({item for action in _ACTIONS for item in self.world.patterns(caller, action)}))

    def uses(self, caller: Caller, store: Store, *, open_only: bool = False) -> Iterator[Use]:
        """The best answer for each level.

        From outside both sides must allow: a level on which no side says anything is left out, with
        ``open_only`` also one on which only one side does.
        """
        foreign = caller.account != store.account
        shut = _shut(store) if foreign and caller.kind != "anonymous" else Tri.NO
        if shut is Tri.YES:
            return
        best: dict[str, Use] = {}
        for level, action, target in store.asks:
            held = best.get(level)
            if (held and held.decision.state is Tri.YES) or (foreign and action in _OWNER_ONLY):
                continue
            sides = [_may(held, action) for held in (caller.policies, store.policies)]
            if foreign and not (all(sides) if open_only else any(sides)):
                continue
            decision = self._decide(caller, action, target)
            if held is None or _rank(decision) > _rank(held.decision):
                best[level] = Use(store, level, action, target, decision)
        for use in best.values():
            yield _qualified(use, shut)

    def _decide(self, caller: Caller, action: str, target: Target) -> Decision:
        """A registry's policy decides replication for sure, other actions by a setting that is not read."""
        decision = self.world.ask(caller, action, target)
        own = tuple(policy for policy in target.policies if not policy.id.endswith(":registry/policy"))
        if len(own) == len(target.policies) or action in _ALWAYS_REGISTRY:
            return decision
        if self.world.ask(caller, action, replace(target, policies=own)).state is decision.state:
            return decision
        opening = Opening("resource", "the scope of the registry policy (V1 or V2) was not read")
        return replace(decision, state=Tri.UNKNOWN, openings=(*decision.openings, opening))


def _may(policies: tuple[Policy, ...], action: str) -> bool:
    """Whether some statement may allow an action to somebody."""
    return any(
        statement.effect != "deny" for policy in policies for statement in acting(policy.document, action)
    )


def _rank(decision: Decision) -> int:
    """A half-open answer is worth more than a closed one."""
    order = {Tri.YES: 3, Tri.UNKNOWN: 2, Tri.NO: 0}
    half = Tri.YES in (decision.identity, decision.resource) and decision.denied is not Tri.YES
    return order[decision.state] or int(half)


def _touches(pattern: str, store: Store) -> bool:
    """Whether a pattern may select the store or something in it."""
    if store.resource.kind == "store":
        return intersects(pattern, store.id) or intersects(pattern, f"{store.id}/*")
    return intersects(pattern, store.id)


def bucket_of(pattern: str) -> str | None:
    """The ARN of the one bucket that a pattern selects or selects from, if it names one."""
    match = _BUCKET.fullmatch(pattern)
    return match[1] if match else None


def named_in(pattern: str, store: Store) -> bool:
    """Whether a pattern names this very bucket, or repositories of this very account."""
    if store.resource.kind == "store":
        return bucket_of(pattern) == store.id
    match = _REPOSITORY.match(pattern)
    return match is not None and match[1] == store.account and _touches(pattern, store)


def _shut(store: Store) -> Tri:
    """Whether S3 keeps other accounts out because the policy is public and public policies are restricted.

    A bucket with a public policy that is not public as a whole is one whose public policy is restricted,
    unless a denial in it is what keeps it from being public.
    """
    if store.resource.kind != "store" or not any(_public(policy) for policy in store.policies):
        return Tri.NO
    if "public_access" in store.resource.unknown:
        return Tri.UNKNOWN
    if store.resource.attrs.get("public_access") == "public":
        return Tri.NO
    return Tri.UNKNOWN if any(_narrowed(policy) for policy in store.policies) else Tri.YES


def _public(policy: Policy) -> bool:
    """Whether a statement grants everyone something, held by nothing that holds it to somebody."""
    return any(
        statement.effect == "allow"
        and all(test.key in _ANYBODY for test in statement.tests)
        and statement.principals is not None
        and statement.principals.everyone
        for statement in policy.document.statements
    )


def _narrowed(policy: Policy) -> bool:
    """Whether a denial may take from everyone what is granted: not one of what anybody can avoid."""
    return any(
        statement.effect != "allow"
        and not (statement.tests and all(test.key in _ANYBODY for test in statement.tests))
        for statement in policy.document.statements
    )


def _qualified(use: Use, shut: Tri) -> Use:
    """A use with what else it depends on: the key of what it reads, restrictions that were not read."""
    if use.decision.state is not Tri.YES:
        return use
    reasons = []
    attrs, unknown = use.store.resource.attrs, use.store.resource.unknown
    if shut is Tri.UNKNOWN:
        gaps = tuple(unknown.get("public_access", ()))
        reasons.append(Opening("resource", "whether public policies are restricted is not known", None, gaps))
    if use.level == "read" and use.store.resource.kind == "store":
        encryption = str(attrs.get("encryption") or "")
        if "encryption" in unknown:
            hidden: tuple[Gap, ...] = tuple(unknown["encryption"])
            reasons.append(Opening("resource", "which key the objects need is not known", None, hidden))
        elif encryption.startswith("aws:kms"):
            reasons.append(Opening("resource", "the KMS key policy was not collected", None, ()))
    if not reasons:
        return use
    decision = replace(use.decision, state=Tri.UNKNOWN, openings=tuple(reasons))
    return replace(use, decision=decision)
