"""Principals that the environment file declares: people by name, else patterns over identities.

Patterns are shell-style and case-sensitive. One over sessions (``arn:aws:sts::A:assumed-role/R/*``) names
the role. Whoever is of an environment's declared ``administrators`` may hold full rights, and so counts as
declared wherever somebody has to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scanner.facts.identity.callers import Caller
from scanner.model.estate import Environment, Estate

_SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>[^:]+):assumed-role/(?P<role>[^/]+)(/.*)?")


class Declared:
    """Who is declared for one thing in some environments; ``patterns`` as they are compared with ARNs."""

    def __init__(self, estate: Estate, listed: Iterable[str]) -> None:
        self._patterns: list[str] = []
        self._roles: list[tuple[str, str]] = []
        for name in listed:
            for pattern in estate.people.get(name, (name,)):
                session = _SESSION.fullmatch(pattern)
                if session:
                    self._roles.append((session["account"], session["role"]))
                else:
                    self._patterns.append(pattern)

    def covers(self, caller: Caller) -> bool:
        """Whether an identity is among them."""
        role = caller.kind == "role"
        return self.names(caller.arn) or (
            role
            and any(
                fnmatchcase(caller.account, account) and fnmatchcase(caller.name, name)
                for account, name in self._roles
            )
        )

    def names(self, principal: str) -> bool:
        """Whether a principal, as a policy writes it, is among them."""
        return any(fnmatchcase(principal, pattern) for pattern in self._patterns)


def setting(environment: Environment, key: str) -> Any:
    """What an environment declares under a dotted key (``keys.readers``); ``None`` if nothing."""
    found: Any = environment.settings
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def principals(environment: Environment, key: str) -> list[str] | None:
    """The principals listed under a key and the administrators; ``None`` where the key is undeclared."""
    listed = setting(environment, key)
    if listed is None:
        return None
    return [*listed, *(setting(environment, "administrators") or ())]
