"""What the security groups and routes of one interface make of packets from the internet at large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.azure.networks.ends import End
from scanner.facts.azure.networks.filters import Group, Passing, joined
from scanner.facts.azure.networks.inventory import Inventory, get, knows
from scanner.facts.azure.networks.routes import Routes
from scanner.facts.azure.networks.rules import rules_of
from scanner.facts.azure.networks.tags import INTERNET as TAG
from scanner.facts.azure.networks.tags import NETWORK, Words, virtual_network
from scanner.facts.network.addresses import Prefix, parse
from scanner.facts.network.atoms import Ends, Universe, ones
from scanner.facts.network.exposure import BLOCKS, INTERNET
from scanner.facts.network.guards import names_someone
from scanner.facts.network.ports import TCP, PortAtoms, Span
from scanner.model.facts import Step
from scanner.model.logic import Tri

_FULL = {4: 32, 6: 128}
_ANYBODY = frozenset({"*", "any", TAG, NETWORK})


@dataclass(frozen=True, slots=True)
class Screened:
    """Whether anything of the internet at large passes, and what says so."""

    state: Tri
    steps: tuple[Step, ...] = ()


class Screen:
    """One interface, asked at an address of each block of the internet, or at some addresses."""

    def __init__(
        self,
        inventory: Inventory,
        end: End,
        sources: Iterable[str],
        ports: Iterable[int],
        *,
        particular: bool = False,
    ) -> None:
        """``sources``: the addresses to ask at (none: the internet's blocks).

        ``particular``: rules that let the internet at large in are left out.
        """
        self._particular = particular
        self._inventory, self._end = inventory, end
        self._subnet = inventory.subnets.get(end.subnet or "")
        self._given = tuple(one for text in sources if (one := parse(text)))
        table = get(self._subnet, "route_table")
        self._routes = Routes(inventory, end.network, table, known=knows(self._subnet, "route_table"))
        shared = get(self._subnet, "security_group")
        self._names = [*([shared] if shared else []), *(end.groups or ())]
        self._groups_known = end.groups is not None and knows(self._subnet, "security_group")
        self._universe = self._made(ports)
        self._groups = [self._group(name) for name in self._names]

    def asked(self, port: int, closed: Tri) -> Screened:
        """Whether the port is open; ``closed`` says whether it is where there is no security group."""
        universe = self._universe
        ports = universe.ports.matching(Span(TCP, port, port))
        filters, ways = self._filters(closed), self._way()
        box = universe.box(universe.sources.all, universe.targets.all, ports) & universe.full
        passing = filters.then(ways)
        state = Tri.YES if passing.sure & box else Tri.UNKNOWN if passing.maybe & box else Tri.NO
        bits = (passing.sure if state is Tri.YES else passing.maybe) & box
        return Screened(state, tuple(self._steps(universe.example(bits)[0])) if bits else ())

    def admitted(self) -> Screened:
        """Whether anything at all passes the security groups of the interface, and what says so."""
        universe = self._universe
        passing = self._filters(Tri.YES)
        bits = passing.maybe & universe.full
        state = Tri.YES if passing.sure else Tri.UNKNOWN if bits else Tri.NO
        return Screened(state, tuple(self._steps(universe.example(bits)[0])) if bits else ())

    def _filters(self, closed: Tri) -> Passing:
        full = self._universe.full
        network = self._inventory.networks.get(self._end.network)
        if get(network, "admin_rules") is not False:
            return Passing(0, full)
        if not self._names and self._groups_known:
            return Passing(full if closed is Tri.NO else 0, 0 if closed is Tri.YES else full)
        found = joined((group.passing for group in self._groups), full)
        return found if self._groups_known else Passing(0, found.maybe)

    def _way(self) -> Passing:
        """What is answered: the route to the sender leads to the internet."""
        universe = self._universe
        if self._given:
            return Passing(universe.full, universe.full)
        sure = maybe = 0
        for number in ones(universe.sources.all):
            hops = self._routes.hops(*universe.sources.examples[number])
            kinds = {hop.kind for hop in hops}
            sure |= (kinds == {"internet_gateway"}) << number
            maybe |= (kinds != {"blackhole"}) << number
        every = (universe.targets.all, universe.ports.all)
        return Passing(
            universe.box(sure, *every) & universe.full, universe.box(maybe, *every) & universe.full
        )

    def _made(self, ports: Iterable[int]) -> Universe:
        rules = [rule for name in self._names for rule in rules_of(self._rules(name), egress=False)]
        cuts = {
            prefix for rule in rules for word in (*rule.sources, *rule.targets) if (prefix := parse(word))
        }
        cuts.update(self._routes.prefixes)
        cuts.update(self._inventory.cidrs(self._end.network) or ())
        for half in self._inventory.halves.get(self._end.network, ()):
            cuts.update(p for text in (get(half, "accepter") or {}).get("cidrs") or () if (p := parse(text)))
        names = {name for rule in rules for name in (*rule.source_groups, *rule.target_groups)}
        sources, targets = Ends(cuts, names | {"?"}), Ends(cuts, names | {"?"})
        for one in self._given or self._blocks():
            sources.add(one, frozenset())
        known = frozenset({"?"}) if self._end.names is None else self._end.names
        for one in self._end.prefixes:
            targets.add(one, known)
        spans = [Span(TCP, port, port) for port in ports]
        return Universe(
            sources, targets, PortAtoms([*spans, *(span for rule in rules for span in rule.spans)])
        )

    def _blocks(self) -> Iterable[Prefix]:
        for family in {one.family for one in self._end.prefixes}:
            for address in BLOCKS[family]:
                yield Prefix(family, address, address, _FULL[family])

    def _group(self, name: str) -> Group:
        tag = virtual_network(self._inventory, self._end.network, self._routes)
        words = (Words(self._universe.sources, tag, "?"), Words(self._universe.targets, tag, "?"))
        return Group(
            self._inventory,
            name,
            egress=False,
            universe=self._universe,
            words=words,
            rules=self._rules(name),
        )

    def _rules(self, name: str) -> list[Mapping[str, Any]]:
        """The rules as far as they say something of the internet at large; of given addresses all."""
        found = get(self._inventory.groups.get(name), "rules") or ()
        if self._particular:
            return [rule if not rule["allow"] else _in_particular(rule) for rule in found]
        return list(found) if self._given else [_at_large(rule) for rule in found]

    def _steps(self, atom: int) -> Iterable[Step]:
        end = self._end
        for group in self._groups:
            said = group.said(atom)
            state = Tri.YES if group.passing.sure & atom else Tri.UNKNOWN
            yield Step(INTERNET, end.id, said.by, said.source, state, () if state is Tri.YES else said.gaps)
        if not self._names:
            yield Step(INTERNET, end.id, "no security group", end.source)
        if not self._groups_known:
            yield Step(INTERNET, end.id, "security groups not known", end.source, Tri.UNKNOWN, end.gaps)


def _in_particular(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule without the words of its sources that name nobody in particular."""
    return {**rule, "sources": [word for word in rule["sources"] if not _is_anybody(str(word).lower())]}


def _at_large(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule without the words of its sources that name somebody in particular."""
    return {**rule, "sources": [word for word in rule["sources"] if _is_anybody(str(word).lower())]}


def _is_anybody(word: str) -> bool:
    """Whether a word may hold the internet at large: ``AzureCloud`` is whoever has a machine there."""
    prefix = parse(word)
    if prefix is not None:
        return not names_someone(prefix)
    return word in _ANYBODY or word.startswith("azurecloud")
