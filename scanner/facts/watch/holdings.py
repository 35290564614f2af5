"""Which environments a boundary holds: the one it was declared for, else those that tags in it name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanner.facts.answers import YES, Answer, ask
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap

READS = ("boundary.contains", "boundary.contains_complete")


@dataclass(frozen=True, slots=True)
class Holding:
    """The environments in a boundary, sorted; ``complete`` is whether there are no others."""

    boundary: Resource
    environments: tuple[str, ...]
    complete: Answer

    def of_tier(self, estate: Estate, tier: str) -> tuple[str, ...]:
        """Those of a tier."""
        return tuple(name for name in self.environments if estate.environments[name].tier == tier)


def holdings(estate: Estate) -> Iterator[Holding]:
    """Every AWS account of an estate with what it holds, sorted by id."""
    for boundary in estate.of("boundary"):
        if boundary.provider == "aws":
            yield _holding(estate, boundary)


def _holding(estate: Estate, boundary: Resource) -> Holding:
    if boundary.place is not None:
        own = (boundary.environment,) if boundary.environment else ()
        return Holding(boundary, own, YES)
    if not estate.by_tags:
        return Holding(boundary, (), YES)
    named = boundary.attrs.get("contains", ()) if "contains" not in boundary.unknown else ()
    inside = tuple(sorted(set(named) & set(estate.environments)))
    return Holding(boundary, inside, ask(boundary, "contains_complete"))


def hidden_in(estate: Estate, kind: str) -> Mapping[str, tuple[Gap, ...]]:
    """Boundary -> why things of a kind may be missing there."""
    found: dict[str, set[Gap]] = {}
    for item in estate.missing(kind):
        if item.scope.provider == "aws" and not item.closed:
            found.setdefault(item.scope.boundary, set()).update(item.gaps)
    return {boundary: tuple(sorted(gaps)) for boundary, gaps in found.items()}
