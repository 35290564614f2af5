"""Which environments each boundary holds: the one it was declared for, else those that tags in it name.

A boundary that lies in another one (a resource group in a subscription) counts with that: what is bought,
limited and recorded is so in the outer one, and holds whatever its inner ones do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanner.facts.answers import YES, Answer, ask, every
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

READS = ("boundary.contains", "boundary.contains_complete", "boundary.assigned_by")


@dataclass(frozen=True, slots=True)
class Holding:
    """The environments in a boundary, sorted; ``complete`` is whether there are no others.

    ``inner`` are the boundaries that lie in it.
    """

    boundary: Resource
    environments: tuple[str, ...]
    complete: Answer
    inner: tuple[Resource, ...] = ()

    def of_tier(self, estate: Estate, tier: str) -> tuple[str, ...]:
        """Those of a tier."""
        return tuple(name for name in self.environments if estate.environments[name].tier == tier)


def is_inner(boundary: Resource) -> bool:
    """Whether a boundary lies in another: its id is that of the outer one with a name of its own."""
    return "/" in boundary.id


def holdings(estate: Estate) -> Iterator[Holding]:
    """Every outer boundary of an estate with what it holds, sorted by id."""
    inner: dict[str, list[Resource]] = {}
    for boundary in estate.of("boundary"):
        if is_inner(boundary):
            inner.setdefault(boundary.id.partition("/")[0], []).append(boundary)
    hidden = hidden_in(estate, "boundary")
    for boundary in estate.of("boundary"):
        if not is_inner(boundary):
            lies_in_it = tuple(inner.get(boundary.id, ()))
            yield _holding(estate, boundary, lies_in_it, hidden.get(boundary.id))


def _holding(
    estate: Estate, boundary: Resource, inner: tuple[Resource, ...], hidden: tuple[Gap, ...] | None
) -> Holding:
    own = {each.environment for each in (boundary, *inner) if each.environment is not None}
    complete = [YES if hidden is None else Answer(Tri.UNKNOWN, hidden)]
    for each in (boundary, *inner):
        if each.place is None and estate.by_tags:
            own |= set(each.attrs.get("contains", ()) if "contains" not in each.unknown else ())
            complete.append(ask(each, "contains_complete"))
    return Holding(boundary, tuple(sorted(own & set(estate.environments))), every(complete), inner)


def hidden_in(estate: Estate, kind: str) -> Mapping[str, tuple[Gap, ...]]:
    """Boundary -> why things of a kind may be missing there."""
    found: dict[str, set[Gap]] = {}
    providers = {boundary.provider for boundary in estate.of("boundary")}
    for item in estate.missing(kind):
        if item.scope.provider in providers and not item.closed:
            found.setdefault(item.scope.boundary, set()).update(item.gaps)
    return {boundary: tuple(sorted(gaps)) for boundary, gaps in found.items()}
