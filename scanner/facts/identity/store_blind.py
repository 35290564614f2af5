"""What was not read and may hide access to stores, per pair of environments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.facts.identity.graph import Node
from scanner.facts.identity.paths import Paths
from scanner.facts.identity.patterns import intersects
from scanner.facts.identity.stores import Access
from scanner.facts.identity.world import Group
from scanner.model.estate import Unlisted
from scanner.model.snapshot import Gap


def blind(paths: Paths, access: Access, wanted: set[tuple[str, str]]) -> dict[str, tuple[Gap, ...]]:
    """Pair -> gaps: stores not listed or of unknown exposure, accounts not read that may use stores."""
    found: dict[str, set[Gap]] = defaultdict(set)
    for home in sorted({home for home, _ in wanted}):
        groups, hidden = paths.behind(home)
        places = sorted(place for start, place in wanted if start == home)
        for place in places:
            for gaps in _hiding(access, groups, hidden, place):
                found[f"{home}->{place}"].update(gaps)
    return {pair: tuple(sorted(gaps)) for pair, gaps in sorted(found.items()) if gaps}


def _hiding(access: Access, groups: list[Group], hidden: list[Node], place: str) -> Iterator[Iterable[Gap]]:
    estate = access.world.estate
    stores = [store for store in access.stores.values() if store.resource.place == place]
    for item in estate.missing("store"):
        if item.place == place and item.scope.provider == "aws":
            yield item.gaps
    for item in estate.missing("registry"):
        if item.place == place and item.scope.provider == "aws" and _pulled(access, groups, hidden, item):
            yield item.gaps
    for store in stores:
        yield store.resource.unknown.get("public_access", ())
    for node in hidden:
        account = node.group.first.account
        if any(store.account == account or access.admits(store, node.group.first) for store in stores):
            yield node.gaps


def _pulled(access: Access, groups: list[Group], hidden: list[Node], item: Unlisted) -> bool:
    """Whether anyone may use repositories of an account at all: nobody can without a policy of its own."""
    pattern = f"arn:aws:ecr:*:{item.scope.boundary}:repository/*"
    return bool(hidden) or any(
        intersects(held, pattern) for group in groups for held in access.patterns(group.first)
    )
