"""Which rule, entry or route decides about a packet, in words, and where that is written."""

from __future__ import annotations

from typing import NamedTuple

from scanner.facts.network.addresses import spell
from scanner.facts.network.atoms import Header
from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.gateways import Place
from scanner.facts.network.guards import Guards
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Choice
from scanner.facts.network.ports import Span
from scanner.facts.network.rules import NO_ROUTE, Entry
from scanner.facts.network.view import View
from scanner.model.snapshot import Gap, Source


class Said(NamedTuple):
    """What decides about one packet, in words, where it is written, and what hides it."""

    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


class Words:
    """Explains the guards of one question."""

    def __init__(self, view: View, guards: Guards) -> None:
        self._view, self._guards = view, guards

    def rule(self, endpoint: Endpoint, way: str, atom: int) -> Said:
        """The security group rule that admits an atom, or what hides it."""
        for name in sorted(endpoint.groups or ()):
            for index, rule in enumerate(self._view.rules(name, way) or ()):
                if self._guards.rule(name, way, index).maybe & atom:
                    return Said(rule.said(name, way), rule_source(self._view.groups[name], way, index))
        return self._undecided(endpoint, way)

    def _undecided(self, endpoint: Endpoint, way: str) -> Said:
        """No rule that is known admits it: either all are known, or what hides the rest."""
        names = sorted(endpoint.groups or ())
        known = [self._view.groups[name] for name in names if self._view.rules(name, way) is not None]
        if names and len(known) == len(names):
            lets = "lets none of it in" if way == "ingress" else "lets none of it out"
            return Said(f"security group {', '.join(names)} {lets}", known[0].where(way))
        if endpoint.groups is not None and not names:
            return Said("no security group: what filters it is not modelled", endpoint.source)
        network, hidden = endpoint.network, self._view.hidden
        owner = self._view.interface_owner.get(endpoint.id, network.account)
        gaps = {
            gap
            for account in (owner, network.account)
            for gap in hidden.within("security_group", account, network.region) or ()
        }
        items = [self._view.groups[name] for name in names if name in self._view.groups]
        gaps |= {gap for item in items for gap in item.gaps(way)} | set(endpoint.gaps)
        which = f"security group {', '.join(names)}" if names else f"a security group of {network.name}"
        return Said(f"{which} {way}: not known", endpoint.source, tuple(sorted(gaps)))

    def entry(self, choice: Choice, egress: bool, header: Header, address: int) -> Said:
        """The first entry of a network ACL that matches a packet, read at one of its addresses."""
        item = next(iter(choice.items), None)
        entries = self._view.entries(item) if item else None
        if item is None or entries is None:
            gaps = (*choice.gaps, *(item.gaps("entries") if item else ()))
            return Said(f"network ACL {item.name if item else ''} not known", _where(item, "entries"), gaps)
        matched = next(
            (entry for entry in entries if entry.egress == egress and _matches(entry, header, address)), None
        )
        text = matched.text if matched else f"{'egress' if egress else 'ingress'} deny by default"
        where = _numbered(item.where("entries"), matched.index if matched else None)
        return Said(f"network ACL {item.name} {text}", where, choice.gaps)

    def onward(self, place: Place, family: int, address: int) -> Said:
        """The route that an address takes from a subnet, and the routes of transit gateways after it."""
        said = self.hop(place, family, address)
        item = next(iter(place.table.items), None)
        routes = self._view.routes(item, place.network) if item else None
        hops = routes.hops(family, address) if routes else ()
        found = [
            one
            for hop in hops
            if hop.kind == "transit_gateway"
            for one in self._view.transit.land(place.network.name, hop.target, family, address)
        ]
        texts = dict.fromkeys(one.by for one in found)
        gaps = {*said.gaps, *(gap for one in found for gap in one.gaps)}
        return Said(", ".join([said.by, *(text for text in texts if text)]), said.source, tuple(sorted(gaps)))

    def hop(self, place: Place, family: int, address: int) -> Said:
        """The route that an address takes from a subnet."""
        item = next(iter(place.table.items), None)
        routes = self._view.routes(item, place.network) if item else None
        if item is None or routes is None:
            gaps = (*place.table.gaps, *(item.gaps("routes") if item else ()))
            return Said(f"route table of {place.network.name} not known", _where(item, "routes"), gaps)
        hops = routes.hops(family, address)
        texts = [hop.text if hop != NO_ROUTE else f"no route to {spell(family, address)}" for hop in hops]
        where = _numbered(item.where("routes"), hops[0].index)
        return Said(f"{' or '.join(texts)} in {item.name}", where, place.table.gaps)


def _where(item: Item | None, attr: str) -> Source:
    return item.where(attr) if item else Source("", 0)


def _matches(entry: Entry, header: Header, address: int) -> bool:
    if entry.prefix is None or entry.ports is None:
        return True
    ports: Span = entry.ports
    port_matches = ports.protocol is None or (
        ports.protocol == header.protocol and ports.low <= header.port <= ports.high
    )
    return port_matches and entry.prefix.holds(header.family, address)


def rule_source(group: Item, way: str, index: int) -> Source:
    """The line of a rule of a security group, by its number; of the group where rules are not told apart."""
    return _numbered(group.where(way), index)


def _numbered(where: Source, index: int | None) -> Source:
    """A place in a list, by its number there; the whole list where there is no number, or no pointer."""
    return where.at(f"{where.pointer}/{index}") if where.pointer and index is not None else where
