"""Finds every provider's normalisers by path: each package beside this file, each module in it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scanner.estate.normaliser import Normaliser
from scanner.estate.vocabulary import EVERYWHERE, KINDS
from scanner.estate.world import World


def _modules(package: str, where: Path) -> Iterator[Normaliser]:
    for found in sorted(pkgutil.iter_modules([str(where)]), key=lambda module: module.name):
        if not found.name.startswith("_"):
            module = importlib.import_module(f"{package}.{found.name}")
            yield from (thing for thing in vars(module).values() if isinstance(thing, Normaliser))


def _providers() -> dict[str, tuple[Normaliser, ...]]:
    here, package = Path(__file__).parent, __name__.rpartition(".")[0]
    names = sorted(found.name for found in pkgutil.iter_modules([str(here)]) if found.ispkg)
    return {name: tuple(_modules(f"{package}.{name}", here / name)) for name in names}


PROVIDERS: Mapping[str, tuple[Normaliser, ...]] = _providers()
"""Provider -> its normalisers."""


def _said(word: str) -> dict[str, Any]:
    """What each provider's package says of itself under a name."""
    package = __name__.rpartition(".")[0]
    return {name: getattr(importlib.import_module(f"{package}.{name}"), word) for name in PROVIDERS}


ENTRIES: Mapping[str, str] = _said("ENTRY")
"""Provider -> the call with which a boundary of it is entered."""
NOTHING_OF: Mapping[str, frozenset[str]] = _said("NOTHING_OF")
"""Provider -> the kinds that stand for nothing of it: none seen is none there."""
FOLDED_TAGS: Mapping[str, bool] = _said("FOLDED_TAGS")
"""Provider -> whether names of tags are the same whatever their case."""
CONTAINERS: Mapping[str, Callable[[World], Mapping[str, tuple[str, ...]]]] = _said("containers")
"""Provider -> what tells, of a boundary, the containers that selectors may name, the nearest first."""


def _every() -> Iterator[Normaliser]:
    for normalisers in PROVIDERS.values():
        yield from normalisers


def _merged(*calls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(call for some in calls for call in some))


def _tag_calls(normaliser: Normaliser) -> tuple[str, ...]:
    return _merged(normaliser.listing(), normaliser.calls(normaliser.tags))


_SUMMED = ("contains", "contains_complete", "holds_environment", "mixed_in", "pattern_shown")
"""What the tags of all that lies in a boundary say of it."""


def _reads() -> dict[str, tuple[str, ...]]:
    reads: dict[str, tuple[str, ...]] = {}

    def add(key: str, calls: Iterable[str]) -> None:
        reads[key] = _merged(reads.get(key, ()), calls)

    for normaliser in _every():
        listing = normaliser.listing()
        add(normaliser.kind, listing)
        for name, attr in normaliser.attrs.items():
            add(f"{normaliser.kind}.{name}", (*listing, *normaliser.calls(attr)))
        for name in (*EVERYWHERE, *(["tags"] if normaliser.taggable else [])):
            add(f"{normaliser.kind}.{name}", _tag_calls(normaliser))
    boundary = reads.get("boundary", ())
    add("boundary.claimed_by", boundary)
    add("boundary.isolates", boundary)
    tags = _merged(*(_tag_calls(normaliser) for normaliser in _every() if normaliser.taggable))
    for name in _SUMMED:
        add(f"boundary.{name}", (*boundary, *tags))
    for kind in KINDS.values():
        if kind.owner:
            add(f"{kind.name}.assigned_by", reads[f"{kind.owner}.assigned_by"])
    return reads


READS: Mapping[str, tuple[str, ...]] = _reads()
"""``store`` -> the calls that list it; ``store.versioning`` -> those and the ones it is read from.

``store.tags`` stands for the tags themselves, which decide a place where the file selects by tags.
"""


def _lists() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for normaliser in _every():
        for call in normaliser.listing():
            found.setdefault(call, set()).add(normaliser.kind)
    return {call: tuple(sorted(kinds)) for call, kinds in sorted(found.items())}


LISTS: Mapping[str, tuple[str, ...]] = _lists()
"""Listing call -> the kinds that it feeds."""
