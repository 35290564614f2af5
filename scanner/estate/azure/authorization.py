"""Role assignments, those that are only eligible, role definitions, and deny assignments.

Shapes: Azure Authorization REST API, ``RoleAssignment``, ``RoleEligibilityScheduleInstance``,
``RoleDefinition``, ``DenyAssignment``. What is assigned above a subscription is one resource in each
subscription that it reaches: there it holds, and there it is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, made_of
from scanner.estate.values import Known
from scanner.estate.world import World

ROLES = "/providers/microsoft.authorization/roledefinitions/"
"""What the ids of roles begin with here; Azure writes where it was asked before that."""
_KINDS = {
    "User": ("person", "users"),
    "Group": ("people_group", "groups"),
    "ForeignGroup": ("people_group", "groups"),
    "ServicePrincipal": ("identity", "serviceprincipals"),
}
_GROUP = 4
"""Where an id names its resource group: ``/subscriptions/S/resourcegroups/G``."""


def role_id(native: str) -> str:
    """The id of a role: its name is a GUID, the same wherever it is asked for."""
    return ROLES + native.rsplit("/", 1)[-1].lower()


def _everywhere(native: str) -> Callable[[World], Iterator[Reading]]:
    """A reading for each subscription that lists a record, whose id says which where it lies above it."""

    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get(native, ()):
            own, identity = f"/subscriptions/{record.scope.boundary}/", record.id.lower()
            inside = f"{_scope(record.data)}/".startswith(own)
            yield Reading(identity if inside else own.rstrip("/") + identity, record.scope, record, world)

    return readings


def _scope(data: Any) -> str:
    answer: dict[str, Any] = next(iter(data.values()), {})
    properties = answer.get("properties") or {}
    return str(properties.get("scope") or "").rstrip("/").lower()


def _holder(reading: Reading) -> str:
    """The resource group that its scope lies in, else the subscription that it was listed in."""
    steps = _scope(reading.record.data).split("/") if reading.record else []
    grouped = len(steps) > _GROUP and steps[3] == "resourcegroups"
    return f"{reading.scope.boundary}/{steps[_GROUP]}" if grouped else reading.scope.boundary


def _principal(_: Reading, properties: dict[str, Any]) -> str | None:
    kind = _KINDS.get(str(properties.get("principalType")))
    return f"/{kind[1]}/{str(properties['principalId']).lower()}" if kind else None


def _assigned(native: str, key: str, *, eligible: bool) -> Normaliser:
    """The same of what holds, and of what its principal may activate."""

    def one(name: str, convert: Callable[[Any], Any], **more: Any) -> Attr:
        return field_of(key, "properties", name, convert=convert, **more)

    return Normaliser(
        native=native,
        kind="assignment",
        listed=((f"authorization:{key}",),),
        subjects=_everywhere(native),
        holder=_holder,
        attrs={
            "boundary": Attr(lambda reading: Known(_holder(reading))),
            "permission_set": one("roleDefinitionId", role_id),
            "principal": made_of(key, _principal, "properties"),
            "principal_type": one("principalType", lambda kind: _KINDS[kind][0] if kind in _KINDS else None),
            "scope": one("scope", lambda scope: str(scope).rstrip("/").lower() or "/"),
            "condition": one("condition", lambda text: text or None, absent=None),
            "eligible": constant(eligible),
            "origin": Attr(
                lambda reading: Known(reading.record.id.lower() if reading.record else reading.id)
            ),
        },
    )


ASSIGNMENT = _assigned("authorization.assignment", "RoleAssignments", eligible=False)
ELIGIBLE = _assigned("authorization.eligible", "EligibleRoles", eligible=True)


def _permissions(properties: dict[str, Any]) -> dict[str, Any]:
    """The blocks of a role as they are, and where it may be assigned."""
    return {
        "permissions": properties["permissions"],
        "assignableScopes": sorted(str(each).lower() for each in properties.get("assignableScopes") or ()),
        "custom": properties.get("type") == "CustomRole",
    }


def _roles(native: str) -> Callable[[World], Iterator[Reading]]:
    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get(native, ()):
            yield Reading(role_id(record.id), record.scope, record, world)

    return readings


def _role(native: str, key: str, call: str) -> Normaliser:
    def name(reading: Reading) -> str:
        properties = (reading.record.data.get(key) or {}).get("properties") if reading.record else None
        return str((properties or {}).get("roleName") or reading.id.rsplit("/", 1)[-1])

    return Normaliser(
        native=native,
        kind="permission_set",
        listed=((call,),),
        subjects=_roles(native),
        name=name,
        attrs={
            "type": constant("role_definition"),
            "name": field_of(key, "properties", "roleName"),
            "session_seconds": constant(None),
            "attached": constant([]),
            "customer": constant([]),
            "inline": field_of(key, "properties", convert=_permissions),
            "boundary": constant(None),
        },
    )


CUSTOM = _role("authorization.definition", "CustomRoleDefinitions", "authorization:CustomRoleDefinitions")
PROVIDED = _role("tenant.role", "ProvidedRoles", "tenant:ProvidedRoles")


def _denial(properties: dict[str, Any]) -> dict[str, Any]:
    """Who is denied what, as Azure writes it, without who made it and when."""
    return {
        "permissions": properties["permissions"],
        "principals": [_denied(each) for each in properties["principals"]],
        "excludePrincipals": [_denied(each) for each in properties.get("excludePrincipals") or ()],
        "doNotApplyToChildScopes": properties.get("doNotApplyToChildScopes") is True,
        "condition": properties.get("condition") or None,
    }


def _denied(principal: dict[str, Any]) -> dict[str, str]:
    return {"id": str(principal["id"]).lower(), "type": str(principal.get("type") or "")}


DENY = Normaliser(
    native="authorization.deny",
    kind="guardrail",
    listed=(("authorization:DenyAssignments",),),
    subjects=_everywhere("authorization.deny"),
    holder=_holder,
    attrs={
        "type": constant("deny_assignment"),
        "document": field_of("DenyAssignments", "properties", convert=_denial),
        "targets": field_of(
            "DenyAssignments",
            "properties",
            "scope",
            convert=lambda scope: [str(scope).rstrip("/").lower() or "/"],
        ),
        "effect": constant("deny"),
        "exempts": constant([]),
        # Azure alone makes them, for what a deployment stack or a managed application keeps.
        "managed": constant(True),
    },
)
