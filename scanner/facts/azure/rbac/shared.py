"""The world, graph and ways of an estate, made once for all facts that read them."""

from __future__ import annotations

import weakref
from functools import cached_property

from scanner.facts.azure.rbac.graph import Graph
from scanner.facts.azure.rbac.paths import Paths
from scanner.facts.azure.rbac.stores import READS as OPENED
from scanner.facts.azure.rbac.stores import Uses
from scanner.facts.azure.rbac.upstream import Upstream
from scanner.facts.azure.rbac.world import READS as ACTING
from scanner.facts.azure.rbac.world import World
from scanner.model.estate import Estate

READS = ACTING
"""What of an estate every fact about who can become whom reads."""
USES = OPENED
"""What every fact about who uses what reads besides."""


class Shared:
    """What is derived of one estate; each part is made when it is first asked for."""

    def __init__(self, estate: Estate) -> None:
        self.world = World(estate)
        self.graph = Graph(self.world)

    @cached_property
    def paths(self) -> Paths:
        """Ways out of environments."""
        return Paths(self.graph, self.uses, self.upstream)

    @cached_property
    def uses(self) -> Uses:
        """Who uses what holds data."""
        return Uses(self.graph)

    @cached_property
    def upstream(self) -> Upstream:
        """Who can become a node."""
        return Upstream(self.graph)


_LAST: list[tuple[weakref.ref[Estate], Shared]] = []


def shared(estate: Estate) -> Shared:
    """What was derived of this very estate before, or a new one."""
    for reference, held in _LAST:
        if reference() is estate:
            return held
    made = Shared(estate)
    _LAST[:] = [(weakref.ref(estate, lambda _: _LAST.clear() if _LAST else None), made)]
    return made
