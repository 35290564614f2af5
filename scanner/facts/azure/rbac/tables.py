"""Which actions give which level of access, and which make a resource act for somebody, as files here say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner.facts.azure.rbac.actions import Ask

LEVELS = ("read", "write", "delete", "admin")
"""Levels of `scanner.model.facts.ACCESS` that somebody may have of what holds data."""

ASSIGNING = (
    Ask("Microsoft.Authorization/roleAssignments/write"),
    Ask("Microsoft.Authorization/roleAssignmentScheduleRequests/write"),
)
"""Whoever may do the first gives itself any role in that scope; the second is the same by way of PIM, where
its policies let it, which are not asked (https://learn.microsoft.com/rest/api/authorization/privileged-role-assignment-rest-sample).
"""
EDITING = Ask("Microsoft.Authorization/roleDefinitions/write")
"""Whoever may do it in all scopes of a role of its own making gives that role what it likes."""
FEDERATING = Ask("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write")
"""Whoever may do it lets a token of its own in as the identity."""
HANDING = Ask("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action")
"""Whoever may do it hands the identity to a resource: to act as it takes one that it controls."""


@dataclass(frozen=True, slots=True)
class Level:
    """What gives one level: by actions, by those that hand out keys, by access policies, or perhaps."""

    asks: tuple[Ask, ...]
    keys: tuple[Ask, ...] = ()
    policy: frozenset[str] = frozenset()
    maybe: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """The actions that make a resource act for somebody; ``sure``: they do, else it is not known."""

    asks: tuple[Ask, ...]
    sure: bool = True


def _asks(listed: Any, *, data: bool = False) -> tuple[Ask, ...]:
    return tuple(Ask(str(action), data) for action in listed or ())


def _level(word: str, table: Mapping[str, Any]) -> Level:
    own = table.get(word, {})
    return Level(
        (*_asks(own.get("actions")), *_asks(own.get("data"), data=True)),
        _asks(own.get("keys")),
        frozenset(str(each).lower() for each in own.get("policy", ())),
        _asks(table.get("maybe", {}).get(word)),
    )


def _read(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


_HERE = Path(__file__).parent
TARGETS: Mapping[str, Mapping[str, Level]] = {
    path.stem: {word: _level(word, _read(path)) for word in LEVELS}
    for path in sorted((_HERE / "levels").glob("*.toml"))
}
"""Type of a thing that holds data (``storage_account``) -> level -> what gives it."""
_RUNNING = _read(_HERE / "running.toml")
_KNOWN: Mapping[str, Running] = {
    name: Running((*_asks(table.get("actions")), *_asks(table.get("data"), data=True)))
    for name, table in _RUNNING["running"].items()
}
_STILL = frozenset(_RUNNING["still"])
MAKING: tuple[Ask, ...] = tuple(
    ask for one in _KNOWN.values() for ask in one.asks if ask.action.endswith("/write") and not ask.data
)
"""Actions by which somebody gets a resource that they control, and that can be handed an identity."""


def running(kind: str) -> Running:
    """How a type of resource is made to act for somebody."""
    if kind in _KNOWN:
        return _KNOWN[kind]
    return Running(() if kind in _STILL else (Ask(f"{kind}/write"),), sure=False)
