"""IAM Identity Center: permission sets, who is assigned them where, and the people of its directory.

AWS SSO Admin API (2020-07-20) and Identity Store API (2020-06-15). An organization's instance is read from
its management account, in the region it was enabled in, which ListInstances tells. Of people as little as
possible is kept: what they sign in as, whether they may, and which other directory they come from.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/welcome.html
https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/welcome.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, Span, UnansweredError, required

_INSTANCES = Read("sso-admin", "ListInstances", "sso:ListInstances")
_SETS = Read("sso-admin", "ListPermissionSets", "sso:ListPermissionSets", page=100)
_ACCOUNTS = Read(
    "sso-admin",
    "ListAccountsForProvisionedPermissionSet",
    "sso:ListAccountsForProvisionedPermissionSet",
    page=100,
)
_ASSIGNMENTS = Read("sso-admin", "ListAccountAssignments", "sso:ListAccountAssignments", page=100)
_OF_PRINCIPAL = Read(
    "sso-admin",
    "ListAccountAssignmentsForPrincipal",
    "sso:ListAccountAssignmentsForPrincipal",
    page=100,
)
_USERS = Read("identitystore", "ListUsers", page=100)
_GROUPS = Read("identitystore", "ListGroups", page=100)
_MEMBERS = Read("identitystore", "ListGroupMemberships", page=100)

SET, ASSIGNMENT = "sso-admin.permission_set", "sso-admin.assignment"
USER, GROUP = "identitystore.user", "identitystore.group"
_OF_USER = ("UserId", "UserName", "DisplayName", "UserStatus", "ExternalIds", "IdentityStoreId")
_OF_GROUP = ("GroupId", "DisplayName", "ExternalIds", "IdentityStoreId")


@dataclass
class _Center:
    """One instance, as far as it could be read."""

    desk: Desk
    instance: dict[str, Any]
    found: dict[str, list[Data]]
    people: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)

    def read(self) -> None:
        """The directory first: whom it holds decides how assignments are asked for."""
        for item in self._directory(_USERS, USER, "Users"):
            emails = sorted(mail["Value"] for mail in item.get("Emails") or () if mail.get("Value"))
            kept = {key: item[key] for key in _OF_USER if key in item} | {"Emails": emails}
            self.found[USER].append({_USERS.operation: kept})
            self.people.append(item["UserId"])
        for item in self._directory(_GROUPS, GROUP, "Groups"):
            self.found[GROUP].append(self._group(item))
            self.groups.append(item["GroupId"])
        sets = self._sets()
        self.found[SET] += ({_SETS.operation: self._here(arn)} for arn in sets)
        self._assign(sets)

    def _here(self, arn: str) -> dict[str, Any]:
        return {
            "PermissionSetArn": arn,
            "InstanceArn": self.instance["InstanceArn"],
            "HomeRegion": self._home,
        }

    @property
    def _home(self) -> str:
        return str(self.instance.get("PrimaryRegion") or self.desk.words["region"])

    def _ask(self, read: Read, key: str, **params: Any) -> list[Any]:
        return list(required(self.desk.ask(read, params, region=self._home), key))

    def _directory(self, read: Read, kind: str, key: str) -> list[dict[str, Any]]:
        try:
            found = self._ask(read, key, IdentityStoreId=self.instance["IdentityStoreId"])
        except UnansweredError as error:
            self._miss(read, kind, error)
            return []
        return found

    def _miss(self, read: Read, kind: str, error: UnansweredError) -> None:
        self.missed.add(kind)
        self.desk.miss(read, kind, error)

    def _group(self, item: dict[str, Any]) -> Data:
        data: Data = {_GROUPS.operation: {key: item[key] for key in _OF_GROUP if key in item}}
        params = {"IdentityStoreId": self.instance["IdentityStoreId"], "GroupId": item["GroupId"]}
        try:
            listed = self._ask(_MEMBERS, "GroupMemberships", **params)
        except UnansweredError as error:
            self.desk.miss(_MEMBERS, GROUP, error, _group_id(self.desk, item["GroupId"]))
        else:
            data[_MEMBERS.operation] = sorted(each["MemberId"]["UserId"] for each in listed)
        return data

    def _sets(self) -> list[str]:
        try:
            return sorted(self._ask(_SETS, "PermissionSets", InstanceArn=self.instance["InstanceArn"]))
        except UnansweredError as error:
            self._miss(_SETS, SET, error)
            self.missed.add(ASSIGNMENT)
            return []

    def _assign(self, sets: list[str]) -> None:
        """By account and permission set, or by person and group where those are fewer."""
        try:
            pairs = [(arn, account) for arn in sets for account in self._accounts(arn)]
            whole = not self.missed and len(self.people) + len(self.groups) < len(pairs)
            found = list(self._by_principal() if whole else self._by_account(pairs))
        except _MissedError as missed:
            self._miss(missed.read, ASSIGNMENT, missed.error)
            return
        kept = {tuple(sorted(item.items())): item for item in found}
        self.found[ASSIGNMENT] += ({_ASSIGNMENTS.operation: kept[key]} for key in sorted(kept))

    def _accounts(self, arn: str) -> list[str]:
        params = {"InstanceArn": self.instance["InstanceArn"], "PermissionSetArn": arn}
        return sorted(self._told(_ACCOUNTS, "AccountIds", **params))

    def _by_account(self, pairs: list[tuple[str, str]]) -> Iterator[dict[str, str]]:
        for arn, account in pairs:
            params = {
                "InstanceArn": self.instance["InstanceArn"],
                "PermissionSetArn": arn,
                "AccountId": account,
            }
            yield from self._told(_ASSIGNMENTS, "AccountAssignments", **params)

    def _by_principal(self) -> Iterator[dict[str, str]]:
        named = [("USER", each) for each in self.people] + [("GROUP", each) for each in self.groups]
        for kind, principal in named:
            params = {
                "InstanceArn": self.instance["InstanceArn"],
                "PrincipalId": principal,
                "PrincipalType": kind,
            }
            yield from self._told(_OF_PRINCIPAL, "AccountAssignments", **params)

    def _told(self, read: Read, key: str, **params: str) -> list[Any]:
        try:
            return self._ask(read, key, **params)
        except UnansweredError as error:
            raise _MissedError(read, error) from error


class _MissedError(Exception):
    """A read that hides assignments."""

    def __init__(self, read: Read, error: UnansweredError) -> None:
        super().__init__(read.name)
        self.read, self.error = read, error


def _group_id(desk: Desk, group: str) -> str:
    return f"arn:{desk.words['partition']}:identitystore:::group/{group}"


def _center(desk: Desk) -> Mapping[str, list[Data]]:
    """The organization's instance, with all that hangs on it; instances of single accounts assign nothing.

    A kind of which a part was missed is left out.
    """
    listed = required(desk.ask(_INSTANCES, {"RegionScope": "ALL_REGIONS"}), "Instances")
    found: dict[str, list[Data]] = {kind: [] for kind in (SET, ASSIGNMENT, USER, GROUP)}
    missed: set[str] = set()
    for item in listed:
        if item.get("OwnerAccountId", desk.scope.boundary) == desk.scope.boundary:
            center = _Center(desk, item, found)
            center.read()
            missed |= center.missed
    return {kind: items for kind, items in found.items() if kind not in missed}


def _of_set(operation: str, keep: str, *, absent: tuple[str, ...] = ()) -> Follow:
    return Follow(
        Read("sso-admin", operation, f"sso:{operation}"),
        {"InstanceArn": "{InstanceArn}", "PermissionSetArn": "{PermissionSetArn}"},
        keep,
        absent=absent,
        region="{HomeRegion}",
    )


CALLS = (
    Call(
        _INSTANCES,
        (
            Output(SET, "", "{PermissionSetArn}"),
            Output(ASSIGNMENT, "", "{PermissionSetArn}/{AccountId}/{PrincipalType}/{PrincipalId}"),
            Output(USER, "", "arn:{partition}:identitystore:::user/{UserId}"),
            Output(GROUP, "", "arn:{partition}:identitystore:::group/{GroupId}"),
        ),
        Span.ORGANIZATION,
        gather=_center,
        reads={
            _SETS: SET,
            _ACCOUNTS: ASSIGNMENT,
            _ASSIGNMENTS: ASSIGNMENT,
            _OF_PRINCIPAL: ASSIGNMENT,
            _USERS: USER,
            _GROUPS: GROUP,
            _MEMBERS: GROUP,
        },
        follows=(
            _of_set("DescribePermissionSet", "PermissionSet"),
            _of_set("ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies"),
            _of_set("ListCustomerManagedPolicyReferencesInPermissionSet", "CustomerManagedPolicyReferences"),
            # Empty where there is none.
            _of_set("GetInlinePolicyForPermissionSet", "InlinePolicy"),
            _of_set(
                "GetPermissionsBoundaryForPermissionSet",
                "PermissionsBoundary",
                absent=("ResourceNotFoundException",),
            ),
        ),
    ),
)
