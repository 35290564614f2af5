"""The network crossings of an ordered pair of environments of Azure, and what may hide one."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.azure.networks.answer import Answer
from scanner.facts.azure.networks.devices import Devices
from scanner.facts.azure.networks.ends import Placed
from scanner.facts.azure.networks.frontends import Frontends
from scanner.facts.azure.networks.halves import half_open
from scanner.facts.azure.networks.internet import Internet
from scanner.facts.azure.networks.inventory import Inventory
from scanner.facts.azure.networks.links import Links
from scanner.facts.azure.networks.ways import inside, peered
from scanner.facts.network.found import Found
from scanner.model.estate import Estate
from scanner.model.snapshot import Gap


class Pairs:
    """What all pairs share."""

    def __init__(self, estate: Estate) -> None:
        self._inventory = Inventory(estate)
        self._placed = Placed(self._inventory)
        self._devices = Devices(self._inventory, self._placed)
        self._frontends = Frontends(self._inventory, self._placed, self._devices)
        self._links = Links(self._inventory, self._placed)
        self._internet = Internet(self._inventory, self._placed)

    def found(self, source: str, target: str) -> Iterator[Found]:
        """Every crossing of a pair, channel by channel."""
        inventory, placed = self._inventory, self._placed
        open_: set[str] = set()
        for channel in inside(placed, source, target):
            yield from Answer(inventory, channel).found()
        for channel in peered(inventory, placed, source, target):
            for found in Answer(inventory, channel).found():
                open_.add(found.border)
                yield found
        yield from half_open(inventory, placed, source, target, open_)
        yield from self._over_devices(source, target)
        yield from self._frontends.found(source, target)
        yield from self._links.found(source, target)
        yield from self._internet.found(source, target)

    def _over_devices(self, source: str, target: str) -> Iterator[Found]:
        """What may pass devices; where no flow may allow it, one example of a network and device will do."""
        flows = self._inventory.estate.flows
        declared = any((flow.source, flow.target) == (source, target) for flow in flows)
        seen: set[tuple[str | None, str]] = set()
        for channel in self._devices.channels(source, target):
            key = (channel.border, channel.senders[0].network if channel.senders else channel.near)
            if key in seen and not declared:
                continue
            for found in Answer(self._inventory, channel).found():
                seen.add(key)
                yield found

    def blind(self, source: str, target: str) -> set[Gap] | None:
        """The gaps that may hide a crossing of a pair; ``None`` when none may."""
        hidden = self._inventory.hidden
        found = [
            gaps
            for environment in (source, target)
            for kind in ("network", "subnet", "peering")
            if (gaps := hidden.of(kind, environment)) is not None
        ]
        found += [gaps for gaps in (hidden.of("endpoint", source),) if gaps is not None]
        return set[Gap]().union(*found) if found else None
