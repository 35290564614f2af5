"""Which environments a share names: accounts, organizations, their units, identities, or everyone.

AWS RAM User Guide, "Sharing your AWS resources": a principal is an account, an organization, an
organizational unit, or an IAM role or user. In an account that tags divide any environment of theirs may be
meant: identities carry no word of who uses what is shared.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model.estate import Estate
from scanner.model.snapshot import Gap, Reason, Scope

EVERYONE = "*"


class Grantees:
    """The places that principals of shares lie in, by the accounts of the estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._above = {item.id: item.attrs.get("parent") for item in estate.of("container")}
        self._accounts = {item.id: item for item in estate.of("boundary") if self._within(item.id)}
        hidden = (*estate.missing("container"), *estate.missing("boundary"))
        self._gaps = tuple(sorted({gap for item in hidden for gap in item.gaps}))

    def of(self, principal: str) -> dict[str, tuple[Gap, ...]]:
        """Place -> the gaps that leave it open whether the principal is there; none if it is."""
        if principal == EVERYONE:
            return dict.fromkeys(self._estate.by_tags.union(filter(None, self._estate.places.values())), ())
        if ":organizations:" not in principal:
            account = principal.split(":")[4] if principal.startswith("arn:") else principal
            return self._within(account)
        found: dict[str, tuple[Gap, ...]] = {}
        for place, gaps in self._in_organization(principal):
            # What is certain of one account is not made uncertain by another.
            found[place] = () if not gaps else found.get(place, gaps)
        return found

    def _within(self, account: str) -> dict[str, tuple[Gap, ...]]:
        """The environments that an account holds, each with the gaps that leave that open."""
        place = self._estate.places.get(account)
        if place is not None:
            return {place: ()}
        if account not in self._estate.places:
            return {}
        scope, call = Scope("aws", account, "global"), "envsplit:share"
        gap = Gap(scope, "share", call, call, Reason.UNSUPPORTED, detail="DividedByTags")
        return dict.fromkeys(sorted(self._estate.by_tags), (gap,))

    def _in_organization(self, principal: str) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """Accounts under an organization or a unit; those whose way up was not read may be."""
        name = principal.rsplit("/", 1)[-1]
        unit = principal.rsplit(":", 1)[-1].startswith("ou/")
        for account, item in self._accounts.items():
            attr = "parent" if unit else "organization"
            if attr in item.unknown:
                gaps = tuple(item.unknown[attr]) or self._gaps
                yield from ((place, (*gaps, *more)) for place, more in self._within(account).items())
            elif self._below(item.attrs.get("parent"), name) if unit else item.attrs.get(attr) == name:
                yield from self._within(account).items()

    def _below(self, parent: object, unit: str) -> bool:
        seen = set()
        while parent and parent not in seen:
            if parent == unit:
                return True
            seen.add(parent)
            parent = self._above.get(str(parent))
        return False
