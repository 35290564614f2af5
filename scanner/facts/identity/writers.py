"""In which environments somebody can change something: as whomever they act there, or from elsewhere.

From elsewhere they change what a policy of a store of the environment lets them change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.changing import Changes
from scanner.facts.identity.edges import Node
from scanner.facts.identity.foreign_stores import ForeignStores
from scanner.facts.identity.foreign_stores import steps as store_steps
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.reach import everybody, hidden_stores
from scanner.facts.identity.witness import hop, of_node, walk
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


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

    def __init__(self, graph: Graph, foreign: ForeignStores) -> None:
        self._graph = graph
        self._foreign = foreign
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

    def hidden(self, starts: Iterable[Start]) -> tuple[Gap, ...]:
        """Why stores that somebody might change may be missing."""
        callers = (start.caller for start in starts)
        return hidden_stores(self._graph, self._foreign, callers, self._graph.world.estate.environments)

    def _from(self, caller: Caller) -> tuple[Writing, ...]:
        group = self._graph.world.group_of[caller.arn]
        if group not in self._kept:
            self._kept[group] = tuple(self._search(self._graph.nodes[caller.arn]))
        return self._kept[group]

    def _search(self, start: Node) -> Iterator[Writing]:
        world = self._graph.world
        for node, way, state in everybody(self._graph, start):
            if node.hidden:
                continue
            foreign = self._foreign.of(node.group)
            own = self._changes.of(node.group) if node.place in world.estate.environments else None
            if not foreign and own is None:
                continue
            last, steps = of_node(world, node), walk(world, way, of_node(world, start))
            if own is not None:
                _, aim, decision = own
                home = hop(last, last.account, aim, decision)
                yield Writing(str(node.place), state & decision.state, last.arn, (*steps, *home))
            for used in foreign:
                told = (*steps, *store_steps(last, used))
                yield Writing(used.place, state & used.state, last.arn, told)
