"""Durations as people write them: ``90d``, ``2h``, ``30m``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Written(timedelta):
    """A duration that is read from, and written back as, a number and a unit."""

    UNITS: ClassVar[dict[str, int]] = {}
    """Unit -> seconds, largest first."""
    WORDING: ClassVar[str] = ""
    EXAMPLES: ClassVar[list[str]] = []

    @classmethod
    def read(cls, value: object) -> Self:
        """The duration ``value`` says; `ValueError` in the user's words if it says none."""
        if isinstance(value, timedelta):
            return cls(seconds=value.total_seconds())
        found = re.fullmatch(cls.pattern(), value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(cls.WORDING)
        return cls(seconds=int(found[1]) * cls.UNITS[found[2]])

    @classmethod
    def pattern(cls) -> str:
        """The spelling as a regular expression: number and unit are its groups."""
        return f"^([1-9][0-9]{{0,4}})([{''.join(cls.UNITS)}])$"

    def __str__(self) -> str:
        seconds = int(self.total_seconds())
        unit = next(unit for unit, size in self.UNITS.items() if seconds % size == 0)
        return f"{seconds // self.UNITS[unit]}{unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": cls.pattern(),
            "patternErrorMessage": cls.WORDING,
            "examples": cls.EXAMPLES,
        }


class Age(Written):
    """Whole days, for what is measured in days: the age of a key, of a scan, of a review."""

    UNITS: ClassVar = {"d": 86_400}
    WORDING = "write whole days, such as 90d"
    EXAMPLES: ClassVar = ["30d", "90d"]


class Span(Written):
    """Minutes to days, for what is measured in seconds: how long a machine may idle."""

    UNITS: ClassVar = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    WORDING = "write a number and a unit, such as 30m, 2h or 1d"
    EXAMPLES: ClassVar = ["30m", "2h"]
