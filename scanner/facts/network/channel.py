"""A channel: one way in which packets may get from networks of E to networks of F."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.guards import PLAIN, Manner
from scanner.facts.network.ports import Span
from scanner.facts.network.rules import Hop
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

Leads = Callable[[Endpoint, Hop, int, int], Tri]
"""Whether a hop that an endpoint's subnet takes to an address (family, number) leads into the channel."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries packets between the two sides (a peering): a step of the witness."""

    id: str
    by: str
    source: Source
    state: Tri = Tri.YES
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """``border`` is the grant that leaves E, ``None`` when it is the security group that admits in F.

    ``forward`` and ``back`` judge the routes of the two sides; ``hidden_forward`` and ``hidden_back``
    whether route tables that are not listed may lead into it. ``direct``: inside one network, where a
    subnet's own traffic passes neither network ACL nor route table. ``transit``: the transit gateway that
    E sends to; ``back`` is then judged for each pair of networks. ``only``: the ports that are asked about
    (none: all). ``device``: over something whose inside is not read. ``answered``: nothing arrives unless its
    answer may leave, whatever its protocol; else that holds for what awaits one, TCP.
    """

    border: str | None
    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]
    forward: Leads
    back: Leads
    manner: Manner = PLAIN
    carrier: Carrier | None = None
    hidden_forward: bool = True
    hidden_back: bool = True
    direct: bool = False
    transit: str = ""
    only: tuple[Span, ...] = ()
    device: bool = False
    answered: bool = False
