"""The legs between an exit and an entry: guards in the order packets meet them, that explain themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scanner.facts.network.addresses import spell
from scanner.facts.network.atoms import Header
from scanner.facts.network.channel import Channel
from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.gateways import Gateway, Place
from scanner.facts.network.guards import Guard, Guards
from scanner.facts.network.items import Item
from scanner.facts.network.ports import ECHO, EPHEMERAL, TCP, UDP, Span
from scanner.facts.network.rules import NO_ROUTE, Entry, lets_all
from scanner.facts.network.view import Choice, View
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source


class Said(NamedTuple):
    """What decides about one packet, in words, where it is written, and what hides it."""

    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A subnet class of one side: an endpoint that stands for it, what serves it, its NAT gateway."""

    example: Endpoint
    place: Place
    gateway: Gateway | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """``name`` is ``acl``, ``route``, ``back`` or ``carrier``.

    ``ends`` are roles: ``near`` and ``far`` for the two subnets, ``leaves`` and ``enters`` for their
    networks, ``by`` for what carries. ``answer``: met by the answer only. ``quiet`` legs are told only
    when they filter.
    """

    name: str
    guard: Guard
    ends: tuple[str, str]
    say: Callable[[Header], Said]
    answer: bool = False
    quiet: bool = False


class Speaker:
    """Builds legs, and says which rule, entry or route decides about a packet."""

    def __init__(self, view: View, guards: Guards, channel: Channel) -> None:
        self._view, self._guards, self._channel = view, guards, channel

    def between(self, one: Side, other: Side) -> list[Leg]:
        """The legs from a subnet of E to a subnet of F and of the answer back."""
        if self._channel.direct and one.example.subnet and one.example.subnet == other.example.subnet:
            return []
        legs = [self._acl(one, leaves=True), self._route(one, forward=True)]
        if one.gateway:
            legs += self._through(one.gateway)
        if carrier := self._channel.carrier:
            state = Guard(self._full(carrier.state is Tri.YES), self._full(carrier.state is not Tri.NO))
            said = Said(carrier.by, carrier.source, carrier.gaps)
            legs.append(Leg("carrier", state, ("by", "enters"), lambda _: said))
        legs += [self._acl(other, leaves=False), self._route(other, forward=False)]
        legs.append(self._answer(one, other))
        return legs

    def rule(self, endpoint: Endpoint, way: str, atom: int) -> Said:
        """The security group rule that admits an atom, or what hides it."""
        for name in sorted(endpoint.groups or ()):
            for index, rule in enumerate(self._view.rules(name, way) or ()):
                if self._guards.rule(name, way, index).maybe & atom:
                    item = self._view.groups[name]
                    return Said(rule.said(name, way), item.where(way))
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

    def _full(self, passes: bool) -> int:
        return self._guards.all.sure if passes else 0

    def _acl(self, side: Side, *, leaves: bool) -> Leg:
        guard = self._guards.acl(side.place.acl, egress=leaves, target=leaves)
        return Leg(
            "acl",
            guard,
            ("near", "leaves") if leaves else ("enters", "far"),
            lambda header: self._entry(
                side.place.acl, leaves, header, header.target if leaves else header.source
            ),
            quiet=guard == self._guards.all,
        )

    def _entry(self, choice: Choice, egress: bool, header: Header, address: int) -> Said:
        item = next(iter(choice.items), None)
        entries = self._view.entries(item) if item else None
        if item is None or entries is None:
            gaps = (*choice.gaps, *(item.gaps("entries") if item else ()))
            return Said(f"network ACL {item.name if item else ''} not known", _where(item, "entries"), gaps)
        matched = next(
            (entry for entry in entries if entry.egress == egress and _matches(entry, header, address)), None
        )
        text = matched.text if matched else f"{'egress' if egress else 'ingress'} deny by default"
        return Said(f"network ACL {item.name} {text}", item.where("entries"), choice.gaps)

    def _route(self, side: Side, *, forward: bool) -> Leg:
        leads = self._channel.forward if forward else self._channel.back
        hidden = self._channel.hidden_forward if forward else self._channel.hidden_back
        guard = self._guards.route(
            side.place.table,
            side.place.network,
            lambda hop, family, address: leads(side.example, hop, family, address),
            target=forward,
            hidden=hidden,
        )
        return Leg(
            "route" if forward else "back",
            guard,
            ("leaves", "by") if forward else ("enters", "by"),
            lambda header: self._hop(side.place, header.family, header.target if forward else header.source),
            answer=not forward,
            quiet=not forward and self._channel.direct,
        )

    def _hop(self, place: Place, family: int, address: int) -> Said:
        item = next(iter(place.table.items), None)
        routes = self._view.routes(item, place.network) if item else None
        if item is None or routes is None:
            gaps = (*place.table.gaps, *(item.gaps("routes") if item else ()))
            return Said(f"route table of {place.network.name} not known", _where(item, "routes"), gaps)
        hops = routes.hops(family, address)
        texts = [hop.text if hop != NO_ROUTE else f"no route to {spell(family, address)}" for hop in hops]
        where = item.where("routes")
        if where.pointer and hops[0].index is not None:
            where = where.at(f"{where.pointer}/{hops[0].index}")
        return Said(f"{' or '.join(texts)} in {item.name}", where, place.table.gaps)

    def _through(self, nat: Gateway) -> list[Leg]:
        """Past a NAT gateway: its subnet's route, and its network ACL, which must be wide open to be sure."""
        route = self._guards.route(
            nat.place.table,
            nat.place.network,
            lambda hop, *_: Tri.of(hop.kind == "internet_gateway"),
            target=True,
        )
        entries = [self._view.entries(item) for item in nat.place.acl.items]
        lets_all_by = nat.place.acl.complete and all(one is not None and lets_all(one) for one in entries)
        filtered = Guard(self._full(lets_all_by), self._full(True))
        ends = ("leaves", "by")
        return [
            Leg("route", route, ends, lambda header: self._hop(nat.place, header.family, header.target)),
            Leg(
                "acl",
                filtered,
                ends,
                lambda header: self._entry(nat.place.acl, True, header, header.target),
                quiet=filtered == self._guards.all,
            ),
        ]

    def _answer(self, one: Side, other: Side) -> Leg:
        """The answer: out of F's subnet, into E's, on an ephemeral port."""
        back = self._guards.acl(other.place.acl, egress=True, target=False)
        home = self._guards.acl(one.place.acl, egress=False, target=True)
        guard = self._guards.answer(back, home)

        def say(header: Header) -> Said:
            answers = [Header(*header[:4], port) for port in self._answer_ports(header)]
            said = [
                (
                    self._entry(other.place.acl, True, answer, header.source),
                    self._entry(one.place.acl, False, answer, header.target),
                )
                for answer in answers
            ]
            best = next((pair for pair in said if not any("deny" in part.by for part in pair)), said[0])
            held = next((part for part in best if "deny" in part.by or "not known" in part.by), best[0])
            return Said(f"answer: {held.by}", held.source, (*best[0].gaps, *best[1].gaps))

        return Leg("acl", guard, ("far", "near"), say, answer=True, quiet=guard == self._guards.all)

    def _answer_ports(self, header: Header) -> list[int]:
        if header.protocol in (TCP, UDP):
            lows = [low for protocol, low, _ in self._guards.port_classes if protocol == header.protocol]
            return [low for low in lows if low >= EPHEMERAL]
        if header.protocol in ECHO and header.port // 256 == ECHO[header.protocol][0]:
            return [256 * ECHO[header.protocol][1]]
        return [header.port]


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
