"""The fewest grants that meet several ways at once.

Each way is closed by any one of some sets of grants. Up to three grants are found by trying all that can be;
above that, what closes each way best is taken together, and what is not needed is left out again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set

Options = tuple[frozenset[str], ...]
"""Sets of grants by each of which a way is closed, the best first; empty where nothing closes it."""

PROVEN = 3
"""Up to this many grants the answer is the smallest there is."""


def met(options: Options, taken: Set[str]) -> bool:
    """Whether some grants close a way."""
    return any(one <= taken for one in options)


def smallest(ways: Iterable[Options]) -> frozenset[str] | None:
    """The fewest grants that close every way; ``None`` where no `PROVEN` grants do."""
    left = list(dict.fromkeys(ways))
    for size in range(PROVEN + 1):
        found = _search(left, frozenset(), size)
        if found is not None:
            return found
    return None


def _search(left: list[Options], taken: frozenset[str], size: int) -> frozenset[str] | None:
    """At most ``size`` grants, those taken included, that close all; every choice for one way is tried."""
    still = next((options for options in left if not met(options, taken)), None)
    if still is None:
        return taken
    for one in still:
        more = taken | one
        if len(more) <= size:
            found = _search(left, more, size)
            if found is not None:
                return found
    return None


def gathered(ways: Iterable[Options]) -> frozenset[str]:
    """Grants that close every way that can be closed, none of which can be left out."""
    left = [options for options in dict.fromkeys(ways) if options]
    taken = set[str]()
    for options in left:
        if not met(options, taken):
            taken |= min(options, key=lambda one: len(one - taken))
    by_grant: dict[str, list[Options]] = defaultdict(list)
    for options in left:
        for name in set().union(*options) & taken:
            by_grant[name].append(options)
    for name in sorted(taken):
        taken.discard(name)
        if not all(met(options, taken) for options in by_grant[name]):
            taken.add(name)
    return frozenset(taken)
