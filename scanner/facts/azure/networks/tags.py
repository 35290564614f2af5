"""What a service tag stands for where a security group is read.

https://learn.microsoft.com/azure/virtual-network/service-tags-overview: ``VirtualNetwork`` holds the
network's ranges,
those of networks peered with it, those that gateways bring, and the prefixes of user defined routes.
Peered ranges only where the peering lets this network reach the other:
https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering. ``Internet`` is what lies
outside of
``VirtualNetwork`` and can be reached over the internet. All other tags are of public addresses of services.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.facts.azure.networks.inventory import CONNECTED, Inventory, get, knows, reach_of
from scanner.facts.azure.networks.routes import FORCED, Routes
from scanner.facts.network.addresses import EVERYWHERE, Prefix, is_public, parse
from scanner.facts.network.atoms import Ends, ones

NETWORK, INTERNET, PROBES = "virtualnetwork", "internet", "azureloadbalancer"


@dataclass(frozen=True, slots=True)
class Tag:
    """Ranges that ``VirtualNetwork`` holds for certain, and those that it may hold beside them."""

    must: tuple[Prefix, ...]
    may: tuple[Prefix, ...]


def virtual_network(inventory: Inventory, network: str, routes: Routes) -> Tag:
    """What ``VirtualNetwork`` stands for in a subnet of a network with these routes."""
    own = inventory.cidrs(network)
    must, may = set(own or ()), set(EVERYWHERE if own is None else ())
    for half in inventory.halves.get(network, ()):
        if get(half, "status") == CONNECTED and get(half, "admits") is True:
            must.update(reach_of(half))
        elif not knows(half, "status") or (get(half, "status") == CONNECTED and not knows(half, "admits")):
            may.update(reach_of(half))
    if routes.known:
        for prefix, hop in routes.user:
            (must if hop.kind in FORCED else may).add(prefix)
    else:
        may.update(EVERYWHERE)
    if inventory.learns(network) or inventory.grouped(network):
        may.update(EVERYWHERE)
    return Tag(tuple(sorted(must)), tuple(sorted(may)))


class Words:
    """What words of rules stand for, in classes of one end; for one ``VirtualNetwork``."""

    def __init__(self, ends: Ends, tag: Tag, unsure: str) -> None:
        """``unsure`` is the reference that stands for members of groups that are not known."""
        self._ends, self._tag, self._unsure = ends, tag, unsure
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, words: Iterable[str], groups: Iterable[str]) -> tuple[int, int]:
        """The classes that words and groups hold for certain, and maybe."""
        must = may = 0
        for word in words:
            if word not in self._known:
                self._known[word] = self._word(word)
            must, may = must | self._known[word][0], may | self._known[word][1]
        for group in groups:
            sure = self._ends.members(group)
            must, may = must | sure, may | sure | self._ends.members(self._unsure)
        return must, may

    def _word(self, word: str) -> tuple[int, int]:
        if word in {"*", "any"}:
            return self._ends.all, self._ends.all
        prefix = parse(word)
        if prefix is not None:
            inside = self._ends.within(prefix)
            return inside, inside
        if word == NETWORK:
            return self._network()
        if word == INTERNET:
            must, may = self._network()
            return self._public & ~may, self._ends.all & ~must
        if word == PROBES:
            return 0, 0
        if not word.replace(".", "").isalnum():
            return 0, self._ends.all
        return 0, self._public

    def _network(self) -> tuple[int, int]:
        must = may = 0
        for prefix in self._tag.must:
            must |= self._ends.within(prefix)
        for prefix in self._tag.may:
            may |= self._ends.within(prefix)
        return must, must | may

    @property
    def _public(self) -> int:
        return sum(
            1 << number for number in ones(self._ends.all) if is_public(_single(*self._ends.examples[number]))
        )


def _single(family: int, address: int) -> Prefix:
    return Prefix(family, address, address, 32 if family == 4 else 128)  # noqa: PLR2004
