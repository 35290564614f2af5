"""Who can become whom, read backwards: everybody upstream of some identities, and how.

What an identity can do with rights that it gives itself is its own doing: it counts as upstream of that.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.edges import Edge, Node
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.world import Group
from scanner.model.logic import Tri

Way = tuple[Edge, ...]


class Upstream:
    """The edges of a graph, kept by what they lead to."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._into: dict[Group, list[Edge]] = defaultdict(list)
        self.nodes: list[Node] = []
        starts = [graph.nodes[group.first.arn] for group in graph.world.groups]
        queue: deque[Node] = deque((*starts, *graph.hidden.values()))
        seen = {node.group for node in queue}
        while queue:
            node = queue.popleft()
            self.nodes.append(node)
            for edge in graph.out(node):
                self._into[edge.target.group].append(edge)
                if edge.target.group not in seen:
                    seen.add(edge.target.group)
                    queue.append(edge.target)

    def of(self, holders: Iterable[Group], *, sure: bool) -> dict[Group, Way]:
        """Each class upstream of some, those included, with a shortest way to one of them."""
        found: dict[Group, Way] = dict.fromkeys(holders, ())
        queue = deque(found)
        while queue:
            group = queue.popleft()
            for edge in self._into.get(group, ()):
                if edge.group in found or (sure and (edge.state is not Tri.YES or edge.target.hidden)):
                    continue
                found[edge.group] = (edge, *found[group])
                queue.append(edge.group)
        return found


def members(group: Group) -> tuple[Caller, ...]:
    """The identities of a class that count: no root users, no service's own, none that is only a stand-in."""
    first = group.first
    return () if first.power or first.kind == "root" or first.service_linked else group.members
