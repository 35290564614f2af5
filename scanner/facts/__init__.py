"""Facts: relations between resources, pure functions found by their path.

A module ``scanner/facts/<fact>.py`` derives a fact when it defines ``NEEDS`` (what of an estate it reads,
``identity.trust``) and ``derive(estate) -> Facts``: for AWS, or for the ``PROVIDERS`` that it names. A module
``scanner/facts/<provider>/<fact>.py`` derives the same fact where its meaning is that provider's own. Each
sees its providers' part of an estate, one provider at a time; what they find is one fact, by the name of the
file. Adding a fact or a provider adds files and edits none; other packages hold what several facts share.
"""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType

from scanner.facts.blindness import Unfollowed, part, together, with_blind
from scanner.facts.reasons import explained, never_silent
from scanner.model.estate import Estate
from scanner.model.facts import Facts

_FIRST = ("aws",)
"""What a module knows that names no provider."""


@cache
def modules() -> dict[str, dict[str, ModuleType]]:
    """Fact -> provider -> the module that derives it there, sorted.

    Raises:
        ValueError: Two modules derive one fact for one provider.
    """
    found: dict[str, dict[str, ModuleType]] = defaultdict(dict)
    for package, name, module in _every():
        for provider in (package,) if package else getattr(module, "PROVIDERS", _FIRST):
            if found[name].setdefault(provider, module) is not module:
                message = f"the fact {name} is derived twice for {provider}"
                raise ValueError(message)
    return {name: dict(sorted(ways.items())) for name, ways in sorted(found.items())}


def _every() -> Iterator[tuple[str, str, ModuleType]]:
    """The package that a fact stands in, if not in this one, its name and its module."""
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        inner = pkgutil.iter_modules(module.__path__) if info.ispkg else ()
        names = [(info.name, each.name) for each in inner if not each.ispkg] or [("", info.name)]
        for package, name in names:
            found = import_module(f"{module.__name__}.{name}") if package else module
            if hasattr(found, "NEEDS") and hasattr(found, "derive"):
                yield package, name, found


def needs(name: str) -> tuple[str, ...]:
    """What a fact reads of an estate, ``kind.attr``; nothing for a name that is no fact."""
    ways = modules().get(name, {})
    return tuple(dict.fromkeys(need for module in ways.values() for need in module.NEEDS))


def derive(estate: Estate, *, only: frozenset[str] | None = None) -> dict[str, Facts]:
    """Derive the facts of an estate by name: all of them, or those that ``only`` names."""
    whole = explained(estate)
    unfollowed = Unfollowed(whole)
    parts: dict[str, Estate | None] = {}
    found = {}
    for name, ways in modules().items():
        if only is not None and name not in only:
            continue
        made = []
        for provider, module in ways.items():
            if provider not in parts:
                parts[provider] = part(whole, provider)
            own = parts[provider]
            if own is not None:
                made.append(never_silent(name, provider, module.NEEDS, module.derive(own), own))
        found[name] = with_blind(together(made), unfollowed.by(name, frozenset(ways)))
    return found
