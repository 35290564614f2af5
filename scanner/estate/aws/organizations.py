"""AWS Organizations: accounts, whether an organization lists them, and where they stand in it.

Shapes: AWS Organizations API Reference, ``Account`` (ListAccounts), ``Organization``
(DescribeOrganization). Every account is a boundary: listed, declared, or seen as a scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import GLOBAL, World
from scanner.model.snapshot import Gap, Reason, Record, Scope

ACCOUNT, ORGANIZATION = "organizations.account", "organizations.organization"
_DESCRIBE, _LIST = "organizations:DescribeOrganization", "organizations:ListAccounts"
_CLIMB = (
    "organizations:ListRoots",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListAccountsForParent",
)


def _accounts(world: World) -> Iterator[Reading]:
    found: dict[str, Record] = {}
    for record in world.natives.get(ACCOUNT, ()):
        found.setdefault(record.id.rsplit("/", 1)[-1], record)
    every = {record.id: record for record in world.natives.get(ORGANIZATION, ())}
    only = next(iter(every.values())) if len(every) == 1 else None
    for boundary in sorted({*found, *world.declared, *world.seen, *world.asked}):
        listed = found.get(boundary)
        scope = Scope(world.provider, boundary, GLOBAL)
        # The organization that the account names itself, else whose scope listed it, else the only one.
        otherwise = world.beside(ORGANIZATION, listed.scope) if listed else only
        organization = world.beside(ORGANIZATION, scope) or otherwise
        yield Reading(boundary, scope, listed, world, {ORGANIZATION: organization})


def _describing(reading: Reading) -> tuple[Gap, ...]:
    """What hides which organization the account is in: its own answer, else those of others."""
    own = reading.world.gaps_of(_DESCRIBE, reading.id)
    return own or tuple(gap for gap in _gaps(reading, _DESCRIBE) if gap.reason is not Reason.NOT_ENABLED)


def _gaps(reading: Reading, *calls: str) -> tuple[Gap, ...]:
    """What hides the organization, wherever it was asked for."""
    return tuple(sorted(gap for call in calls for gap in reading.world.gaps_of(call)))


def _alone(reading: Reading) -> bool:
    """Whether the account itself answered that it is in no organization.

    DescribeOrganization may be called from every member account, and raises
    AWSOrganizationsNotInUseException in an account that is none.
    """
    own = reading.world.gaps_of(_DESCRIBE, reading.id)
    return reading.record is None and any(gap.reason is Reason.NOT_ENABLED for gap in own)


def _of_listing(key: str) -> Attr:
    def read(reading: Reading) -> Value:
        if reading.record is None:
            return Known(None) if _alone(reading) else Unknown(_gaps(reading, _LIST))
        answer = reading.answer("ListAccounts")
        if isinstance(answer, Unknown):
            return answer
        value = (answer.value or {}).get(key)
        return Known(value, f"{answer.pointer}/{key}") if value else Unknown()

    return Attr(read, calls=(_LIST, _DESCRIBE))


def _listed(reading: Reading) -> Value:
    if reading.record is not None:
        return Known(True, "/id")
    listing = _gaps(reading, _LIST)
    if _alone(reading) or (reading.world.natives.get(ACCOUNT) and not listing):
        return Known(False)
    return Unknown(listing)


def _parent(reading: Reading) -> Value:
    if reading.record is None:
        return Known(None) if _alone(reading) else Unknown(_gaps(reading, _LIST))
    answer = reading.answer("ListAccountsForParent")
    if isinstance(answer, Unknown):
        hidden = [gap for gap in _gaps(reading, *_CLIMB) if gap.resource in ("", reading.record.id)]
        return Unknown(tuple(hidden))
    found = (answer.value or {}).get("ParentId")
    return Known(found, f"{answer.pointer}/ParentId") if found else Unknown()


def _described(reading: Reading) -> dict[str, Any] | Unknown:
    """The organization that the account may be in."""
    part = reading.part(ORGANIZATION)
    if part is None or not part.data.get("DescribeOrganization"):
        return Unknown(_describing(reading))
    answer: dict[str, Any] = part.data["DescribeOrganization"]
    return answer


def _member(reading: Reading, answer: dict[str, Any]) -> bool:
    """Whether the organization is the account's own: listed there, managing it, or told by itself."""
    part = reading.part(ORGANIZATION)
    told = part is not None and part.scope.boundary == reading.id
    return told or reading.record is not None or answer.get("MasterAccountId") == reading.id


def _management(reading: Reading) -> Value:
    answer = _described(reading)
    if _alone(reading):
        return Known(False)
    if isinstance(answer, Unknown):
        return answer
    known = _member(reading, answer) and answer.get("MasterAccountId")
    return Known(answer["MasterAccountId"] == reading.id) if known else Unknown()


def _membership(reading: Reading) -> Value:
    answer = _described(reading)
    if _alone(reading):
        return Known(None)
    if isinstance(answer, Unknown):
        return answer
    known = _member(reading, answer) and answer.get("Id")
    return Known(answer["Id"]) if known else Unknown()


def _display(reading: Reading) -> str:
    data = reading.record.data if reading.record else {}
    return str((data.get("ListAccounts") or {}).get("Name") or reading.id)


BOUNDARY = Normaliser(
    native=ACCOUNT,
    kind="boundary",
    listed=((_LIST,),),
    subjects=_accounts,
    tags=UNREAD_TAGS,
    name=_display,
    attrs={
        "type": constant("account"),
        "name": _of_listing("Name"),
        "status": _of_listing("Status"),
        "parent": Attr(_parent, calls=(*_CLIMB, _DESCRIBE)),
        "management": Attr(_management, calls=(_DESCRIBE,)),
        "organization": Attr(_membership, calls=(_DESCRIBE,)),
        "listed": Attr(_listed, calls=(_DESCRIBE,)),
    },
)
