"""Networks, what serves their subnets, and the peerings between them, as all listings together show them."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.network.addresses import Prefix, prefixes
from scanner.facts.network.items import Item
from scanner.model.snapshot import Gap, Source


@dataclass(frozen=True, slots=True)
class Network:
    """A network that was listed, or that something listed refers to.

    ``cidrs`` is ``None`` when its ranges are not known; ``gaps`` hide the record. ``whole`` is false
    for the stand-in of networks that a scope may hold and nothing refers to.
    """

    name: str
    id: str
    account: str
    region: str
    place: str | None
    cidrs: tuple[Prefix, ...] | None
    source: Source
    gaps: tuple[Gap, ...] = ()
    default: bool | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Which route table or network ACL serves a subnet.

    It is one of ``items``; unless ``complete``, it may also be one that is not listed.
    """

    items: tuple[Item, ...]
    complete: bool
    gaps: tuple[Gap, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for subnets that are served alike."""
        return (tuple(item.name for item in self.items), self.complete, self.gaps)


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a peering."""

    account: str
    network: str
    region: str
    cidrs: tuple[Prefix, ...]


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering as both accounts together show it; ``None`` is not known."""

    item: Item
    status: str | None
    sides: tuple[Side | None, Side | None]


def joined_peering(item: Item) -> Peering:
    """What the listings of both accounts say of a peering."""
    return Peering(item, item.get("status"), (_side(item, "requester"), _side(item, "accepter")))


def _side(item: Item, attr: str) -> Side | None:
    told = [side for side in item.every(attr) if side and side.get("network")]
    if not told:
        return None
    cidrs = prefixes(text for side in told for text in side.get("cidrs") or ())
    first = told[0]
    return Side(
        str(first.get("account")), str(first["network"]), str(first.get("region") or item.region), cidrs
    )
