"""Half-open peerings: one stands between a network of E and one of F, and something still holds it closed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scanner.facts.azure.networks.ends import Placed
from scanner.facts.azure.networks.inventory import CONNECTED, Inventory, far_of, get, knows
from scanner.facts.azure.networks.ways import carries
from scanner.facts.network.found import Found
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri


def half_open(
    inventory: Inventory, placed: Placed, source: str, target: str, passed: Collection[str]
) -> Iterator[Found]:
    """The latent crossing of each peering of the two that is not among those that something passed."""
    for network, halves in sorted(inventory.halves.items()):
        for half in halves:
            if half.id in passed or not _belongs(inventory, placed, network, source):
                continue
            if not _belongs(inventory, placed, far_of(half), target):
                continue
            state = carries(half, inventory.halves_to(far_of(half), network))
            if state is Tri.NO and get(half, "status") != CONNECTED and knows(half, "status"):
                continue
            yield _latent(half, network, tuple(_held(placed, network, half, source, target)))


def _belongs(inventory: Inventory, placed: Placed, network: str, place: str) -> bool:
    """Whether a network is a place's, or holds something of it."""
    return inventory.place(network) == place or bool(placed.within(place, network))


def _held(placed: Placed, network: str, half: Resource, source: str, target: str) -> Iterator[Step]:
    """What holds it: nobody at one of the ends, else filters and routes."""
    empty = [
        one for place, one in ((source, network), (target, far_of(half))) if not placed.within(place, one)
    ]
    for one in empty:
        by = f"no network interface in {one.rpartition('/')[2]} yet"
        yield Step(one, one, by, half.source, Tri.NO)
    if not empty:
        by = "routes and security groups of both sides let nothing pass"
        yield Step(network, far_of(half), by, half.source, Tri.NO)


def _latent(half: Resource, network: str, held: tuple[Step, ...]) -> Found:
    text = f"peering {half.name} ({get(half, 'status') or 'state not known'})"
    stands = Step(network, far_of(half), text, half.where("status"))
    return Found(
        half.id,
        Tri.YES,
        frozenset({network}),
        frozenset({far_of(half)}),
        frozenset({"all traffic"}),
        (stands, *held),
        latent=True,
    )
