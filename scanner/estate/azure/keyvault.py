"""Key vaults by their tags, and the keys and secrets in them.

Shapes: Azure Key Vault management REST API, ``Key``, ``Secret``: times are seconds since 1970. A key is
replaced by a new version of it (on a schedule, or by hand), so that the newest one's creation tells when.
Of a secret one version is told; what changed it last may have been another value, or only its description.
Nothing tells when one was read. Who may use them is said by roles, or by access policies of their vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from scanner.estate.azure._native import group_in_id, tags_of, told_by_tags
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

VAULT = told_by_tags("keyvault.vault", "Vaults")


def _policies(properties: dict[str, Any]) -> dict[str, Any] | None:
    """Access policies, where they and not roles decide.

    https://learn.microsoft.com/azure/key-vault/general/rbac-migration
    """
    if properties.get("enableRbacAuthorization") is True:
        return None
    found = properties.get("accessPolicies") or ()
    return {
        "accessPolicies": [
            {"objectId": str(each["objectId"]).lower(), "permissions": each.get("permissions") or {}}
            for each in found
        ]
    }


def _policy_of_vault(reading: Reading) -> Value:
    vault = reading.world.identified("keyvault.vault", reading.id.lower().rsplit("/", 2)[0])
    if vault is None or "Vaults" not in vault.data:
        return Unknown(reading.world.hiding_any("keyvault:Vaults", reading.scope))
    return Known(_policies(vault.data["Vaults"].get("properties") or {}))


_POLICY = Attr(_policy_of_vault, calls=("keyvault:Vaults",))


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
        "policy": _POLICY,
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
        "policy": _POLICY,
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
