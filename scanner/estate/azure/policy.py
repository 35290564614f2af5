"""Assignments of Azure Policy as guardrails, and management groups as what boundaries hang in.

Shapes: Azure Policy REST API, ``PolicyAssignment``, ``PolicyDefinition``, ``PolicyExemption``. A definition
names its effect, or leaves it to the parameter ``effect``; one that is not enforced, or of which an
override changes the effect, is not taken for it. What a set of definitions does is not read. Defender for
Cloud assigns a set of its own to all.
https://learn.microsoft.com/azure/governance/policy/concepts/effect-basics
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.estate.azure import above
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_KEY, _DEFINITION = "Assignments", "Definition"
_EXEMPTIONS = "policy:Exemptions"
_SCOPE = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)(?:/resourcegroups/(?P<group>[^/]+))?"
    r"|/providers/microsoft\.management/managementgroups/(?P<above>[^/]+)"
)
_PARAMETER = "[parameters('effect')]"
_PROVIDERS_OWN = "Security Center"


def _target(scope: str) -> list[str]:
    """The boundary, or the management group, that a scope is; none for a single resource."""
    found = _SCOPE.fullmatch(scope.lower().rstrip("/"))
    if found is None:
        return []
    if found["above"]:
        return [found["above"]]
    return [f"{found['subscription']}/{found['group']}" if found["group"] else found["subscription"]]


def _effect(reading: Reading) -> Value:
    row = inside(reading.answer(_KEY))
    if isinstance(row, Unknown):
        return row
    if row.value.get("enforcement") not in (None, "Default"):
        return Known("off", row.pointer)
    if row.value.get("overrides"):
        return Unknown()
    definition = reading.answer(_DEFINITION)
    if isinstance(definition, Unknown) or definition.value is None:
        return definition if isinstance(definition, Unknown) else Unknown()
    effect = str(definition.value["effect"])
    if effect.replace(" ", "") == _PARAMETER:
        effect = str(row.value.get("effect") or definition.value.get("otherwise") or "")
    return Unknown() if not effect or effect.startswith("[") else Known(effect.lower(), definition.pointer)


def _by_assignment(record: Record) -> str:
    return str((record.data.get("Exemptions") or {}).get("assignment") or "").lower()


def _exempts(reading: Reading) -> Value:
    """What it leaves out itself, and what was exempted from it, for a time or for good."""
    row = inside(reading.answer(_KEY))
    if isinstance(row, Unknown):
        return row
    if (hidden := reading.unread("policy.exemption", _EXEMPTIONS)) is not None:
        return hidden
    found = reading.world.indexed("policy.exemption", reading.scope, _by_assignment)
    scopes = [str(each) for each in row.value.get("notScopes") or ()]
    scopes += [
        record.id.lower().partition("/providers/microsoft.authorization/")[0]
        for record in found.get(reading.id.lower(), ())
    ]
    return Known(sorted({each for scope in scopes for each in _target(scope)}), row.pointer)


ASSIGNMENT = Normaliser(
    native="policy.assignment",
    kind="guardrail",
    listed=((f"policy:{_KEY}",),),
    attrs={
        "type": constant("policy_assignment"),
        "document": constant(None),
        "effect": Attr(_effect, (_KEY, _DEFINITION)),
        "targets": field_of(_KEY, "scope", convert=_target),
        "exempts": Attr(_exempts, (_KEY,), (_EXEMPTIONS,)),
        "managed": field_of(_KEY, "by", absent=False, convert=lambda by: by == _PROVIDERS_OWN),
    },
)
_ROWS = "Subscriptions"


def _groups(world: World) -> Iterator[Reading]:
    """A reading for each management group that a subscription stands in, made of its record."""
    for record in world.natives.get("resources.subscription", ()):
        for name in above(record):
            yield Reading(name, record.scope, record, world)


def _level(reading: Reading) -> int | None:
    groups = above(reading.record)
    return groups.index(reading.id) if reading.id in groups else None


def _parent(reading: Reading) -> Value:
    level, groups = _level(reading), above(reading.record)
    return Unknown() if level is None else Known(groups[level + 1] if level + 1 < len(groups) else None)


def _sort(row: Mapping[str, Any], name: str) -> str:
    return "root" if name == str(row.get("tenantId") or "").lower() else "management_group"


def _below(reading: Reading) -> Value:
    """How many subscriptions stand below it, seen or not."""
    level = _level(reading)
    if level is None:
        return Unknown()
    found = reading.answer(f"Below{level}", call="resources:Descendants")
    return found if isinstance(found, Unknown) or found.value is not None else Unknown()


MANAGEMENT_GROUP = Normaliser(
    native="resources.subscription",
    kind="container",
    listed=((f"resources:{_ROWS}",),),
    subjects=_groups,
    name=lambda reading: reading.id,
    attrs={
        "type": Attr(
            lambda reading: inside(reading.answer(_ROWS), convert=lambda row: _sort(row, reading.id)),
            (_ROWS,),
        ),
        "parent": Attr(_parent, (_ROWS,)),
        "name": Attr(lambda reading: Known(reading.id)),
        "below": Attr(_below, (_ROWS,), ("resources:Descendants",)),
    },
)
