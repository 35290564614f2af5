"""Where the data lies that an id names: in an environment, a service, outside, or nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from scanner.facts.crossings import EXTERNAL
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

_ACCOUNT_AT = 4
"""Where an ARN names the account; S3 buckets and IAM's own leave it empty."""


Hidden = Mapping[str, tuple[Gap, ...]]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place, `EXTERNAL`, or ``None`` with the places that it may be, each with the gaps that hide that."""

    place: str | None
    maybe: Hidden = field(default_factory=dict)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All gaps that hide which place it is."""
        return tuple(sorted({gap for gaps in self.maybe.values() for gap in gaps}))


class Atlas:
    """The places of stores and registries, by the ids that others name them with."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def of(self, identity: str) -> Whereabouts:
        """Where a store lies.

        A bucket that nobody listed may lie wherever buckets could not be listed; what lies in an account that
        tags divide, and whose own tags were not read, in any environment that they give.
        """
        resource = self.store(identity)
        if resource is not None:
            gaps = tuple(resource.unknown.get("assigned_by", ()))
            maybe = {} if resource.place else dict.fromkeys(self._estate.places_of(resource), gaps)
            return _whereabouts(resource.place, maybe)
        account = self.account_of(identity)
        if account:
            return _whereabouts(self._estate.places.get(account), self._unlisted_in.get(account, {}))
        return _whereabouts(None, self._unlisted)

    def store(self, identity: str) -> Resource | None:
        """The store or registry itself, also behind an access point, if it was listed."""
        found = self._estate.by_id.get(identity)
        if found is not None and found.kind == "access_point":
            found = self._estate.by_id.get(str(found.attrs.get("store")))
        return found if found is not None and found.kind in ("store", "registry") else None

    def account_of(self, identity: str) -> str:
        """The account in an ARN, ``""`` if it names none."""
        parts = identity.split(":")
        return parts[_ACCOUNT_AT] if identity.startswith("arn:") and len(parts) > _ACCOUNT_AT else ""

    @cached_property
    def _unlisted(self) -> Hidden:
        """Place -> the gaps of listings of stores that failed there."""
        missing = self._estate.missing("store")
        return _merged((item.gaps, self._estate.places_of(item) or {EXTERNAL}) for item in missing)

    @cached_property
    def _unlisted_in(self) -> Mapping[str, Hidden]:
        """Account without a place -> the places that what could not be listed in it may have."""
        found: dict[str, list[tuple[tuple[Gap, ...], frozenset[str]]]] = defaultdict(list)
        for kind in ("store", "registry"):
            for item in self._estate.missing(kind):
                if item.place is None:
                    found[item.scope.boundary].append((item.gaps, self._estate.places_of(item)))
        return {account: _merged(hidden) for account, hidden in found.items()}


def _whereabouts(place: str | None, maybe: Hidden) -> Whereabouts:
    if place is None and maybe:
        return Whereabouts(None, maybe)
    return Whereabouts(place or EXTERNAL)


def _merged(hidden: Iterable[tuple[Iterable[Gap], Iterable[str]]]) -> Hidden:
    """Place -> all gaps that come with it."""
    found: dict[str, set[Gap]] = defaultdict(set)
    for gaps, places in hidden:
        for place in places:
            found[place].update(gaps)
    return {place: tuple(sorted(gaps)) for place, gaps in sorted(found.items())}
