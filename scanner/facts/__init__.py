"""Facts: relations between resources, one pure function per module, found by its path.

A module ``scanner/facts/<fact>.py`` is a fact when it defines ``NEEDS`` (what of an estate it reads,
``identity.trust``) and ``derive(estate) -> Facts``. Its name is the fact's name. Adding a fact adds
a file and edits none; packages beside them hold what several facts share.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from scanner.facts.blindness import known_alone, uncollected, with_blind
from scanner.facts.reasons import explained, never_silent
from scanner.model.estate import Estate
from scanner.model.facts import Facts


@cache
def modules() -> dict[str, ModuleType]:
    """Every fact module by its name, sorted."""
    found = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        if info.ispkg:
            continue
        module = import_module(f"{__name__}.{info.name}")
        if hasattr(module, "NEEDS") and hasattr(module, "derive"):
            found[info.name] = module
    return found


def needs(name: str) -> tuple[str, ...]:
    """What a fact reads of an estate, ``kind.attr``; nothing for a name that is no fact."""
    module = modules().get(name)
    return tuple(module.NEEDS) if module else ()


def derive(estate: Estate, *, only: frozenset[str] | None = None) -> dict[str, Facts]:
    """Derive the facts of an estate by name: all of them, or those that ``only`` names."""
    whole = explained(estate)
    blind = uncollected(whole)
    whole = known_alone(whole)
    wanted = {name: module for name, module in modules().items() if only is None or name in only}
    return {
        name: with_blind(never_silent(name, module.NEEDS, module.derive(whole), whole), blind)
        for name, module in wanted.items()
    }
