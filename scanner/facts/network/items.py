"""Resources of one raw id joined: a peering or a shared subnet is listed by more than one account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scanner.facts.network.calls import not_told
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap, Source


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """What all listings together say of one raw id; ``copies`` start with the owner's own."""

    name: str
    copies: tuple[Resource, ...]
    account: str
    place: str | None

    @property
    def id(self) -> str:
        """The resource id."""
        return self.copies[0].id

    @property
    def region(self) -> str:
        """The region it was listed in."""
        return self.copies[0].scope.region

    def knows(self, attr: str) -> bool:
        """Whether any copy has the attribute."""
        return any(_knows(copy, attr) for copy in self.copies)

    def get(self, attr: str) -> Any:
        """The attribute; ``None`` when known to be absent, and when unknown."""
        return next((copy.attrs[attr] for copy in self.copies if _knows(copy, attr)), None)

    def every(self, attr: str) -> list[Any]:
        """What each copy that knows the attribute says."""
        return [copy.attrs[attr] for copy in self.copies if _knows(copy, attr)]

    def gaps(self, attr: str) -> tuple[Gap, ...]:
        """What hides an attribute that no copy knows."""
        if self.knows(attr):
            return ()
        found = {gap for copy in self.copies for gap in copy.unknown.get(attr, ())}
        first = self.copies[0]
        return tuple(sorted(found or {not_told(first.kind, first.scope, first.id)}))

    def where(self, attr: str) -> Source:
        """The snapshot line that says an attribute."""
        return next((copy for copy in self.copies if _knows(copy, attr)), self.copies[0]).where(attr)


def _knows(resource: Resource, attr: str) -> bool:
    return attr in resource.attrs and attr not in resource.unknown


def owner(resource: Resource) -> str:
    """The account that owns a resource: of an ARN its fifth part, which a participant's listing keeps."""
    parts = resource.id.split(":")
    return parts[4] if len(parts) > 5 and parts[4] else resource.scope.boundary  # noqa: PLR2004


def items(estate: Estate, kind: str, scope: str = "") -> dict[str, Item]:
    """Raw id -> item, sorted; or ``id of scope`` where raw ids are unique within an attribute alone."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in estate.of(kind):
        name = f"{resource.name} of {resource.attrs.get(scope)}" if scope else resource.name
        found[name].append(resource)
    return {name: _join(found[name][0].name, found[name]) for name in sorted(found)}


def _join(name: str, copies: Iterable[Resource]) -> Item:
    ordered = sorted(copies, key=lambda copy: (owner(copy) != copy.scope.boundary, copy.scope, copy.id))
    first = ordered[0]
    return Item(name, tuple(ordered), owner(first), first.place)
