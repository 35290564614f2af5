"""Subscriptions and resource groups as boundaries, and resources of whose type nothing but tags is told.

A subscription is a boundary also where nothing of it could be read: it was asked for, or is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.estate.azure._native import name_of, tags_of, told_by_tags
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import EVERY_KIND, GLOBAL, TENANT, World
from scanner.model.snapshot import Scope

_SUBSCRIPTIONS, _GROUPS = "Subscriptions", "ResourceGroups"


def _subscriptions(world: World) -> Iterator[Reading]:
    found = {record.id: record for record in world.natives.get("resources.subscription", ())}
    boundaries = {*found, *world.declared, *world.seen, *world.asked} - {EVERY_KIND}
    for boundary in sorted(each for each in boundaries if not each.startswith(TENANT)):
        scope = Scope(world.provider, boundary, GLOBAL)
        yield Reading(boundary, scope, found.get(boundary), world)


def _of_row(*path: str, absent: Any = None, convert: Callable[[Any], Any] | None = None) -> Attr:
    """What stands in a subscription's row; of one without a row, what hides it."""

    def read(reading: Reading) -> Value:
        if reading.record is None:
            return Unknown(reading.world.hiding_any(f"resources:{_SUBSCRIPTIONS}", reading.scope))
        return field_of(_SUBSCRIPTIONS, *path, absent=absent, convert=convert).read(reading)

    return Attr(read, (_SUBSCRIPTIONS,))


SUBSCRIPTION = Normaliser(
    native="resources.subscription",
    kind="boundary",
    listed=((f"resources:{_SUBSCRIPTIONS}",),),
    subjects=_subscriptions,
    tags=_of_row("tags", absent={}),
    name=name_of(_SUBSCRIPTIONS),
    attrs={
        "type": constant("subscription"),
        "name": _of_row("name"),
        "status": _of_row("state"),
        "parent": _of_row("managementGroup0", convert=lambda name: name or None),
        "management": constant(False),
        "organization": _of_row("tenantId"),
        "listed": Attr(lambda reading: Known(True) if reading.record else Unknown(), (_SUBSCRIPTIONS,)),
    },
)

GROUP = Normaliser(
    native="resources.group",
    kind="boundary",
    listed=((f"resources:{_GROUPS}",),),
    tags=tags_of(_GROUPS),
    name=name_of(_GROUPS),
    holder=lambda reading: reading.id,
    attrs={
        "type": constant("resource_group"),
        "name": field_of(_GROUPS, "name"),
        "status": field_of(_GROUPS, "properties", "provisioningState", absent=None),
        "parent": Attr(lambda reading: Known(reading.scope.boundary)),
        "management": constant(False),
        "organization": UNTOLD,
        "listed": constant(True),
    },
)

OTHER = told_by_tags("resources.other", "OtherResources")
