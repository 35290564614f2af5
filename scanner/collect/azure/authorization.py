"""Who holds which role: assignments at, above and below a subscription, and the roles that were made there.

- https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription;
- https://learn.microsoft.com/rest/api/authorization/role-definitions/list.

Asked of Resource Manager, once a subscription: Resource Graph leaves out what was assigned above it.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get
from scanner.collect.calls import Call, Output

_VERSION = "2022-04-01"
_PATH = "/subscriptions/{subscription}/providers/Microsoft.Authorization"

CALLS = (
    Call(
        Get(
            "authorization",
            "RoleAssignments",
            "Microsoft.Authorization/roleAssignments/read",
            path=f"{_PATH}/roleAssignments",
            version=_VERSION,
            listed=True,
        ),
        (Output("authorization.assignment", "value[]", "{id}"),),
    ),
    Call(
        Get(
            "authorization",
            "CustomRoleDefinitions",
            "Microsoft.Authorization/roleDefinitions/read",
            path=f"{_PATH}/roleDefinitions",
            version=_VERSION,
            listed=True,
            select="type eq 'CustomRole'",
        ),
        (Output("authorization.definition", "value[]", "{id}"),),
    ),
)
