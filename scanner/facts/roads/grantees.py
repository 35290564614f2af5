"""Which environments a share names: accounts, organizations, their units, identities, or everyone.

AWS RAM User Guide, "Sharing your AWS resources": a principal is an account, an organization, an
organizational unit, or an IAM role or user.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model.estate import Estate
from scanner.model.snapshot import Gap

EVERYONE = "*"


class Grantees:
    """The places that principals of shares lie in, by the accounts of the estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._above = {item.id: item.attrs.get("parent") for item in estate.of("container")}
        self._accounts = {
            item.id: item for item in estate.of("boundary") if estate.places.get(item.id) is not None
        }
        hidden = (*estate.missing("container"), *estate.missing("boundary"))
        self._gaps = tuple(sorted({gap for item in hidden for gap in item.gaps}))

    def of(self, principal: str) -> dict[str, tuple[Gap, ...]]:
        """Place -> the gaps that leave it open whether the principal is there; none if it is."""
        if principal == EVERYONE:
            return dict.fromkeys(self._places(), ())
        if ":organizations:" not in principal:
            account = principal.split(":")[4] if principal.startswith("arn:") else principal
            place = self._estate.places.get(account)
            return {place: ()} if place is not None else {}
        return dict(self._in_organization(principal))

    def _places(self) -> set[str]:
        return {place for place in self._estate.places.values() if place is not None}

    def _in_organization(self, principal: str) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """Accounts under an organization or a unit; those whose way up was not read may be."""
        name = principal.rsplit("/", 1)[-1]
        unit = principal.rsplit(":", 1)[-1].startswith("ou/")
        maybe: dict[str, tuple[Gap, ...]] = {}
        for account, item in self._accounts.items():
            place = str(self._estate.places[account])
            attr = "parent" if unit else "organization"
            if attr in item.unknown:
                maybe.setdefault(place, tuple(item.unknown[attr]) or self._gaps)
            elif self._below(item.attrs.get("parent"), name) if unit else item.attrs.get(attr) == name:
                yield place, ()
        yield from maybe.items()

    def _below(self, parent: object, unit: str) -> bool:
        seen = set()
        while parent and parent not in seen:
            if parent == unit:
                return True
            seen.add(parent)
            parent = self._above.get(str(parent))
        return False
