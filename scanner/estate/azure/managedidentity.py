"""Managed identities, and the resources that act as them.

Shapes: Managed Identity REST API, ``Identity``, ``FederatedIdentityCredential``; the member ``identity`` of
whatever resource: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview.
A resource's own identity lies at the id that its API gives it (``systemAssignedIdentities``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown
from scanner.estate.world import World

OWN = "/providers/microsoft.managedidentity/identities/default"
"""Behind the id of a resource: its own identity."""
BEARING = "/identity"
"""Behind the id of a resource: that it acts as identities."""
_ROWS, _BEARERS = "UserAssignedIdentities", "Bearers"


def of_identity(**told: Attr) -> dict[str, Attr]:
    """The attributes of an identity; its rights are told by assignments, and none hang on itself."""
    return {
        "inline": constant([]),
        "attached": constant([]),
        "groups": UNTOLD,
        "permissions_boundary": constant(None),
        "instance_profiles": constant([]),
        "path": constant(None),
        "service_linked": constant(False),
        "session_seconds": UNTOLD,
        **told,
    }


USER_ASSIGNED = Normaliser(
    native="managedidentity.identity",
    kind="identity",
    listed=((f"managedidentity:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs=of_identity(
        type=constant("managed_identity"),
        trust=field_of(
            "FederatedIdentityCredentials", convert=lambda found: {"federated": found, "owners": []}
        ),
        unique_id=field_of(_ROWS, "properties", "principalId", convert=str.lower),
    ),
)


def _of(record_data: Any) -> dict[str, Any]:
    return dict((record_data.get(_BEARERS) or {}).get("identity") or {})


def _own(world: World) -> Iterator[Reading]:
    for record in world.natives.get("managedidentity.bearer", ()):
        if _of(record.data).get("principalId"):
            yield Reading(record.id + OWN, record.scope, record, world)


SYSTEM_ASSIGNED = Normaliser(
    native="managedidentity.bearer",
    kind="identity",
    listed=((f"managedidentity:{_BEARERS}",),),
    subjects=_own,
    name=name_of(_BEARERS),
    holder=group_of(_BEARERS),
    attrs=of_identity(
        type=constant("managed_identity"),
        # Nothing but its resource can be it.
        trust=constant({"federated": [], "owners": []}),
        unique_id=field_of(_BEARERS, "identity", "principalId", convert=str.lower),
    ),
)


def _bearing(world: World) -> Iterator[Reading]:
    for record in world.natives.get("managedidentity.bearer", ()):
        yield Reading(record.id + BEARING, record.scope, record, world)


def _identities(reading: Reading) -> Known | Unknown:
    if reading.record is None or _BEARERS not in reading.record.data:
        return Unknown()
    told = _of(reading.record.data)
    found = {str(each).lower() for each in told.get("userAssignedIdentities") or ()}
    found |= {reading.record.id + OWN} if told.get("principalId") else set()
    return Known(sorted(found), f"/data/{_BEARERS}/identity")


BEARER = Normaliser(
    native="managedidentity.bearer",
    kind="bearer",
    listed=((f"managedidentity:{_BEARERS}",),),
    subjects=_bearing,
    tags=tags_of(_BEARERS),
    name=name_of(_BEARERS),
    holder=group_of(_BEARERS),
    attrs={
        "resource": Attr(lambda reading: Known(reading.record.id) if reading.record else Unknown()),
        "type": field_of(_BEARERS, "type", convert=str.lower),
        "identities": Attr(_identities, (_BEARERS,)),
    },
)
