"""Organizations: the account tree, and the policies that guard it (AWS Organizations API, 2016-11-28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, Span, UnansweredError, required

_ROOTS = Read("organizations", "ListRoots")
_UNITS = Read("organizations", "ListOrganizationalUnitsForParent")
_ACCOUNTS = Read("organizations", "ListAccounts")
_ACCOUNTS_OF = Read("organizations", "ListAccountsForParent")
_POLICIES = Read("organizations", "ListPolicies")

_ROOT, _UNIT, _ACCOUNT = "organizations.root", "organizations.unit", "organizations.account"
_POLICY = "organizations.policy"
_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


class _Tree:
    """A walk down from the roots: what it found, and the first read that left part of it unseen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.found: dict[str, list[Data]] = {}
        self.parents: dict[str, str] = {}
        self.hidden: tuple[Read, UnansweredError] | None = None

    def walk(self) -> None:
        """Find roots, units and the accounts directly below each."""
        roots = self._ask(_ROOTS, _ROOT, {}, "Roots")
        if roots is None:
            return
        self.found[_ROOT] = [{_ROOTS.operation: root} for root in roots]
        self.found[_UNIT] = []
        waiting = [root["Id"] for root in roots]
        while waiting:
            parent = waiting.pop()
            for account in self._ask(_ACCOUNTS_OF, "", {"ParentId": parent}, "Accounts") or ():
                self.parents[account["Id"]] = parent
            for unit in self._ask(_UNITS, _UNIT, {"ParentId": parent}, "OrganizationalUnits") or ():
                self.found[_UNIT].append({_UNITS.operation: {**unit, "ParentId": parent}})
                waiting.append(unit["Id"])

    def _ask(self, read: Read, kind: str, params: Mapping[str, str], key: str) -> list[dict[str, Any]] | None:
        try:
            return list(required(self._desk.ask(read, params), key))
        except UnansweredError as error:
            self.hidden = self.hidden or (read, error)
            if kind:
                self._desk.miss(read, kind, error)
            return None


def _tree(desk: Desk) -> Mapping[str, list[Data]]:
    """Roots, units, and accounts each with its parent; a parent that stays unknown is a gap."""
    tree = _Tree(desk)
    tree.walk()
    try:
        listed = required(desk.ask(_ACCOUNTS, {}), "Accounts")
    except UnansweredError as error:
        desk.miss(_ACCOUNTS, _ACCOUNT, error)
        return tree.found
    tree.found[_ACCOUNT] = accounts = []
    for account in listed:
        data: Data = {_ACCOUNTS.operation: account}
        if parent := tree.parents.get(account["Id"]):
            data[_ACCOUNTS_OF.operation] = {"ParentId": parent}
        elif tree.hidden:
            desk.miss(tree.hidden[0], _ACCOUNT, tree.hidden[1], account["Arn"])
        accounts.append(data)
    return tree.found


def _policies(desk: Desk) -> Mapping[str, list[Data]]:
    """The policies of both types; one type alone is kept too, beside the gap of the other."""
    found: list[Data] = []
    missed = 0
    for kind in _TYPES:
        try:
            listed = required(desk.ask(_POLICIES, {"Filter": kind}), "Policies")
        except UnansweredError as error:
            missed += 1
            desk.miss(_POLICIES, _POLICY, error)
            continue
        found += ({_POLICIES.operation: policy} for policy in listed)
    return {} if missed == len(_TYPES) else {_POLICY: found}


CALLS = (
    Call(
        Read("organizations", "DescribeOrganization"),
        (Output("organizations.organization", "[Organization]", "{Arn}"),),
        Span.MEMBER,
    ),
    Call(
        _ROOTS,
        (Output(_ROOT, "", "{Arn}"), Output(_UNIT, "", "{Arn}"), Output(_ACCOUNT, "", "{Arn}")),
        Span.ORGANIZATION,
        gather=_tree,
        reads={_UNITS: _UNIT, _ACCOUNTS: _ACCOUNT, _ACCOUNTS_OF: _ACCOUNT},
    ),
    Call(
        _POLICIES,
        (Output(_POLICY, "", "{Arn}"),),
        Span.ORGANIZATION,
        gather=_policies,
        follows=(
            Follow(
                Read("organizations", "DescribePolicy"),
                {"PolicyId": "{Id}"},
                "{Content: Policy.Content}",
                policy=True,
            ),
            Follow(Read("organizations", "ListTargetsForPolicy"), {"PolicyId": "{Id}"}, "Targets"),
        ),
    ),
)
