"""What the credentials may read in a whole subscription: Resource Graph leaves out what they may not.

Rows that are missing look like resources that are not there. So an answer of Resource Graph counts only where
role assignments at the subscription or above it, to the identity that asks or to its groups, allow the read:

- https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest (``assignedTo``);
- https://learn.microsoft.com/azure/role-based-access-control/role-definitions (``Actions``, ``NotActions``).

An assignment with a condition proves nothing, and one by Azure Lighthouse is not listed. Deny assignments are
not looked at: Azure alone makes them, for resources that a deployment stack or a managed application keeps,
and they take no reads away.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from scanner.collect.azure._words import Get
from scanner.collect.calls import Read, UnansweredError, required
from scanner.collect.once import Once
from scanner.model.snapshot import Gap, Reason, Scope

ASSIGNED = Get(
    "authorization",
    "OwnRoleAssignments",
    "Microsoft.Authorization/roleAssignments/read",
    path="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleAssignments",
    version="2022-04-01",
    listed=True,
    select="atScope() and assignedTo('{principal}')",
)
DEFINED = Get(
    "authorization",
    "RoleDefinition",
    "Microsoft.Authorization/roleDefinitions/read",
    path="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{name}",
    version="2022-04-01",
)
NOT_GRANTED, NOBODY = "NotGranted", "IdentityNotTold"


class UnseenError(UnansweredError):
    """An answer that cannot be relied on, and the permission that would change that."""

    def __init__(self, error: UnansweredError, permission: str) -> None:
        super().__init__(error.reason, error.code)
        self.permission = permission

    def gap(self, scope: Scope, kind: str, read: Read, resource: str = "") -> Gap:
        """As `UnansweredError.gap`, with the permission that would help."""
        return replace(super().gap(scope, kind, read, resource), permission=self.permission)


class Asks(Protocol):
    """Whoever makes GETs of Resource Manager, and keeps the books."""

    def get(self, read: Get, params: Mapping[str, Any]) -> dict[str, Any]:
        """The whole answer. Raises `UnansweredError`."""


class Definitions:
    """Role definitions, each read once. Safe to call from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, list[Mapping[str, Any]]] = {}

    def blocks(self, asks: Asks, subscription: str, name: str) -> list[Mapping[str, Any]]:
        """The permission blocks of a definition: a role may have several. Raises `UnseenError`."""
        with self._lock:
            if name not in self._known:
                try:
                    answer = asks.get(DEFINED, {"subscription": subscription, "name": name})
                    self._known[name] = required(required(answer, "properties"), "permissions")
                except UnansweredError as error:
                    raise UnseenError(error, DEFINED.allowed_by) from error
            return self._known[name]


class Sight:
    """What one subscription shows to the identity that asks; looked up when first asked for."""

    def __init__(self, asks: Asks, subscription: str, principal: str, definitions: Definitions) -> None:
        self._asks = asks
        self._subscription = subscription
        self._principal = principal
        self._definitions = definitions
        self._held: Once[list[Mapping[str, Any]]] = Once()

    def check(self, read: Read) -> None:
        """Raise `UnansweredError` unless what a read lists is visible in the whole subscription."""
        if not allows(self.blocks(), read.allowed_by):
            raise UnansweredError(Reason.DENIED, NOT_GRANTED)

    def blocks(self) -> list[Mapping[str, Any]]:
        """The permission blocks of every role held there. Raises `UnseenError`."""
        return self._held.answer(self._looked_up)

    def _looked_up(self) -> list[Mapping[str, Any]]:
        try:
            roles = list(self._roles())
        except UnansweredError as error:
            raise UnseenError(error, ASSIGNED.allowed_by) from error
        return [
            block
            for role in roles
            for block in self._definitions.blocks(self._asks, self._subscription, role)
        ]

    def _roles(self) -> Iterator[str]:
        """The names of the roles that are held in the whole subscription."""
        if not self._principal:
            raise UnansweredError(Reason.FAILED, NOBODY)
        asked = {"subscription": self._subscription, "principal": self._principal}
        for assignment in required(self._asks.get(ASSIGNED, asked), "value"):
            properties = required(assignment, "properties")
            if not properties.get("condition") and self._covers(str(required(properties, "scope"))):
                yield str(required(properties, "roleDefinitionId")).rsplit("/", 1)[-1].lower()

    def _covers(self, scope: str) -> bool:
        """Whether a scope is the subscription, or above it: a management group that it is in, or the root."""
        own, above = f"/subscriptions/{self._subscription}", "/providers/microsoft.management/"
        return scope.lower().rstrip("/") in {"", own} or scope.lower().startswith(above)


def allows(blocks: Iterable[Mapping[str, Any]], action: str) -> bool:
    """Whether some block allows an action: its own exclusions count in it alone, and deny nobody else's."""
    return any(
        _matches(block.get("actions"), action) and not _leaves_out(block.get("notActions"), action)
        for block in blocks
    )


def _leaves_out(patterns: Iterable[str] | None, action: str) -> bool:
    """Whether a block leaves an action out, or of a family of reads (``*/read``) maybe some."""
    if "*" in action:
        return any(pattern.lower().endswith(("*", "/read")) for pattern in patterns or ())
    return _matches(patterns, action)


def _matches(patterns: Iterable[str] | None, action: str) -> bool:
    return any(_pattern(pattern).fullmatch(action.lower()) for pattern in patterns or ())


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.lower().split("*")))
