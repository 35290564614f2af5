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

_ROWS, _CONFIG = "Sites", "SiteConfiguration"
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


def _said(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        found = reading.answer(_CONFIG)
        if isinstance(found, Unknown):
            return found
        made = convert(found.value)
        return Unknown() if made is None else Known(made, found.pointer)

    return Attr(read, (_CONFIG,))


SITE = Normaliser(
    native="web.site",
    kind="workload",
    listed=((f"web:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs=workload(
        "web_app",
        packaging=_said(_packaging),
        images=_said(_images),
        identity=UNTOLD,
        execution_identity=UNTOLD,
        subnets=UNTOLD,
        variables=UNTOLD,
        plain_secrets=UNTOLD,
        secrets=UNTOLD,
        # Machines are those of its plan, which other apps share.
        machine_types=UNTOLD,
        active=field_of(_ROWS, "state", convert=lambda state: state != "Stopped"),
    ),
)
