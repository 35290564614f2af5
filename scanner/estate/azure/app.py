"""Container apps and their jobs.

Shapes: Azure Container Apps REST API, ``ContainerApp``, ``Job``. The machines below are the provider's to
choose, and an app that may be scaled to nothing runs nothing between uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._settings import contained
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Unknown, Value
from scanner.estate.workloads import workload

_APPS = "ContainerApps"


def _containers(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    template = (row.get("properties") or {}).get("template") or {}
    for where in ("containers", "initContainers"):
        yield from template.get(where) or ()


def _of_one_revision(attr: Attr) -> Attr:
    """What the template says, where no older revision may run beside the one that was made of it."""

    def read(reading: Reading) -> Value:
        mode = inside(reading.answer(_APPS), "properties", "configuration", "activeRevisionsMode", absent="")
        if isinstance(mode, Unknown) or str(mode.value).lower() == "multiple":
            return Unknown()
        return attr.read(reading)

    return Attr(read, attr.keys)


def _of(native: str, rows: str, kind: str) -> Normaliser:
    return Normaliser(
        native=native,
        kind="workload",
        listed=((f"app:{rows}",),),
        tags=tags_of(rows),
        name=name_of(rows),
        holder=group_of(rows),
        attrs={
            **workload(
                kind, identity=UNTOLD, execution_identity=UNTOLD, secrets=UNTOLD, idle_stop=constant("maybe")
            ),
            **contained(rows, _containers, variables="env", words=("args", "command")),
        },
    )


_ANY = _of("app.app", _APPS, "container_app")
APP = replace(
    _ANY,
    attrs={
        **_ANY.attrs,
        **{name: _of_one_revision(_ANY.attrs[name]) for name in ("images", "variables", "plain_secrets")},
    },
)
del _ANY
JOB = _of("app.job", "Jobs", "container_app_job")
