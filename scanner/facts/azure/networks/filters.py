"""What network security groups let pass: the first rule that matches decides, of subnet and interface both.

https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works: what comes in is read
by the subnet's group and then by the interface's, what goes out the other way round, and each of the two
must allow. Where there is no group, nothing is filtered. Security admin rules of a network manager come
before both, and may deny what they allow, or allow what they deny: where there are any, nothing is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from scanner.facts.azure.networks.inventory import Inventory, gaps_of, get, knows
from scanner.facts.azure.networks.rules import Rule, rules_of
from scanner.facts.azure.networks.tags import Words
from scanner.facts.network.atoms import Universe
from scanner.model.snapshot import Gap, Source


class Passing(NamedTuple):
    """Packets that pass for certain, and those that may."""

    sure: int
    maybe: int

    def then(self, other: Passing) -> Passing:
        """What passes both."""
        return Passing(self.sure & other.sure, self.maybe & other.maybe)


class Said(NamedTuple):
    """What decides about a packet, in words, where it is written, and what hides it."""

    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


class Group:
    """A security group as its rules are read in one network and direction."""

    def __init__(
        self,
        inventory: Inventory,
        name: str,
        *,
        egress: bool,
        universe: Universe,
        words: tuple[Words, Words],
        rules: Iterable[Mapping[str, Any]] | None = None,
    ) -> None:
        """``rules``: those to read, where not all of the group."""
        self._item = inventory.groups.get(name)
        self._name, self._way = name, "egress" if egress else "ingress"
        self._hidden = inventory.hidden.within("security_group", name.split("/")[2]) or ()
        self._universe, self._words = universe, words
        told = rules if rules is not None else get(self._item, "rules")
        self.rules = rules_of(told or (), egress=egress) if knows(self._item, "rules") else None
        self._matches = [self._match(rule) for rule in self.rules or ()]

    @cached_property
    def passing(self) -> Passing:
        """What the first rules that match let by."""
        full = self._universe.full
        if self.rules is None:
            return Passing(0, full)
        sure = maybe = 0
        left_sure = left_maybe = full
        for rule, (must, may) in zip(self.rules, self._matches, strict=True):
            if rule.allow:
                sure, maybe = sure | left_sure & must, maybe | left_maybe & may
            left_sure, left_maybe = left_sure & ~may, left_maybe & ~must
        return Passing(sure, maybe)

    def said(self, atom: int) -> Said:
        """The rule that decides about a packet, or may."""
        short = self._name.rpartition("/")[2]
        if self.rules is None or self._item is None:
            source = self._item.where("rules") if self._item else Source("", 0)
            gaps = tuple(sorted({*gaps_of(self._item, "rules"), *self._hidden}))
            return Said(f"security group {short} {self._way}: not known", source, gaps)
        where = self._item.where("rules")
        for rule, (_, may) in zip(self.rules, self._matches, strict=True):
            if may & atom:
                return Said(f"security group {short} {self._way} {rule.text}", where)
        return Said(f"security group {short} {self._way}: no rule matches", where)

    def _match(self, rule: Rule) -> tuple[int, int]:
        ports = 0
        for span in rule.spans:
            ports |= self._universe.ports.matching(span)
        sources = self._words[0].of(rule.sources, rule.source_groups)
        targets = self._words[1].of(rule.targets, rule.target_groups)
        may = self._universe.box(sources[1], targets[1], ports or self._universe.ports.all)
        must = 0 if rule.partly else self._universe.box(sources[0], targets[0], ports)
        return must & self._universe.full, may & self._universe.full


def joined(parts: Iterable[Passing], full: int) -> Passing:
    """What passes all of some filters."""
    found = Passing(full, full)
    for part in parts:
        found = found.then(part)
    return found
