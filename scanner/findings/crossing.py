"""What a finding shows of a crossing: its border edge, how much stands on either side, a few examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.model.facts import Crossing
from scanner.model.finding import CrossingView

EXAMPLES = 5


def view(crossing: Crossing) -> CrossingView:
    """The published part of a crossing."""
    return CrossingView(
        source=crossing.source_env,
        target=crossing.target_env,
        border=crossing.border,
        sources=len(crossing.sources),
        targets=len(crossing.targets),
        examples=_examples(crossing),
    )


def evidence(crossing: Crossing) -> Mapping[str, Any]:
    """What the verdict on a crossing was read from."""
    return {
        "access": list(crossing.access),
        "assumed": list(crossing.assumed),
        "closes": list(crossing.closes),
        "flow": crossing.flow,
        "smallest": crossing.smallest,
        "state": crossing.state.value,
        "via": list(crossing.via),
        **crossing.detail,
    }


def _examples(crossing: Crossing) -> tuple[tuple[str, str], ...]:
    """The ends of the witness first, then sources beside targets until the longer side is through."""
    pairs: dict[tuple[str, str], None] = {}
    if crossing.steps:
        pairs[crossing.steps[0].source_id, crossing.steps[-1].target_id] = None
    sources, targets = crossing.sources, crossing.targets
    if sources and targets:
        for number in range(min(EXAMPLES, max(len(sources), len(targets)))):
            pairs[sources[number % len(sources)], targets[number % len(targets)]] = None
    return tuple(pairs)[:EXAMPLES]
