"""Azure Policy: what is assigned to a subscription, in it and above it, and what is exempt.

- https://learn.microsoft.com/rest/api/policy/policy-assignments/list (with those of groups above);
- https://learn.microsoft.com/rest/api/policy/policy-definitions/get: of a definition its effect is kept;
- https://learn.microsoft.com/rest/api/policy/policy-exemptions/list.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get
from scanner.collect.calls import Call, Follow, Output

_PROVIDER = "/subscriptions/{subscription}/providers/Microsoft.Authorization"

CALLS = (
    Call(
        Get(
            "policy",
            "Assignments",
            "Microsoft.Authorization/policyAssignments/read",
            path=f"{_PROVIDER}/policyAssignments",
            version="2023-04-01",
            listed=True,
        ),
        (
            Output(
                "policy.assignment",
                "value[].{id: id, name: name, scope: properties.scope, notScopes: properties.notScopes, "
                "definition: properties.policyDefinitionId, enforcement: properties.enforcementMode, "
                "effect: properties.parameters.effect.value, overrides: properties.overrides, "
                "by: properties.metadata.assignedBy}",
                "{id}",
            ),
        ),
        follows=(
            Follow(
                Get(
                    "policy",
                    "Definition",
                    "Microsoft.Authorization/policyDefinitions/read",
                    path="{definition}",
                    version="2023-04-01",
                    shared=True,
                ),
                {"definition": "{definition}"},
                "{effect: properties.policyRule.then.effect, "
                "otherwise: properties.parameters.effect.defaultValue || ''}",
                when="contains(definition, '/policyDefinitions/')",
            ),
        ),
    ),
    Call(
        Get(
            "policy",
            "Exemptions",
            "Microsoft.Authorization/policyExemptions/read",
            path=f"{_PROVIDER}/policyExemptions",
            version="2022-07-01-preview",
            listed=True,
        ),
        (
            Output(
                "policy.exemption",
                "value[].{id: id, assignment: properties.policyAssignmentId}",
                "{id}",
            ),
        ),
    ),
)
