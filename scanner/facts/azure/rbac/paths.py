"""Ways out of environments: by which grant somebody leaves, and what lies behind it.

A way leaves by one edge or use whose far end is not of the environment, and does not come back to it. Rights
within the environment that lead there make more people its sources.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.facts.azure.rbac.directory_rights import DirectoryRights
from scanner.facts.azure.rbac.graph import HALF, MAYBE, PROVEN, Edge, Graph
from scanner.facts.azure.rbac.stores import Stores, Use, Uses, public
from scanner.facts.azure.rbac.upstream import Upstream
from scanner.facts.azure.rbac.world import IDENTITY, Node
from scanner.facts.identity.bundles import Closing, Way
from scanner.facts.identity.provenance import Grant
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri

EVERYBODY = "*"


@dataclass(frozen=True, eq=False, slots=True)
class Reached:
    """A node behind a border, by some edges; ``rank`` is that of the weakest."""

    node: Node
    edges: tuple[Edge, ...]
    rank: int


@dataclass(slots=True)
class _Border:
    """Everybody of an environment who leaves by one grant to one node."""

    edge: Edge
    sources: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Aim:
    """What a way leads to, with which level of access, and the last steps to it."""

    place: str
    targets: tuple[str, ...]
    level: str
    steps: tuple[Step, ...] = ()


class Paths:
    """Ways over a graph; what lies behind a node is kept."""

    def __init__(self, graph: Graph, uses: Uses, upstream: Upstream) -> None:
        self.graph, self.uses, self.world = graph, uses, graph.world
        self.rights = DirectoryRights(graph.world, upstream)
        self._kept: dict[tuple[str, str], tuple[Reached, ...]] = {}
        self._climbs: dict[str, dict[str, list[Node]]] = {}

    def becoming(self, home: str) -> Iterator[Way]:
        """Ways to identities of other environments."""
        for border in self._borders(home):
            for item in self._behind(border.edge, home):
                node = item.node
                if node.kind == IDENTITY and node.place is not None and node.place != home:
                    aim = _Aim(node.place, (node.shown,), "assume")
                    yield from self._way(home, border, item, aim)

    def using(self, home: str) -> Iterator[Way]:
        """Ways to what other environments hold."""
        for node in self.world.of(home):
            for use in self.uses.of(node):
                yield from self._direct(home, node, use)
        for border in self._borders(home):
            for item in self._behind(border.edge, home):
                for use in self.uses.of(item.node):
                    place = use.stores.first.place
                    if place not in (None, home):
                        reached = Reached(item.node, item.edges, max(item.rank, use.rank))
                        aim = _Aim(str(place), use.stores.ids, use.level, use.steps)
                        yield from self._way(home, border, reached, aim)
        for stores in self.uses.all:
            yield from _open(home, stores)

    def _direct(self, home: str, node: Node, use: Use) -> Iterator[Way]:
        place = use.stores.first.place
        if place in (None, home) or place in node.homes:
            return
        yield Way(
            home,
            str(place),
            use.grant,
            self._sources(home, str(place), [node]),
            use.stores.first.id,
            (use.level,),
            _state(use.rank),
            lambda: use.steps,
            latent=use.rank == HALF,
            alike=use.stores.ids,
        )

    def _way(self, home: str, border: _Border, item: Reached, aim: _Aim) -> Iterator[Way]:
        sources = self._sources(home, aim.place, border.sources)
        if not sources:
            return
        edges = (border.edge, *item.edges)
        passed = sorted({edge.target.place or "unassigned" for edge in edges} - {aim.place})
        steps = (*(step for edge in edges for step in edge.steps), *aim.steps)
        yield Way(
            home,
            aim.place,
            border.edge.grant,
            sources,
            aim.targets[0],
            (aim.level,),
            _state(item.rank),
            lambda: steps,
            length=len(edges) + bool(aim.steps),
            latent=item.rank == HALF,
            services=tuple(each.removeprefix("service:") for each in passed if each.startswith("service:")),
            through=tuple(each for each in passed if not each.startswith("service:")),
            alike=aim.targets,
        )

    def _sources(self, home: str, place: str, nodes: Iterable[Node]) -> tuple[str, ...]:
        """Some nodes and whoever in their environment can become them; nobody who is of the far one too."""
        climbs = self._into(home)
        found: dict[str, Node] = {}
        todo = [node for node in nodes if place not in node.homes]
        while todo:
            node = todo.pop()
            if node.id not in found:
                found[node.id] = node
                todo += [each for each in climbs.get(node.id, ()) if place not in each.homes]
        return tuple(sorted({node.shown for node in found.values()}))

    def _into(self, home: str) -> dict[str, list[Node]]:
        if home not in self._climbs:
            into: dict[str, list[Node]] = defaultdict(list)
            for node in self.world.of(home):
                for edge in self.graph.out(node):
                    if edge.rank == PROVEN and home in edge.target.homes:
                        into[edge.target.id].append(node)
            self._climbs[home] = into
        return self._climbs[home]

    def _borders(self, home: str) -> list[_Border]:
        found: dict[tuple[str, str, int], _Border] = {}
        for node in self.world.of(home):
            for edge in self.graph.out(node):
                if home not in edge.target.homes:
                    key = (edge.grant.id, edge.target.id, edge.rank)
                    found.setdefault(key, _Border(edge)).sources.append(node)
        return list(found.values())

    def _behind(self, border: Edge, home: str) -> Iterator[Reached]:
        for item in self.reached(border.target, home):
            yield Reached(item.node, item.edges, max(border.rank, item.rank))

    def reached(self, start: Node, home: str) -> tuple[Reached, ...]:
        """A node and all that can be become from it without coming back home, each by its surest way."""
        key = (start.id, home)
        if key not in self._kept:
            found: dict[str, Reached] = {}
            for rank in (PROVEN, HALF, MAYBE):
                for item in self._search(start, home, rank):
                    found.setdefault(item.node.id, item)
            self._kept[key] = tuple(found.values())
        return self._kept[key]

    def _search(self, start: Node, home: str, rank: int) -> Iterator[Reached]:
        """Breadth first over edges that rest on no more than ``rank``."""
        queue = deque([Reached(start, (), PROVEN)])
        seen = {start.id}
        while queue:
            item = queue.popleft()
            yield item
            for edge in self.graph.out(item.node):
                target = edge.target
                if edge.rank <= rank and target.id not in seen and home not in target.homes:
                    seen.add(target.id)
                    queue.append(Reached(target, (*item.edges, edge), max(item.rank, edge.rank)))


def closing(ways: list[Way]) -> Closing:
    """What closes a crossing: its border grant, by which all of its ways leave."""
    return Closing((ways[0].border.id,), smallest=True)


def _open(home: str, stores: Stores) -> Iterator[Way]:
    """Things that everybody may read, also whoever is of another environment."""
    for item in stores.items:
        state, attr = public(item)
        if state is not Tri.NO and item.place not in (None, home):
            yield _opened(home, item, state, attr)


def _opened(home: str, item: Resource, state: Tri, attr: str) -> Way:
    grant = Grant(f"{item.id}/{attr}", "its setting", item.where(attr))
    gaps = tuple(item.unknown.get(attr, ()))
    step = Step(EVERYBODY, item.id, "its setting lets everybody read", grant.source, state, gaps)
    return Way(home, str(item.place), grant, (EVERYBODY,), item.id, ("read",), state, lambda: (step,))


def _state(rank: int) -> Tri:
    return Tri.UNKNOWN if rank == MAYBE else Tri.YES
