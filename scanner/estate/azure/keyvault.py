"""Key vaults by their tags, and the keys in them.

Shapes: Azure Key Vault management REST API, ``Key``: times are seconds since 1970. A key is replaced by a new
version of it (on a schedule, or by hand), so that the newest one's creation tells when.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scanner.estate.azure._native import tags_of, told_by_tags
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

VAULT = told_by_tags("keyvault.vault", "Vaults")


def _holder(reading: Reading) -> str:
    """``/subscriptions/S/resourcegroups/G/providers/...``."""
    steps = reading.id.lower().split("/")
    return f"{reading.scope.boundary}/{steps[4]}" if len(steps) > 4 else reading.scope.boundary  # noqa: PLR2004


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _made(versions: Iterable[dict[str, Any]]) -> list[float]:
    return [version["created"] for version in versions if version.get("created") is not None]


def _first(reading: Reading) -> Value:
    return _of_versions(reading, min)


def _last(reading: Reading) -> Value:
    return _of_versions(reading, max)


def _of_versions(reading: Reading, pick: Any) -> Value:
    answer = inside(reading.answer("KeyVersions"))
    if isinstance(answer, Unknown):
        return answer
    moments = _made(answer.value)
    return Known(_moment(pick(moments)), answer.pointer) if moments else Unknown()


KEY = Normaliser(
    native="keyvault.key",
    kind="key",
    listed=(("keyvault:Vaults",), ("keyvault:Keys",)),
    tags=tags_of("Keys"),
    holder=_holder,
    attrs={
        "type": constant("keyvault"),
        "policy": UNTOLD,
        "enabled": field_of("Keys", "properties", "attributes", "enabled"),
        "manager": constant("customer"),
        "active": field_of("Keys", "properties", "attributes", "enabled"),
        "usage": UNTOLD,
        "created_at": Attr(_first, ("KeyVersions",)),
        "rotated_at": Attr(_last, ("KeyVersions",)),
        "grants": UNTOLD,
        "multi_region": UNTOLD,
        "aliases": constant([]),
    },
)
