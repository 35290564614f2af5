"""Who holds which role: assignments at, above and below a subscription, and the roles that were made there.

Also who may activate one (Privileged Identity Management), and what is denied whatever the roles.

- https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription;
- https://learn.microsoft.com/rest/api/authorization/role-definitions/list;
- https://learn.microsoft.com/rest/api/authorization/deny-assignments/list;
- https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope.

Asked of Resource Manager, once a subscription: Resource Graph leaves out what was assigned above it, and has
neither of the last two. The roles that Azure provides are the same everywhere, and asked for once.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get
from scanner.collect.calls import Call, Data, Desk, Output, Span, required

_VERSION = "2022-04-01"
_PATH = "/subscriptions/{subscription}/providers/Microsoft.Authorization"

_NO_LICENCE = "AadPremiumLicenseRequired"
"""Without a licence of Microsoft Entra ID P2 nobody is eligible for a role: there is no such thing."""

_ELIGIBLE = Get(
    "authorization",
    "EligibleRoles",
    "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
    path=f"{_PATH}/roleEligibilityScheduleInstances",
    version="2020-10-01",
    listed=True,
)


def _eligible(desk: Desk) -> dict[str, list[Data]]:
    answer = desk.ask(_ELIGIBLE, {}, absent=(_NO_LICENCE,))
    found = [] if answer is None else required(answer, "value")
    return {"authorization.eligible": [{_ELIGIBLE.operation: item} for item in found]}


CALLS = (
    Call(
        Get(
            "authorization",
            "DenyAssignments",
            "Microsoft.Authorization/denyAssignments/read",
            path=f"{_PATH}/denyAssignments",
            version=_VERSION,
            listed=True,
        ),
        (Output("authorization.deny", "value[]", "{id}"),),
    ),
    Call(_ELIGIBLE, (Output("authorization.eligible", "value[]", "{id}"),), gather=_eligible),
    Call(
        Get(
            "tenant",
            "ProvidedRoles",
            "Microsoft.Authorization/roleDefinitions/read",
            path=f"{_PATH}/roleDefinitions",
            version=_VERSION,
            listed=True,
            select="type eq 'BuiltInRole'",
        ),
        (Output("tenant.role", "value[]", "{id}"),),
        Span.ORGANIZATION,
    ),
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
