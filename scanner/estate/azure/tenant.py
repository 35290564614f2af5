"""The directory of a tenant: people, groups, and service principals with who may act as them.

Shapes: Microsoft Graph v1.0, ``user``, ``group``, ``servicePrincipal``, ``application``. Whoever owns an
application or its service principal can add a credential to it, and so act as it; so can whatever its
federated credentials admit. Nobody there has a place: the environment file says whose people are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.azure.managedidentity import of_identity
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_EXPANDED = 20
"""Of an expanded relation Microsoft Graph gives no more: so many may be all, or not."""
_SORTS = {"#microsoft.graph.user": "users", "#microsoft.graph.group": "groups"}
_IDENTITY = "#microsoft.graph.servicePrincipal"
_APPLICATIONS, _FEDERATIONS = "tenant:Applications", "tenant:ApplicationFederations"


def _display(key: str, *names: str) -> Any:
    def name(reading: Reading) -> str:
        found = (reading.record.data.get(key) or {}) if reading.record else {}
        return next((str(found[each]) for each in names if found.get(each)), reading.id.rsplit("/", 1)[-1])

    return name


def _logins(user: dict[str, Any]) -> list[str]:
    said = {user.get("userPrincipalName"), user.get("mail"), user.get("id")}
    return sorted(str(each) for each in said if each)


def _whole(reading: Reading, key: str) -> Value:
    """An answer as it is, for what is made of several of its fields."""
    return reading.answer(key)


def _known_by(reading: Reading) -> Value:
    found = _whole(reading, "Users")
    return found if isinstance(found, Unknown) else Known(_logins(found.value), found.pointer)


PERSON = Normaliser(
    native="tenant.user",
    kind="person",
    listed=(("tenant:Users",),),
    name=_display("Users", "userPrincipalName", "displayName"),
    attrs={
        "identity": Attr(lambda reading: Known(reading.id, "/id")),
        "root": constant(False),
        "console": field_of("Users", "accountEnabled"),
        "mfa_registered": UNTOLD,
        "mfa_kind": UNTOLD,
        "used_at": UNTOLD,
        "logins": Attr(_known_by, ("Users",)),
    },
)


def _members(reading: Reading) -> Value:
    """Everybody in it, by whatever inner groups; who is in a hidden one is shown to few."""
    group, found = reading.answer("Groups"), reading.answer("GroupMembers")
    if isinstance(group, Unknown) or isinstance(found, Unknown):
        return found if isinstance(found, Unknown) else Unknown()
    if group.value.get("visibility") == "HiddenMembership":
        return Unknown()
    return Known(sorted(filter(None, map(_member, found.value))), found.pointer)


def _member(item: dict[str, Any]) -> str | None:
    """A member by its id here; devices and contacts hold no roles."""
    identity, sort = str(item["id"]).lower(), str(item.get("type"))
    if sort in _SORTS:
        return f"/{_SORTS[sort]}/{identity}"
    return f"/serviceprincipals/{identity}" if sort == _IDENTITY else None


GROUP = Normaliser(
    native="tenant.group",
    kind="people_group",
    listed=(("tenant:Groups",),),
    name=_display("Groups", "displayName"),
    attrs={
        "name": field_of("Groups", "displayName", absent=None),
        "members": Attr(_members, ("Groups", "GroupMembers")),
        "managed_elsewhere": field_of("Groups", "onPremisesSyncEnabled", absent=False, convert=bool),
    },
)


def _application(record: Record) -> str:
    """The id of the application that a record is of."""
    answer: dict[str, Any] = next(iter(record.data.values()), {})
    return str(answer.get("appId") or "")


def _principals(world: World) -> Iterator[Reading]:
    """Service principals but those of managed identities that a subscription told of."""
    told = {
        str((record.data.get(key) or {}).get(part, {}).get("principalId")).lower()
        for native, key, part in (
            ("managedidentity.identity", "UserAssignedIdentities", "properties"),
            ("managedidentity.bearer", "Bearers", "identity"),
        )
        for record in world.natives.get(native, ())
    }
    for record in world.natives.get("tenant.serviceprincipal", ()):
        if record.id.rsplit("/", 1)[-1].lower() not in told:
            yield Reading(record.id.lower(), record.scope, record, world)


def _trust(reading: Reading) -> Value:
    """Its owners and those of its application, and whom federated credentials admit.

    Of an application of another tenant nothing can be read but who owns its service principal here; of a
    managed identity that no subscription told of, nothing at all.
    """
    found = reading.answer("ServicePrincipals")
    if isinstance(found, Unknown) or found.value.get("servicePrincipalType") == "ManagedIdentity":
        return found if isinstance(found, Unknown) else Unknown()
    owners, world, scope = [found.value.get("owners")], reading.world, reading.scope
    name, home = str(found.value.get("appId")), str(found.value.get("appOwnerOrganizationId") or "").lower()
    document: dict[str, Any] = {"federated": [], "owners": []}
    if scope.boundary == f"tenant:{home}":
        own = world.indexed("tenant.application", scope, _application).get(name, ())
        federated = world.indexed("tenant.federation", scope, _application).get(name, ())
        if not own or not federated:
            hidden = (*world.hiding_any(_APPLICATIONS, scope), *world.hiding_any(_FEDERATIONS, scope))
            return Unknown(tuple(sorted(set(hidden))))
        owners.append(own[0].data["Applications"].get("owners"))
        document["federated"] = [
            {key: each.get(key) for key in ("name", "issuer", "subject", "audiences")}
            for each in federated[0].data["ApplicationFederations"].get("federatedIdentityCredentials") or ()
        ]
    elif home:
        document["elsewhere"] = home
    if any(each is None or len(each) >= _EXPANDED for each in owners):
        return Unknown()
    document["owners"] = sorted({str(item["id"]).lower() for each in owners for item in each or ()})
    return Known(document, found.pointer)


SERVICE_PRINCIPAL = Normaliser(
    native="tenant.serviceprincipal",
    kind="identity",
    listed=(("tenant:ServicePrincipals",),),
    subjects=_principals,
    name=_display("ServicePrincipals", "displayName"),
    attrs=of_identity(
        type=field_of(
            "ServicePrincipals",
            "servicePrincipalType",
            convert=lambda sort: "managed_identity" if sort == "ManagedIdentity" else "service_principal",
        ),
        trust=Attr(_trust, ("ServicePrincipals",), calls=(_APPLICATIONS, _FEDERATIONS)),
        unique_id=field_of("ServicePrincipals", "id", convert=str.lower),
    ),
)
