"""Web and function apps.

Shapes: Azure App Service REST API, ``Site``, ``SiteConfigResource``: ``linuxFxVersion`` is ``DOCKER|image``
of an app that runs an image, ``COMPOSE|...`` or ``sitecontainers`` of one that runs several (told
elsewhere), else the runtime that the provider supplies. Plain settings are told with their values alone,
and so are not known. https://learn.microsoft.com/azure/app-service/configure-custom-container
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import workload

_ONE, _SEVERAL = "docker|", ("compose|", "kube|", "sitecontainers")


def _runs(config: Mapping[str, Any]) -> str:
    return str(config.get("linuxFxVersion") or config.get("windowsFxVersion") or "")


def _packaging(config: Mapping[str, Any]) -> str:
    return "image" if _runs(config).lower().startswith((_ONE, *_SEVERAL)) else "code"


def _images(config: Mapping[str, Any]) -> list[str] | None:
    runs = _runs(config)
    if runs.lower().startswith(_SEVERAL):
        return None
    return [runs[len(_ONE) :]] if runs.lower().startswith(_ONE) else []


def _said(config: str, convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        found = reading.answer(config)
        if isinstance(found, Unknown):
            return found
        made = convert(found.value)
        return Unknown() if made is None else Known(made, found.pointer)

    return Attr(read, (config,))


def _of(native: str, rows: str, config: str) -> Normaliser:
    return Normaliser(
        native=native,
        kind="workload",
        listed=((f"web:{rows}",),),
        tags=tags_of(rows),
        name=name_of(rows),
        holder=group_of(rows),
        attrs=workload(
            "web_app",
            packaging=_said(config, _packaging),
            images=_said(config, _images),
            identity=UNTOLD,
            execution_identity=UNTOLD,
            subnets=UNTOLD,
            variables=UNTOLD,
            plain_secrets=UNTOLD,
            secrets=UNTOLD,
            # Machines are those of its plan, which other apps share.
            machine_types=UNTOLD,
            active=field_of(rows, "state", convert=lambda state: state != "Stopped"),
        ),
    )


SITE = _of("web.site", "Sites", "SiteConfiguration")
SLOT = _of("web.slot", "Slots", "SlotConfiguration")
