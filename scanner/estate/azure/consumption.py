"""Budgets.

Shapes: Azure Consumption REST API, ``Budget``, ``BudgetFilter``, ``Notification``. A budget counts what its
scope costs: a subscription, a group of it, or every subscription below a management group, of which those
are told that were seen.
https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.estate.azure import containers
from scanner.estate.normaliser import Attr, Normaliser, Reading
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_BUDGETS, _GROUPS, _ABOVE = "Budgets", "GroupBudgets", "BudgetsAbove"
_CALLS = tuple(f"consumption:{each}" for each in (_BUDGETS, _GROUPS, "ManagementGroupBudgets"))
_SCOPE = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)(?:/resourcegroups/(?P<group>[^/]+))?/providers/microsoft\.consumption/.*"
    r"|/providers/microsoft\.management/managementgroups/(?P<above>[^/]+)/providers/microsoft\.consumption/.*",
    re.IGNORECASE,
)
_GROUP_NAMES = frozenset({"resourcegroupname", "resourcegroup"})
_SUBSCRIPTIONS = frozenset({"subscriptionid"})


@dataclass(slots=True)
class _Limits:
    """What a filter leaves: groups or subscriptions, tags, or anything else."""

    groups: list[str] = field(default_factory=list)
    subscriptions: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    partial: bool = False


def _filters(filter_: Mapping[str, Any] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in ((filter_ or {}), *((filter_ or {}).get("and") or ())):
        for kind in ("dimensions", "tags"):
            if part.get(kind):
                yield kind, part[kind]


def _limits(properties: Mapping[str, Any]) -> _Limits:
    found = _Limits()
    for kind, said in _filters(properties.get("filter")):
        name, values = str(said.get("name", "")), [str(each) for each in said.get("values") or ()]
        if str(said.get("operator", "In")).lower() != "in" or not values:
            found.partial = True
        elif kind == "tags":
            found.partial = found.partial or bool(found.tags)
            found.tags[name] = sorted(values)
        elif name.lower() in _GROUP_NAMES and not found.groups:
            found.groups = [each.lower() for each in values]
        elif name.lower() in _SUBSCRIPTIONS and not found.subscriptions:
            found.subscriptions = [each.lower().rpartition("/")[2] for each in values]
        else:
            found.partial = True
    return found


def _native(reading: Reading) -> Known | Unknown:
    """The properties of a budget: of its own record, or of the record of a subscription below."""
    for key, answer in (reading.record.data if reading.record else {}).items():
        if key in (_BUDGETS, _GROUPS):
            found, pointer = answer, f"/data/{key}"
        elif key.startswith(_ABOVE):
            at = [n for n, each in enumerate(answer or ()) if str(each.get("id")).lower() == reading.id]
            found, pointer = (answer[at[0]], f"/data/{key}/{at[0]}") if at else ({}, "")
        else:
            continue
        if found and found.get("properties"):
            return Known(found["properties"], f"{pointer}/properties")
    return Unknown()


def _of(convert: Any) -> Attr:
    def read(reading: Reading) -> Value:
        found = _native(reading)
        return found if isinstance(found, Unknown) else Known(convert(found.value), found.pointer)

    return Attr(read, calls=_CALLS)


def _below(world: World, above: str) -> list[str]:
    return sorted(boundary for boundary, groups in containers(world).items() if above.lower() in groups)


def _boundaries(reading: Reading) -> Value:
    found, scope = _native(reading), _SCOPE.fullmatch(reading.id)
    if isinstance(found, Unknown) or scope is None:
        return Unknown()
    limits = _limits(found.value)
    if scope["group"]:
        outer = [f"{scope['subscription']}/{scope['group']}".lower()]
        return Known(outer, found.pointer)
    seen = [scope["subscription"].lower()] if scope["subscription"] else _below(reading.world, scope["above"])
    if limits.subscriptions:
        seen = sorted(set(limits.subscriptions))
    if limits.groups:
        return Known(sorted(f"{each}/{group}" for each in seen for group in limits.groups), found.pointer)
    return Known(seen, found.pointer)


def _partial(reading: Reading) -> Value:
    """Of a management group it is not known what else is below, unless the budget names what it counts."""
    found, scope = _native(reading), _SCOPE.fullmatch(reading.id)
    if isinstance(found, Unknown) or scope is None:
        return Unknown()
    limits = _limits(found.value)
    if scope["group"] and (limits.groups or limits.subscriptions):
        return Known(True, found.pointer)
    if scope["above"] and not limits.subscriptions and not limits.partial:
        return Unknown()
    return Known(limits.partial, found.pointer)


def _alerts(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "on": str(each.get("thresholdType") or "Actual").upper(),
            "threshold": each.get("threshold"),
            "unit": "PERCENTAGE",
            "people": len(each.get("contactEmails") or ()),
            "topics": sorted(str(group).lower() for group in each.get("contactGroups") or ()),
            "roles": sorted(each.get("contactRoles") or ()),
        }
        for _, each in sorted((properties.get("notifications") or {}).items())
        if each.get("enabled") is True
    ]


_ATTRS = {
    "type": _of(lambda found: str(found.get("category") or "").upper()),
    "limit": _of(lambda found: float(found["amount"]) if found.get("amount") is not None else None),
    "boundaries": Attr(_boundaries, calls=(*_CALLS, "resources:Subscriptions")),
    "tags": _of(lambda found: _limits(found).tags),
    "ends_at": _of(lambda found: (found.get("timePeriod") or {}).get("endDate")),
    "partial": Attr(_partial, calls=_CALLS),
    "alerts": _of(_alerts),
}


def _above(world: World) -> Iterator[Reading]:
    for record in world.natives.get("resources.subscription", ()):
        for key, answer in record.data.items():
            if key.startswith(_ABOVE):
                yield from (
                    Reading(str(each["id"]).lower(), record.scope, record, world)
                    for each in answer or ()
                    if each.get("id")
                )


BUDGET = Normaliser("consumption.budget", "budget", ((_CALLS[0],),), _ATTRS)
OF_A_GROUP = Normaliser("consumption.groupbudget", "budget", ((_CALLS[1],),), _ATTRS)
ABOVE = Normaliser("resources.subscription", "budget", ((_CALLS[2],),), _ATTRS, subjects=_above)
