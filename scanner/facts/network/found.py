"""Crossings as they are found, channel by channel, and their joining: one per pair and border."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from scanner.facts.crossings import allowed_by
from scanner.facts.network.ports import Span, as_flow_port
from scanner.model.estate import Flow
from scanner.model.facts import Crossing, Step
from scanner.model.logic import Tri

FACT = "network_paths"
AT = "at"
"""Stands for the place that is to be reached, where that is the one that is started from."""


@dataclass(frozen=True, slots=True)
class Found:
    """A crossing of one channel; ``via`` are the services that it passes.

    Its border is one thing, which closes it when it is gone, unless nothing better than a network is known
    to name: then it is not ``removable``.
    """

    border: str
    state: Tri
    sources: frozenset[str]
    targets: frozenset[str]
    ports: frozenset[str]
    steps: tuple[Step, ...]
    latent: bool = False
    via: tuple[str, ...] = ()
    removable: bool = True

    def crossing(self, source: str, target: str, flows: Iterable[Flow]) -> Crossing:
        """The crossing, with the declared flow that allows all of it."""
        made = Crossing(
            FACT,
            source,
            target,
            self.border,
            self.state,
            ("connect",),
            tuple(sorted(self.sources)),
            tuple(sorted(self.targets)),
            self.steps,
            latent=self.latent,
            closes=(self.border,) if self.removable else (),
            smallest=self.removable,
            via=self.via,
            detail={"ports": sorted(self.ports)},
        )
        asked = replace(made, detail={"ports": [as_flow_port(name) for name in sorted(self.ports)]})
        return replace(made, flow=allowed_by(flows, asked))


def best(found: Iterable[Found]) -> Found | None:
    """A proven one, else any, by the name of its border; ``None`` of none."""
    return min(found, key=lambda one: (one.state is not Tri.YES, one.border), default=None)


Reach = Callable[[str, str, Mapping[str, frozenset[str]], tuple[Span, ...]], list[Found]]
"""What is open between two places, of some of their interfaces (of `AT`: of the second) and on some ports."""


def join(found: Iterable[Found], source: str, target: str, flows: tuple[Flow, ...]) -> list[Crossing]:
    """One crossing per border: of all that was found there, the worst that no flow allows.

    A path that a flow allows hides nothing: what may pass beside it is undecided, and what is half
    open beside it latent, and either comes before the allowed path.
    """
    borders: dict[str, list[Found]] = {}
    for one in found:
        borders.setdefault(one.border, []).append(one)
    return [_worst(borders[border], source, target, flows) for border in sorted(borders)]


def _worst(found: list[Found], source: str, target: str, flows: tuple[Flow, ...]) -> Crossing:
    levels: dict[tuple[bool, bool, bool], list[Found]] = {}
    for one in found:
        allowed = one.crossing(source, target, flows).flow is not None
        levels.setdefault((allowed, one.latent, one.state is not Tri.YES), []).append(one)
    best = levels[min(levels)]
    # Any of the paths will do as the witness; the choice must not depend on the order of records.
    first = min(best, key=lambda one: [(step.source_id, step.target_id, step.by) for step in one.steps])
    whole = replace(
        first,
        sources=frozenset().union(*(one.sources for one in best)),
        targets=frozenset().union(*(one.targets for one in best)),
        ports=frozenset().union(*(one.ports for one in best)),
    )
    return whole.crossing(source, target, flows)
