"""Which role assignments of one environment reach into another, whatever they allow there (ISO-008).

One crossing per pair and assignment: who of the one holds it, and which boundaries of the other it reaches.
Its level is admin where its principal may assign roles, write where it may change anything, else read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.azure.rbac.hidden import Hidden
from scanner.facts.azure.rbac.holdings import Holding
from scanner.facts.azure.rbac.paths import closing
from scanner.facts.azure.rbac.shared import READS, Shared, shared
from scanner.facts.azure.rbac.tables import ASSIGNING
from scanner.facts.azure.rbac.world import Node
from scanner.facts.crossings import pairs
from scanner.facts.identity.bundles import Way, bundle
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Step
from scanner.model.logic import Tri

NEEDS = (*READS, "boundary.type")


def derive(estate: Estate) -> Facts:
    """Crossings by assignments."""
    held, wanted = shared(estate), set(pairs(estate))
    scan = _Scan(held, _boundaries(estate))
    ways = (way for home in sorted({home for home, _ in wanted}) for way in scan.ways(home))
    kept = (way for way in ways if (way.home, way.place) in wanted)
    crossings = bundle("role_bindings", estate.flows, kept, closing)
    return Facts(crossings, blind=Hidden(held.paths, what="bindings").blind(wanted))


@dataclass(frozen=True, eq=False, slots=True)
class _Scan:
    held: Shared
    boundaries: dict[str, list[tuple[str, str]]]
    """Subscription -> itself and its resource groups, each with its environment."""

    def ways(self, home: str) -> Iterator[Way]:
        """An environment's bindings elsewhere, each with those of its people and identities that hold it."""
        found: dict[str, list[tuple[Node, str, Holding]]] = defaultdict(list)
        for node in self.held.world.of(home):
            for ref, holding in self.held.graph.rights.of(node):
                found[holding.resource.id].append((node, ref, holding))
        for bound in found.values():
            for place, targets in self._reached(bound[0][2]).items():
                sources = [each for each in bound if place != home and place not in each[0].homes]
                if sources:
                    yield self._way(home, place, sources, tuple(targets))

    def _reached(self, holding: Holding) -> dict[str, list[str]]:
        """The boundaries that a holding reaches, or reaches into, by their environments."""
        steps = holding.at.strip("/").split("/")
        subscription, group = steps[1], steps[3] if len(steps) > 3 else ""  # noqa: PLR2004
        found: dict[str, list[str]] = defaultdict(list)
        for boundary, place in self.boundaries.get(subscription, ()):
            if not group or boundary == f"{subscription}/{group}":
                found[place].append(boundary)
        return found

    def _way(
        self, home: str, place: str, sources: list[tuple[Node, str, Holding]], targets: tuple[str, ...]
    ) -> Way:
        node, ref, holding = sources[0]
        level, state = _level(holding)
        latent = holding.eligible and state is Tri.YES
        words = (
            holding.grant.words if not holding.eligible else f"eligible, not active: {holding.grant.words}"
        )
        step = Step(
            ref if ref != node.ref else node.shown,
            targets[0],
            words,
            holding.grant.source,
            Tri.NO if latent else state,
            holding.why if state is Tri.UNKNOWN else (),
        )
        steps = (*self.held.world.joined(node, ref), step)
        return Way(
            home,
            place,
            holding.grant,
            tuple(sorted({each.shown for each, _, _ in sources})),
            targets[0],
            (level,),
            state,
            lambda: steps,
            latent=latent,
            alike=targets,
        )


def _level(holding: Holding) -> tuple[str, Tri]:
    """What a holding amounts to; one whose scope was not read may be of no matter there."""
    state = Tri.UNKNOWN if "scope" in holding.resource.unknown else Tri.YES
    if holding.allows(ASSIGNING[0]) is Tri.YES:
        return "admin", state
    return ("read" if holding.role.changes() is Tri.NO else "write"), state


def _boundaries(estate: Estate) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for boundary, place in sorted(estate.places.items()):
        if place in estate.environments:
            found[boundary.partition("/")[0]].append((boundary, str(place)))
    return found
