"""What security groups of production admit beside production: ranges and groups of others, the internet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from scanner.facts.crossings import SERVICE
from scanner.facts.network.addresses import Prefix, spell
from scanner.facts.network.guards import names_someone
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Network
from scanner.facts.network.ports import ANY, Span, spell_span
from scanner.facts.network.rules import GroupRule
from scanner.facts.network.view import View
from scanner.facts.network.words import rule_source
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody beside production that a rule lets in, or may: in words, with the steps that show it."""

    state: Tri
    words: str
    step: Step
    gaps: tuple[Gap, ...] = ()
    ports: Span = ANY
    more: tuple[Step, ...] = ()


class Admission:
    """Reads security groups against the ranges that are production's, or a declared service's."""

    def __init__(self, view: View) -> None:
        self._view = view
        environments = view.estate.environments
        self._production = {name for name, one in environments.items() if one.tier == "production"}
        self._cache: dict[str, tuple[Admitted, ...]] = {}

    def is_inside(self, place: str | None) -> bool:
        """Whether a place is production, or a service that is declared."""
        return place in self._production or str(place).startswith(SERVICE)

    def is_production(self, place: str | None) -> bool:
        """Whether a place is an environment of production."""
        return place in self._production

    def of(self, group: str) -> tuple[Admitted, ...]:
        """What a security group admits beside production."""
        if group not in self._cache:
            self._cache[group] = tuple(self._read(group))
        return self._cache[group]

    def _read(self, name: str) -> Iterator[Admitted]:
        item, rules = self._view.groups.get(name), self._view.rules(name, "ingress")
        if item is None or rules is None:
            gaps = item.gaps("ingress") if item else ()
            where = item.where("ingress") if item else Source("", 0)
            text = f"security group {name} ingress: not known"
            yield Admitted(Tri.UNKNOWN, text, Step("unknown", name, text, where, Tri.UNKNOWN, gaps), gaps)
            return
        for index, rule in enumerate(rules):
            for whom, state, gaps in self._others(rule, item):
                text = f"{whom} on {spell_span(rule.ports)} by security group {name}"
                where = rule_source(item, "ingress", index)
                step = Step(whom, item.id, rule.said(name, "ingress"), where, state, gaps)
                yield Admitted(state, text, step, gaps, rule.ports)

    def _others(self, rule: GroupRule, own: Item) -> Iterator[tuple[str, Tri, tuple[Gap, ...]]]:
        for group, account in rule.groups:
            yield from self._group(group, account or own.account, own)
        for prefix in rule.prefixes:
            yield from self._range(prefix)
        for name in sorted(set(rule.lists) - self._view.services):
            gaps = self._view.hidden.within("prefix_list", own.account, own.region) or ()
            yield f"prefix list {name}", Tri.UNKNOWN, gaps
        if rule.unread:
            yield "a range that is not understood", Tri.UNKNOWN, ()

    def _group(self, group: str, account: str, own: Item) -> Iterator[tuple[str, Tri, tuple[Gap, ...]]]:
        item = self._view.groups.get(group)
        if item is not None:
            if not self.is_inside(item.place):
                yield f"{item.place or 'nobody'}: security group {group}", Tri.YES, ()
            return
        gaps = self._view.hidden.within("security_group", account, own.region)
        if gaps is None and account in self._view.hidden.collected:
            return  # deleted
        if account in self._view.estate.places and self.is_inside(self._view.estate.places[account]):
            return
        yield f"security group {group} of account {account}", Tri.UNKNOWN, gaps or ()

    def _range(self, prefix: Prefix) -> Iterator[tuple[str, Tri, tuple[Gap, ...]]]:
        said = f"{spell(prefix.family, prefix.low)}/{prefix.length}"
        if not names_someone(prefix):
            yield f"the internet: {said}", Tri.YES, ()
            return
        if self._covered(prefix):
            return
        others = sorted(
            {
                network.place or "nobody"
                for network in self._view.networks.values()
                if not self.is_inside(network.place) and not network.default
                if any(prefix.overlaps(cidr) and not self._covered(cidr) for cidr in network.cidrs or ())
            }
        )
        if others:
            yield f"{', '.join(others)}: {said}", Tri.YES, ()
        elif self._unread:
            yield f"beyond what is read of production: {said}", Tri.UNKNOWN, self._unread_gaps
        else:
            yield f"beyond production's networks: {said}", Tri.YES, ()

    def _covered(self, prefix: Prefix) -> bool:
        """Whether networks of production and services hold all of a range."""
        at = prefix.low
        for low, high in self._inside.get(prefix.family, ()):
            if low <= at <= high:
                at = high + 1
        return at > prefix.high

    @cached_property
    def _inside(self) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for network in self._ours:
            for cidr in network.cidrs or ():
                found.setdefault(cidr.family, []).append((cidr.low, cidr.high))
        return {family: sorted(ranges) for family, ranges in found.items()}

    @cached_property
    def _ours(self) -> list[Network]:
        return [network for network in self._view.networks.values() if self.is_inside(network.place)]

    @cached_property
    def _unread(self) -> list[Network]:
        return [network for network in self._ours if network.cidrs is None or not network.whole]

    @property
    def _unread_gaps(self) -> tuple[Gap, ...]:
        return tuple(sorted({gap for network in self._unread for gap in network.gaps}))


def union(found: Iterable[Iterable[Admitted]]) -> list[Admitted]:
    """All that several groups admit, once each, sorted."""
    return sorted({one.words: one for some in found for one in some}.values(), key=lambda one: one.words)
