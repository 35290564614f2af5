"""The directory of the tests' tenant, as Microsoft Graph v1.0 answers for it.

https://learn.microsoft.com/graph/api/resources/user, group, serviceprincipal, application,
federatedidentitycredential. What is asked for beside what is documented here is a mistake.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
HOME = "99999999-0000-4000-8000-000000000001"
"""The tenant."""


@dataclass
class Directory:
    """People, groups and what signs in without being a person."""

    users: list[Json] = field(default_factory=list)
    groups: list[Json] = field(default_factory=list)
    principals: list[Json] = field(default_factory=list)
    applications: list[Json] = field(default_factory=list)
    roles: list[Json] = field(default_factory=list)
    eligible: list[Json] = field(default_factory=list)
    permissions: list[Json] = field(default_factory=list)
    """Of applications, for Microsoft Graph."""
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Id of a group -> sort and id of each direct member."""

    def user(self, name: str, **more: Any) -> str:
        """A person, ``name@example.com``; the object id."""
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"user/{name}"))
        self.users.append(
            {
                "id": identity,
                "userPrincipalName": f"{name}@example.com",
                "displayName": name.title(),
                "mail": f"{name}@example.com",
                "accountEnabled": True,
                "userType": "Member",
                **more,
            }
        )
        return identity

    def group(self, name: str, *members: str, **more: Any) -> str:
        """A group of some object ids; its own."""
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"group/{name}"))
        self.groups.append(
            {
                "id": identity,
                "displayName": name,
                "membershipRule": None,
                "onPremisesSyncEnabled": None,
                "visibility": None,
                **more,
            }
        )
        self.members[identity] = [(self._sort(each), each) for each in members]
        return identity

    def _sort(self, identity: str) -> str:
        sorts = (("user", self.users), ("group", self.groups))
        found = (sort for sort, items in sorts if any(item["id"] == identity for item in items))
        return next(found, "servicePrincipal")

    def everybody(self, group: str) -> list[Json]:
        """The members of a group and of those in it."""
        found: dict[str, str] = {}
        todo = [group]
        while todo:
            for sort, identity in self.members[todo.pop()]:
                if identity not in found:
                    found[identity] = sort
                    todo += [identity] if sort == "group" else []
        return [{"@odata.type": f"#microsoft.graph.{sort}", "id": each} for each, sort in found.items()]

    def application(self, name: str, *owners: str, home: str = HOME, **more: Any) -> str:
        """A service principal, and its application where that is at home here; its object id."""
        client, identity = str(uuid.uuid4()), str(uuid.uuid4())
        owned = [{"@odata.type": "#microsoft.graph.user", "id": each} for each in owners]
        if home == HOME:
            self.applications.append(
                {
                    "id": str(uuid.uuid4()),
                    "appId": client,
                    "displayName": name,
                    "passwordCredentials": [
                        {
                            "keyId": str(uuid.uuid4()),
                            "hint": "q7s",
                            "secretText": None,
                            "displayName": "ci",
                            "customKeyIdentifier": None,
                            "startDateTime": "2026-01-05T08:00:00Z",
                            "endDateTime": "2027-01-05T08:00:00Z",
                        }
                    ],
                    "keyCredentials": [],
                    "owners": owned,
                    "federatedIdentityCredentials": [],
                    **more,
                }
            )
        self.principals.append(
            {
                "id": identity,
                "appId": client,
                "displayName": name,
                "servicePrincipalType": "Application",
                "accountEnabled": True,
                "appOwnerOrganizationId": home,
                "owners": [],
            }
        )
        return identity

    def role(self, principal: str, definition: str, *, eligible: bool = False) -> None:
        """A directory role, over the whole tenant."""
        (self.eligible if eligible else self.roles).append(
            {
                "id": str(uuid.uuid4()),
                "principalId": principal,
                "roleDefinitionId": definition,
                "directoryScopeId": "/",
            }
        )

    def permission(self, principal: str, right: str) -> None:
        """An application permission of Microsoft Graph."""
        self.permissions.append(
            {
                "id": str(uuid.uuid4()),
                "principalId": principal,
                "principalType": "ServicePrincipal",
                "appRoleId": right,
            }
        )

    def of_principal(self, identity: str) -> Json:
        """The application of a service principal."""
        client = next(item["appId"] for item in self.principals if item["id"] == identity)
        return next(item for item in self.applications if item["appId"] == client)


def federated(issuer: str, subject: str, name: str = "ci") -> Json:
    """A federated credential of an application."""
    return {
        "id": str(uuid.uuid4()),
        "name": name,
        "issuer": issuer,
        "subject": subject,
        "description": None,
        "audiences": ["api://AzureADTokenExchange"],
    }


@dataclass(frozen=True)
class Listing:
    """A GET of a list: its name, path, what it is asked with, and what it answers."""

    name: str
    path: re.Pattern[str]
    query: Mapping[str, str]
    document: str
    made: Callable[[Directory, str], list[Json] | None]
    expand: str = ""

    def items(self, directory: Directory, path: str) -> list[Json] | None:
        """Each with the fields asked for, and what was expanded."""
        fields = {*self.query["$select"].split(","), self.expand, "@odata.type"}
        found = self.made(directory, path)
        if found is None:
            return None
        return [{name: value for name, value in item.items() if name in fields} for item in found]


def _members(directory: Directory, path: str) -> list[Json] | None:
    group = path.split("/")[3]
    return directory.everybody(group) if group in directory.members else None


def _listing(name: str, path: str, select: str, document: str, made: Any, **more: str) -> Listing:
    expand = more.pop("expand", "")
    query = {"$select": select, "$top": "999", **{f"${key}": value for key, value in more.items()}}
    if not query["$top"]:
        del query["$top"]
    query |= {"$expand": expand} if expand else {}
    where = f"https://learn.microsoft.com/graph/api/{document}"
    return Listing(f"tenant:{name}", re.compile(path), query, where, made, expand.partition("(")[0])


_OWNERS = "owners($select=id)"
_ROLE = "id,principalId,roleDefinitionId,directoryScopeId"
LISTINGS = (
    _listing(
        "Users",
        "/v1.0/users",
        "id,userPrincipalName,displayName,mail,accountEnabled,userType",
        "user-list",
        lambda directory, _: directory.users,
    ),
    _listing(
        "Groups",
        "/v1.0/groups",
        "id,displayName,membershipRule,onPremisesSyncEnabled,visibility",
        "group-list",
        lambda directory, _: directory.groups,
        filter="securityEnabled eq true",
    ),
    _listing(
        "GroupMembers", "/v1.0/groups/[^/]+/transitiveMembers", "id", "group-list-transitivemembers", _members
    ),
    _listing(
        "ServicePrincipals",
        "/v1.0/servicePrincipals",
        "id,appId,displayName,servicePrincipalType,accountEnabled,appOwnerOrganizationId",
        "serviceprincipal-list",
        lambda directory, _: directory.principals,
        expand=_OWNERS,
    ),
    _listing(
        "Applications",
        "/v1.0/applications",
        "id,appId,displayName,passwordCredentials,keyCredentials",
        "application-list",
        lambda directory, _: directory.applications,
        expand=_OWNERS,
    ),
    _listing(
        "ApplicationFederations",
        "/v1.0/applications",
        "id,appId",
        "application-list-federatedidentitycredentials",
        lambda directory, _: directory.applications,
        expand="federatedIdentityCredentials",
    ),
    _listing(
        "DirectoryRoles",
        "/v1.0/roleManagement/directory/roleAssignments",
        _ROLE,
        "rbacapplication-list-roleassignments",
        lambda directory, _: directory.roles,
        top="",
    ),
    _listing(
        "EligibleDirectoryRoles",
        "/v1.0/roleManagement/directory/roleEligibilitySchedules",
        _ROLE,
        "rbacapplication-list-roleeligibilityschedules",
        lambda directory, _: directory.eligible,
        top="",
    ),
    _listing(
        "GraphPermissions",
        r"/v1.0/servicePrincipals\(appId='00000003-0000-0000-c000-000000000000'\)/appRoleAssignedTo",
        "id,principalId,principalType,appRoleId",
        "serviceprincipal-list-approleassignedto",
        lambda directory, _: directory.permissions,
    ),
)
