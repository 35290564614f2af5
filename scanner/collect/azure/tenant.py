"""The directory of a tenant: people, groups with all who are in them, service principals and applications.

- https://learn.microsoft.com/graph/api/user-list;
- https://learn.microsoft.com/graph/api/group-list, group-list-transitivemembers;
- https://learn.microsoft.com/graph/api/serviceprincipal-list;
- https://learn.microsoft.com/graph/api/application-list (one relation can be expanded at a time);
- https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments,
  rbacapplication-list-roleeligibilityschedules: roles over the directory itself, all in one listing;
- https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto: what applications may do by
  themselves in Microsoft Graph, whose own application is the same in every tenant.

Only groups that are enabled for security hold roles. Of credentials their ids and dates are kept: Microsoft
Graph gives a password once, when it is made, but its first letters (``hint``) always, which are dropped.
"""

from __future__ import annotations

from scanner.collect.azure._words import Entra
from scanner.collect.calls import Call, Follow, Output, Span

_APPLICATIONS = "Application.Read.All"
_ROLES = "RoleManagement.Read.Directory"
_NO_LICENCE = "AadPremiumLicenseRequired"
"""Without Microsoft Entra ID P2 no role waits for its activation."""
_ROLE = ("id", "principalId", "roleDefinitionId", "directoryScopeId")
_GRAPH = "00000003-0000-0000-c000-000000000000"
_SECRETS = (
    *(f"passwordCredentials.{field}" for field in ("hint", "secretText", "customKeyIdentifier")),
    *(f"keyCredentials.{field}" for field in ("key", "customKeyIdentifier")),
)


def _listed(read: Entra, kind: str, identity: str, **more: object) -> Call:
    drop = _SECRETS if "passwordCredentials" in read.fields else ()
    return Call(read, (Output(kind, "value[]", identity, drop=drop),), Span.ORGANIZATION, **more)  # type: ignore[arg-type]


CALLS = (
    _listed(
        Entra(
            "tenant",
            "Users",
            "User.Read.All",
            path="/v1.0/users",
            fields=("id", "userPrincipalName", "displayName", "mail", "accountEnabled", "userType"),
        ),
        "tenant.user",
        "/users/{id}",
    ),
    _listed(
        Entra(
            "tenant",
            "Groups",
            "GroupMember.Read.All",
            path="/v1.0/groups",
            fields=("id", "displayName", "membershipRule", "onPremisesSyncEnabled", "visibility"),
            where="securityEnabled eq true",
        ),
        "tenant.group",
        "/groups/{id}",
        follows=(
            Follow(
                Entra(
                    "tenant",
                    "GroupMembers",
                    "GroupMember.Read.All",
                    path="/v1.0/groups/{group}/transitiveMembers",
                ),
                {"group": "{id}"},
                'value[].{id: id, type: "@odata.type"}',
            ),
        ),
    ),
    _listed(
        Entra(
            "tenant",
            "ServicePrincipals",
            _APPLICATIONS,
            path="/v1.0/servicePrincipals",
            fields=(
                "id",
                "appId",
                "displayName",
                "servicePrincipalType",
                "accountEnabled",
                "appOwnerOrganizationId",
            ),
            expand="owners($select=id)",
        ),
        "tenant.serviceprincipal",
        "/serviceprincipals/{id}",
    ),
    _listed(
        Entra(
            "tenant",
            "Applications",
            _APPLICATIONS,
            path="/v1.0/applications",
            fields=("id", "appId", "displayName", "passwordCredentials", "keyCredentials"),
            expand="owners($select=id)",
        ),
        "tenant.application",
        "/applications/{id}",
    ),
    _listed(
        Entra(
            "tenant",
            "ApplicationFederations",
            _APPLICATIONS,
            path="/v1.0/applications",
            fields=("id", "appId"),
            expand="federatedIdentityCredentials",
        ),
        "tenant.federation",
        "/applications/{id}/federatedidentitycredentials",
    ),
    _listed(
        Entra(
            "tenant",
            "DirectoryRoles",
            _ROLES,
            path="/v1.0/roleManagement/directory/roleAssignments",
            fields=_ROLE,
            most=None,
        ),
        "tenant.directoryrole",
        "/directoryroles/{id}",
    ),
    _listed(
        Entra(
            "tenant",
            "EligibleDirectoryRoles",
            _ROLES,
            path="/v1.0/roleManagement/directory/roleEligibilitySchedules",
            fields=_ROLE,
            most=None,
            none=_NO_LICENCE,
        ),
        "tenant.eligibledirectoryrole",
        "/eligibledirectoryroles/{id}",
    ),
    _listed(
        Entra(
            "tenant",
            "GraphPermissions",
            _APPLICATIONS,
            path=f"/v1.0/servicePrincipals(appId='{_GRAPH}')/appRoleAssignedTo",
            fields=("id", "principalId", "principalType", "appRoleId"),
        ),
        "tenant.graphpermission",
        "/graphpermissions/{id}",
    ),
)
