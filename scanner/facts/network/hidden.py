"""What could not be listed, by kind, account and region: where a hypothetical thing may stand."""

from __future__ import annotations

from collections import defaultdict

from scanner.facts.network.calls import LISTED_BY, not_told
from scanner.model.estate import Estate
from scanner.model.snapshot import Gap

KIND = {native: kind for kind, (native, _) in LISTED_BY.items()}
_GLOBAL = "global"


class Hidden:
    """Gaps that hide things of a kind. An account nobody collected hides nothing: it is external."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._gaps: dict[tuple[str, str, str], set[Gap]] = defaultdict(set)
        for item in estate.unlisted:
            if item.kind in LISTED_BY:
                gaps = item.gaps or (not_told(item.kind, item.scope),)
                self._gaps[item.kind, item.scope.boundary, item.scope.region].update(gaps)
        for gap in estate.gaps:
            # A single record that is missing hides one more thing of its kind.
            if gap.kind in KIND and gap.resource and gap.resource not in estate.by_id:
                self._gaps[KIND[gap.kind], gap.scope.boundary, gap.scope.region].add(gap)
        self.collected = {key[1] for key in self._gaps} | {
            resource.scope.boundary for group in estate.resources.values() for resource in group
        }

    @property
    def accounts(self) -> list[str]:
        """Every account in which something could not be listed, sorted."""
        return sorted({account for _, account, _ in self._gaps})

    def within(self, kind: str, account: str, region: str) -> tuple[Gap, ...] | None:
        """The gaps that may hide a thing there; ``None`` when its listing is whole."""
        keys = [(kind, account, region), (kind, account, _GLOBAL)]
        found = [key for key in keys if key in self._gaps]
        if not found:
            return None
        return tuple(sorted({gap for key in found for gap in self._gaps[key]}))

    def places(self, kind: str) -> list[tuple[str, str, tuple[Gap, ...]]]:
        """Every (account, region, gaps) in which a kind is hidden, sorted."""
        found = [key for key in self._gaps if key[0] == kind]
        return [
            (account, region, tuple(sorted(self._gaps[kind, account, region])))
            for _, account, region in sorted(found)
        ]

    def hosts(self, account: str) -> frozenset[str]:
        """The environments whose things an account may hold.

        A boundary outranks a tag, so a declared account holds its own environment only; one that
        is collected and not declared may hold whatever tags say.
        """
        place = self._estate.places.get(account)
        if place is not None:
            return frozenset({place})
        return frozenset(self._estate.environments) if account in self.collected else frozenset()
