"""Security groups, network ACLs and route tables, parsed once from the estate's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.network.addresses import EVERYWHERE, Prefix, parse
from scanner.facts.network.ports import ANY, Span, span, spell_span

_UNCHANGED = frozenset({"transit_gateway", "vpn_gateway"})
_MODELLED = frozenset({"local", "peering", "internet_gateway", "nat_gateway", "egress_only"})


@dataclass(frozen=True, slots=True)
class GroupRule:
    """A rule of a security group.

    ``prefixes`` are those of known prefix lists too; ``lists`` are the prefix lists that are not known;
    ``unread`` says that it was not understood.
    """

    ports: Span
    prefixes: tuple[Prefix, ...]
    groups: tuple[tuple[str, str | None], ...]
    lists: tuple[str, ...]
    unread: bool
    peers: str

    def said(self, group: str, way: str) -> str:
        """The rule of a group in one direction, in words."""
        toward = "to" if way == "egress" else "from"
        return f"security group {group} {way} {spell_span(self.ports)} {toward} {self.peers}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a network ACL; ``prefix`` or ``ports`` is ``None`` when not understood.

    ``index`` is its place in the listing.
    """

    egress: bool
    allow: bool
    ports: Span | None
    prefix: Prefix | None
    text: str
    index: int


@dataclass(frozen=True, slots=True)
class Hop:
    """Where a route leads: ``kind`` is the estate's target type; ``opaque`` what is not modelled.

    ``doubtful`` hops are those of prefix lists, whose addresses are not read; ``index`` is the route's
    number in its table.
    """

    kind: str
    target: str
    text: str
    doubtful: bool = False
    index: int | None = None

    @property
    def opaque(self) -> bool:
        """Whether it leads to a device whose inside is not read."""
        return self.kind not in _MODELLED and self.kind not in ("blackhole", "none")

    @property
    def rewrites(self) -> bool:
        """Whether the device may put other addresses into packets."""
        return self.kind not in _UNCHANGED


NO_ROUTE = Hop("none", "", "no route")
UNREAD = Hop("other", "", "a route table that is not read")


Ranges = Callable[[str], tuple[Prefix, ...] | None]
"""The ranges of a prefix list by its raw id; ``None`` where they are not known."""


def unlisted(_: str) -> None:
    """No prefix list is known."""


def group_rules(rules: Iterable[Mapping[str, Any]], ranges: Ranges = unlisted) -> tuple[GroupRule, ...]:
    """The rules of one direction of a security group."""
    return tuple(_group_rule(dict(rule), ranges) for rule in rules)


def _group_rule(rule: dict[str, Any], ranges: Ranges) -> GroupRule:
    ports = span(rule)
    prefixes = [parse(str(text)) for text in rule.get("cidrs") or ()]
    groups = tuple((str(group["id"]), group.get("account")) for group in rule.get("groups") or ())
    lists = {str(item): ranges(str(item)) for item in rule.get("prefix_lists") or ()}
    peers = [*(str(text) for text in rule.get("cidrs") or ()), *(name for name, _ in groups), *lists]
    return GroupRule(
        ports or ANY,
        (
            *(prefix for prefix in prefixes if prefix),
            *(prefix for known in lists.values() for prefix in known or ()),
        ),
        groups,
        tuple(name for name, known in lists.items() if known is None),
        ports is None or None in prefixes,
        ", ".join(peers),
    )


def acl_entries(entries: Iterable[Mapping[str, Any]]) -> tuple[Entry, ...]:
    """The entries of a network ACL in the order they are tried, both directions."""
    listed = enumerate(entries)
    ordered = sorted(listed, key=lambda one: (bool(one[1]["egress"]), int(one[1]["number"]), one[1]["cidr"]))
    return tuple(
        Entry(
            bool(entry["egress"]),
            bool(entry["allow"]),
            span(dict(entry)),
            parse(str(entry["cidr"])),
            f"entry {entry['number']} {'egress' if entry['egress'] else 'ingress'} "
            f"{'allow' if entry['allow'] else 'deny'} {entry['cidr']}",
            index,
        )
        for index, entry in ordered
    )


def lets_all(entries: Iterable[Entry]) -> bool:
    """Whether all IPv4 passes both ways: an entry allows everything, and none before it denies."""
    open_ways = set()
    for egress in (False, True):
        for entry in (one for one in entries if one.egress == egress):
            if not entry.allow:
                break
            if entry.ports == ANY and entry.prefix == EVERYWHERE[0]:
                open_ways.add(egress)
                break
    return len(open_ways) == len((False, True))


class Routes:
    """A route table: the longest prefix wins (RFC 1812 5.2.4.3), a blackhole drops.

    A local route for each of the network's ranges stands in every table, also where a listing left
    it out. A prefix list stands for a route for each of its ranges, and goes behind a route for just that
    range. Lists that lead to a gateway endpoint name a service of the provider and no interface; any
    other list that is not known may hold any address.
    """

    def __init__(
        self, routes: Iterable[Mapping[str, Any]], local: Iterable[Prefix], ranges: Ranges = unlisted
    ) -> None:
        self.lists: list[Hop] = []
        self.services: set[str] = set()
        found: dict[Prefix, list[Hop]] = {}
        numbered = [(index, dict(route)) for index, route in enumerate(routes)]
        for index, route in sorted(numbered, key=lambda one: parse(str(one[1]["destination"])) is None):
            self._add(route, index, found, ranges)
        for prefix in local:
            found.setdefault(prefix, [Hop("local", "local", "local route")])
        self._routes = sorted(found.items(), key=lambda item: (-item[0].length, item[0]))
        self._cache: dict[tuple[int, int], tuple[Hop, ...]] = {}

    def _add(self, route: dict[str, Any], index: int, found: dict[Prefix, list[Hop]], ranges: Ranges) -> None:
        destination, kind = str(route["destination"]), str(route["target_type"])
        target, prefix = str(route.get("target") or kind), parse(destination)
        text = f"route {destination} -> {target}"
        if route.get("state") not in ("active", None):
            kind, text = "blackhole", f"{text} (blackhole)"
        if prefix is None and kind == "endpoint":
            self.services.add(destination)
        elif prefix is None:
            known = ranges(destination)
            if known is None:
                self.lists.append(Hop(kind, target, text, doubtful=True, index=index))
            for one in known or ():
                found.setdefault(one, [Hop(kind, target, text, index=index)])
        else:
            found.setdefault(prefix, []).append(Hop(kind, target, text, index=index))

    @property
    def prefixes(self) -> list[Prefix]:
        """Every destination."""
        return [prefix for prefix, _ in self._routes]

    @property
    def locals(self) -> list[Prefix]:
        """The network's own ranges, as its local routes have them."""
        return [prefix for prefix, hops in self._routes if any(hop.kind == "local" for hop in hops)]

    def hops(self, family: int, address: int) -> tuple[Hop, ...]:
        """Where an address may be sent: one hop when that is certain."""
        key = (family, address)
        if key not in self._cache:
            best = next((hops for prefix, hops in self._routes if prefix.holds(family, address)), [NO_ROUTE])
            # Nothing but a device can be put before a local route, and only for a whole subnet.
            ahead = [hop for hop in self.lists if best[0].kind != "local" or hop.opaque]
            self._cache[key] = tuple(dict.fromkeys([*best, *ahead]))
        return self._cache[key]

    def all_hops(self) -> set[Hop]:
        """Every hop of the table."""
        return {hop for _, hops in self._routes for hop in hops} | set(self.lists)
