"""Answers the queries of Azure Resource Graph that we send, and no others (KQL).

https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language: of the tables and
operators there these are understood: ``where type =~``, ``where type !in~``, ``where isnotnull()``,
``project``, ``order by``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_QUERY = re.compile(
    r"(?P<table>quotaresources|resources|resourcecontainers|securityresources|networkresources)"
    r"(?: \| where type =~ '(?P<type>[a-z./]+)'| \| where isnotnull\((?P<having>[a-z]+)\)"
    r"| \| where type !in~ \((?P<others>[^)]+)\))?"
    r" \| project (?P<columns>[\w=., ()\[\]]+) \| order by id asc"
)
_COLUMN = re.compile(r"(?:(\w+)=(tolower|tostring)\(([\w.\[\]]+)\))|(\w+)")
_COLUMNS = frozenset(
    {"extendedLocation", "id", "identity", "kind", "location", "managedBy", "name", "plan", "properties"}
    | {"resourceGroup", "sku", "subscriptionId", "tags", "tenantId", "type", "zones"}
)


class QueryError(Exception):
    """What Resource Graph would refuse, or what these tests do not understand."""


class Query:
    """A query, as far as it is understood. Raises `QueryError`."""

    def __init__(self, text: str) -> None:
        found = _QUERY.fullmatch(text)
        if found is None:
            raise QueryError(text)
        self.table: str = found["table"]
        self.type: str | None = found["type"]
        self.having: str | None = found["having"]
        self._others = {each.strip(" '").lower() for each in (found["others"] or "").split(",")} - {""}
        self._columns = [_column(each.strip()) for each in found["columns"].split(", ")]
        if "id" not in {name for name, _, _ in self._columns}:
            raise QueryError("paging needs the column id")

    def answer(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows that it selects, ordered."""
        chosen = [row for row in rows if self._selects(str(row["type"]).lower())]
        if self.having:
            chosen = [row for row in chosen if row.get(self.having) is not None]
        return sorted(
            ({name: _value(row, how, path) for name, how, path in self._columns} for row in chosen),
            key=lambda row: str(row["id"]),
        )

    def _selects(self, kind: str) -> bool:
        return kind == self.type.lower() if self.type else kind not in self._others


def _column(text: str) -> tuple[str, str, str]:
    found = _COLUMN.fullmatch(text)
    if found is None:
        raise QueryError(text)
    name, how, path, plain = found.groups()
    source = plain or path
    if re.split(r"[.\[]", source)[0] not in _COLUMNS:
        raise QueryError(f"no column {source}")
    return (plain, "", plain) if plain else (name, how, path)


def _value(row: Mapping[str, Any], how: str, path: str) -> Any:
    value: Any = row
    for step in re.findall(r"\w+", path):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    if not how:
        return value
    text = "" if value is None else str(value)
    return text.lower() if how == "tolower" else text
