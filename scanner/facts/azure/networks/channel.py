"""A channel: one way in which packets get from a network to another, and what passes it.

All that filters and routes read of a packet are its addresses, protocol and port. So what leaves the near
side
and what the far side takes are two sets of packets, each the union of what its interfaces send or take, and
what passes is what is in both: nothing is asked of each pair of interfaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.facts.azure.networks.ends import End
from scanner.facts.azure.networks.filters import Group, Passing, Said, joined
from scanner.facts.azure.networks.inventory import Inventory, get, knows
from scanner.facts.azure.networks.routes import Hop, Routes
from scanner.facts.azure.networks.rules import Rule, rules_of
from scanner.facts.azure.networks.tags import Words, virtual_network
from scanner.facts.network.addresses import Prefix, parse
from scanner.facts.network.atoms import Ends, Header, Universe, ones
from scanner.facts.network.ports import TCP, PortAtoms
from scanner.model.estate import Resource
from scanner.model.logic import Tri

UNSURE, DIRECT = "?", "direct"
"""References: members of groups that are not known, and private endpoints that routes do not apply to."""
Leads = Callable[[Hop], Tri]


@dataclass(frozen=True)
class Channel:
    """``border`` is the grant that leaves; ``None`` where it is the security group that admits.

    ``forward`` and ``back`` say which hops lead into it. ``carrier`` is what carries, ``state`` whether it
    does.
    ``open_back``: the way back is not asked about, because what carries may change addresses. ``senders``:
    who sends, where the sources stand for a device that passes it on.
    """

    near: str
    far: str
    sources: tuple[End, ...]
    targets: tuple[End, ...]
    forward: Leads
    back: Leads
    border: str | None = None
    carrier: Said | None = None
    state: Tri = Tri.YES
    open_back: bool = False
    senders: tuple[End, ...] = ()


class Side:
    """How the ends of one side of a channel are routed and filtered."""

    def __init__(self, asked: Asked, network: str, *, egress: bool) -> None:
        self._asked, self._network, self._egress = asked, network, egress
        self._routes: dict[str | None, Routes] = {}
        self._groups: dict[tuple[str, str | None], Group] = {}
        self._ways: dict[str | None, Passing] = {}
        self._filtered: dict[str, Passing] = {}

    def passing(self, end: End) -> Passing:
        """What an end sends, or takes, wherever it comes from or goes to."""
        return self.filters(end).then(self.way(end))

    def filters(self, end: End) -> Passing:
        """What the security groups of an end and of its subnet let by."""
        full = self._asked.universe.full
        if self.is_unfiltered(end):
            return Passing(full, full)
        parts = [self.group(name, end).passing for name in self.names(end)]
        if end.groups is None or not knows(self._subnet(end), "security_group"):
            parts.append(Passing(0, full))
        if get(self._asked.inventory.networks.get(self._network), "admin_rules") is not False:
            return Passing(0, full)
        return joined(parts, full)

    def names(self, end: End) -> list[str]:
        """The security groups that read an end's packets, in turn."""
        own = list(end.groups or ())
        shared = get(self._subnet(end), "security_group")
        both = [*own, *([shared] if shared else [])]
        return both if self._egress else both[::-1]

    def group(self, name: str, end: End) -> Group:
        """A security group as it is read for an end."""
        asked, routes = self._asked, self.routes(end)
        key = (name, self._table(end))
        if key not in self._groups:
            tag = virtual_network(asked.inventory, self._network, routes)
            words = (Words(asked.universe.sources, tag, UNSURE), Words(asked.universe.targets, tag, UNSURE))
            self._groups[key] = Group(
                asked.inventory, name, egress=self._egress, universe=asked.universe, words=words
            )
        return self._groups[key]

    def routes(self, end: End) -> Routes:
        """The routes of an end's subnet."""
        table = self._table(end)
        if table not in self._routes:
            known = knows(self._subnet(end), "route_table")
            self._routes[table] = Routes(self._asked.inventory, self._network, table, known=known)
        return self._routes[table]

    def way(self, end: End) -> Passing:
        """What routes send into the channel: on the near side by target, on the far one by source."""
        universe = self._asked.universe
        if not self._egress and (self.is_direct(end) or self._asked.channel.open_back):
            return Passing(universe.full, universe.full)
        table = self._table(end)
        if table not in self._ways:
            self._ways[table] = self._led(self.routes(end))
        return self._ways[table]

    def hops(self, end: End, header: Header) -> tuple[Hop, ...]:
        """Where an end's subnet sends a packet, or its answer."""
        address = header.target if self._egress else header.source
        direct = self._egress and self._asked.is_direct(header)
        return self.routes(end).hops(header.family, address, direct=direct)

    def is_direct(self, end: End) -> bool:
        """Whether an end is a private endpoint that routes do not apply to."""
        return end.endpoint and "routes" not in (get(self._subnet(end), "endpoint_policies") or ())

    def _led(self, routes: Routes) -> Passing:
        universe = self._asked.universe
        far = universe.targets if self._egress else universe.sources
        leads = self._asked.channel.forward if self._egress else self._asked.channel.back
        direct = far.members(DIRECT) if self._egress else 0
        sure = maybe = 0
        for number in ones(far.all):
            hops = routes.hops(*far.examples[number], direct=bool(direct >> number & 1))
            said = [leads(hop) for hop in hops]
            sure |= (bool(said) and all(each is Tri.YES for each in said)) << number
            maybe |= any(each is not Tri.NO for each in said) << number
        every, full = universe.ports.all, universe.full
        if self._egress:
            held = (universe.box(universe.sources.all, bits, every) for bits in (sure, maybe))
            return Passing(*(bits & full for bits in held))
        # Only TCP needs an answer: a datagram has arrived where none comes back.
        asked = universe.ports.protocols[TCP]
        alone = universe.box(universe.sources.all, universe.targets.all, every & ~asked)
        back = (universe.box(bits, universe.targets.all, asked) for bits in (sure, maybe))
        return Passing(*((bits | alone) & full for bits in back))

    def is_unfiltered(self, end: End) -> bool:
        """Whether an end is a private endpoint that security groups do not apply to."""
        return end.endpoint and "groups" not in (get(self._subnet(end), "endpoint_policies") or ())

    def _table(self, end: End) -> str | None:
        found = get(self._subnet(end), "route_table")
        return str(found) if found else None

    def _subnet(self, end: End) -> Resource | None:
        return self._asked.inventory.subnets.get(end.subnet or "")


class Asked:
    """A channel with the packets that tell its rules apart."""

    def __init__(self, inventory: Inventory, channel: Channel) -> None:
        self.inventory, self.channel = inventory, channel
        self.near = Side(self, channel.near, egress=True)
        self.far = Side(self, channel.far, egress=False)
        self.sources, self.targets = _classes(channel.sources), _classes(channel.targets)

    @cached_property
    def universe(self) -> Universe:
        """Packets from each source to each target, by all that rules and routes of both sides tell apart."""
        rules = self._rules
        cuts = {
            prefix for rule in rules for word in (*rule.sources, *rule.targets) if (prefix := parse(word))
        }
        for side, ends in ((self.near, self.sources), (self.far, self.targets)):
            for end, _ in ends:
                cuts.update(side.routes(end).prefixes)
        cuts.update(self._ranges())
        names = {name for rule in rules for name in (*rule.source_groups, *rule.target_groups)}
        sources, targets = Ends(cuts, names | {UNSURE}), Ends(cuts, names | {UNSURE, DIRECT})
        for classes, told, egress in ((sources, self.sources, True), (targets, self.targets, False)):
            for end, _ in told:
                for prefix in end.prefixes:
                    classes.add(prefix, self._known(end, egress=egress))
        return Universe(sources, targets, PortAtoms(span for rule in rules for span in rule.spans))

    def box(self, end: End, *, egress: bool) -> int:
        """The packets from an end's addresses, or to them."""
        universe = self.universe
        ends = universe.sources if egress else universe.targets
        known = self._known(end, egress=egress)
        held = 0
        for prefix in end.prefixes:
            held |= ends.add(prefix, known)
        sources, targets = (held, universe.targets.all) if egress else (universe.sources.all, held)
        return universe.box(sources, targets, universe.ports.all) & universe.full

    def _known(self, end: End, *, egress: bool) -> frozenset[str]:
        """The references that an end's addresses are in."""
        known = frozenset({UNSURE}) if end.names is None else end.names
        return known if egress or not self.far.is_direct(end) else known | {DIRECT}

    def is_direct(self, header: Header) -> bool:
        """Whether a packet goes to a private endpoint that routes do not apply to."""
        members = self.universe.targets.members(DIRECT)
        return any(
            self.universe.targets.examples[number] == (header.family, header.target)
            for number in ones(members)
        )

    @cached_property
    def _rules(self) -> list[Rule]:
        found: list[Rule] = []
        for side, ends, egress in ((self.near, self.sources, True), (self.far, self.targets, False)):
            for name in sorted({name for end, _ in ends for name in side.names(end)}):
                item = self.inventory.groups.get(name)
                found += rules_of(get(item, "rules") or (), egress=egress)
        return found

    def _ranges(self) -> Iterable[Prefix]:
        for network in (self.channel.near, self.channel.far):
            yield from self.inventory.cidrs(network) or ()
            for half in self.inventory.halves.get(network, ()):
                for side in ("requester", "accepter"):
                    yield from (
                        prefix
                        for text in (get(half, side) or {}).get("cidrs") or ()
                        if (prefix := parse(text))
                    )


def _classes(ends: Iterable[End]) -> list[tuple[End, list[End]]]:
    """Ends that are filtered and routed alike, each with one that stands for them."""
    found: dict[tuple[object, ...], list[End]] = {}
    for end in ends:
        found.setdefault(end.key, []).append(end)
    return [
        (replace(some[0], prefixes=tuple(sorted({p for each in some for p in each.prefixes}))), some)
        for some in found.values()
    ]
