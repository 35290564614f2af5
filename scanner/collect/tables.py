"""The call table of a provider: what its service files export, found by path."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scanner.collect.calls import Call, Entry, Read


def calls_of(package: str, file: str) -> tuple[Call, ...]:
    """Every call of every service file beside ``file``, whose names begin with no underscore."""
    found: list[Call] = []
    modules = pkgutil.iter_modules([str(Path(file).parent)])
    for module in sorted(modules, key=lambda found: found.name):
        if not module.name.startswith("_"):
            found += importlib.import_module(f"{package}.{module.name}").CALLS
    return tuple(found)


def entries_of(calls: Iterable[Call], *beside: tuple[Read, str]) -> tuple[Entry, ...]:
    """A line for each read, and for those that are made beside the table: (read, the kind it feeds)."""
    found = {read.name: Entry(read.name, read.allowed_by, (kind,), follow=False) for read, kind in beside}
    for call in calls:
        for read, kinds, follow in call.all_reads():
            entry = Entry(read.name, read.allowed_by, kinds, follow, call.span)
            known = found.setdefault(read.name, entry)
            # One that is made in several places feeds all of their kinds.
            several = tuple(dict.fromkeys((*known.kinds, *kinds)))
            found[read.name] = replace(known, kinds=several, follow=known.follow and follow)
    return tuple(sorted(found.values()))


def made_of(calls: Iterable[Call], only: frozenset[str] | None, *beside: tuple[Read, str]) -> frozenset[str]:
    """The names of all calls that a collection of ``only`` makes, also of what leads to them."""
    found = {read.name for call in calls for read in call.made(only)}
    return frozenset(found | {read.name for read, _ in beside} if found else found)
