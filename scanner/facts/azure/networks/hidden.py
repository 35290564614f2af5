"""What could not be listed of networks, by kind and subscription."""

from __future__ import annotations

from collections import defaultdict

from scanner.model.estate import Estate
from scanner.model.snapshot import Gap


class Hidden:
    """Gaps that hide things of a kind; a subscription that nobody collected hides nothing: it is external."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._gaps: dict[tuple[str, str], set[Gap]] = defaultdict(set)
        for item in estate.unlisted:
            if item.scope.provider == "azure":
                self._gaps[item.kind, item.scope.boundary].update(item.gaps)

    def within(self, kind: str, subscription: str) -> tuple[Gap, ...] | None:
        """The gaps that may hide a thing there; ``None`` when its listing is whole."""
        found = self._gaps.get((kind, subscription))
        return None if found is None else tuple(sorted(found))

    def of(self, kind: str, environment: str) -> tuple[Gap, ...] | None:
        """The gaps that may hide a thing of an environment; ``None`` where none may."""
        found = [
            gaps
            for (hidden, subscription), gaps in self._gaps.items()
            if hidden == kind and environment in self.hosts(subscription)
        ]
        return tuple(sorted(set[Gap]().union(*found))) if found else None

    def hosts(self, subscription: str) -> frozenset[str]:
        """The places whose things a subscription may hold: its own, those of its groups, or what tags say."""
        places = self._estate.places
        groups = {
            place for boundary, place in places.items() if boundary.startswith(f"{subscription}/") and place
        }
        own = places.get(subscription)
        if own is not None:
            return frozenset(groups | {own})
        return frozenset(groups) | self._estate.by_tags
