"""Accounts in their organization, and the guardrails (SCPs, RCPs) above each of them.

SCPs must allow at the root, at every unit and at the account, for principals of member accounts;
they bind neither the management account nor service-linked roles. RCPs bind the resources of member
accounts. Every node keeps at least one policy of an enabled type attached, so a node that shows none
has the type disabled.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import UNREAD, parse
from scanner.facts.identity.values import OPEN, Held
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

_RCP = tomllib.loads(Path(__file__).with_name("rcp_services.toml").read_text(encoding="utf-8"))
_RCP_SERVICES = frozenset(_RCP["services"])
_RCP_EXEMPT = frozenset(map(str.lower, _RCP["exempt"]))


def under_rcp(action: str) -> bool:
    """Whether resource control policies apply to a lower-case action at all (``rcp_services.toml``)."""
    return action.partition(":")[0] in _RCP_SERVICES and action not in _RCP_EXEMPT


@dataclass(frozen=True, eq=False, slots=True)
class Guard:
    """The guardrails of one type above one account, level by level from the root down.

    ``open`` when not all of them were read, for the reason in ``gaps``; ``assumed`` when the
    environment file says to assume that the unread ones are absent.
    """

    type: str
    levels: tuple[tuple[Policy, ...], ...] = ()
    open: bool = False
    gaps: tuple[Gap, ...] = ()
    assumed: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Account:
    """An account: its organization and path (condition values) and its guardrails."""

    id: str
    organization: Held
    paths: Held
    scp: Guard
    rcp: Guard


class Organizations:
    """Accounts by id, read from an estate once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._boundaries = {item.id: item for item in estate.of("boundary") if item.provider == "aws"}
        self._containers = {item.id: item for item in estate.of("container") if item.provider == "aws"}
        self._guardrails = tuple(item for item in estate.of("guardrail") if item.provider == "aws")
        missing = [item for item in estate.missing("guardrail") if item.scope.provider == "aws"]
        self._unlisted = bool(missing)
        self._unread = _gaps(item.gaps for item in missing)
        self._accounts: dict[str, Account] = {}
        self._attached: dict[tuple[str, str], list[Policy]] = defaultdict(list)
        for item in self._guardrails:
            if "targets" not in item.unknown and "type" not in item.unknown:
                held = _policy(item)
                for node in item.attrs.get("targets") or ():
                    self._attached[str(item.attrs.get("type")), node].append(held)
        self._unclear = [
            item for item in self._guardrails if "targets" in item.unknown or "type" in item.unknown
        ]

    def account(self, account_id: str) -> Account:
        """An account of the estate, or one of which nothing is known."""
        if account_id not in self._accounts:
            self._accounts[account_id] = self._account(account_id)
        return self._accounts[account_id]

    def _account(self, account_id: str) -> Account:
        boundary = self._boundaries.get(account_id)
        if boundary is None or "organization" in boundary.unknown:
            gaps = _gaps([self._unread, boundary.unknown["organization"] if boundary else ()])
            return Account(account_id, OPEN, OPEN, self._unknown("scp", gaps), self._unknown("rcp", gaps))
        organization = boundary.attrs.get("organization")
        if organization is None:
            return Account(account_id, None, None, Guard("scp"), Guard("rcp"))
        path, gaps = self._path(boundary)
        paths = None if path is None else (f"{organization}/{'/'.join(path[:-1])}/",)
        return Account(
            account_id,
            (str(organization),),
            OPEN if paths is None else paths,
            self._guard("scp", boundary, path, gaps),
            self._guard("rcp", boundary, path, gaps),
        )

    def _unknown(self, kind: str, gaps: tuple[Gap, ...]) -> Guard:
        """The guardrails of an account whose organization is not known."""
        if self._estate.assume.get(kind) == "absent":
            return Guard(kind, assumed=True)
        return Guard(kind, self._maybe(kind, None), open=True, gaps=gaps)

    def _guard(
        self, kind: str, boundary: Resource, path: tuple[str, ...] | None, gaps: tuple[Gap, ...]
    ) -> Guard:
        if boundary.attrs.get("management") is True:
            return Guard(kind)
        levels, maybe = self._levels(kind, path), self._maybe(kind, path)
        missing = bool(self._unlisted or maybe or path is None or "management" in boundary.unknown)
        if missing and self._estate.assume.get(kind) == "absent":
            return Guard(kind, levels, assumed=True)
        reasons = _gaps([self._unread, gaps, boundary.unknown.get("management", ())])
        return Guard(kind, (*levels, *maybe), open=missing, gaps=reasons)

    def _levels(self, kind: str, path: tuple[str, ...] | None) -> tuple[tuple[Policy, ...], ...]:
        return tuple(
            tuple(self._attached[kind, node]) for node in path or () if (kind, node) in self._attached
        )

    def _maybe(self, kind: str, path: tuple[str, ...] | None) -> tuple[tuple[Policy, ...], ...]:
        """Guardrails that may or may not stand above the account: each may deny anything it denies.

        With the path known these are those whose targets, or whose type, were not read.
        """
        found = []
        for item in self._guardrails if path is None else self._unclear:
            if item.attrs.get("type", kind) == kind:
                gaps = _gaps([item.unknown.get("targets", ()), item.unknown.get("type", ())])
                found.append((Policy(item.id, UNREAD, item.source, f"{_title(item)} {item.name}", gaps),))
        return tuple(found)

    def _path(self, boundary: Resource) -> tuple[tuple[str, ...] | None, tuple[Gap, ...]]:
        """Root, units and the account itself, or ``None`` with the gaps that hide a parent."""
        path, node = [boundary.id], boundary
        while True:
            if "parent" in node.unknown:
                return None, tuple(node.unknown["parent"])
            parent = node.attrs.get("parent")
            if parent is None:
                return tuple(reversed(path)), ()
            if parent in path or parent not in self._containers:
                return None, _gaps(item.gaps for item in self._estate.missing("container"))
            path.append(parent)
            node = self._containers[parent]


def _title(item: Resource) -> str:
    return {"scp": "service control policy", "rcp": "resource control policy"}.get(
        str(item.attrs.get("type")), "guardrail"
    )


def _policy(item: Resource) -> Policy:
    words = f"{_title(item)} {item.name}"
    if "document" in item.unknown:
        return Policy(item.id, UNREAD, item.source, words, tuple(item.unknown["document"]))
    attached = item.attrs.get("type") == "rcp"
    return Policy(
        item.id, parse(item.attrs.get("document"), attached=attached), item.where("document"), words
    )


def _gaps(groups: Iterable[Iterable[Gap]]) -> tuple[Gap, ...]:
    return tuple(sorted({gap for group in groups for gap in group}))
