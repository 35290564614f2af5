"""Key vaults by their tags, and the keys in them.

Shapes: Azure Key Vault management REST API, ``Key``: times are seconds since 1970. A key is replaced by a new
version of it (on a schedule, or by hand), so that the newest one's creation tells when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

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


def _of_versions(pick: Callable[[Iterable[float]], float]) -> Attr:
    """When one of its versions was made: the first, or the last."""

    def read(reading: Reading) -> Value:
        answer = inside(reading.answer("KeyVersions"))
        if isinstance(answer, Unknown):
            return answer
        moments = [each["created"] for each in answer.value if each.get("created") is not None]
        return Known(_moment(pick(moments)), answer.pointer) if moments else Unknown()

    return Attr(read, ("KeyVersions",))


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
        "created_at": _of_versions(min),
        "rotated_at": _of_versions(max),
        "grants": UNTOLD,
        "multi_region": UNTOLD,
        "aliases": constant([]),
    },
)
