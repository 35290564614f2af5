"""Container apps and their jobs.

Shapes: Azure Container Apps REST API, ``ContainerApp``, ``Job``. The machines below are the provider's to
choose, and an app that may be scaled to nothing runs nothing between uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._settings import contained
from scanner.estate.normaliser import UNTOLD, Normaliser, constant
from scanner.estate.workloads import workload


def _containers(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    template = (row.get("properties") or {}).get("template") or {}
    for where in ("containers", "initContainers"):
        yield from template.get(where) or ()


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


APP = _of("app.app", "ContainerApps", "container_app")
JOB = _of("app.job", "Jobs", "container_app_job")
