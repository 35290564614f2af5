"""Key vaults by their tags, and the keys and secrets in them.

Shapes: Azure Key Vault management REST API, ``Key``, ``Secret``: times are seconds since 1970. A key is
replaced by a new version of it (on a schedule, or by hand), so that the newest one's creation tells when.
Of a secret one version is told; what changed it last may have been another value, or only its description.
Nothing tells when one was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from scanner.estate.azure._native import group_in_id, tags_of, told_by_tags
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

VAULT = told_by_tags("keyvault.vault", "Vaults")


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
    holder=group_in_id,
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


def _time(field: str) -> Attr:
    """A time of a secret's attributes."""
    return field_of("Secrets", "properties", "attributes", field, convert=_moment)


def _changed(reading: Reading) -> Value:
    updated = inside(reading.answer("Secrets"), "properties", "attributes", "updated", convert=_moment)
    return updated if isinstance(updated, Known) else _time("created").read(reading)


SECRET = Normaliser(
    native="keyvault.secret",
    kind="secret",
    listed=(("keyvault:Vaults",), ("keyvault:Secrets",)),
    tags=tags_of("Secrets"),
    holder=group_in_id,
    attrs={
        "type": constant("keyvault_secret"),
        "policy": UNTOLD,
        "key": constant(None),
        "rotation": UNTOLD,
        "rotated_at": _time("created"),
        "changed_at": Attr(_changed, ("Secrets",)),
        "accessed_at": UNTOLD,
        "created_at": _time("created"),
        "secure": constant(True),
        # An expiry is for whoever reads it to mind: a vault hands out an expired secret all the same.
        "active": field_of("Secrets", "properties", "attributes", "enabled"),
        "replica_of": constant(None),
    },
)
