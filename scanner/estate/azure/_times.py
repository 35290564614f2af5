"""Durations as Azure writes them: ISO 8601 (``PT2H30M``)."""

from __future__ import annotations

import re

_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE)
_PARTS = (86_400, 3_600, 60, 1)


def seconds(text: str) -> int | None:
    """How many seconds a duration is, ``None`` for what is none (months and years are not read)."""
    found = _ISO.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    return int(sum(float(part or 0) * size for part, size in zip(found.groups(), _PARTS, strict=True)))
