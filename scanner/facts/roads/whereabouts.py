"""Where the data lies that an id names: in an environment, a service, outside, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scanner.facts.crossings import EXTERNAL
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

_ACCOUNT_AT = 4
"""Where an ARN names the account; S3 buckets and IAM's own leave it empty."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place, `EXTERNAL`, or ``None`` with the gaps that hide which it is."""

    place: str | None
    gaps: tuple[Gap, ...] = ()


class Atlas:
    """The places of stores and registries, by the ids that others name them with."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def of(self, identity: str) -> Whereabouts:
        """Where a store lies. A bucket that nobody listed may lie wherever buckets could not be listed."""
        resource = self.store(identity)
        if resource is not None:
            return Whereabouts(resource.place or EXTERNAL)
        account = self.account_of(identity)
        if account:
            return Whereabouts(self._estate.places.get(account) or EXTERNAL)
        return Whereabouts(None, self.unlisted) if self.unlisted else Whereabouts(EXTERNAL)

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
    def unlisted(self) -> tuple[Gap, ...]:
        """The gaps of listings of stores, wherever one failed."""
        return tuple(sorted({gap for item in self._estate.missing("store") for gap in item.gaps}))

    @cached_property
    def accounts(self) -> Mapping[str, tuple[str, ...]]:
        """Place -> its accounts."""
        found: dict[str, list[str]] = {}
        for account, place in self._estate.places.items():
            if place is not None:
                found.setdefault(place, []).append(account)
        return {place: tuple(sorted(each)) for place, each in found.items()}
