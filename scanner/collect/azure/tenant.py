"""The directory of a tenant: people, groups with all who are in them, service principals and applications.

- https://learn.microsoft.com/graph/api/user-list;
- https://learn.microsoft.com/graph/api/group-list, group-list-transitivemembers;
- https://learn.microsoft.com/graph/api/serviceprincipal-list;
- https://learn.microsoft.com/graph/api/application-list (one relation can be expanded at a time).

Only groups that are enabled for security hold roles. Of credentials their ids and dates are kept: Microsoft
Graph gives a password once, when it is made, but its first letters (``hint``) always, which are dropped.
"""

from __future__ import annotations

from scanner.collect.azure._words import Entra
from scanner.collect.calls import Call, Follow, Output, Span

_APPLICATIONS = "Application.Read.All"
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
)
