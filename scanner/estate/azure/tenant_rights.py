"""Who has rights over the directory of a tenant: directory roles, and permissions of applications.

Shapes: Microsoft Graph v1.0, ``unifiedRoleAssignment``, ``unifiedRoleEligibilitySchedule``,
``appRoleAssignment``. The id of a built-in role's definition is that of its template, the same everywhere
(https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference), and so is that
of a permission of Microsoft Graph (https://learn.microsoft.com/graph/permissions-reference). Of a role that
is assigned over less than the tenant (an administrative unit, an application) nothing else is said.
"""

from __future__ import annotations

from scanner.estate.normaliser import Normaliser, constant, field_of


def _right(native: str, call: str, right: str, *, eligible: bool = False) -> Normaliser:
    return Normaliser(
        native=native,
        kind="directory_right",
        listed=((f"tenant:{call}",),),
        attrs={
            "principal": field_of(call, "principalId", convert=str.lower),
            "right": field_of(call, right, convert=str.lower),
            "eligible": constant(eligible),
        },
    )


ROLE = _right("tenant.directoryrole", "DirectoryRoles", "roleDefinitionId")
ELIGIBLE = _right("tenant.eligibledirectoryrole", "EligibleDirectoryRoles", "roleDefinitionId", eligible=True)
PERMISSION = _right("tenant.graphpermission", "GraphPermissions", "appRoleId")
