"""Which environments each boundary holds, and which of them production (for rules about whole boundaries)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.answers import YES, Answer, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, holdings
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark
from scanner.model.logic import Tri

NEEDS = READS


def derive(estate: Estate) -> Facts:
    """Marks every boundary with the environments in it, and what follows from them."""
    return Facts(marks=tuple(made for holding in holdings(estate) for made in _marks(estate, holding)))


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
