"""Who holds which role in the tests' Azure: assignments, denials, eligible roles, and managed identities.

Roles are Azure's own, from a public copy of them (tests/truth/data).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.azure.cloud import Cloud, Json, fresh

_ROLES = Path(__file__).parents[2] / "truth" / "data" / "iam-dataset" / "azure-built-in-roles.jsonl.xz"
_AUTHORIZATION = "providers/Microsoft.Authorization"


@cache
def built_in() -> Mapping[str, Json]:
    """Every role that Azure provides, by what it is called."""
    lines = lzma.decompress(_ROLES.read_bytes()).decode().splitlines()
    return {role["roleName"]: role for role in map(json.loads, lines)}


def role(cloud: Cloud, name: str) -> str:
    """A role of Azure's own, which the tenant then has; its id's last part."""
    found = built_in()[name]
    identity = str(found["name"])
    blocks = (
        {key: value for key, value in block.items() if value is not None} for block in found["permissions"]
    )
    cloud.roles[identity] = list(blocks)
    cloud.provided[identity] = name
    return identity


def assign(
    cloud: Cloud,
    named: str,
    principal: str,
    scope: str,
    kind: str = "ServicePrincipal",
    *,
    within: tuple[str, ...] = (),
    **more: Any,
) -> str:
    """A role assignment, by what the role is called (or the id of one made here); its own id.

    ``within`` are the subscriptions below a management group that it is made at.
    https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-subscription
    """
    defined = named if named in cloud.roles else role(cloud, named)
    base = f"{scope.rstrip('/')}/{_AUTHORIZATION}"
    name = fresh()
    for subscription in _reached(scope, within):
        own = f"/subscriptions/{subscription}/{_AUTHORIZATION}"
        item = {
            "id": f"{base}/roleAssignments/{name}",
            "name": name,
            "type": "Microsoft.Authorization/roleAssignments",
            "properties": {
                "scope": scope,
                "roleDefinitionId": f"{own}/roleDefinitions/{defined}",
                "principalId": principal,
                "principalType": kind,
                **more,
            },
        }
        cloud.lists[f"{own}/roleAssignments".lower()].append(item)
    return f"{base}/roleAssignments/{name}".lower()


def eligible(cloud: Cloud, named: str, principal: str, scope: str, kind: str = "User") -> str:
    """A role that a principal may activate.

    https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope
    """
    defined, name = role(cloud, named), fresh()
    subscription = _reached(scope, ())[0]
    own = f"/subscriptions/{subscription}/{_AUTHORIZATION}"
    identity = f"{scope}/{_AUTHORIZATION}/RoleEligibilityScheduleInstances/{name}"
    cloud.lists.setdefault(f"{own}/roleEligibilityScheduleInstances".lower(), []).append(
        {
            "id": identity,
            "name": name,
            "type": "Microsoft.Authorization/RoleEligibilityScheduleInstances",
            "properties": {
                "scope": scope,
                "roleDefinitionId": f"{own}/roleDefinitions/{defined}",
                "principalId": principal,
                "principalType": kind,
                "status": "Provisioned",
                "memberType": "Direct",
                "startDateTime": "2026-01-05T08:00:00Z",
            },
        }
    )
    return identity.lower()


def deny(cloud: Cloud, scope: str, *actions: str, data: tuple[str, ...] = (), **more: Any) -> None:
    """A deny assignment for everybody, as a deployment stack makes it.

    https://learn.microsoft.com/rest/api/authorization/deny-assignments/list
    """
    name = fresh()
    subscription = _reached(scope, ())[0]
    own = f"/subscriptions/{subscription}/{_AUTHORIZATION}/denyAssignments"
    everybody = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
    cloud.lists.setdefault(own.lower(), []).append(
        {
            "id": f"{scope}/{_AUTHORIZATION}/denyAssignments/{name}",
            "name": name,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {
                "denyAssignmentName": "kept by a stack",
                "scope": scope,
                "permissions": [
                    {
                        "actions": list(actions),
                        "notActions": [],
                        "dataActions": list(data),
                        "notDataActions": [],
                    }
                ],
                "doNotApplyToChildScopes": False,
                "principals": [everybody],
                "excludePrincipals": [],
                "isSystemProtected": True,
                **more,
            },
        }
    )


def identity(cloud: Cloud, boundary: str, name: str, **tags: str) -> tuple[str, str]:
    """A managed identity that stands for itself: its id, and its object id.

    https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/get
    """
    principal = fresh()
    made = cloud.resource(
        boundary,
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        name,
        {"tenantId": "99999999-0000-4000-8000-000000000001", "principalId": principal, "clientId": fresh()},
        tags=tags or None,
    )
    cloud.lists[f"{made}/federatedidentitycredentials"] = []
    return made, principal


def federate(cloud: Cloud, identity_id: str, issuer: str, subject: str, name: str = "ci") -> None:
    """A federated credential of a managed identity.

    https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/list
    """
    cloud.lists[f"{identity_id}/federatedidentitycredentials"].append(
        {
            "id": f"{identity_id}/federatedIdentityCredentials/{name}",
            "name": name,
            "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
            "properties": {"issuer": issuer, "subject": subject, "audiences": ["api://AzureADTokenExchange"]},
        }
    )


def machine(cloud: Cloud, boundary: str, name: str, *identities: str, own: bool = False) -> tuple[str, str]:
    """A virtual machine that acts as some identities, or has its own: its id, and its own's object id."""
    principal = fresh()
    sorts = [*(["SystemAssigned"] if own else []), *(["UserAssigned"] if identities else [])]
    told: Json = {"type": ", ".join(sorts), "tenantId": "99999999-0000-4000-8000-000000000001"}
    if own:
        told["principalId"] = principal
    if identities:
        told["userAssignedIdentities"] = {
            each: {"clientId": fresh(), "principalId": fresh()} for each in identities
        }
    made = cloud.resource(boundary, "Microsoft.Compute/virtualMachines", name, {}, identity=told)
    return made, principal


def group_of(boundary: str) -> str:
    """The id of a resource group, as a scope."""
    subscription, _, name = boundary.partition("/")
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


def _reached(scope: str, within: tuple[str, ...]) -> tuple[str, ...]:
    if within:
        return within
    steps = scope.strip("/").split("/")
    assert steps[0] == "subscriptions", "of what lies above, say which subscriptions are below"
    return (steps[1],)
