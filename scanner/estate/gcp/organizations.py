"""Folders and organizations as containers of projects.

Shapes: Resource Manager API v3, ``Folder``, ``Organization``. An id is that which projects name
(``folders/123``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.estate.gcp._native import ABOVE, told
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, inside
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
