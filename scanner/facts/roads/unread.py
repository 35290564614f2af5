"""What was not read and may hide that data is handed from one place to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.facts.compute.hidden import service_of
from scanner.facts.crossings import SERVICE
from scanner.facts.roads.grantees import Grantees
from scanner.facts.roads.handing_over import COPY_TASKS, Edge, handed_on_itself, owners
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

_GIVEN = (("store", "replication"), ("registry", "replication"), ("pipeline", "outputs"), ("job", "outputs"))
"""What stands on the side that acts, and where it says what it acts on."""
_COPYING = frozenset((None, "datasync"))
"""The services whose listings hide copy tasks."""
_TOLD_TO = frozenset((None, "ec2"))
"""The services that tell of a share in the account that it was given to, and not in its owner's."""
_Gaps = defaultdict[str, set[Gap]]


class Unread:
    """The gaps that may hide a copy from one place to another; ``found`` are the edges that are known.

    What is in an account that tags divide, and whose own tags were not read, may act for any environment
    that they give.
    """

    def __init__(self, estate: Estate, atlas: Atlas, found: Iterable[Edge]) -> None:
        self._estate, self._atlas = estate, atlas
        self._acting: _Gaps = defaultdict(set)
        self._sharing: _Gaps = defaultdict(set)
        self._given: _Gaps = defaultdict(set)
        self._taking: _Gaps = defaultdict(set)
        self._lost: dict[str, _Gaps] = defaultdict(lambda: defaultdict(set))
        for kind, attr in _GIVEN:
            self._read(kind, attr)
        self._read_shares()
        self._read_tasks()
        self._through: dict[str, set[str]] = defaultdict(set)
        for edge in found:
            if edge.level == "write" and edge.end.startswith(SERVICE):
                self._through[edge.start].add(edge.end)

    def _missing(self, kind: str) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        for hidden in self._estate.missing(kind):
            yield from ((place, hidden.gaps) for place in self._estate.places_of(hidden))

    def _read(self, kind: str, attr: str) -> None:
        for place, gaps in self._missing(kind):
            self._acting[place].update(gaps)
        for item in self._estate.of(kind):
            for place in self._estate.places_of(item):
                self._acting[place].update(_hiding(item, attr))
                self._lose(item, attr, place, self._lost[place])

    def _read_shares(self) -> None:
        for place, gaps in self._missing("share"):
            self._sharing[place].update(gaps)
            self._given[place].update(gap for gap in gaps if service_of(gap) in _TOLD_TO)
        grantees = Grantees(self._estate)
        for share in self._estate.of("share"):
            owning = _owning(share, grantees, self._atlas)
            hidden = tuple(share.unknown.get("principals", ()))
            if not handed_on_itself(share):  # Else its edges tell whose it may be.
                owning = self._estate.places_of(share) or owning
                hidden = tuple(_hiding(share, "principals"))
            for place in owning:
                self._sharing[place].update(hidden)
            if share.place is None:
                self._lose(share, "resources", "", self._sharing)

    def _read_tasks(self) -> None:
        """Copy tasks also take from elsewhere: into their own place, wherever what they take lies."""
        for place, hidden in self._missing("pipeline"):
            self._taking[place].update(gap for gap in hidden if service_of(gap) in _COPYING)
        for task in self._estate.of("pipeline"):
            if not _copies(task):
                continue
            for place in self._estate.places_of(task):
                inputs = set(_hiding(task, "inputs"))
                self._acting[place].update(inputs)
                self._taking[place].update(inputs, _hiding(task, "outputs"))
                taken: _Gaps = defaultdict(set)
                self._lose(task, "inputs", place, taken)
                for other, gaps in taken.items():
                    self._lost[place][other].update(gaps)
                    self._taking[place].update(gaps if other in self._estate.environments else ())

    def _lose(self, item: Resource, attr: str, home: str, into: _Gaps) -> None:
        """Where what is named may lie elsewhere, as far as is known."""
        for each in item.attrs.get(attr) or ():
            for place, gaps in self._atlas.of(each).maybe.items():
                if place != home:
                    into[place].update(gaps)

    def of(self, start: str, end: str) -> tuple[Gap, ...]:
        """Of a pair: what ``start`` does and was given, what ``end`` shares, where lost targets may lie."""
        return tuple(sorted({*self._handed(start, end), *self._given[start], *self._sharing[end]}))

    def into(self, place: str, others: Iterable[str]) -> tuple[Gap, ...]:
        """What may hide a copy into a place from any other one."""
        handed = (gap for other in others if other != place for gap in self._handed(other, place))
        return tuple(sorted({*handed, *self._taking[place]}))

    def _handed(self, start: str, end: str) -> Iterator[Gap]:
        """What may hide that one writes to another, also through services that it is known to write to."""
        for place in (start, *self._through[start]):
            yield from self._acting[place]
            yield from self._lost[place][end]


def _owning(share: Resource, grantees: Grantees, atlas: Atlas) -> frozenset[str]:
    """The places that what is shared may have."""
    return frozenset(place for places in owners(share, grantees, atlas).values() for place in places)


def _copies(pipeline: Resource) -> bool:
    """Whether a pipeline does nothing but copy; also one of which that was not read."""
    return "type" in pipeline.unknown or pipeline.attrs.get("type") in COPY_TASKS


def _hiding(item: Resource, attr: str) -> Iterator[Gap]:
    """Why it is not known what an attribute names, or, if it names anything, for whom it does."""
    yield from item.unknown.get(attr, ())
    if item.place is None and (attr in item.unknown or item.attrs.get(attr)):
        yield from item.unknown.get("assigned_by", ())
