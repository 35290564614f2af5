"""In which environments somebody can change something, whoever they act as there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.changing import Changes
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.witness import hop, of_node, walk
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """An identity that a person acts as first, and how they come to it."""

    caller: Caller
    state: Tri = Tri.YES
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Writing:
    """An environment, whether it can be changed, by whom, and how."""

    place: str
    state: Tri
    identity: str
    steps: tuple[Step, ...]


class Writers:
    """Finds what can be changed from each class of identities, each class once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._changes = Changes(graph.world)
        self._kept: dict[Group, tuple[Writing, ...]] = {}

    def of(self, starts: Iterable[Start]) -> dict[str, Writing]:
        """Environment -> the surest way to change something there."""
        found: dict[str, Writing] = {}
        for start in starts:
            for item in self._from(start.caller):
                state = start.state & item.state
                held = found.get(item.place)
                if held is None or (state is Tri.YES and held.state is not Tri.YES):
                    steps = (*start.steps, *item.steps)
                    found[item.place] = Writing(item.place, state, item.identity, steps)
        return found

    def _from(self, caller: Caller) -> tuple[Writing, ...]:
        group = self._graph.world.group_of[caller.arn]
        if group not in self._kept:
            self._kept[group] = tuple(self._search(self._graph.nodes[caller.arn]))
        return self._kept[group]

    def _search(self, start: Node) -> Iterator[Writing]:
        world = self._graph.world
        for node, way, state in self._reached(start):
            if node.place not in world.estate.environments or node.hidden:
                continue
            change = self._changes.of(node.group)
            if change is None:
                continue
            _, aim, decision = change
            last = of_node(world, node)
            steps = walk(world, way, of_node(world, start))
            told = hop(last, last.account, aim, decision)
            yield Writing(str(node.place), state & decision.state, last.arn, (*steps, *told))

    def _reached(self, start: Node) -> Iterator[tuple[Node, tuple[Edge, ...], Tri]]:
        """Every class that can be become, itself first: by proven steps where it can be."""
        seen: set[Group] = set()
        for sure in (True, False):
            passed = {start.group}
            queue: deque[tuple[Node, tuple[Edge, ...]]] = deque([(start, ())])
            while queue:
                node, way = queue.popleft()
                if node.group not in seen:
                    seen.add(node.group)
                    yield node, way, Tri.YES if sure else Tri.UNKNOWN
                for edge in self._graph.out(node):
                    if edge.target.group not in passed and (not sure or edge.state is Tri.YES):
                        passed.add(edge.target.group)
                        queue.append((edge.target, (*way, edge)))
