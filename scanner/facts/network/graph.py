"""The graph of one channel: interfaces collapsed into classes, subnets into exits and entries.

``from`` nodes (interfaces of E that no guard tells apart) lead by their security groups' egress rules
to ``exit`` nodes (subnets served by one route table and network ACL); an exit leads to an ``entry`` by
network ACLs, routes and the carrier, there and back; an entry to ``to`` nodes by ingress rules. Over a
transit gateway exits lead to entries by way of hubs (``scanner.facts.network.hubs``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scanner.facts.network.addresses import Prefix
from scanner.facts.network.atoms import Ends, Universe
from scanner.facts.network.channel import Channel
from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.fixpoint import Graph, Reach, spread
from scanner.facts.network.gateways import Place, Side, behind
from scanner.facts.network.guards import Guard, Guards
from scanner.facts.network.hubs import Hub, hubs
from scanner.facts.network.legs import Leg, Speaker
from scanner.facts.network.nodes import Nodes
from scanner.facts.network.ports import PortAtoms, Span
from scanner.facts.network.rules import Entry
from scanner.facts.network.view import View
from scanner.model.logic import Tri

_LIMIT = 1 << 22
"""Most atoms of one question: more sources than that allows are asked about in turn."""


@dataclass(frozen=True, slots=True)
class Class:
    """Interfaces that no guard tells apart: ``bits`` their address classes, ``place`` their subnet class."""

    members: tuple[Endpoint, ...]
    bits: int
    place: int

    @property
    def first(self) -> Endpoint:
        """The member that stands for all."""
        return self.members[0]


class Question:
    """Which packets pass a channel, for certain and maybe. ``relaxed`` legs are taken as open."""

    def __init__(self, view: View, channel: Channel, ends: tuple[Ends, Ends], ports: PortAtoms) -> None:
        self.view, self.channel = view, channel
        self.exits: list[Side] = []
        self.entries: list[Side] = []
        self.sources = self._classes(channel.sources, ends[0], self.exits)
        self.targets = self._classes(channel.targets, ends[1], self.entries)
        self.universe = Universe(*ends, ports)
        self.guards = Guards(view, self.universe, channel.manner)
        self.speaker = Speaker(view, self.guards, channel)
        every = (self.universe.sources.all, self.universe.targets.all)
        self._unanswered = 0 if channel.answered else self.universe.box(*every, ports.unanswered)
        places = (len(self.exits), len(self.entries))
        found = self._hubs() if channel.transit else []
        self.nodes = Nodes(len(self.sources), *places, len(found), len(self.targets))
        self._links = list(self._by_hubs(found) if channel.transit else self._by_pairs())

    def links(self, near: int, far: int) -> list[Leg]:
        """The legs from an exit to an entry."""
        return self.speaker.between(self.exits[near], self.entries[far])

    def _by_pairs(self) -> Iterator[tuple[int, int, list[Leg]]]:
        for near, one in enumerate(self.exits):
            for far, other in enumerate(self.entries):
                legs = self.speaker.between(one, other)
                yield self.nodes.exits[near], self.nodes.entries[far], legs

    def _by_hubs(self, found: list[Hub]) -> Iterator[tuple[int, int, list[Leg]]]:
        for hub, node in zip(found, self.nodes.hubs, strict=True):
            for near in hub.exits:
                yield self.nodes.exits[near], node, self.speaker.leaving(self.exits[near])
            for far, other in enumerate(self.entries):
                legs = self.speaker.arriving(hub.first, other, hub.came)
                yield node, self.nodes.entries[far], legs

    def _hubs(self) -> list[Hub]:
        classes = [0] * len(self.exits)
        for one in self.sources:
            classes[one.place] |= one.bits
        return hubs(self.speaker, zip(self.exits, classes, strict=True))

    def graph(self, state: Tri, relaxed: frozenset[str] = frozenset()) -> Graph:
        """The edges that are sure (YES) or may be (UNKNOWN)."""
        nodes = self.nodes
        graph = Graph(nodes.count)
        for node, one in zip(nodes.sources, self.sources, strict=True):
            guard = self._pick(self.groups(one, "egress"), state, "egress" in relaxed)
            graph.add(node, nodes.exits[one.place], guard)
        for origin, onward, legs in self._links:
            guard = self.universe.full
            for leg in legs:
                passing = self._pick(leg.guard, state, leg.name in relaxed)
                guard &= passing | self._unanswered if leg.answer else passing
            graph.add(origin, onward, guard)
        for node, one in zip(nodes.targets, self.targets, strict=True):
            if state is Tri.UNKNOWN or one.first.sure:
                guard = self._pick(self.groups(one, "ingress"), state, "ingress" in relaxed) & self._mine(one)
                graph.add(nodes.entries[one.place], node, guard)
        return graph

    def reach(self, graph: Graph, state: Tri) -> Reach:
        """The fixpoint from every interface of E; hypothetical ones may be, and are never sure."""
        starts = {}
        for node, one in zip(self.nodes.sources, self.sources, strict=True):
            if state is Tri.UNKNOWN or one.first.sure:
                universe = self.universe
                starts[node] = universe.box(one.bits, universe.targets.all, self._asked()) & universe.full
        return spread(graph, starts)

    def groups(self, one: Class, way: str) -> Guard:
        """What the security groups of a class admit one way."""
        return self.guards.groups(one.first.groups, one.first.network.name, way)

    def _asked(self) -> int:
        """The classes of ports that the question is about."""
        ports, asked = self.universe.ports, 0
        for what in self.channel.only:
            asked |= ports.matching(what)
        return asked if self.channel.only else ports.all

    def _mine(self, one: Class) -> int:
        universe = self.universe
        return universe.box(universe.sources.all, one.bits, universe.ports.all)

    def _pick(self, guard: Guard, state: Tri, relaxed: bool) -> int:
        if relaxed:
            return self.universe.full
        return guard.sure if state is Tri.YES else guard.maybe

    def _classes(self, endpoints: Iterable[Endpoint], ends: Ends, sides: list[Side]) -> list[Class]:
        """Interfaces by subnet class, groups, address classes and certainty."""
        found: dict[tuple[int, frozenset[str] | None, int, bool], list[Endpoint]] = {}
        places: dict[tuple[object, ...], int] = {}
        for endpoint in sorted(
            endpoints, key=lambda one: (not one.sure, one.id, one.prefixes, one.subnet or "")
        ):
            place = Place.of(self.view, endpoint.network, endpoint.subnet)
            subnet = endpoint.subnet if self._tells_subnets(endpoint) else None
            key = (endpoint.network.name, place.table.key, place.acl.key, subnet, endpoint.nat)
            if key not in places:
                places[key] = len(sides)
                sides.append(Side(endpoint, place, behind(self.view, endpoint)))
            bits = 0
            for prefix in endpoint.prefixes:
                bits |= ends.add(prefix, _memberships(self.view, endpoint, ends))
            found.setdefault((places[key], endpoint.groups, bits, endpoint.sure), []).append(endpoint)
        return [Class(tuple(members), bits, place) for (place, _, bits, _), members in found.items()]

    def _tells_subnets(self, endpoint: Endpoint) -> bool:
        """Whether it matters which subnet an interface is in, beside the table and ACL that serve it."""
        if not self.channel.transit:
            return self.channel.direct or endpoint.subnet in self.view.block.named
        transit, network = self.view.transit, endpoint.network.name
        return any(
            endpoint.subnet in transit.stands_in(gateway, network) for gateway in transit.gateways_of(network)
        )


def ask(view: View, channel: Channel) -> list[Question]:
    """The questions that together answer a channel: one, unless its headers are too many."""
    ports = PortAtoms(_spans(view, channel))
    return _ask(view, channel, ports)


def _ask(view: View, channel: Channel, ports: PortAtoms) -> list[Question]:
    if not channel.sources or not channel.targets:
        return []
    shared = _shared(view, channel)
    ends = (_ends(view, channel.targets, "ingress", shared), _ends(view, channel.sources, "egress", shared))
    for one, endpoints in zip(ends, (channel.sources, channel.targets), strict=True):
        for endpoint in endpoints:
            for prefix in endpoint.prefixes:
                one.add(prefix, _memberships(view, endpoint, one))
    if len(ends[0]) * len(ends[1]) * len(ports) > _LIMIT and len(channel.sources) > 1:
        half = len(channel.sources) // 2
        parts = (channel.sources[:half], channel.sources[half:])
        return [one for part in parts for one in _ask(view, replace(channel, sources=part), ports)]
    return [Question(view, channel, ends, ports)]


def _memberships(view: View, endpoint: Endpoint, ends: Ends) -> frozenset[str]:
    """The referenced groups an endpoint is, or when its groups are not known may be, a member of."""
    if endpoint.nat:
        return frozenset()
    if endpoint.groups is not None:
        return endpoint.groups
    network = endpoint.network
    known = view.groups_of(network.name)
    if not known or view.hidden.within("security_group", network.account, network.region) is not None:
        return ends.references
    return known


def _doors(view: View, channel: Channel) -> list[Entry]:
    """The entries of the network ACLs before transit gateways, on both sides."""
    networks = {one.network.name: one.network for one in (*channel.sources, *channel.targets)}
    transit = view.transit
    choices = [
        transit.door(gateway, network)
        for network in (networks.values() if channel.transit else ())
        for gateway in transit.gateways_of(network.name)
    ]
    items = dict.fromkeys(item for choice in choices for item in choice.items)
    return [entry for item in items for entry in view.entries(item) or ()]


def _shared(view: View, channel: Channel) -> frozenset[Prefix]:
    """The ranges that split both ends: of networks, and of what stands before and in transit gateways."""
    networks = {one.network for one in (*channel.sources, *channel.targets)}
    own = {cidr for network in networks for cidr in network.cidrs or ()}
    return (
        frozenset(own | {entry.prefix for entry in _doors(view, channel) if entry.prefix}) | view.transit.cuts
    )


def _ends(view: View, others: Iterable[Endpoint], way: str, shared: frozenset[Prefix]) -> Ends:
    """The classes of addresses at one end, split by the filters and routes of the other end."""
    prefixes: set[Prefix] = set(shared)
    references: set[str] = set()
    for groups, places in _filters(view, others):
        for group in groups:
            for rule in view.rules(group, way) or ():
                prefixes.update(rule.prefixes)
                references.update(name for name, _ in rule.groups)
        for place in places:
            tables = [view.routes(item, place.network) for item in place.table.items]
            prefixes.update(prefix for routes in tables if routes for prefix in routes.prefixes)
            entries = [entry for item in place.acl.items for entry in view.entries(item) or ()]
            prefixes.update(entry.prefix for entry in entries if entry.prefix)
    return Ends(prefixes, references)


def _spans(view: View, channel: Channel) -> set[Span]:
    found: set[Span] = {*channel.only, *(entry.ports for entry in _doors(view, channel) if entry.ports)}
    for way, endpoints in (("egress", channel.sources), ("ingress", channel.targets)):
        for groups, places in _filters(view, endpoints):
            found.update(rule.ports for group in groups for rule in view.rules(group, way) or ())
            acls = [item for place in places for item in place.acl.items]
            found.update(entry.ports for item in acls for entry in view.entries(item) or () if entry.ports)
    return found


def _filters(view: View, endpoints: Iterable[Endpoint]) -> Iterable[tuple[frozenset[str], list[Place]]]:
    """The distinct security groups, and (network, table choice, ACL choice), that endpoints stand behind."""
    seen: dict[object, tuple[frozenset[str], list[Place]]] = {}
    for endpoint in endpoints:
        network = endpoint.network
        key = (endpoint.groups, network.name, endpoint.subnet, endpoint.nat)
        if key in seen:
            continue
        groups = endpoint.groups
        if groups is None:
            groups = view.groups_of(network.name)
        places = [Place.of(view, network, endpoint.subnet)]
        gateway = behind(view, endpoint)
        seen[key] = (groups, [*places, gateway.place] if gateway else places)
    return seen.values()
