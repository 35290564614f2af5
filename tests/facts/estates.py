"""Estates for tests of identity facts, from a few words each.

A builder that speaks the estate's vocabulary, so that a test says only what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.model.estate import Environment, Estate, Flow, Resource, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope, Source

DEV, PROD, CI, TEST, OUTSIDE = "111111111111", "222222222222", "333333333333", "444444444444", "999999999999"
ORGANIZATION = "o-example"

Json = Any


def gap(account: str, call: str, resource: str = "") -> Gap:
    return Gap(Scope("aws", account, "global"), "iam.role", call, call, Reason.DENIED, resource)


def allow(action: Json, resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Json, resource: Json = "*", **more: Json) -> dict[str, Json]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(principal: Json, **more: Json) -> dict[str, Json]:
    named = principal if isinstance(principal, dict) or principal == "*" else {"AWS": principal}
    return document({"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole", **more})


def document(*statements: Json, version: str = "2012-10-17") -> dict[str, Json]:
    return {"Version": version, "Statement": list(statements)}


def role_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def user_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


class World:
    """A builder: every method adds something and returns its id."""

    def __init__(self, *, organization: bool = True) -> None:
        self.resources: list[Resource] = []
        self.unlisted: list[Unlisted] = []
        self.flows: list[Flow] = []
        self.places: dict[str, str | None] = {}
        self.assume: dict[str, str] = {}
        self.people: dict[str, tuple[str, ...]] = {}
        self.services: dict[str, Json] = {"ci": {}}
        self.organization = ORGANIZATION if organization else None
        self.environments = {
            "dev": Environment("dev", "nonproduction"),
            "prod": Environment("prod", "production"),
            "test": Environment("test", "nonproduction"),
        }
        self._lines: dict[str, int] = {}
        if organization:
            self.add("r-root", "container", DEV, {"type": "root", "parent": None, "name": "Root"})
        for account, place in ((DEV, "dev"), (PROD, "prod"), (CI, "service:ci"), (TEST, "test")):
            self.account(account, place)

    def add(
        self,
        resource_id: str,
        kind: str,
        account: str,
        attrs: Mapping[str, Json],
        *,
        unknown: Mapping[str, tuple[Gap, ...]] | None = None,
        tags: Mapping[str, str] | None = None,
        place: str | None = None,
        region: str = "global",
    ) -> str:
        hidden = dict(unknown or {})
        known = {key: value for key, value in attrs.items() if key not in hidden}
        part = f"parts/aws/{account}/global/{kind}.jsonl"
        self._lines[part] = self._lines.get(part, 0) + 1
        where = place or self.places.get(account)
        service = where.removeprefix("service:") if where and where.startswith("service:") else None
        self.resources.append(
            Resource(
                resource_id,
                kind,
                resource_id.rsplit("/", 1)[-1].rsplit(":", 1)[-1],
                Scope("aws", account, region),
                known,
                hidden,
                dict(tags or {}),
                Source(part, self._lines[part]),
                {key: f"/data/{key}" for key in known},
                None if service else where,
                service,
            )
        )
        return resource_id

    def account(self, account: str, place: str, *, parent: str = "r-root", **attrs: Json) -> str:
        self.places[account] = place
        unknown = attrs.pop("unknown", None)
        base = {
            "type": "account",
            "name": account,
            "parent": parent if self.organization else None,
            "management": False,
            "organization": self.organization,
            "listed": True,
            "status": "ACTIVE",
        }
        self.resources = [r for r in self.resources if not (r.kind == "boundary" and r.id == account)]
        self.add(account, "boundary", account, {**base, **attrs}, unknown=unknown)
        self.root(account)
        return account

    def role(
        self,
        account: str,
        name: str,
        *statements: Json,
        trust: Json = None,
        attached: Sequence[str] = (),
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
        unknown: Mapping[str, tuple[Gap, ...]] | None = None,
        place: str | None = None,
        **more: Json,
    ) -> str:
        attrs = {
            "type": "role",
            "trust": trust
            or document(
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ),
            "inline": [{"name": "main", "document": document(*statements)}] if statements else [],
            "attached": list(attached),
            "groups": [],
            "permissions_boundary": boundary,
            "instance_profiles": [],
            "path": "/",
            "service_linked": False,
            "unique_id": f"AROA{account}{name.upper().replace('-', '')}",
            **more,
        }
        return self.add(
            role_arn(account, name), "identity", account, attrs, unknown=unknown, tags=tags, place=place
        )

    def user(
        self, account: str, name: str, *statements: Json, groups: Sequence[str] = (), **more: Json
    ) -> str:
        tags, place, unknown = more.pop("tags", None), more.pop("place", None), more.pop("unknown", None)
        attrs = {
            "type": "user",
            "trust": None,
            "inline": [{"name": "main", "document": document(*statements)}] if statements else [],
            "attached": list(more.pop("attached", ())),
            "groups": list(groups),
            "permissions_boundary": more.pop("boundary", None),
            "instance_profiles": [],
            "path": "/",
            "service_linked": False,
            "unique_id": f"AIDA{account}{name.upper()}",
        }
        return self.add(
            user_arn(account, name), "identity", account, attrs, unknown=unknown, tags=tags, place=place
        )

    def root(self, account: str) -> str:
        arn = f"arn:aws:iam::{account}:root"
        self.resources = [item for item in self.resources if (item.kind, item.id) != ("identity", arn)]
        attrs = {
            "type": "root",
            "trust": None,
            "inline": [],
            "attached": [],
            "groups": [],
            "permissions_boundary": None,
        }
        return self.add(arn, "identity", account, {**attrs, "service_linked": False, "unique_id": account})

    def group(self, account: str, name: str, *statements: Json, attached: Sequence[str] = ()) -> str:
        inline = [{"name": "main", "document": document(*statements)}] if statements else []
        return self.add(
            f"arn:aws:iam::{account}:group/{name}",
            "group",
            account,
            {"inline": inline, "attached": list(attached)},
        )

    def policy(self, account: str, name: str, *statements: Json, aws: bool = False) -> str:
        arn = f"arn:aws:iam::{'aws' if aws else account}:policy/{name}"
        attrs = {"document": document(*statements), "managed_by": "aws" if aws else "customer"}
        return self.add(arn, "policy", account, attrs)

    def guardrail(
        self, name: str, targets: Sequence[str], *statements: Json, kind: str = "scp", **more: Json
    ) -> str:
        arn = f"arn:aws:organizations::{DEV}:policy/o-example/{kind}/p-{name}"
        attrs = {"type": kind, "document": document(*statements), "targets": list(targets), "managed": False}
        return self.add(arn, "guardrail", DEV, attrs, **more)

    def unit(self, name: str, parent: str = "r-root") -> str:
        return self.add(
            name, "container", DEV, {"type": "organizational_unit", "parent": parent, "name": name}
        )

    def bucket(self, account: str, name: str, *statements: Json, **more: Json) -> str:
        unknown, place = more.pop("unknown", None), more.pop("place", None)
        attrs = {
            "type": "bucket",
            "policy": document(*statements) if statements else None,
            "public_access": "blocked",
            "encryption": "AES256",
            "versioning": "Enabled",
            **more,
        }
        return self.add(f"arn:aws:s3:::{name}", "store", account, attrs, unknown=unknown, place=place)

    def repository(self, account: str, name: str, *statements: Json, **more: Json) -> str:
        attrs = {
            "type": "repository",
            "policy": document(*statements) if statements else None,
            "registry_policy": None,
        }
        arn = f"arn:aws:ecr:eu-west-1:{account}:repository/{name}"
        return self.add(arn, "registry", account, {**attrs, **more})

    def key(self, account: str, name: str, *statements: Json, **more: Json) -> str:
        """A key with a policy that lets its account's policies decide, unless statements say otherwise."""
        unknown, place = more.pop("unknown", None), more.pop("place", None)
        delegating = {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        attrs = {
            "type": "kms",
            "policy": document(*(statements or (delegating,))),
            "grants": [],
            "manager": "customer",
            **more,
        }
        arn = f"arn:aws:kms:eu-west-1:{account}:key/{name}"
        return self.add(arn, "key", account, attrs, unknown=unknown, place=place, region="eu-west-1")

    def secret(self, account: str, name: str, *statements: Json, **more: Json) -> str:
        unknown, place = more.pop("unknown", None), more.pop("place", None)
        attrs = {
            "type": "secretsmanager",
            "policy": document(*statements) if statements else None,
            "key": None,
            "secure": True,
            **more,
        }
        arn = f"arn:aws:secretsmanager:eu-west-1:{account}:secret:{name}-AbCdEf"
        return self.add(arn, "secret", account, attrs, unknown=unknown, place=place, region="eu-west-1")

    def person(self, identity: str, account: str, *, mfa: bool = True, **more: Json) -> str:
        root = identity.endswith(":root")
        attrs = {"identity": identity, "root": root, "console": True, "mfa_registered": mfa}
        return self.add(identity, "person", account, attrs, **more)

    def unread(self, kind: str, account: str, call: str = "iam:GetAccountAuthorizationDetails") -> Gap:
        missing = gap(account, call)
        where = self.places.get(account)
        service = where.removeprefix("service:") if where and where.startswith("service:") else None
        self.unlisted.append(
            Unlisted(kind, Scope("aws", account, "global"), (missing,), None if service else where, service)
        )
        self.resources = [r for r in self.resources if not (r.kind == kind and r.scope.boundary == account)]
        return missing

    def estate(self, order: Any = None) -> Estate:
        found = list(self.resources)
        if order is not None:
            order.shuffle(found)
        kinds: dict[str, list[Resource]] = {}
        for resource in found:
            kinds.setdefault(resource.kind, []).append(resource)
        return Estate(
            {kind: tuple(items) for kind, items in kinds.items()},
            {resource.id: resource for resource in found},
            tuple(self.unlisted),
            (),
            self.environments,
            self.services,
            tuple(self.flows),
            self.places,
            people=self.people,
            assume=self.assume,
            as_of="2026-11-24T05:00:00Z",
        )
