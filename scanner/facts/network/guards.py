"""Security groups, network ACLs and routes as sets of packets, each in three values.

A guard is two sets: ``sure`` passes for certain, ``maybe`` is what may pass and holds ``sure``. What is
not known, or not modelled, is in ``maybe`` alone. Guards are interned per question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from scanner.facts.network.addresses import Prefix
from scanner.facts.network.atoms import Ends, Universe, ones
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Choice, Network
from scanner.facts.network.rules import Entry, GroupRule, Hop
from scanner.facts.network.view import View
from scanner.model.logic import Tri

_WHOLE_INTERNET = {4: 8, 6: 16}
"""A range of a shorter prefix than this means the internet at large, and nobody in it."""

Wanted = Callable[[Hop, int, int], Tri]


class Guard(NamedTuple):
    """Packets that pass for certain, and those that may."""

    sure: int
    maybe: int

    def then(self, other: Guard) -> Guard:
        """Both in a row."""
        return Guard(self.sure & other.sure, self.maybe & other.maybe)


class Manner(NamedTuple):
    """How a channel carries packets, as far as security groups at its far end can tell.

    ``references``: whether rules that refer to a group count (inside a network, and over a peering
    within a region; never between regions or over the internet), and ``outward`` whether they do in rules
    for what goes out, where that differs. ``rewritten``: a device on the way may put in another source
    address. ``named``: count only rules that name someone in particular.
    """

    references: Tri = Tri.YES
    rewritten: bool = False
    named: bool = False
    outward: Tri | None = None

    def refers(self, way: str) -> Tri:
        """Whether references count in ``ingress`` or ``egress`` rules."""
        return self.references if way == "ingress" or self.outward is None else self.outward


PLAIN = Manner()
"""Inside one network."""


class Guards:
    """The guards of one question, over its universe."""

    def __init__(self, view: View, universe: Universe, manner: Manner) -> None:
        self._view, self._universe, self._manner = view, universe, manner
        self.all = Guard(universe.full, universe.full)
        self.open = Guard(0, universe.full)
        self.port_classes = universe.ports.classes
        self._groups: dict[tuple[frozenset[str] | None, str, str], Guard] = {}
        self._rules: dict[tuple[str, str, int], Guard] = {}
        self._acls: dict[tuple[str, bool, bool], Guard] = {}

    def groups(self, names: frozenset[str] | None, network: str, way: str) -> Guard:
        """What a set of security groups admits one way: the union of their rules.

        ``None``: any group of the network, or one that is not listed. The empty set: an interface of
        a managed service without groups, whose own filter is not modelled.
        """
        key = (names, network, way)
        if key not in self._groups:
            self._groups[key] = self._union(names, network, way)
        return self._groups[key]

    def _union(self, names: frozenset[str] | None, network: str, way: str) -> Guard:
        if names is None:
            found = self._view.groups_of(network)
            where = self._view.networks[network]
            if (
                not found
                or self._view.hidden.within("security_group", where.account, where.region) is not None
            ):
                return self.open
            return Guard(0, self._union(found, network, way).maybe)
        if not names:
            return self.open
        sure = maybe = 0
        for name in names:
            guard = self.group(name, way)
            sure, maybe = sure | guard.sure, maybe | guard.maybe
        return Guard(sure, maybe)

    def group(self, name: str, way: str) -> Guard:
        """What one security group admits."""
        rules = self._view.rules(name, way)
        if rules is None:
            return Guard(0, 0) if self._manner.named else self.open
        sure = maybe = 0
        for index in range(len(rules)):
            guard = self.rule(name, way, index)
            sure, maybe = sure | guard.sure, maybe | guard.maybe
        return Guard(sure, maybe)

    def rule(self, name: str, way: str, index: int) -> Guard:
        """What one rule of a security group admits."""
        key = (name, way, index)
        if key not in self._rules:
            rules = self._view.rules(name, way) or ()
            self._rules[key] = self._rule(rules[index], way)
        return self._rules[key]

    def _rule(self, rule: GroupRule, way: str) -> Guard:
        ends = self._ends(target=way == "egress")
        named = self._manner.named and way == "ingress"
        sure = 0
        for prefix in rule.prefixes:
            if not named or names_someone(prefix):
                sure |= ends.within(prefix)
        maybe = sure
        refers = self._manner.refers(way)
        for group, _ in rule.groups if refers is not Tri.NO else ():
            members = ends.members(group)
            maybe |= members
            sure |= members if refers is Tri.YES else 0
        if not named and (rule.unread or set(rule.lists) - self._view.services):
            maybe = ends.all
        if self._manner.rewritten and way == "ingress":
            sure, maybe = 0, ends.all
        ports = self._universe.ports.matching(rule.ports)
        egress = way == "egress"
        return Guard(self._box(egress, sure, ports), self._box(egress, maybe, ports))

    def acl(self, choice: Choice, *, egress: bool, target: bool) -> Guard:
        """What the network ACL of a subnet passes; its ranges are of the packet's target or source."""
        guards = [self._acl(item, egress=egress, target=target) for item in choice.items]
        sure = self._universe.full if choice.complete else 0
        maybe = 0 if choice.complete else self._universe.full
        for guard in guards:
            sure, maybe = sure & guard.sure, maybe | guard.maybe
        return Guard(sure, maybe)

    def _acl(self, item: Item, *, egress: bool, target: bool) -> Guard:
        key = (item.name, egress, target)
        if key not in self._acls:
            entries = self._view.entries(item)
            loose = self._manner.rewritten and not target
            self._acls[key] = (
                self.open if entries is None or loose else self._first_match(entries, egress, target)
            )
        return self._acls[key]

    def _first_match(self, entries: Iterable[Entry], egress: bool, target: bool) -> Guard:
        """The first entry that matches decides; one that is not understood may match or not."""
        ends = self._ends(target=target)
        left_sure = left_maybe = self._universe.full
        sure = maybe = 0
        for entry in entries:
            if entry.egress != egress:
                continue
            may = self._box(
                target,
                ends.within(entry.prefix) if entry.prefix else ends.all,
                self._universe.ports.matching(entry.ports) if entry.ports else self._universe.ports.all,
            )
            must = may if entry.prefix and entry.ports else 0
            if entry.allow:
                sure, maybe = sure | left_sure & must, maybe | left_maybe & may
            left_sure, left_maybe = left_sure & ~may, left_maybe & ~must
        return Guard(sure, maybe)

    def answer(self, filters: Iterable[Guard]) -> Guard:
        """Packets whose answer passes network ACLs, all read at the answer's own port class.

        TCP and UDP are answered on some ephemeral port, which the one who asks may choose; an echo
        request by an echo reply; everything else by packets like its own.
        """
        passed = self.all
        for guard in filters:
            passed = passed.then(guard)
        return Guard(self._answered(passed.sure), self._answered(passed.maybe))

    def _answered(self, passed: int) -> int:
        universe, bits = self._universe, 0
        for protocol, classes in universe.ports.protocols.items():
            answers, asks = universe.ports.answers(protocol), universe.ports.asks(protocol)
            block = 0
            for number in ones(answers):
                block |= universe.block(passed, number)
            bits |= universe.over(block, asks) | (passed & universe.over(universe.every, classes & ~asks))
        return bits

    def route(
        self, choice: Choice, network: Network, wanted: Wanted, *, target: bool, hidden: bool = True
    ) -> Guard:
        """Packets that a subnet's route table sends where they are wanted, by target or source address.

        ``hidden``: whether a table that is not listed may send them there.
        """
        ends = self._ends(target=target)
        sure = ends.all if choice.complete else 0
        maybe = 0 if choice.complete or not hidden else ends.all
        for item in choice.items:
            routes = self._view.routes(item, network)
            yes = may = 0
            for number, (family, address) in enumerate(ends.examples):
                answers = (
                    {wanted(hop, family, address) for hop in routes.hops(family, address)}
                    if routes
                    else {Tri.UNKNOWN}
                )
                yes |= (answers == {Tri.YES}) << number
                may |= (answers != {Tri.NO} and (hidden or routes is not None)) << number
            sure, maybe = sure & yes, maybe | may
        ports = self._universe.ports.all
        return Guard(self._box(target, sure, ports), self._box(target, maybe, ports))

    def examples(self, *, target: bool) -> list[tuple[int, int]]:
        """An address of each class at one end."""
        return self._ends(target=target).examples

    def classes(self, sure: int, maybe: int, *, target: bool) -> Guard:
        """Packets to (or from) classes of addresses: for certain, and maybe."""
        ports = self._universe.ports.all
        return Guard(self._box(target, sure, ports), self._box(target, maybe, ports))

    def _ends(self, *, target: bool) -> Ends:
        return self._universe.targets if target else self._universe.sources

    def _box(self, target: bool, bits: int, ports: int) -> int:
        universe = self._universe
        if target:
            return universe.box(universe.sources.all, bits, ports) & universe.full
        return universe.box(bits, universe.targets.all, ports) & universe.full


def names_someone(prefix: Prefix) -> bool:
    """Whether a range is narrower than the internet at large."""
    return prefix.length >= _WHOLE_INTERNET[prefix.family]
