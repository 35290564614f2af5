"""The records and gaps of one provider in a snapshot, indexed once for the normalisers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property

from scanner.model.snapshot import Gap, Record, Scope, Snapshot

EVERY_KIND = "*"
"""Kind of a gap for a scope of which nothing could be read."""
GLOBAL = "global"
ABOVE = ("identitystore.", "organizations.", "sso-admin.", "tenant.")
"""Native kinds of what boundaries stand in; read through one boundary, they say nothing of its inside."""
TENANT = "tenant:"
"""What the scope of a tenant begins with: no boundary, but what people and groups are listed in."""
By = Callable[[Record], str | Collection[str]]
"""What records are found by."""


class World:
    """What normalisers may look up beside the record in hand.

    ``declared`` are the boundaries that the environment file names, ``people`` the ids it says are
    a person's.
    """

    def __init__(
        self, provider: str, snapshot: Snapshot, declared: Iterable[str] = (), people: Iterable[str] = ()
    ) -> None:
        self.provider = provider
        self.declared = frozenset(declared)
        self.people = frozenset(people)
        self.gaps = tuple(gap for gap in snapshot.gaps if gap.scope.provider == provider)
        self.asked = _boundaries(provider, snapshot.coverage.asked)
        self.reached = _boundaries(provider, snapshot.coverage.reached)
        self._calls = snapshot.calls
        self._listed = snapshot.listed
        self._records: dict[str, list[Record]] = defaultdict(list)
        self._inside: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self._beside: dict[tuple[str, Scope], Record] = {}
        self._names: dict[tuple[str, str], dict[str, str]] = {}
        self._by_id: dict[str, dict[str, Record]] = {}
        self._indexes: dict[tuple[str, Scope, By], Mapping[str, list[Record]]] = {}
        self._partitions: dict[str, str] = {}
        for record in snapshot.records:
            if record.scope.provider == provider:
                self._index(record)
        on: dict[tuple[Scope, str, str], list[Gap]] = defaultdict(list)
        within: dict[tuple[Scope, str], list[Gap]] = defaultdict(list)
        of: dict[tuple[str, str | None], list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            of[gap.call, None].append(gap)
            of[gap.call, gap.scope.boundary].append(gap)
            call = EVERY_KIND if gap.kind == EVERY_KIND else gap.call
            on[gap.scope, call, gap.resource].append(gap)
            within[gap.scope, call].append(gap)
        self._gaps_on = {key: tuple(gaps) for key, gaps in on.items()}
        self._gaps_in = {key: tuple(gaps) for key, gaps in within.items()}
        self._gaps_of = {key: tuple(gaps) for key, gaps in of.items()}

    def _index(self, record: Record) -> None:
        self._records[record.kind].append(record)
        self._inside[record.kind, record.scope.boundary].append(record)
        self._beside.setdefault((record.kind, record.scope), record)
        if record.id.startswith("arn:"):
            self._partitions.setdefault(record.scope.boundary, record.id.split(":", 2)[1])

    @property
    def natives(self) -> Mapping[str, list[Record]]:
        """Native kind -> its records, in snapshot order."""
        return self._records

    def inside(self, native: str, boundary: str) -> list[Record]:
        """The records of a native kind in a boundary, whatever the region."""
        return self._inside.get((native, boundary), [])

    def beside(self, native: str, scope: Scope) -> Record | None:
        """The one record of a native kind that a scope has (a registry, account settings)."""
        return self._beside.get((native, scope))

    def by_name(self, native: str, boundary: str) -> Mapping[str, str]:
        """Last segment of an id -> the id, for the records of a native kind in a boundary."""
        if (native, boundary) not in self._names:
            here = self.inside(native, boundary)
            self._names[native, boundary] = {record.id.rsplit("/", 1)[-1]: record.id for record in here}
        return self._names[native, boundary]

    def identified(self, native: str, identity: str) -> Record | None:
        """The record of a native kind that has an id, the first of them where several boundaries list it."""
        if native not in self._by_id:
            found = self._by_id[native] = {}
            for record in self._records.get(native, ()):
                found.setdefault(record.id, record)
        return self._by_id[native].get(identity)

    def indexed(self, native: str, scope: Scope, by: By) -> Mapping[str, Sequence[Record]]:
        """The records of a native kind in a scope by what ``by`` says of each: a word, or several.

        They are indexed once for each function, which has to be the same one at every look-up.
        """
        key = (native, scope, by)
        if key not in self._indexes:
            found: dict[str, list[Record]] = defaultdict(list)
            for record in self.inside(native, scope.boundary):
                if record.scope == scope:
                    said = by(record)
                    for word in (said,) if isinstance(said, str) else said:
                        found[word].append(record)
            self._indexes[key] = dict(found)
        return self._indexes[key]

    def partition(self, boundary: str) -> str:
        """The partition (``aws``, ``aws-us-gov``) that ids of a boundary are in."""
        return self._partitions.get(boundary, "aws")

    @cached_property
    def answered(self) -> frozenset[str]:
        """Boundaries whose insides were read: reached, or with a record of their own."""
        own = {boundary for native, boundary in self._inside if not native.startswith(ABOVE)}
        return self.reached | own

    @cached_property
    def seen(self) -> frozenset[str]:
        """Boundaries that answered, if only about what they stand in."""
        return self.reached | {boundary for _, boundary in self._inside}

    def asked_for(self, calls: Iterable[str]) -> bool:
        """Whether the collection made any of some calls; a snapshot that counts none is taken to be whole."""
        return not self._calls or any(call in self._calls for call in calls)

    @property
    def told(self) -> frozenset[str]:
        """Native kinds that some boundary listed, if only to find none."""
        return frozenset(self._records) | frozenset(native for _, native in self._listed or ())

    def listed(self, boundary: str, native: str) -> bool:
        """Whether a native kind was listed in a boundary, if only to find none."""
        return self._listed is None or (boundary, native) in self._listed

    def hiding(self, call: str, scope: Scope, resource: str) -> tuple[Gap, ...]:
        """The gaps that hide a call's answer on a record: its own, else the scope's, else none."""
        own = self._gaps_on.get((scope, call, resource))
        return own or self._gaps_on.get((scope, call, "")) or self._nothing_read(scope)

    def hiding_any(self, call: str, scope: Scope) -> tuple[Gap, ...]:
        """The gaps that a call has in a scope, on whatever record."""
        return self._gaps_in.get((scope, call)) or self._nothing_read(scope)

    def gaps_of(self, call: str, boundary: str | None = None) -> tuple[Gap, ...]:
        """The gaps that a call has in a boundary, or wherever it was made."""
        return self._gaps_of.get((call, boundary), ())

    def _nothing_read(self, scope: Scope) -> tuple[Gap, ...]:
        here = self._gaps_in.get((scope, EVERY_KIND))
        return here or self._gaps_in.get((Scope(scope.provider, scope.boundary, GLOBAL), EVERY_KIND), ())


def _boundaries(provider: str, scopes: Iterable[Scope]) -> frozenset[str]:
    return frozenset(scope.boundary for scope in scopes if scope.provider == provider)
