"""What was not read and may hide that data is handed from one place to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.facts.roads.handing_over import COPY_TASKS
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

_GIVEN = (
    ("store", ("replication",)),
    ("registry", ("replication",)),
    ("pipeline", ("outputs",)),
    ("job", ("outputs",)),
)
"""What stands on the side that acts."""


class Unread:
    """The gaps that may hide a copy from one place to another."""

    def __init__(self, estate: Estate, atlas: Atlas) -> None:
        self._atlas = atlas
        self._acting: dict[str, set[Gap]] = defaultdict(set)
        self._sharing: dict[str, set[Gap]] = defaultdict(set)
        self._lost: dict[str, bool] = defaultdict(bool)
        for kind, attrs in _GIVEN:
            self._read(estate, kind, attrs, self._acting)
        self._read(estate, "share", ("principals",), self._sharing)
        for item in estate.of("pipeline"):
            if item.place and item.attrs.get("type") in COPY_TASKS:
                self._acting[item.place].update(item.unknown.get("inputs", ()))
        self._stores: dict[str, set[Gap]] = defaultdict(set)
        for hidden in estate.missing("store"):
            if hidden.place:
                self._stores[hidden.place].update(hidden.gaps)
        for resource in (item for kind in ("store", "pipeline", "job") for item in estate.of(kind)):
            if resource.place and any(atlas.of(each).place is None for each in _named(resource)):
                self._lost[resource.place] = True

    def _read(self, estate: Estate, kind: str, attrs: tuple[str, ...], into: dict[str, set[Gap]]) -> None:
        for hidden in estate.missing(kind):
            if hidden.place:
                into[hidden.place].update(hidden.gaps)
        for item in estate.of(kind):
            if item.place:
                for attr in attrs:
                    into[item.place].update(item.unknown.get(attr, ()))

    def of(self, start: str, end: str) -> tuple[Gap, ...]:
        """Of an ordered pair: what ``start`` does, what ``end`` shares, and where lost targets may lie."""
        lost = self._stores[end] if self._lost[start] else set()
        return tuple(sorted(self._acting[start] | self._sharing[end] | lost))

    def into(self, place: str, others: Iterable[str]) -> tuple[Gap, ...]:
        """What may hide a copy into a place from any other one."""
        found: set[Gap] = set()
        for other in others:
            if other != place:
                found.update(self._acting[other])
                if self._lost[other]:
                    found |= self._stores[place]
        return tuple(sorted(found))


def _named(resource: Resource) -> Iterator[str]:
    for attr in ("replication", "outputs"):
        yield from resource.attrs.get(attr) or ()
