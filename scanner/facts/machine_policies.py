"""Which policies about machine images hold where machines run (IMG-007): in their account and region."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.compute.hidden import Hidden
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark

NEEDS = ("image_policy.state", "instance.state", "node_pool.sized")


def derive(estate: Estate) -> Facts:
    """Marks ``own`` on image policies: whether machines run there."""
    return Facts(marks=tuple(_marks(estate)))


def _marks(estate: Estate) -> Iterator[Mark]:
    found = {item.scope for item in estate.of("instance") if item.attrs.get("state") != "terminated"}
    found |= {item.scope for item in estate.of("node_pool") if item.attrs.get("sized") is True}
    hidden = Hidden(estate, "instance", "node_pool")
    for pool in estate.of("node_pool"):
        hidden.add(pool.scope.boundary, None, pool.unknown.get("sized", ()))
    for policy in estate.of("image_policy"):
        gaps = hidden.within(policy.scope.boundary)
        if policy.scope in found:
            yield Mark(policy.id, "own", True)
        elif gaps:
            yield Mark(policy.id, "own", unknown=True, gaps=gaps)
        else:
            yield Mark(policy.id, "own", False)
