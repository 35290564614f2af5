"""What a diagnostic setting sends, and where to.

Shapes: Azure Monitor REST API, ``DiagnosticSettings``, ``LogSettings``. The group ``allLogs`` is every
category, and ``audit`` those that tell who did what:
https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_EVERY = "allLogs"


def records(logs: Iterable[Mapping[str, Any]], category: str, *groups: str) -> bool:
    """Whether a category is sent, by its name or in one of the groups that have it."""
    wanted = {_EVERY, *groups}
    return any(
        log.get("enabled") is True and (log.get("category") == category or log.get("categoryGroup") in wanted)
        for log in logs
    )


def sends_to(setting: Mapping[str, Any], where: str) -> str | None:
    """The id of a workspace or storage account that a setting sends to."""
    named = setting.get(where)
    return str(named).lower() if named else None
