"""IAM: roles, users, groups and managed policies, all from GetAccountAuthorizationDetails.

Shapes: IAM API Reference, ``RoleDetail``, ``UserDetail``, ``GroupDetail``, ``ManagedPolicyDetail``,
their documents decoded. Lists that are left out are empty; documents that are left out are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.estate.aws._native import document, id_list, owner, tags_at
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import GLOBAL, World
from scanner.model.snapshot import Scope

DETAILS = "GetAccountAuthorizationDetails"
_LISTED = ((f"iam:{DETAILS}",),)
_SERVICE_LINKED = "/aws-service-role/"


def _inline(name: str) -> Attr:
    def read(reading: Reading) -> Value:
        policies = inside(reading.answer(DETAILS), name, absent=[])
        if isinstance(policies, Unknown):
            return policies
        if not all(isinstance(each.get("PolicyDocument"), dict) for each in policies.value):
            return Unknown()
        made = ((each.get("PolicyName", ""), each["PolicyDocument"]) for each in policies.value)
        return Known([{"name": called, "document": said} for called, said in made], policies.pointer)

    return Attr(read, (DETAILS,))


_ATTACHED = field_of(DETAILS, "AttachedManagedPolicies", absent=[], convert=id_list("PolicyArn"))
_BOUNDARY = field_of(DETAILS, "PermissionsBoundary", "PermissionsBoundaryArn", absent=None)
_PATH = field_of(DETAILS, "Path")


def _groups(reading: Reading) -> Value:
    """ARNs of a user's groups, which the user's detail names without their paths."""
    names = inside(reading.answer(DETAILS), "GroupList", absent=[])
    if isinstance(names, Unknown):
        return names
    arns = reading.world.by_name("iam.group", reading.scope.boundary)
    if any(name not in arns for name in names.value):
        return Unknown()
    return Known(sorted(arns[name] for name in names.value), names.pointer)


def _default_version(reading: Reading) -> Value:
    """The document of the version in force, among all that a managed policy keeps."""
    detail = reading.answer(DETAILS)
    if isinstance(detail, Unknown):
        return detail
    default = (detail.value or {}).get("DefaultVersionId")
    for index, version in enumerate((detail.value or {}).get("PolicyVersionList") or ()):
        if version.get("IsDefaultVersion") or version.get("VersionId") == default:
            pointer = f"{detail.pointer}/PolicyVersionList/{index}/Document"
            return document(Known(version.get("Document", ""), pointer))
    return Unknown()


def _other_versions(reading: Reading) -> Value:
    """The versions of a managed policy that are not in force, to which the default may be set back."""
    detail = reading.answer(DETAILS)
    if isinstance(detail, Unknown):
        return detail
    listed = inside(detail, "PolicyVersionList")
    if isinstance(listed, Unknown):
        return listed
    default = (detail.value or {}).get("DefaultVersionId")
    others = [
        {"id": each.get("VersionId", ""), "document": each.get("Document")}
        for each in listed.value or ()
        if not (each.get("IsDefaultVersion") or each.get("VersionId") == default)
    ]
    if not all(isinstance(each["document"], dict) for each in others):
        return Unknown()
    return Known(others, listed.pointer)


def _roots(world: World) -> Iterator[Reading]:
    for boundary in sorted(world.answered):
        scope = Scope(world.provider, boundary, GLOBAL)
        arn = f"arn:{world.partition(boundary)}:iam::{boundary}:root"
        yield Reading(arn, scope, world.beside("iam.account_summary", scope), world)


SESSION = "iam.role_session"


def _role_readings(world: World) -> Iterator[Reading]:
    """Roles, each with the record that says how long its sessions last."""
    sessions = {record.id: record for record in world.natives.get(SESSION, ())}
    for record in world.natives.get("iam.role", ()):
        yield Reading(record.id, record.scope, record, world, {SESSION: sessions.get(record.id)})


def _session(reading: Reading) -> Value:
    """IAM API Reference, ``Role``: an hour unless the role says otherwise."""
    return inside(reading.answer("ListRoles", of=SESSION), "MaxSessionDuration", absent=3600)


ROLE = Normaliser(
    native="iam.role",
    kind="identity",
    listed=_LISTED,
    subjects=_role_readings,
    tags=tags_at(DETAILS, "Tags"),
    attrs={
        "type": constant("role"),
        "trust": Attr(
            lambda reading: document(inside(reading.answer(DETAILS), "AssumeRolePolicyDocument")), (DETAILS,)
        ),
        "inline": _inline("RolePolicyList"),
        "attached": _ATTACHED,
        "groups": constant([]),
        "permissions_boundary": _BOUNDARY,
        "instance_profiles": field_of(DETAILS, "InstanceProfileList", absent=[], convert=id_list("Arn")),
        "path": _PATH,
        "service_linked": field_of(DETAILS, "Path", convert=lambda path: path.startswith(_SERVICE_LINKED)),
        "unique_id": field_of(DETAILS, "RoleId"),
        "session_seconds": Attr(_session, calls=("iam:ListRoles",)),
    },
)

USER = Normaliser(
    native="iam.user",
    kind="identity",
    listed=_LISTED,
    tags=tags_at(DETAILS, "Tags"),
    attrs={
        "type": constant("user"),
        "trust": constant(None),
        "inline": _inline("UserPolicyList"),
        "attached": _ATTACHED,
        "groups": Attr(_groups, (DETAILS,)),
        "permissions_boundary": _BOUNDARY,
        "instance_profiles": constant([]),
        "path": _PATH,
        "service_linked": constant(False),
        "unique_id": field_of(DETAILS, "UserId"),
        "session_seconds": constant(None),
    },
)

ROOT = Normaliser(
    native="iam.account_summary",
    kind="identity",
    listed=(),
    subjects=_roots,
    name=lambda _: "root",
    attrs={
        "type": constant("root"),
        "trust": constant(None),
        "inline": constant([]),
        "attached": constant([]),
        "groups": constant([]),
        "permissions_boundary": constant(None),
        "instance_profiles": constant([]),
        "path": constant("/"),
        "service_linked": constant(False),
        "unique_id": Attr(lambda reading: Known(reading.scope.boundary)),
        "session_seconds": constant(None),
    },
)

GROUP = Normaliser(
    native="iam.group",
    kind="group",
    listed=_LISTED,
    attrs={"inline": _inline("GroupPolicyList"), "attached": _ATTACHED},
)

POLICY = Normaliser(
    native="iam.policy",
    kind="policy",
    listed=_LISTED,
    holder=owner,
    tags=UNREAD_TAGS,
    attrs={
        "document": Attr(_default_version, (DETAILS,)),
        "versions": Attr(_other_versions, (DETAILS,)),
        "managed_by": Attr(lambda reading: Known("aws" if ":iam::aws:" in reading.id else "customer")),
    },
)
