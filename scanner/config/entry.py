"""What every entry of an environment file has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A mapping of the file: frozen, with unknown keys refused and values never bent into shape."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, strict=True, defer_build=True
    )
