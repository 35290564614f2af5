"""The grants whose removal closes a crossing: none to spare, checked by deciding again without them.

Every way found open names the grants that it rests on, one of which at least has to go. The smallest set
that meets all ways known so far is taken away and the rest searched again, until nothing is open: then no
smaller set closes the crossing, since each of those ways would pass it. Above `PROVEN` grants, or when it has
been decided again `SEARCHES` times, grants are gathered way by way and each that is not needed is put back.

Grants are what the customer can take away: statements of identity, resource, key and trust policies and of
boundaries, attachments of policies of AWS, and settings by which something or somebody acts as a role.
Not among them are service-linked roles, what was not read, and a role's trust in the service that it is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from scanner.facts.identity.access import Access
from scanner.facts.identity.bundles import Closing, Way
from scanner.facts.identity.fewest import Options, gathered, met, smallest
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.remaining import Bearers, Remaining
from scanner.facts.identity.supports import Need, supports
from scanner.facts.identity.survivors import Goal, Survivors, Uses
from scanner.facts.identity.without import Without
from scanner.facts.identity.world import Group, World

SEARCHES = 48
"""How often one crossing is decided again to prove that a set is the smallest."""

_AT_ONCE = 16
"""So many of the ways that are still open are looked at before another set is tried."""

Open = Callable[[frozenset[str]], list[Options]]
"""What is still open without some grants, each way by what would close it."""


class Closer:
    """Finds what closes crossings of one fact; ``access`` where they lead to stores."""

    def __init__(self, graph: Graph, access: Access | None = None) -> None:
        self._graph = graph
        self._uses = Uses(access) if access else None
        self._bearers: Bearers | None = None

    def __call__(self, ways: Sequence[Way]) -> Closing:
        """What closes all of some ways; no grants where nothing does."""
        names = {name for way in ways for name in way.closed()}
        fixed = [(frozenset((name,)),) for name in sorted(names)]
        goals = tuple(_goals(ways))
        found, proven = search(lambda names: self._open(goals, names), fixed)
        return Closing(tuple(sorted(found)), smallest=proven and not self._pass_on(goals))

    def _open(self, goals: tuple[Goal, ...], names: frozenset[str]) -> list[Options]:
        self._bearers = self._bearers or Bearers(self._graph.world)
        remaining = Remaining(self._graph, Without(names), self._bearers)
        ways = (way for goal in goals for way in Survivors(remaining, self._uses, goal).ways())
        return [_options(remaining.world, way) for way in islice(ways, _AT_ONCE)]

    def _pass_on(self, goals: tuple[Goal, ...]) -> bool:
        """Whether stores lead on to others, whose own statements are not among what is taken away."""
        if self._uses is None:
            return False
        stores = self._uses.access.stores
        wanted = (ids for goal in goals for held in (goal.stores, goal.direct) for ids in held.values())
        return any(stores[store_id].behind is not None for ids in wanted for store_id in ids)


def search(still_open: Open, known: Iterable[Options] = ()) -> tuple[frozenset[str], bool]:
    """Grants without which nothing is open, none to spare, and whether no fewer would do.

    ``known`` are ways known beforehand. No grants where something is open whatever is taken away.
    """
    known = list(known)
    for _ in range(SEARCHES):
        chosen = smallest(known)
        if chosen is None:
            break
        found = still_open(chosen)
        if not found:
            return chosen, True
        known += found
    if not all(known):
        return frozenset(), False
    return _gather(still_open, known), False


def _gather(still_open: Open, known: list[Options]) -> frozenset[str]:
    chosen = gathered(known)
    while found := still_open(chosen):
        if not all(found):
            return frozenset()
        known += found
        for options in found:
            if not met(options, chosen):
                chosen |= min(options, key=len)
    for name in sorted(chosen):
        rest = chosen - {name}
        if all(met(options, rest) for options in known):
            more = still_open(rest)
            known += more
            chosen = chosen if more else rest
    return chosen


def _options(world: World, needs: tuple[Need | str, ...]) -> Options:
    """The sets of grants each of which one way needs, in the order of the way."""
    found: dict[frozenset[str], None] = {}
    for need in needs:
        sets = [frozenset((need,))] if isinstance(need, str) else supports(world, need)
        found.update(dict.fromkeys(names for names in sets if names))
    return tuple(found)


def _goals(ways: Sequence[Way]) -> Iterator[Goal]:
    """What the callers of each class must not reach, all ways together."""
    held: dict[tuple[Group, tuple[str, ...]], list[Way]] = defaultdict(list)
    for way in ways:
        if way.leaving is not None:
            members = tuple(member.arn for member in way.leaving.members)
            held[way.leaving.group, members].append(way)
    for same in held.values():
        yield _goal(same)


def _goal(ways: list[Way]) -> Goal:
    hops, entered = set[str](), set[str]()
    stores, direct = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    leaving = ways[0].leaving
    assert leaving is not None  # noqa: S101 - the caller's condition
    for way in ways:
        assert way.leaving is not None  # noqa: S101 - the caller's condition
        into = frozenset(way.leaving.hops())
        hops |= into
        for level in way.access:
            if level == "assume":
                entered.update(way.targets)
            else:
                (stores if into else direct)[level].update(way.targets)
    return Goal(
        leaving.members,
        leaving.group,
        frozenset(hops),
        frozenset(entered),
        {level: frozenset(ids) for level, ids in stores.items()},
        {level: frozenset(ids) for level, ids in direct.items()},
        half=any(way.latent for way in ways),
    )
