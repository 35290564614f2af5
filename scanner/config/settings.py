"""Declarations as plain JSON, the form in which rules read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel

from scanner.config.durations import Age, Span
from scanner.config.selectors import Match


def plain(entry: BaseModel, *, leave: Collection[str] = ()) -> dict[str, Any]:
    """The fields of an entry as JSON; ``max_age: 90d`` becomes ``max_age_days: 90``, a span seconds."""
    settings: dict[str, Any] = {}
    for name, value in entry:
        if name in leave:
            continue
        if isinstance(value, Age):
            settings[f"{name}_days"] = value.days
        elif isinstance(value, Span):
            settings[f"{name}_seconds"] = int(value.total_seconds())
        else:
            settings[name] = _json(value)
    return settings


def repositories(match: Match) -> dict[str, Any]:
    """What an environment says of GitHub: whose a run of CI is, no inventory tells."""
    named = match.github
    return {"github": plain(named)} if named.repositories or named.branches else {}


def _json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return plain(value)
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return value
