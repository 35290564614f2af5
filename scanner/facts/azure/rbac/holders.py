"""Everybody who may use what holds data, at first hand or by becoming somebody who does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scanner.facts.azure.rbac.graph import MAYBE
from scanner.facts.azure.rbac.shared import Shared
from scanner.facts.azure.rbac.stores import Stores, Use
from scanner.facts.azure.rbac.upstream import Climb
from scanner.facts.azure.rbac.world import IDENTITY, PERSON, Node
from scanner.model.facts import Step
from scanner.model.snapshot import Gap


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Somebody who may use a thing, by becoming whoever does."""

    node: Node
    climb: Climb
    use: Use

    @property
    def steps(self) -> tuple[Step, ...]:
        """How."""
        return (*(step for edge in self.climb.edges for step in edge.steps), *self.use.steps)


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """Who may for sure, also after activating a right, and who perhaps; each by name, sorted."""

    proven: tuple[Found, ...]
    possible: tuple[Found, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What leaves those who perhaps may undecided."""
        return tuple(sorted({gap for found in self.possible for step in found.steps for gap in step.gaps}))


class Holders:
    """Answers for every class of things."""

    def __init__(self, held: Shared) -> None:
        self._held = held
        self._uses: dict[int, list[Use]] = defaultdict(list)
        for node in list(held.world.nodes.values()):
            for use in held.uses.of(node):
                self._uses[id(use.stores)].append(use)

    def users(self, stores: Stores, levels: Iterable[str]) -> list[Use]:
        """Uses at first hand."""
        wanted = frozenset(levels)
        return [use for use in self._uses[id(stores)] if use.level in wanted]

    def of(self, stores: Stores, levels: Iterable[str], wanted: Callable[[Node], bool]) -> Answer:
        """People and identities of the ``wanted`` who may use some things."""
        best: dict[str, Use] = {}
        for use in self.users(stores, levels):
            kept = best.get(use.node.id)
            if kept is None or use.rank < kept.rank:
                best[use.node.id] = use
        climbs = self._held.upstream.of((use.node, use.rank) for use in best.values())
        proven: list[Found] = []
        possible: list[Found] = []
        for aim, climb in (climbs[name] for name in sorted(climbs)):
            node = climb.node
            if node.kind in (IDENTITY, PERSON) and wanted(node):
                found = Found(node, climb, best[aim.id])
                (possible if climb.rank == MAYBE else proven).append(found)
        return Answer(tuple(proven), tuple(possible))
