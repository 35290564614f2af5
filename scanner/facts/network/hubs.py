"""Hubs: the exits of a transit gateway that differ in where their answers must go home to alone.

A link from every exit to every entry is a million of them for a thousand networks a side. Exits whose
packets one transit route table routes, and whose answers the same network ACLs read, share a hub: what is
left that tells them apart is the network that an answer must come home to, and that is told by the source
address, unless two networks use the same. Those are of different hubs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scanner.facts.network.gateways import Side
from scanner.facts.network.legs import Speaker


@dataclass(slots=True)
class Hub:
    """``first`` stands for all ``exits`` (their numbers); ``came`` are the classes of sources by network."""

    first: Side
    exits: list[int] = field(default_factory=list)
    came: dict[str, int] = field(default_factory=dict)
    _taken: int = 0

    def admits(self, network: str, classes: int) -> bool:
        """Whether sources of a network are told apart from those of every other that is here."""
        return not self._taken & ~self.came.get(network, 0) & classes

    def add(self, number: int, network: str, classes: int) -> None:
        """Takes an exit in."""
        self.exits.append(number)
        self.came[network] = self.came.get(network, 0) | classes
        self._taken |= classes


def hubs(speaker: Speaker, exits: Iterable[tuple[Side, int]]) -> list[Hub]:
    """The hubs of exits, each given with the classes of its sources; every exit is of one."""
    found: dict[tuple[object, ...], list[Hub]] = {}
    for number, (side, classes) in enumerate(exits):
        network = side.place.network.name
        kin = found.setdefault(speaker.kinship(side), [])
        hub = next((one for one in kin if one.admits(network, classes)), None)
        if hub is None:
            hub = Hub(side)
            kin.append(hub)
        hub.add(number, network, classes)
    return [hub for kin in found.values() for hub in kin]
