"""Half-open peerings: one stands between a network of E and one of F, and something still holds it closed."""

from __future__ import annotations

from dataclasses import replace

from scanner.facts.network.answers import Answer
from scanner.facts.network.channel import Channel
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.found import Found
from scanner.facts.network.graph import ask
from scanner.facts.network.networks import Network
from scanner.facts.network.view import View
from scanner.model.facts import Step
from scanner.model.logic import Tri

_RELAXED = (
    (),
    ("carrier",),
    ("route",),
    ("back",),
    ("acl",),
    ("ingress",),
    ("egress",),
    ("route", "back"),
    ("ingress", "egress"),
    ("carrier", "route", "back"),
    ("route", "back", "ingress", "egress"),
    ("carrier", "route", "back", "ingress", "egress", "acl"),
)
"""Hops to take as open, fewest first, until packets pass: those are what holds the peering closed."""


def half_open(view: View, endpoints: Endpoints, channel: Channel, near: Network, far: Network) -> Found:
    """The latent crossing of a peering over which nothing passes now.

    The witness is the path that would be, with state NO at each hop that holds it. Where a network has
    no interface yet, that is such a hop too, and the interface one that could have any address there.
    """
    sources = _seen(channel.sources) or tuple(endpoints.absent(near))
    targets = _seen(channel.targets) or tuple(endpoints.absent(far))
    questions = ask(view, replace(channel, sources=sources, targets=targets))
    steps: tuple[Step, ...] = ()
    ports: tuple[str, ...] = ()
    for relaxed in _RELAXED:
        claim = Answer(questions, Tri.UNKNOWN, frozenset(relaxed)).claim()
        if claim:
            steps, ports = claim.steps, claim.ports
            break
    start, end = (frozenset(one.id for one in side) for side in (sources, targets))
    told = _stands(channel, near, far, steps)
    return Found(str(channel.border), Tri.YES, start, end, frozenset(ports), told, latent=True)


def _seen(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    return tuple(one for one in endpoints if one.sure)


def _stands(channel: Channel, near: Network, far: Network, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The peering first, since it stands whatever the rest, unless it is itself what holds."""
    carrier = channel.carrier
    if carrier is None or any(step.by == carrier.by for step in steps):
        return steps
    return (Step(near.id, far.id, carrier.by, carrier.source), *steps)
