"""KMS: keys.

Shapes: AWS KMS API Reference, ``KeyMetadata``, ``AliasListEntry``, ``GrantListEntry``, and of
ListKeyRotations the completed rotations; ``None`` where a key cannot be rotated in place, or is AWS's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from scanner.estate.aws._keys import ALIAS, ALIASES
from scanner.estate.aws._native import policy_at, tags_in_bulk
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value, decided, truth
from scanner.estate.world import World
from scanner.model.snapshot import Record, Scope

_NATIVE, _DESCRIBE = "kms.key", "DescribeKey"
_UNREAD = "unread"
_MANAGERS = {"AWS": "provider", "CUSTOMER": "customer"}


def _keys(world: World) -> Iterator[Reading]:
    """Every key with the aliases that lead to it; one that leads nobody knows where may be any key's."""
    named: dict[str, dict[str, Record | None]] = defaultdict(dict)
    unread: dict[Scope, dict[str, Record | None]] = defaultdict(dict)
    for alias in world.natives.get(ALIAS, ()):
        if "ListAliases" not in alias.data:
            unread[alias.scope][_UNREAD] = None
        elif target := alias.data["ListAliases"].get("TargetKeyId"):
            named[f"{alias.id.partition(':alias/')[0]}:key/{target}"][alias.id] = alias
    for record in world.natives.get(_NATIVE, ()):
        parts = {**named.get(record.id, {}), **unread.get(record.scope, {})}
        yield Reading(record.id, record.scope, record, world, parts)


def _names(reading: Reading) -> list[str]:
    return sorted(alias.rpartition(":alias/")[2] for alias in reading.parts if alias != _UNREAD)


def _aliases(reading: Reading) -> Value:
    if gaps := reading.world.hiding_any(ALIASES, reading.scope):
        return Unknown(gaps)
    if _UNREAD in reading.parts:
        return Unknown()
    return Known(_names(reading)) if reading.world.listed(reading.scope.boundary, ALIAS) else Unknown()


def _manager(reading: Reading) -> Value:
    return inside(reading.answer(_DESCRIBE), "KeyManager", convert=lambda word: _MANAGERS.get(word, word))


def _enabled(reading: Reading) -> Value:
    return inside(reading.answer(_DESCRIBE), "KeyState", convert=lambda state: state == "Enabled")


def _active(reading: Reading) -> Value:
    manager = _manager(reading)
    own = manager if isinstance(manager, Unknown) else Known(manager.value == "customer")
    return decided(truth(_enabled(reading)) & truth(own))


def _rotated(reading: Reading) -> Value:
    made, rotations = inside(reading.answer(_DESCRIBE), "CreationDate"), reading.answer("ListKeyRotations")
    if isinstance(rotations, Unknown):
        return rotations
    dates = [item["RotationDate"] for item in rotations.value or () if item.get("RotationDate")]
    return Known(max(dates), rotations.pointer) if dates else made


def _grants(grants: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [
        {
            "grantee": grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal") or "",
            "operations": sorted(grant.get("Operations", ())),
            "constrained": bool(grant.get("Constraints")),
        }
        for grant in grants
    ]
    return sorted(found, key=lambda grant: (grant["grantee"], grant["operations"], grant["constrained"]))


KEY = Normaliser(
    native=_NATIVE,
    kind="key",
    listed=(("kms:ListKeys",),),
    regional=True,
    subjects=_keys,
    tags=tags_in_bulk(),
    name=lambda reading: next(iter(_names(reading)), reading.id.rsplit("/", 1)[-1]),
    attrs={
        "type": constant("kms"),
        "policy": policy_at("GetKeyPolicy"),
        "enabled": Attr(_enabled, (_DESCRIBE,)),
        "manager": Attr(_manager, (_DESCRIBE,)),
        "active": Attr(_active, (_DESCRIBE,)),
        "usage": field_of(_DESCRIBE, "KeyUsage", absent=None),
        "created_at": field_of(_DESCRIBE, "CreationDate"),
        "rotated_at": Attr(_rotated, (_DESCRIBE, "ListKeyRotations")),
        "grants": field_of("ListGrants", absent=[], convert=_grants),
        "multi_region": field_of(_DESCRIBE, "MultiRegion", absent=False),
        "aliases": Attr(_aliases, calls=(ALIASES,)),
    },
)
