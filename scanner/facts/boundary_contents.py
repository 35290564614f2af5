"""Which environments each boundary holds, and which of them production (for rules about whole boundaries)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.answers import YES, Answer, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, holdings, is_inner
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark
from scanner.model.logic import Tri

PROVIDERS = ("aws", "azure", "gcp")
NEEDS = READS
_COUNTS = ("used", "holds_environments", "holds_production", "shared")


def derive(estate: Estate) -> Facts:
    """Marks every boundary with the environments in it, and what follows from them."""
    marks = (made for holding in holdings(estate) for made in _marks(estate, holding))
    return Facts(marks=(*marks, *_inner(estate)))


def _inner(estate: Estate) -> Iterator[Mark]:
    """What lies in another boundary is told by that."""
    for boundary in estate.of("boundary"):
        if is_inner(boundary):
            yield Mark(boundary.id, "environments", [])
            yield from (Mark(boundary.id, attr, False) for attr in _COUNTS)


def _marks(estate: Estate, holding: Holding) -> Iterator[Mark]:
    inside, complete = holding.environments, holding.complete
    whole = complete.state is Tri.YES
    hidden = None if whole else complete.gaps
    yield Mark(
        holding.boundary.id,
        "environments",
        None if hidden is not None else list(inside),
        hidden is not None,
        complete.gaps,
    )
    yield mark(holding.boundary, "used", YES)
    production = holding.of_tier(estate, "production")
    for attr, seen in (
        ("holds_environments", bool(inside)),
        ("holds_production", bool(production)),
        ("shared", len(inside) > 1),
    ):
        yield mark(holding.boundary, attr, unless_hidden(some([Answer(Tri.of(seen))]), hidden))
