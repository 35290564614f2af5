"""The first few of many, in words."""

from __future__ import annotations

from collections.abc import Sequence


def listed(items: Sequence[str], limit: int) -> str:
    """``a, b and 3 more``: at most ``limit`` items, and how many were left out."""
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return f"{', '.join(items[:limit])}{more}"
