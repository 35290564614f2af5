"""Folders and organizations as containers of projects, and the organization policies that are set in them.

Shapes: Resource Manager API v3, ``Folder``, ``Organization``; v1, ``OrgPolicy``. An id is that which projects
name (``folders/123``). A policy has one for each constraint at a node: ``folders/123 constraints/...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.estate.gcp._native import ABOVE, told
from scanner.estate.gcp.resources import project_of
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known
from scanner.estate.world import World


def _by_tail(native: str) -> Callable[[World], Iterator[Reading]]:
    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get(native, ()):
            yield Reading(record.id.removeprefix(ABOVE), record.scope, record, world)

    return readings


ORGANIZATION = Normaliser(
    native="organizations.organization",
    kind="container",
    listed=(("organizations:Organizations",),),
    subjects=_by_tail("organizations.organization"),
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("root"),
        "parent": constant(None),
        "name": told("Organizations", "displayName"),
    },
)
FOLDER = Normaliser(
    native="organizations.folder",
    kind="container",
    listed=(("organizations:Folders",),),
    subjects=_by_tail("organizations.folder"),
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("folder"),
        "parent": Attr(
            lambda reading: inside(reading.answer("Folders"), "ancestors", convert=lambda way: way[1]),
            ("Folders",),
        ),
        "name": told("Folders", "displayName"),
    },
)


def _each_policy(world: World) -> Iterator[Reading]:
    for record in world.natives.get("organizations.policy", ()):
        for policy in (record.data.get("Policies") or {}).get("orgPolicy") or ():
            identity = f"{record.id.removeprefix(ABOVE)} {policy.get('constraint')}"
            yield Reading(identity, record.scope, record, world)


def _document(reading: Reading) -> dict[str, Any]:
    wanted = reading.id.partition(" ")[2]
    policies = (reading.record.data.get("Policies") or {}).get("orgPolicy") if reading.record else None
    return next((each for each in policies or () if each.get("constraint") == wanted), {})


def _target(reading: Reading) -> str:
    """The folder or organization, or the project by its id."""
    node = reading.id.partition(" ")[0]
    return (project_of(reading.world, node) or node) if node.startswith("projects/") else node


POLICY = Normaliser(
    native="organizations.policy",
    kind="guardrail",
    listed=(("organizations:Policies",),),
    subjects=_each_policy,
    tags=UNREAD_TAGS,
    name=lambda reading: reading.id.rsplit("/", 1)[-1],
    attrs={
        "type": constant("organization_policy"),
        "document": Attr(lambda reading: Known(_document(reading)), ("Policies",)),
        "targets": Attr(
            lambda reading: Known([_target(reading)]), ("Policies",), ("organizations:Projects",)
        ),
        "managed": constant(False),
    },
)
