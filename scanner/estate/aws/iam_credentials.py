"""IAM: access keys, two a user at most, from the credential report.

The report tells a key that is inactive from one that never was by its rotation date. Of a root
without a row, GetAccountSummary (``AccountAccessKeysPresent``) says that keys exist, not how old
they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scanner.estate.aws._credential_report import (
    CALL,
    GENERATE,
    NATIVE,
    SUMMARY,
    column,
    flag,
    root_of,
    rows,
    summary,
)
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import GLOBAL, World
from scanner.model.snapshot import Scope

_NONE = ("N/A", "")
_SUMMARY = ("iam:GetAccountSummary",)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _keys(world: World) -> Iterator[Reading]:
    for boundary in sorted(world.answered):
        scope = Scope(world.provider, boundary, GLOBAL)
        report, root = rows(world, boundary), root_of(world, boundary)
        for arn, row in sorted(report.items()):
            for number in (1, 2):
                reading = Reading(f"{arn}/access_key_{number}", scope, row, world, {NATIVE: row})
                if _exists(reading):
                    yield reading
        counts = world.beside(SUMMARY, scope)
        if root not in report and counts is not None:
            reading = Reading(f"{root}/access_key_1", scope, counts, world, {NATIVE: None})
            present = summary(reading, "AccountAccessKeysPresent")
            if isinstance(present, Unknown) or present.value:
                yield reading


def _slot(reading: Reading) -> str:
    return reading.id.rsplit("/", 1)[-1]


def _exists(reading: Reading) -> bool:
    active, rotated = _active(reading), _rotated(reading)
    inactive = isinstance(active, Known) and not active.value
    return not (inactive and isinstance(rotated, Known) and rotated.value is None)


def _active(reading: Reading) -> Value:
    return flag(reading, f"{_slot(reading)}_active")


def _rotated(reading: Reading) -> Value:
    cell = column(reading, f"{_slot(reading)}_last_rotated")
    if isinstance(cell, Unknown):
        return cell
    if cell.value in _NONE:
        return Known(None, cell.pointer)
    return cell if _is_moment(cell.value) else Unknown()


def _used(reading: Reading) -> Value:
    """The report's word is kept apart from the estate: a key's use changes nothing in it."""
    told = _active(reading)
    if isinstance(told, Unknown) or reading.record is None or reading.record.kind != NATIVE:
        return told if isinstance(told, Unknown) else Unknown()
    seen = reading.record.observed.get("GetCredentialReport") or {}
    cell = seen.get(f"{_slot(reading)}_last_used_date")
    if cell in _NONE:
        return Known(None)
    return Known(cell) if _is_moment(cell) else Unknown()


def _is_moment(text: Any) -> bool:
    """Whether it is a date-time of RFC 3339, which rules reckon with; ``no_information`` is none."""
    try:
        return bool(_MOMENT.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


ACCESS_KEY = Normaliser(
    native="iam.credential_report",
    kind="credential",
    listed=((CALL,), (GENERATE,)),
    subjects=_keys,
    name=lambda reading: "/".join(reading.id.rsplit(":", 1)[-1].rsplit("/", 2)[-2:]),
    attrs={
        "type": constant("access_key"),
        "owner": Attr(lambda reading: Known(reading.id.rsplit("/", 1)[0])),
        "active": Attr(_active, ("GetCredentialReport",), _SUMMARY),
        "rotated_at": Attr(_rotated, ("GetCredentialReport",), _SUMMARY),
        "used_at": Attr(_used, ("GetCredentialReport",)),
    },
)
