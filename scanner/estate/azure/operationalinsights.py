"""Workspaces that keep logs.

Shapes: Azure Monitor REST API, ``Workspace``, ``Table``. A table keeps what it holds as long as it says
itself, else as long as its workspace. Who may read one is said by role assignments.
"""

from __future__ import annotations

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, inside
from scanner.estate.values import Known, Unknown, Value

_ROWS, _TABLES = "Workspaces", "Tables"


def _days(reading: Reading) -> Value:
    """The fewest days that a table keeps records of calls, where the workspace has one: they go to either."""
    own = inside(reading.answer(_ROWS), "properties", "retentionInDays", convert=int)
    tables = reading.answer(_TABLES)
    if isinstance(own, Unknown) or isinstance(tables, Unknown):
        return tables if isinstance(tables, Unknown) else own
    said = [int(each["days"]) for each in tables.value if each.get("days") is not None]
    return Known(min(said, default=own.value), own.pointer)


WORKSPACE = Normaliser(
    native="operationalinsights.workspace",
    kind="log",
    listed=((f"operationalinsights:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("log_workspace"),
        "key": UNTOLD,
        "retention_days": Attr(_days, (_ROWS, _TABLES)),
        "policy": constant(None),
        "subscriptions": UNTOLD,
    },
)
