"""IAM Identity Center: permission sets, assignments, and the people and groups of its directory.

Shapes: IAM Identity Center API Reference, ``PermissionSet``, ``AccountAssignment``; Identity Store API
Reference, ``User``, ``Group``. Which factors somebody signs in with no API of AWS tells; an attestation can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from scanner.estate.aws._native import id_list
from scanner.estate.normaliser import (
    UNREAD_TAGS,
    UNTOLD,
    Attr,
    Normaliser,
    Reading,
    constant,
    field_of,
    inside,
)
from scanner.estate.values import Known, Unknown, Value

_INSTANCES = ("sso-admin:ListInstances",)
_SETS = ("sso-admin:ListPermissionSets",)
_USERS, _GROUPS = ("identitystore:ListUsers",), ("identitystore:ListGroups",)
_ASSIGNMENTS = tuple(
    (f"sso-admin:{operation}",)
    for operation in (
        "ListAccountsForProvisionedPermissionSet",
        "ListAccountAssignments",
        "ListAccountAssignmentsForPrincipal",
    )
)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_HOUR = 3600
_KINDS = {"USER": "person", "GROUP": "people_group"}


def seconds(duration: str) -> int | None:
    """An ISO 8601 duration of days and less in seconds, or ``None``: ``PT8H`` is 28800."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None
    days, hours, minutes, rest = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def _session(reading: Reading) -> Value:
    """An hour where none is said."""
    found = inside(reading.answer("DescribePermissionSet"), "SessionDuration", absent="PT1H")
    if isinstance(found, Unknown):
        return found
    lasting = seconds(str(found.value))
    return Unknown() if lasting is None else Known(lasting, found.pointer)


def _inline(reading: Reading) -> Value:
    answer = reading.answer("GetInlinePolicyForPermissionSet")
    if isinstance(answer, Unknown) or not answer.value:
        return answer if isinstance(answer, Unknown) else Known(None, answer.pointer)
    try:
        found = json.loads(answer.value)
    except (TypeError, ValueError):
        return Unknown()
    return Known(found, answer.pointer) if isinstance(found, dict) and "Statement" in found else Unknown()


def _path(item: dict[str, Any]) -> str:
    return f"{item.get('Path', '/')}{item.get('Name', '')}"


def _bound(answer: dict[str, Any]) -> str | None:
    if answer.get("ManagedPolicyArn"):
        return str(answer["ManagedPolicyArn"])
    reference = answer.get("CustomerManagedPolicyReference")
    return _path(reference) if reference else None


def _principal(reading: Reading) -> Value:
    found = reading.answer("ListAccountAssignments")
    if isinstance(found, Unknown):
        return found
    kind = {"USER": "user", "GROUP": "group"}.get(str(found.value.get("PrincipalType")))
    if kind is None or not found.value.get("PrincipalId"):
        return Unknown()
    partition = reading.world.partition(reading.scope.boundary)
    arn = f"arn:{partition}:identitystore:::{kind}/{found.value['PrincipalId']}"
    return Known(arn, f"{found.pointer}/PrincipalId")


def _account(reading: Reading) -> str:
    """The account that its id names."""
    return reading.id.rsplit("/", 3)[1]


def _members(reading: Reading) -> Value:
    found = reading.answer("ListGroupMemberships", call="identitystore:ListGroupMemberships")
    if isinstance(found, Unknown):
        return found
    partition = reading.world.partition(reading.scope.boundary)
    return Known([f"arn:{partition}:identitystore:::user/{each}" for each in found.value], found.pointer)


def _display(key: str, *names: str) -> Callable[[Reading], str]:
    def name(reading: Reading) -> str:
        for each in names:
            found = inside(reading.answer(key), each, absent=None)
            if isinstance(found, Known) and found.value:
                return str(found.value)
        return reading.id.rsplit("/", 1)[-1]

    return name


def _logins(reading: Reading) -> Value:
    answer = reading.answer("ListUsers")
    if isinstance(answer, Unknown):
        return answer
    said = {answer.value.get("UserName"), *(answer.value.get("Emails") or ())}
    return Known(sorted(each for each in said if each), answer.pointer)


PERMISSION_SET = Normaliser(
    native="sso-admin.permission_set",
    kind="permission_set",
    listed=(_INSTANCES, _SETS),
    tags=UNREAD_TAGS,
    name=_display("DescribePermissionSet", "Name"),
    attrs={
        "type": constant("identity_center"),
        "name": field_of("DescribePermissionSet", "Name"),
        "session_seconds": Attr(_session, ("DescribePermissionSet",)),
        "attached": field_of("ListManagedPoliciesInPermissionSet", absent=[], convert=id_list("Arn")),
        "customer": field_of(
            "ListCustomerManagedPolicyReferencesInPermissionSet",
            absent=[],
            convert=lambda items: sorted(map(_path, items)),
        ),
        "inline": Attr(_inline, ("GetInlinePolicyForPermissionSet",)),
        "boundary": field_of("GetPermissionsBoundaryForPermissionSet", absent=None, convert=_bound),
    },
)

ASSIGNMENT = Normaliser(
    native="sso-admin.assignment",
    kind="assignment",
    listed=(_INSTANCES, _SETS, *_ASSIGNMENTS),
    holder=_account,
    name=lambda reading: reading.id.split("/", 1)[-1],
    attrs={
        "boundary": field_of("ListAccountAssignments", "AccountId"),
        "permission_set": field_of("ListAccountAssignments", "PermissionSetArn"),
        "principal": Attr(_principal, ("ListAccountAssignments",)),
        "principal_type": field_of("ListAccountAssignments", "PrincipalType", convert=_KINDS.get),
    },
)

PERSON = Normaliser(
    native="identitystore.user",
    kind="person",
    listed=(_INSTANCES, _USERS),
    name=_display("ListUsers", "UserName", "DisplayName"),
    attrs={
        "identity": Attr(lambda reading: Known(reading.id, "/id")),
        "root": constant(False),
        "console": field_of(
            "ListUsers", "UserStatus", absent=True, convert=lambda status: status != "DISABLED"
        ),
        "mfa_registered": UNTOLD,
        "mfa_kind": UNTOLD,
        "used_at": UNTOLD,
        "logins": Attr(_logins, ("ListUsers",)),
    },
)

GROUP = Normaliser(
    native="identitystore.group",
    kind="people_group",
    listed=(_INSTANCES, _GROUPS),
    name=_display("ListGroups", "DisplayName"),
    attrs={
        "name": field_of("ListGroups", "DisplayName", absent=None),
        "members": Attr(_members, ("ListGroupMemberships",)),
        "managed_elsewhere": field_of("ListGroups", "ExternalIds", absent=False, convert=bool),
    },
)
