"""Role definitions: several blocks of permissions, each with what it leaves out, and perhaps a condition.

https://learn.microsoft.com/azure/role-based-access-control/role-definitions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.facts.azure.rbac.actions import Ask, matches, named
from scanner.facts.azure.rbac.conditions import holds
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

CHANGING = ("write", "delete", "action")
"""Last words of actions of Resource Manager that are no reads."""
_ANY = "\N{MIDDLE DOT}"
"""Stands for a text that no pattern spells out."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: what it allows, what it leaves out of that, and its condition."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    data: tuple[str, ...]
    not_data: tuple[str, ...]
    condition: str | None = None

    def allows(self, ask: Ask) -> Tri:
        """Whether it allows an action; what it leaves out it denies to nobody else."""
        given, without = (self.data, self.not_data) if ask.data else (self.actions, self.not_actions)
        if not named(given, ask.action) or named(without, ask.action):
            return Tri.NO
        return holds(self.condition, ask.action)

    def changes(self) -> Tri:
        """Whether it allows anything that is no read, on resources or on what they hold."""
        found = [
            holds(self.condition, action)
            for given, without in ((self.actions, self.not_actions), (self.data, self.not_data))
            for pattern in given
            for action in _changing(pattern)
            if not named(without, action)
        ]
        return any_of(found)


@dataclass(frozen=True, eq=False, slots=True)
class Role:
    """A role; ``blocks`` are ``None`` where it could not be read, and ``gaps`` say why."""

    id: str
    name: str
    blocks: tuple[Block, ...] | None
    scopes: tuple[str, ...] = ()
    custom: bool = False
    gaps: tuple[Gap, ...] = ()
    _kept: dict[Ask, Tri] = field(default_factory=dict)

    def allows(self, ask: Ask) -> Tri:
        """Whether any of its blocks allows an action."""
        if self.blocks is None:
            return Tri.UNKNOWN
        if ask not in self._kept:
            self._kept[ask] = any_of(block.allows(ask) for block in self.blocks)
        return self._kept[ask]

    def changes(self) -> Tri:
        """Whether it allows anything that is no read."""
        return Tri.UNKNOWN if self.blocks is None else any_of(block.changes() for block in self.blocks)


def role_of(identity: str, name: str, document: Mapping[str, Any]) -> Role:
    """A role from its document: ``permissions``, ``assignableScopes``, ``custom``."""
    return Role(
        identity,
        name,
        tuple(map(block_of, document["permissions"])),
        tuple(document.get("assignableScopes") or ()),
        custom=document.get("custom") is True,
    )


def block_of(block: Mapping[str, Any]) -> Block:
    """A block of permissions as Azure writes it: lists may be left out, or be null."""

    def listed(name: str) -> tuple[str, ...]:
        return tuple(str(each) for each in block.get(name) or ())

    return Block(
        listed("actions"),
        listed("notActions"),
        listed("dataActions"),
        listed("notDataActions"),
        block.get("condition") or None,
    )


def _changing(pattern: str) -> Iterable[str]:
    """Actions that a pattern names and that are no reads, each standing for all that only differ in names."""
    head, star, tail = pattern.lower().rpartition("*")
    start = head.replace("*", _ANY)
    for word in CHANGING:
        ends = ("", _ANY, f"{_ANY}/{word}", *(word[at:] for at in range(len(word)))) if star else ("",)
        for end in ends:
            action = f"{start}{end}{tail}"
            if action.rpartition("/")[2] == word and matches(pattern, action):
                yield action
