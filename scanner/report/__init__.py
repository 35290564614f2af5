"""Report formats, one file each, found by their path: ``FILE`` is what they write, ``render`` how."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from typing import Protocol, cast

from scanner.errors import UsageError
from scanner.model.finding import Judgement


class Format(Protocol):
    """What a module of this package offers to be a format."""

    FILE: str

    def render(self, judgement: Judgement) -> bytes:
        """The whole file. Equal judgements give equal bytes."""


def formats() -> dict[str, Format]:
    """Every format by name, sorted. A module without ``FILE`` (the terminal) is none."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: cast("Format", module) for name, module in modules.items() if hasattr(module, "FILE")}


def format_named(name: str) -> Format:
    """The format of a name. Raises UsageError with the nearest name for one that is none."""
    known = formats()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    raise UsageError(
        f"there is no format {name!r}",
        hint=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}.",
    )
