"""Managed identities: those that stand for themselves, and those that a resource has or is given.

- https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/get;
- https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/list;
- the column ``identity`` of table ``resources``: what a resource of whatever type acts as.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"

CALLS = (
    Call(
        Rows(
            "managedidentity",
            "UserAssignedIdentities",
            f"{_IDENTITIES}/read",
            type=_IDENTITIES.lower(),
        ),
        (Output("managedidentity.identity", "rows[]", "{id}"),),
        follows=(
            Follow(
                Get(
                    "managedidentity",
                    "FederatedIdentityCredentials",
                    f"{_IDENTITIES}/federatedIdentityCredentials/read",
                    path="{id}/federatedIdentityCredentials",
                    version="2023-01-31",
                    listed=True,
                ),
                {"id": "{id}"},
                "value[].{name: name, issuer: properties.issuer, subject: properties.subject,"
                " audiences: properties.audiences}",
            ),
        ),
    ),
    Call(
        Rows(
            "managedidentity",
            "Bearers",
            "*/read",
            having="identity",
            columns=(
                "id",
                "name",
                "type",
                "location",
                "subscriptionId",
                "resourceGroup=tolower(resourceGroup)",
                "tags",
                "identity",
            ),
        ),
        (Output("managedidentity.bearer", "rows[]", "{id}"),),
    ),
)
