"""Accounts whose identities were not read: every account has some, so none seen is not "none there".

Where nobody recorded why (a snapshot taken for other rules, an account that is declared and was never
asked), a gap of the listing call stands for it: what is not known must not look like nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from scanner.facts.identity.callers import Caller
from scanner.model.estate import Estate, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope

_ACCOUNT = re.compile(r"\d{12}")
_LISTING = {
    "identity": ("iam.role", "iam:GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails"),
    "store": ("s3.bucket", "s3:ListBuckets", "s3:ListAllMyBuckets"),
    "registry": ("ecr.repository", "ecr:DescribeRepositories", "ecr:DescribeRepositories"),
}


def unread(estate: Estate, callers: Mapping[str, Caller]) -> dict[str, Unlisted]:
    """Account -> what hides its identities."""
    found = {item.scope.boundary: item for item in missing(estate, "identity")}
    seen = {caller.account for caller in callers.values()} | set(found)
    return {**found, **{item.scope.boundary: item for item in never_asked(estate, "identity", seen)}}


def missing(estate: Estate, kind: str) -> list[Unlisted]:
    """The AWS scopes in which a kind could not be listed, each with a gap that says so."""
    held = [item for item in estate.missing(kind) if item.scope.provider == "aws"]
    return [item if item.gaps else replace(item, gaps=(_gap(item.scope, kind),)) for item in held]


def never_asked(estate: Estate, kind: str, seen: Collection[str]) -> list[Unlisted]:
    """A kind in the declared accounts of which no identity was seen, nor a reason why."""
    found = []
    others = {item.id for item in estate.of("boundary") if item.provider != "aws"}
    for account, place in sorted(estate.places.items()):
        if place and _ACCOUNT.fullmatch(account) and account not in seen and account not in others:
            scope = Scope("aws", account, "global")
            service = place.removeprefix("service:") if place.startswith("service:") else None
            found.append(Unlisted(kind, scope, (_gap(scope, kind),), None if service else place, service))
    return found


def _gap(scope: Scope, kind: str) -> Gap:
    native, call, permission = _LISTING[kind]
    return Gap(scope, native, call, permission, Reason.UNREACHED, "", "NotAsked")
