"""Identities as callers: what each holds, and the classes of those that are decided alike.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.facts.identity.provenance import NOWHERE, Policy
from scanner.facts.identity.statements import UNREAD, parse
from scanner.facts.identity.values import Held
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap, Reason, Scope, Source

_DETAILS = "iam:GetAccountAuthorizationDetails"


@dataclass(frozen=True, eq=False, slots=True)
class Caller:
    """An identity and the documents that decide for it.

    ``policies`` are its identity policies (inline, attached, and those of its groups), in an order
    that equal sets share; ``boundary`` its permissions boundary, ``()`` for none; ``trust`` a role's
    trust policy; ``tags`` ``None`` where not known. ``claims`` are condition keys, lower-case, that its
    requests carry because of who it is: what an identity provider says, for whom a service acts.
    ``power``: not as it is, but with rights that it can give itself (``own``), of nobody in particular
    (``any``). ``provider`` vouches for one that has no account: a principal element names that.
    """

    arn: str
    account: str
    kind: str
    place: str | None
    unique_id: str | None
    tags: Mapping[str, str] | None
    policies: tuple[Policy, ...]
    boundary: tuple[Policy, ...]
    trust: Policy | None
    service_linked: bool
    resource: Resource
    hidden: bool = False
    claims: Mapping[str, Held] = field(default_factory=dict)
    power: str = ""
    provider: str = ""

    @property
    def principal(self) -> str:
        """What a principal element calls it: itself, or who vouches for it."""
        return self.provider or self.arn

    @property
    def unread(self) -> tuple[Gap, ...]:
        """What hides some of its identity policies."""
        return gaps_of(policy for policy in self.policies if policy.document is UNREAD)

    @property
    def name(self) -> str:
        """The last part of its ARN."""
        return self.arn.rsplit("/", 1)[-1]


class Documents:
    """Policies and groups by account and ARN: AWS's own policies stand in every account's part."""

    def __init__(self, estate: Estate) -> None:
        self._policies = {(item.scope.boundary, item.id): item for item in estate.of("policy")}
        self._groups = {(item.scope.boundary, item.id): item for item in estate.of("group")}
        self._unlisted = {
            (item.kind, item.scope.boundary): item.gaps
            for kind in ("policy", "group")
            for item in estate.missing(kind)
        }

    def held(self, resource: Resource, account: str) -> list[Policy]:
        """Inline, attached and group policies of an identity or a group."""
        return [
            *self._inline(resource),
            *self._listed(resource, "attached", account),
            *self._of_groups(resource, account),
        ]

    def managed(self, arn: str, account: str, words: str = "managed policy") -> Policy:
        """A managed policy as its account's part has it, unread where it is missing there."""
        item = self._policies.get((account, arn))
        title = f"{words} {arn.rsplit('/', 1)[-1]}"
        if item is None:
            return Policy(arn, UNREAD, NOWHERE, title, self._lost("policy", account, arn))
        if "document" in item.unknown:
            return Policy(arn, UNREAD, item.source, title, tuple(item.unknown["document"]))
        return Policy(arn, parse(item.attrs.get("document")), item.where("document"), title)

    def _inline(self, resource: Resource) -> list[Policy]:
        if "inline" in resource.unknown:
            return [_unread(resource, "inline", "inline policies")]
        source, found = resource.where("inline"), []
        for index, item in enumerate(resource.attrs.get("inline") or ()):
            name = str(item.get("name", index))
            found.append(
                Policy(
                    f"{resource.id}/inline/{name}",
                    parse(item.get("document")),
                    source.at(f"{source.pointer}/{index}/PolicyDocument"),
                    f"inline policy {name}",
                )
            )
        return found

    def _listed(self, resource: Resource, attr: str, account: str) -> list[Policy]:
        if attr in resource.unknown:
            return [_unread(resource, attr, "attached policies")]
        found = []
        for arn in resource.attrs.get(attr) or ():
            policy = replace(self.managed(arn, account), holder=resource.id)
            found.append(policy if policy.source != NOWHERE else _at(policy, resource.where(attr)))
        return found

    def _of_groups(self, resource: Resource, account: str) -> list[Policy]:
        if "groups" in resource.unknown:
            return [_unread(resource, "groups", "groups")]
        found = []
        for arn in resource.attrs.get("groups") or ():
            group = self._groups.get((account, arn))
            if group is None:
                gaps = self._lost("group", account, arn)
                words = f"policies of group {arn.rsplit('/', 1)[-1]}"
                found.append(Policy(f"{arn}/policies", UNREAD, resource.where("groups"), words, gaps))
            else:
                found += [*self._inline(group), *self._listed(group, "attached", account)]
        return found

    def _lost(self, kind: str, account: str, arn: str) -> tuple[Gap, ...]:
        """Why a policy or group that is referred to is not there: its listing, or nobody knows."""
        scope = Scope("aws", account, "global")
        unknown = Gap(scope, f"iam.{kind}", _DETAILS, _DETAILS, Reason.FAILED, arn, "NotFound")
        return self._unlisted.get((kind, account), ()) or (unknown,)

    def versions(self, arn: str, account: str) -> tuple[list[Policy], tuple[Gap, ...]]:
        """The versions of a managed policy that are not in force, and why some were not read."""
        item = self._policies.get((account, arn))
        if item is None:
            return [], self._lost("policy", account, arn)
        if "versions" in item.unknown:
            return [], tuple(item.unknown["versions"])
        source = item.where("versions")
        return [
            Policy(arn, parse(each["document"]), source, f"version {each['id']} of policy {item.name}")
            for each in item.attrs.get("versions") or ()
        ], ()

    def boundary(self, resource: Resource, account: str) -> tuple[Policy, ...]:
        """The permissions boundary, ``()`` where there is none."""
        if "permissions_boundary" in resource.unknown:
            return (_unread(resource, "permissions_boundary", "permissions boundary"),)
        arn = resource.attrs.get("permissions_boundary")
        if arn is None:
            return ()
        policy = self.managed(str(arn), account, "permissions boundary")
        return (policy if policy.source != NOWHERE else _at(policy, resource.where("permissions_boundary")),)


def read(estate: Estate) -> dict[str, Caller]:
    """Every AWS identity of an estate as a caller, by ARN, sorted."""
    documents = Documents(estate)
    return {
        resource.id: _caller(resource, documents)
        for resource in sorted(estate.of("identity"), key=lambda item: item.id)
        if resource.provider == "aws"
    }


def _caller(resource: Resource, documents: Documents) -> Caller:
    account, attrs = resource.scope.boundary, resource.attrs
    kind = str(attrs.get("type", "role"))
    policies = documents.held(resource, account) if kind != "root" else []
    trust = _trust(resource) if kind == "role" else None
    linked = attrs.get("service_linked") is True
    if linked:
        policies = [replace(policy, fixed=True) for policy in policies]
        trust = replace(trust, fixed=True) if trust else None
    return Caller(
        resource.id,
        account,
        kind,
        resource.place,
        None if "unique_id" in resource.unknown else _text(attrs.get("unique_id")),
        resource.tags,
        tuple(sorted(policies, key=lambda policy: (policy.document.key, policy.id))),
        documents.boundary(resource, account) if kind != "root" else (),
        trust,
        linked,
        resource,
    )


def hidden(account: str, place: str | None, gaps: tuple[Gap, ...] = (), partition: str = "aws") -> Caller:
    """Any identity of an account of which none is known."""
    arn = f"arn:{partition}:iam::{account}:*"
    policy = Policy(f"{arn}/policies", UNREAD, NOWHERE, f"identities of account {account}", gaps)
    resource = Resource(arn, "identity", account, Scope("aws", account, "global"), {})
    return Caller(
        arn, account, "unknown", place, None, None, (policy,), (), None, False, resource, hidden=True
    )


def anonymous() -> Caller:
    """Everyone, without signing in."""
    resource = Resource("*", "identity", "everyone", Scope("aws", "", "global"), {})
    return Caller("*", "", "anonymous", None, None, None, (), (), None, False, resource)


def federated(provider: str, claims: Mapping[str, Held]) -> Caller:
    """Someone whom an identity provider (ARN, or AWS's name of it) vouches for with these claims.

    Claims have lower-case keys (``token.actions.githubusercontent.com:sub``); one that is not given is open.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """
    return _outsider(provider, "federated", claims)


def service(name: str, claims: Mapping[str, Held] | None = None) -> Caller:
    """An AWS service (``cloudtrail.amazonaws.com``) that acts for whom the claims say (``aws:sourcearn``)."""
    return _outsider(name, "service", claims or {})


def _outsider(name: str, kind: str, claims: Mapping[str, Held]) -> Caller:
    resource = Resource(name, "identity", name, Scope("aws", "", "global"), {})
    return Caller(name, "", kind, None, None, None, (), (), None, False, resource, claims=claims)


def _trust(resource: Resource) -> Policy:
    policy_id = f"{resource.id}/trust"
    if "trust" in resource.unknown:
        return Policy(policy_id, UNREAD, resource.source, "trust policy", tuple(resource.unknown["trust"]))
    document = parse(resource.attrs.get("trust"), attached=True)
    return Policy(policy_id, document, resource.where("trust"), "trust")


def _unread(resource: Resource, attr: str, words: str) -> Policy:
    return Policy(f"{resource.id}/{attr}", UNREAD, resource.source, words, tuple(resource.unknown[attr]))


def _at(policy: Policy, source: Source) -> Policy:
    return replace(policy, source=source)


def without_path(arn: str) -> str:
    """A role or profile by account and name: some settings name it without its path."""
    head, _, rest = arn.partition("/")
    return f"{head}/{rest.rsplit('/', 1)[-1]}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def gaps_of(policies: Iterable[Policy]) -> tuple[Gap, ...]:
    """Every gap that hides one of these policies."""
    return tuple(sorted({gap for policy in policies for gap in policy.gaps}))
