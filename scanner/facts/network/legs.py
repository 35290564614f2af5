"""The legs between an exit and an entry: guards in the order packets meet them, that explain themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scanner.facts.network.atoms import Header
from scanner.facts.network.channel import Channel
from scanner.facts.network.filters import Filter, far_filters, near_filters
from scanner.facts.network.gateways import Gateway, Side
from scanner.facts.network.guards import Guard, Guards
from scanner.facts.network.landing import Ends, Landings, ends, routed
from scanner.facts.network.ports import ECHO, EPHEMERAL, TCP, UDP
from scanner.facts.network.rules import Hop, lets_all
from scanner.facts.network.view import View
from scanner.facts.network.words import Said, Words
from scanner.model.logic import Tri
from scanner.model.snapshot import Source

Say = Callable[[Header], tuple[Said, ...]]


@dataclass(frozen=True, slots=True)
class Leg:
    """``name`` is ``acl``, ``route``, ``back`` or ``carrier``.

    ``ends`` are roles: ``near`` and ``far`` for the two subnets, ``leaves`` and ``enters`` for their
    networks, ``by`` for what carries. ``say`` tells what decides about a packet, step by step. ``answer``:
    met by the answer only. ``quiet`` legs are told only when they filter.
    """

    name: str
    guard: Guard
    ends: tuple[str, str]
    say: Say
    answer: bool = False
    quiet: bool = False


class Speaker:
    """Builds legs, and says which rule, entry or route decides about a packet."""

    def __init__(self, view: View, guards: Guards, channel: Channel) -> None:
        self._view, self._guards, self._channel = view, guards, channel
        self.words = Words(view, guards)
        self._landings: dict[tuple[object, ...], Landings] = {}
        # Many pairs of subnets share a side, and more share their filters.
        self._routes: dict[tuple[int, bool], Leg] = {}
        self._answers: dict[tuple[object, ...], tuple[Guard, Guard]] = {}

    def between(self, one: Side, other: Side) -> list[Leg]:
        """The legs from a subnet of E to a subnet of F and of the answer back."""
        if self._channel.direct and one.example.subnet and one.example.subnet == other.example.subnet:
            return []
        return [*self.leaving(one), *self.arriving(one, other, {one.place.network.name: -1})]

    def leaving(self, one: Side) -> list[Leg]:
        """The legs from a subnet of E up to what carries: they do not depend on where packets go."""
        out, _ = near_filters(self._view, self._channel, one)
        legs = [*self._acls(out, ("near", "leaves")), self._route(one, forward=True)]
        if one.gateway:
            legs += self._through(one.gateway)
        if carrier := self._channel.carrier:
            state = Guard(self._full(carrier.state is Tri.YES), self._full(carrier.state is not Tri.NO))
            said = Said(carrier.by, carrier.source, carrier.gaps)
            quiet = bool(self._channel.transit)
            legs.append(Leg("carrier", state, ("by", "enters"), lambda _: (said,), quiet=quiet))
        return legs

    def arriving(self, one: Side, other: Side, came: Mapping[str, int]) -> list[Leg]:
        """The legs from what carries to a subnet of F, and of the answer all the way back.

        ``came`` are the networks of E that packets come from, with the classes of their sources; ``one``
        stands for all of them (``kinship``).
        """
        come, back = far_filters(self._view, self._channel, other)
        _, home = near_filters(self._view, self._channel, one)
        legs = [self._transit(one, other)] if self._channel.transit else []
        legs += self._acls(come, ("enters", "far"))
        way = self._home(other, came) if self._channel.transit else self._route(other, forward=False)
        return [*legs, way, self._answer([*back, *home], way.guard.sure)]

    def kinship(self, one: Side) -> tuple[object, ...]:
        """Equal for subnets of E from which ``arriving`` differs in nothing but ``came``."""
        _, home = near_filters(self._view, self._channel, one)
        return (self._entered(one), tuple(self._read(met) for met in home))

    def _full(self, passes: bool) -> int:
        return self._guards.all.sure if passes else 0

    def _acls(self, met: Iterable[Filter], ends: tuple[str, str]) -> list[Leg]:
        return [self._acl(one, ends) for one in met]

    def _acl(self, met: Filter, ends: tuple[str, str]) -> Leg:
        guard = self._read(met)

        def say(header: Header) -> tuple[Said, ...]:
            return (self._entry(met, header),)

        return Leg("acl", guard, ends, say, quiet=guard == self._guards.all)

    def _entry(self, met: Filter, header: Header) -> Said:
        """The entry of a network ACL that decides about a packet."""
        address = header.target if met.target else header.source
        return self.words.entry(met.choice, met.egress, header, address)

    def _read(self, met: Filter) -> Guard:
        return self._guards.acl(met.choice, egress=met.egress, target=met.target)

    def _route(self, side: Side, *, forward: bool) -> Leg:
        key = (id(side), forward)
        if key not in self._routes:
            self._routes[key] = self._routed(side, forward=forward)
        return self._routes[key]

    def _routed(self, side: Side, *, forward: bool) -> Leg:
        leads = self._channel.forward if forward else self._channel.back
        hidden = self._channel.hidden_forward if forward else self._channel.hidden_back
        guard = self._guards.route(
            side.place.table,
            side.place.network,
            lambda hop, family, address: leads(side.example, hop, family, address),
            target=forward,
            hidden=hidden,
        )
        told = self.words.hop if self._channel.transit else self.words.onward

        def say(header: Header) -> tuple[Said, ...]:
            return (told(side.place, header.family, header.target if forward else header.source),)

        ends = ("leaves", "by") if forward else ("enters", "by")
        return Leg(
            "route" if forward else "back",
            guard,
            ends,
            say,
            answer=not forward,
            quiet=not forward and self._channel.direct,
        )

    def _entered(self, one: Side) -> tuple[object, ...]:
        """Equal for subnets whose packets the transit gateway routes alike."""
        item = self._view.transit.attachment(self._channel.transit, (one.gateway or one).place.network.name)
        return ("transit", item.get("route_table") if item else None, item.get("state") if item else None)

    def _transit(self, one: Side, other: Side) -> Leg:
        """Through the transit gateway, from one network to another."""
        gateway, near = self._channel.transit, (one.gateway or one).place.network.name
        key = self._entered(one)
        if key not in self._landings:
            hop = Hop("transit_gateway", gateway, "")
            self._landings[key] = Landings(
                self._guards.examples(target=True), lambda *address: self._lands(near, hop, *address)
            )
        guard = self._guards.classes(*self._landings[key].of(other.place.network.name), target=True)

        def say(header: Header) -> tuple[Said, ...]:
            found = self._view.transit.land(near, gateway, header.family, header.target)
            texts = " or ".join(dict.fromkeys(one.by for one in found))
            where = found[0].source if found else self._where(gateway)
            gaps = tuple(sorted({gap for one in found for gap in one.gaps}))
            return (Said(texts or f"transit gateway {gateway} has no route for it", where, gaps),)

        return Leg("route", guard, ("by", "enters"), say)

    def _lands(self, near: str, hop: Hop, family: int, address: int) -> Ends:
        return ends(self._view, self._view.networks[near], hop, family, address)

    def _where(self, gateway: str) -> Source:
        item = self._view.transit.item(gateway)
        return item.where("state") if item else Source("", 0)

    def _home(self, other: Side, came: Mapping[str, int]) -> Leg:
        """The answer's way: by whatever leads from F's subnet back into the network that asked."""
        place = other.place
        key = ("home", place.network.name, *place.table.key)
        if key not in self._landings:
            self._landings[key] = Landings(
                self._guards.examples(target=False),
                lambda *address: routed(self._view, place.network, place.table, *address),
            )
        sure = maybe = 0
        for network, classes in came.items():
            lands = self._landings[key].of(network)
            sure, maybe = sure | lands[0] & classes, maybe | lands[1] & classes
        guard = self._guards.classes(sure, maybe, target=False)
        return Leg(
            "back",
            guard,
            ("enters", "by"),
            lambda header: (self.words.onward(place, header.family, header.source),),
            answer=True,
        )

    def _through(self, nat: Gateway) -> list[Leg]:
        """Past a NAT gateway: its subnet's route, and its network ACL, which must be wide open to be sure."""
        route = self._guards.route(
            nat.place.table,
            nat.place.network,
            lambda hop, *_: Tri.of(self._onward(hop)),
            target=True,
        )
        entries = [self._view.entries(item) for item in nat.place.acl.items]
        lets_all_by = nat.place.acl.complete and all(one is not None and lets_all(one) for one in entries)
        filtered = Guard(self._full(lets_all_by), self._full(True))
        out, ends = Filter(nat.place.acl, True, True), ("leaves", "by")

        def routed(header: Header) -> tuple[Said, ...]:
            return (self.words.hop(nat.place, header.family, header.target),)

        def entered(header: Header) -> tuple[Said, ...]:
            return (self._entry(out, header),)

        quiet = filtered == self._guards.all
        return [Leg("route", route, ends, routed), Leg("acl", filtered, ends, entered, quiet=quiet)]

    def _onward(self, hop: Hop) -> bool:
        """Whether a NAT gateway's route leads into the channel."""
        if gateway := self._channel.transit:
            return hop.kind == "transit_gateway" and hop.target == gateway
        return hop.kind == "internet_gateway"

    def _answer(self, met: list[Filter], home: int) -> Leg:
        """The answer: out of F's subnet, into E's, on an ephemeral port.

        What may not come ``home`` by the way that these filters are of may not meet those between.
        """
        key = tuple((one.choice.key, one.egress, one.target) for one in met)
        if key not in self._answers:
            read = [self._read(one) for one in met]
            self._answers[key] = (self._guards.answer(read), self._guards.answer([read[0], read[-1]]))
        guard, ends = self._answers[key]
        if self._channel.transit:
            guard = Guard(guard.sure, guard.maybe | ends.maybe & ~home)

        filtering = [self._read(one) != self._guards.all for one in met]

        def say(header: Header) -> tuple[Said, ...]:
            answers = [Header(*header[:4], port) for port in self._answer_ports(header)]
            said = [[self._entry(one, answer) for one in met] for answer in answers]
            best = next((parts for parts in said if not any("deny" in part.by for part in parts)), said[0])
            gaps = tuple(gap for part in best for gap in part.gaps)
            held = [part for part in best if "deny" in part.by or "not known" in part.by][:1]
            told = (
                held or [part for part, filters in zip(best, filtering, strict=True) if filters] or best[:1]
            )
            return tuple(Said(f"answer: {part.by}", part.source, gaps) for part in told)

        return Leg("acl", guard, ("far", "near"), say, answer=True, quiet=guard == self._guards.all)

    def _answer_ports(self, header: Header) -> list[int]:
        if header.protocol in (TCP, UDP):
            lows = [low for protocol, low, _ in self._guards.port_classes if protocol == header.protocol]
            return [low for low in lows if low >= EPHEMERAL]
        if header.protocol in ECHO and header.port // 256 == ECHO[header.protocol][0]:
            return [256 * ECHO[header.protocol][1]]
        return [header.port]
