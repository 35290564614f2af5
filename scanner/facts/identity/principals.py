"""``Principal`` and ``NotPrincipal``: whom a resource policy names, and how.

How a principal is named decides what else must agree: naming the account leaves the decision to its
identity policies, naming a role is limited by that role's permissions boundary, naming a user or a
session is not.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from scanner.facts.identity.patterns import matches, wild
from scanner.model.logic import Tri, any_of

_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:[^:]+:(iam|sts)::([^:]*):(.+)")
_UNIQUE = re.compile(r"A(?:ROA|IDA)[A-Z0-9]+")
_RESOURCES = {
    "role": "role",
    "user": "user",
    "assumed-role": "session",
    "federated-user": "federated_user",
}


OUTSIDERS = ("anonymous", "federated", "service")
"""Kinds of callers without an account: nobody in particular, an identity provider's, an AWS service."""


class Named(Protocol):
    """What of a caller a principal element may name."""

    @property
    def arn(self) -> str:
        """Its ARN."""

    @property
    def principal(self) -> str:
        """What a principal element calls it: its ARN, or who vouches for it."""

    @property
    def account(self) -> str:
        """Its account."""

    @property
    def kind(self) -> str:
        """``role``, ``user``, ``root``, or one of `OUTSIDERS`."""

    @property
    def unique_id(self) -> str | None:
        """``AROA...`` or ``AIDA...``, or ``None`` when not known."""

    @property
    def hidden(self) -> bool:
        """Whether it stands for any identity of its account."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One principal; ``account`` is empty where it names none.

    ``kind`` is everyone, account, role, user, session, federated_user, unique, service, federated,
    canonical, or unclear.
    """

    kind: str
    account: str
    value: str

    @property
    def called(self) -> str:
        """How one identity finds itself named: as written, of a session ``account/role``."""
        return f"{self.account}/{self.value.split('/')[1]}" if self.kind == "session" else self.value


@dataclass(frozen=True, slots=True)
class Principals:
    """A ``Principal`` element, or with ``excluded`` a ``NotPrincipal`` one."""

    entries: tuple[Entry, ...]
    excluded: bool = False

    @property
    def everyone(self) -> bool:
        """Whether it reaches principals that it does not name."""
        return self.excluded or any(entry.kind == "everyone" for entry in self.entries)


def parse(raw: Any, *, excluded: bool = False) -> Principals | None:
    """A principal element, sorted, or ``None`` when it is malformed."""
    if raw == "*":
        return Principals((Entry("everyone", "", "*"),), excluded)
    if not isinstance(raw, dict) or not raw:
        return None
    entries = set()
    for kind, values in raw.items():
        listed = values if isinstance(values, list) else [values]
        if kind not in ("AWS", "Service", "Federated", "CanonicalUser") or not all(
            isinstance(value, str | int) for value in listed
        ):
            return None
        entries |= {_entry(kind, str(value)) for value in listed}
    return Principals(tuple(sorted(entries)), excluded)


def _entry(kind: str, value: str) -> Entry:
    if kind != "AWS":
        return Entry({"Service": "service", "Federated": "federated"}.get(kind, "canonical"), "", value)
    if value == "*":
        return Entry("everyone", "", value)
    if _ACCOUNT.fullmatch(value):
        return Entry("account", value, value)
    if _UNIQUE.fullmatch(value):
        return Entry("unique", "", value)
    arn = _ARN.fullmatch(value)
    if arn is None:
        return Entry("unclear", "", value)
    if arn[2] == "cloudfront":
        return Entry("service", "", value)
    if arn[3] == "root":
        return Entry("account", arn[2], value)
    kind, _, name = arn[3].partition("/")
    named = name and not wild(value)
    return Entry(_RESOURCES.get(kind, "unclear") if named else "unclear", arn[2], value)


def naming(entry: Entry, caller: Named) -> Tri:
    """Whether an entry names a caller, by itself, by its account or as anybody."""
    if caller.kind in OUTSIDERS:
        return _outsider(entry, caller)
    if entry.kind == "everyone":
        return Tri.YES
    if entry.kind in ("service", "federated"):
        return Tri.NO
    if entry.kind == "unclear":
        return _unclear(entry, caller)
    if entry.account and entry.account != caller.account:
        return Tri.NO
    if entry.kind == "account":
        return Tri.YES
    return Tri.of(None if caller.hidden else _individually(entry, caller))


def _outsider(entry: Entry, caller: Named) -> Tri:
    """Whether an entry names a caller that has no account.

    Whether everyone includes whoever signs in through an identity provider is not documented.
    """
    if entry.kind == "everyone":
        return Tri.UNKNOWN if caller.kind == "federated" else Tri.YES
    if entry.kind != caller.kind:
        return Tri.NO
    return Tri.UNKNOWN if wild(entry.value) else Tri.of(entry.value == caller.principal)


def _unclear(entry: Entry, caller: Named) -> Tri:
    """An entry of a form that AWS does not describe: whoever it may mean."""
    elsewhere = bool(_ACCOUNT.fullmatch(entry.account)) and entry.account != caller.account
    missed = wild(entry.value) and not caller.hidden and not matches(entry.value, caller.arn)
    return Tri.NO if elsewhere or missed else Tri.UNKNOWN


def _individually(entry: Entry, caller: Named) -> bool | None:
    """Whether an entry names one known identity; ``None`` where its form does not tell."""
    if entry.kind in ("role", "user"):
        return entry.value == caller.arn
    if entry.kind == "session":
        return caller.kind == "role" and caller.arn.rsplit("/", 1)[-1] == entry.value.split("/")[1]
    if entry.kind == "federated_user":
        return None if caller.kind == "user" else False
    if entry.kind == "unique" and caller.unique_id is not None:
        return caller.unique_id == entry.value
    return None


def ways(principals: Principals, caller: Named) -> dict[str, Tri]:
    """How a statement reaches a caller: way -> whether.

    Ways are everyone, account, role, user, session, and outside for services and the federated.
    """
    if principals.excluded:
        return {"everyone": ~exempt(principals, caller)}
    found: dict[str, Tri] = {}
    for entry in principals.entries:
        state = naming(entry, caller)
        if state is not Tri.NO:
            way = _way(entry, caller)
            found[way] = any_of((found.get(way, Tri.NO), state))
    return found


def _way(entry: Entry, caller: Named) -> str:
    if caller.kind in OUTSIDERS:
        return "everyone" if entry.kind == "everyone" else "outside"
    if entry.kind in ("everyone", "account", "session"):
        return entry.kind
    if entry.kind == "canonical":
        return "account"
    return "role" if caller.kind == "role" else "user"


def exempt(principals: Principals, caller: Named) -> Tri:
    """Whether a ``NotPrincipal`` leaves a caller out.

    AWS compares the caller, its session and its account one by one, so that an exemption holds only
    when all of them are listed; with a part of them it depends on how the request is made.
    """
    kinds = {entry.kind for entry in principals.entries if naming(entry, caller) is Tri.YES}
    if "everyone" in kinds:
        return Tri.YES
    if not kinds:
        open_entries = any(naming(entry, caller) is Tri.UNKNOWN for entry in principals.entries)
        return Tri.UNKNOWN if open_entries else Tri.NO
    if caller.kind in OUTSIDERS or (caller.kind == "root" and "account" in kinds):
        return Tri.YES
    if {"account", "user"} <= kinds or {"account", "role", "session"} <= kinds:
        return Tri.YES
    return Tri.UNKNOWN
