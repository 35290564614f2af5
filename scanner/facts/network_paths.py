"""Network paths: which interfaces of an environment can reach which of another, and by what.

A crossing E -> F is proven only by a real packet: one that passes the security groups and network ACL
of its source, the longest matching route, an active peering (never two in a row), the tables of transit
gateways or a shared network, the network ACL and security groups of its target, and whose answer finds
its way back. Per border there is one crossing: the peering, the transit route table, or where nothing but
a security group of F admits, that group. A load balancer of E or of a service leads on to the targets that
it passes on to: there the border is the target group.

It is undecided where a gap or an unmodelled device leaves it open; latent where a peering, or a
security group that names the other environment, stands and something still holds it closed. Traffic
over the internet crosses only where F admits public addresses of E in particular: a group that admits
the whole internet is judged by HRD-001. A network of an account that was not collected is external.

Assumed: interfaces send from their own addresses only; delegated prefixes are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scanner.facts.crossings import pairs
from scanner.facts.network.answers import Answer, Claim, Rule, answers
from scanner.facts.network.blindness import Blindness
from scanner.facts.network.channel import Channel
from scanner.facts.network.devices import over_devices
from scanner.facts.network.endpoints import Endpoints, Narrowed
from scanner.facts.network.found import AT, Found, join
from scanner.facts.network.grants import Grants
from scanner.facts.network.halves import half_open
from scanner.facts.network.naming import Names
from scanner.facts.network.networks import Peering, Side
from scanner.facts.network.ports import Span
from scanner.facts.network.private_links import private_links
from scanner.facts.network.relays import Relays
from scanner.facts.network.transit_ways import over_transit
from scanner.facts.network.view import View
from scanner.facts.network.ways import OVER, inside, over_internet, over_peering
from scanner.model.estate import Estate
from scanner.model.facts import Crossing, Facts, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    "network.cidrs",
    "network.default",
    "subnet.network",
    "subnet.cidrs",
    "subnet.owner",
    "route_table.network",
    "route_table.subnets",
    "route_table.main",
    "route_table.routes",
    "network_acl.network",
    "network_acl.subnets",
    "network_acl.entries",
    "security_group.network",
    "security_group.ingress",
    "security_group.egress",
    "transit_gateway.owner",
    "transit_gateway.group_references",
    "transit_attachment.transit_gateway",
    "transit_attachment.owner",
    "transit_attachment.type",
    "transit_attachment.target",
    "transit_attachment.state",
    "transit_attachment.route_table",
    "transit_attachment.subnets",
    "transit_attachment.group_references",
    "transit_route_table.routes",
    "prefix_list.owner",
    "prefix_list.entries",
    "public_access_block.mode",
    "public_access_exclusion.target",
    "public_access_exclusion.mode",
    "public_access_exclusion.state",
    "endpoint.service",
    "endpoint.state",
    "endpoint_service.service",
    "endpoint_service.load_balancers",
    "load_balancer.type",
    "load_balancer.listeners",
    "load_balancer.instances",
    "target_group.type",
    "target_group.network",
    "target_group.protocol",
    "target_group.port",
    "target_group.load_balancers",
    "target_group.targets",
    "peering.status",
    "peering.requester",
    "peering.accepter",
    "interface.network",
    "interface.subnet",
    "interface.groups",
    "interface.addresses",
    "interface.public_addresses",
    "interface.owner",
    "interface.description",
    "interface.attached_to",
)


def derive(estate: Estate) -> Facts:
    """All crossings of every ordered pair of environments that must be apart, and the blind pairs."""
    paths = _Paths(estate)
    crossings: list[Crossing] = []
    blind: dict[str, tuple[Gap, ...]] = {}
    for source, target in pairs(estate):
        found = _Pair(paths, source, target)
        crossings += join(found.all(), source, target, estate.flows)
        if found.blind is not None:
            blind[f"{source}->{target}"] = tuple(sorted(found.blind))
    return Facts(tuple(crossings), (), blind)


class _Paths:
    """What all pairs share."""

    def __init__(self, estate: Estate) -> None:
        self.view = View(estate)
        self.endpoints = Endpoints(self.view)
        self.names = Names(self.view, self.endpoints)
        self.grants = Grants(self.view, self.endpoints, self.names)
        self.blindness = Blindness(self.view, self.names)
        self.relays = Relays(self.view, self.endpoints)


class _Pair:
    """The crossings of one ordered pair."""

    def __init__(self, paths: _Paths, source: str, target: str) -> None:
        self._paths, self._source, self._target = paths, source, target
        self._ends, self._only = paths.endpoints, tuple[Span, ...]()
        self._used: set[Rule] = set()
        self.blind: set[Gap] | None = None

    def all(self) -> list[Found]:
        """Everything found, the half-open grants last: they are what no path made use of."""
        paths = self._paths
        self._blinded(paths.blindness.of(self._source, self._target))
        found = [*self._inside(), *self._peerings(), *self._transit(), *self._internet(), *self._devices()]
        ends = (self._source, self._target)
        links, hiding = private_links(paths.view, paths.endpoints, *ends, self._between)
        self._blinded(hiding)
        relayed = paths.relays.of(self._source, self._target, self._between)
        self._blinded(paths.relays.hiding(self._source, self._target))
        half = paths.grants.half_open(self._source, self._target, self._used)
        return [*found, *links, *relayed, *half]

    def _between(
        self, source: str, target: str, kept: Mapping[str, frozenset[str]], only: tuple[Span, ...]
    ) -> list[Found]:
        """What is open between two places, of some of their interfaces and on some ports."""
        part = _Pair(self._paths, source, AT if AT in kept else target)
        part._ends, part._only = Narrowed(self._paths.endpoints, kept, {AT: target}), only
        found = [*part._inside(), *part._open_peerings(), *part._transit(), *part._internet()]
        return [*found, *part._devices()]

    def _inside(self) -> Iterator[Found]:
        ends = self._ends
        for network in self._paths.view.networks.values():
            sources, targets = (ends.within(name, network.name) for name in (self._source, self._target))
            if sources and targets:
                yield from self._by_group(inside(network, sources, targets), network.name)

    def _internet(self) -> Iterator[Found]:
        channel = over_internet(self._paths.view, self._ends, self._source, self._target)
        if channel:
            yield from self._by_group(channel, "internet")

    def _by_group(self, channel: Channel, otherwise: str) -> Iterator[Found]:
        """A crossing for each security group of F that admits; ``otherwise`` where none is known."""
        _, *both = answers(self._paths.view, replace(channel, only=self._only))
        for answer in both:
            self._used |= answer.rules()
            for group in sorted(answer.admitting()):
                if claim := answer.claim(group):
                    yield replace(_found(group or otherwise, claim), removable=bool(group))

    def _ways(self) -> Iterator[tuple[Peering, Side, Side]]:
        for peering in self._paths.view.peerings.values():
            first, second = peering.sides
            if peering.status in OVER or first is None or second is None:
                continue
            yield peering, first, second
            yield peering, second, first

    def _peerings(self) -> Iterator[Found]:
        for way in self._ways():
            yield from self._over(*way)

    def _open_peerings(self) -> Iterator[Found]:
        for way in self._ways():
            channel = self._peered(*way)
            yield from self._passing(channel) if channel.sources and channel.targets else ()

    def _peered(self, peering: Peering, near: Side, far: Side) -> Channel:
        ends = self._ends
        sources, targets = ends.within(self._source, near.network), ends.within(self._target, far.network)
        return over_peering(self._paths.view, peering, (near, far), sources, targets)

    def _over(self, peering: Peering, near: Side, far: Side) -> Iterator[Found]:
        view, ends = self._paths.view, self._ends
        channel = self._peered(peering, near, far)
        open_ = list(self._passing(channel)) if channel.sources and channel.targets else []
        yield from open_
        one, other = view.networks[near.network], view.networks[far.network]
        stands = self._paths.names.belongs(one, self._source) & self._paths.names.belongs(other, self._target)
        if open_ or stands is Tri.NO:
            return
        half = half_open(view, ends, channel, one, other)
        if stands is Tri.UNKNOWN or peering.status is None:
            gaps = (*one.gaps, *other.gaps, *peering.item.gaps("status"))
            half = _undecided(half, gaps)
        yield half

    def _passing(self, channel: Channel) -> Iterator[Found]:
        _, *both = answers(self._paths.view, replace(channel, only=self._only))
        for answer in both:
            yield from self._claimed(answer, str(channel.border))

    def _claimed(self, answer: Answer, border: str) -> Iterator[Found]:
        if claim := answer.claim():
            self._used |= answer.rules()
            yield _found(border, claim)

    def _transit(self) -> Iterator[Found]:
        paths = self._paths
        for channel in over_transit(paths.view, self._ends, self._source, self._target):
            yield from self._passing(channel)

    def _devices(self) -> Iterator[Found]:
        view, endpoints = self._paths.view, self._ends
        for channel in over_devices(view, endpoints, self._source, self._target):
            for found in self._passing(channel):
                if channel.border is None:
                    self._blinded({gap for step in found.steps for gap in step.gaps})
                else:
                    yield found

    def _blinded(self, gaps: set[Gap] | None) -> None:
        if gaps is not None:
            self.blind = (self.blind or set()) | gaps


def _found(border: str, claim: Claim) -> Found:
    return Found(
        border,
        claim.state,
        frozenset(claim.sources),
        frozenset(claim.targets),
        frozenset(claim.ports),
        claim.steps,
    )


def _undecided(half: Found, gaps: tuple[Gap, ...]) -> Found:
    """A half-open peering of which it is not known whether it stands, or between whom."""
    steps = tuple(
        Step(step.source_id, step.target_id, step.by, step.source, Tri.UNKNOWN, tuple(sorted({*gaps})))
        if number == 0
        else step
        for number, step in enumerate(half.steps)
    )
    return Found(half.border, Tri.UNKNOWN, half.sources, half.targets, half.ports, steps)
