"""Where the use of what is in a key vault is recorded: one trail for each diagnostic setting of a vault.

Shapes: Azure Monitor REST API, ``DiagnosticSettings``. The category ``AuditEvent`` is every call of the
vault, reads of secrets and uses of keys among them:
https://learn.microsoft.com/azure/key-vault/general/logging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.estate.azure._logging import records, sends_to
from scanner.estate.azure._native import group_in_id
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_KEY = "DiagnosticSettings"
_INNER = "/providers/microsoft.insights/diagnosticsettings/"
VAULTS = "microsoft.keyvault/vaults"


def _settings(world: World) -> Iterator[Reading]:
    for record in world.natives.get("keyvault.vault", ()):
        for setting in record.data.get(_KEY) or ():
            yield Reading(
                f"{record.id}{_INNER}{str(setting.get('name')).lower()}", record.scope, record, world
            )


def _of(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        answer = reading.answer(_KEY)
        if isinstance(answer, Unknown):
            return answer
        name = reading.id.rpartition("/")[2]
        for index, setting in enumerate(answer.value):
            if str(setting.get("name")).lower() == name:
                return Known(convert(setting), f"{answer.pointer}/{index}")
        return Unknown()

    return Attr(read, (_KEY,))


def _audits(setting: Mapping[str, Any]) -> bool:
    return records(setting.get("logs") or (), "AuditEvent", "audit")


def _used(reading: Reading) -> Value:
    audits = _of(_audits).read(reading)
    if isinstance(audits, Unknown):
        return audits
    return Known([f"{VAULTS} {reading.id.partition(_INNER)[0]}"] if audits.value else [], audits.pointer)


TRAIL = Normaliser(
    native="keyvault.vault",
    kind="trail",
    listed=(("keyvault:Vaults",), (f"keyvault:{_KEY}",)),
    holder=group_in_id,
    subjects=_settings,
    attrs={
        "type": constant("vault_audit"),
        "logging": _of(lambda setting: any(log.get("enabled") is True for log in setting.get("logs") or ())),
        # Nothing tells whether what was sent arrived.
        "delivers": UNTOLD,
        "multi_region": constant(True),
        "organization": constant(False),
        "covers": constant([]),
        "region": constant("global"),
        "management_events": constant("none"),
        "excluded": constant([]),
        "excluded_changes": constant([]),
        "data_events": Attr(_used, (_KEY,)),
        "store": _of(lambda setting: sends_to(setting, "account")),
        "prefix": constant("insights-logs-auditevent/"),
        "log_group": _of(lambda setting: sends_to(setting, "workspace")),
        "validation": constant(False),
        "key": UNTOLD,
    },
)
