"""Address ranges as pairs of integers, IPv4 and IPv6 apart (CIDR notation: RFC 4632, RFC 4291)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import NamedTuple


class Prefix(NamedTuple):
    """All addresses from ``low`` to ``high`` of a family (4 or 6); ``length`` in bits."""

    family: int
    low: int
    high: int
    length: int

    def holds(self, family: int, address: int) -> bool:
        """Whether an address lies in it."""
        return self.family == family and self.low <= address <= self.high

    def within(self, other: Prefix) -> bool:
        """Whether every address of it lies in the other."""
        return self.family == other.family and other.low <= self.low and self.high <= other.high

    def overlaps(self, other: Prefix) -> bool:
        """Whether the two have an address in common."""
        return self.family == other.family and self.low <= other.high and other.low <= self.high


EVERYWHERE = (Prefix(4, 0, 2**32 - 1, 0), Prefix(6, 0, 2**128 - 1, 0))


@lru_cache(maxsize=65536)
def parse(text: str) -> Prefix | None:
    """A CIDR block or a single address; ``None`` for anything else (a prefix list's id)."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    first = int(network.network_address)
    return Prefix(network.version, first, first + network.num_addresses - 1, network.prefixlen)


def prefixes(texts: Iterable[object] | None) -> tuple[Prefix, ...]:
    """The ranges among some texts, sorted."""
    return tuple(sorted({prefix for text in texts or () if (prefix := parse(str(text)))}))


def spell(family: int, address: int) -> str:
    """An address in its usual notation."""
    return str({4: IPv4Address, 6: IPv6Address}[family](address))


@lru_cache(maxsize=65536)
def is_public(prefix: Prefix) -> bool:
    """Whether all of a range is routed on the internet (IANA special-purpose registries)."""
    return ip_network(f"{spell(prefix.family, prefix.low)}/{prefix.length}").is_global
