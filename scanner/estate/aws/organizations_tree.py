"""AWS Organizations: roots, organizational units, and the policies that bound what is below them.

Shapes: AWS Organizations API Reference, ``Root``, ``OrganizationalUnit``, ``PolicySummary``,
``Policy`` (its ``Content`` decoded), ``PolicyTargetSummary``. The ids that targets and parents
name (``r-``, ``ou-``) are the last segment of the ARNs that records are kept under.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.estate.aws._native import document, id_list
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known
from scanner.estate.world import World

_TYPES = {"SERVICE_CONTROL_POLICY": "scp", "RESOURCE_CONTROL_POLICY": "rcp"}
_UNITS = "organizations:ListOrganizationalUnitsForParent"


def _by_tail(native: str) -> Callable[[World], Iterator[Reading]]:
    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get(native, ()):
            yield Reading(record.id.rsplit("/", 1)[-1], record.scope, record, world)

    return readings


def _named(key: str) -> Callable[[Reading], str]:
    def name(reading: Reading) -> str:
        found = inside(reading.answer(key), "Name")
        return str(found.value) if isinstance(found, Known) else reading.id.rsplit("/", 1)[-1]

    return name


ROOT = Normaliser(
    native="organizations.root",
    kind="container",
    listed=(("organizations:ListRoots",),),
    subjects=_by_tail("organizations.root"),
    tags=UNREAD_TAGS,
    name=_named("ListRoots"),
    attrs={
        "type": constant("root"),
        "below": constant(None),
        "parent": constant(None),
        "name": field_of("ListRoots", "Name"),
    },
)

UNIT = Normaliser(
    native="organizations.unit",
    kind="container",
    listed=(("organizations:ListRoots",), (_UNITS,)),
    subjects=_by_tail("organizations.unit"),
    tags=UNREAD_TAGS,
    name=_named("ListOrganizationalUnitsForParent"),
    attrs={
        "type": constant("organizational_unit"),
        "below": constant(None),
        "parent": field_of("ListOrganizationalUnitsForParent", "ParentId"),
        "name": field_of("ListOrganizationalUnitsForParent", "Name"),
    },
)

GUARDRAIL = Normaliser(
    native="organizations.policy",
    kind="guardrail",
    listed=(("organizations:ListPolicies",),),
    tags=UNREAD_TAGS,
    name=_named("ListPolicies"),
    attrs={
        "type": field_of("ListPolicies", "Type", convert=lambda native: _TYPES.get(native, native)),
        "document": Attr(
            lambda reading: document(inside(reading.answer("DescribePolicy"), "Content")), ("DescribePolicy",)
        ),
        "targets": field_of("ListTargetsForPolicy", convert=id_list("TargetId")),
        "managed": field_of("ListPolicies", "AwsManaged"),
        "effect": constant(None),
        "exempts": constant([]),
    },
)
