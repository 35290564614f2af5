"""What a network crossing says closes it does: the estate is judged anew without that one thing."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from facts.network.networks import Builder
from facts.network.random_networks import builders
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Resource

MORE = int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))


def without(estate: Estate, name: str) -> Estate:
    """The estate without a peering, a route table of a transit gateway, ...; a group stays, without rules."""

    def named(item: Resource) -> bool:
        return item.id == name or item.id.endswith(f"/{name}")

    def left(item: Resource) -> Resource:
        if item.kind != "security_group" or not named(item):
            return item
        return replace(item, attrs={**item.attrs, "ingress": [], "egress": []})

    kinds = {
        kind: tuple(left(item) for item in items if kind == "security_group" or not named(item))
        for kind, items in estate.resources.items()
    }
    assert kinds != dict(estate.resources), f"{name} is something of the estate"
    return replace(
        estate, resources=kinds, by_id={item.id: item for items in kinds.values() for item in items}
    )


@given(st.one_of(builders(), builders(transit=True)))
@settings(max_examples=40 * MORE, deadline=None)
def test_what_closes_a_network_crossing(made: Builder) -> None:
    estate = made.estate()
    for crossing in derive(estate).crossings:
        event(f"{crossing.state.value}, {'latent' if crossing.latent else 'open'}, {crossing.border[:4]}")
        (name,) = crossing.closes
        assert crossing.smallest
        left = {other.id for other in derive(without(estate, name)).crossings}
        assert crossing.id not in left, name
