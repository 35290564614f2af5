"""Actions of Azure, and the patterns by which roles and denials name them: ``*`` is any text.

``/*/`` may be one slash: by ``userAssignedIdentities/*/assign/action`` the role Managed Identity Operator
assigns identities, which is the action ``userAssignedIdentities/assign/action``.
https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, order=True)
class Ask:
    """One action, of Resource Manager or (``data``) on the data that a resource holds."""

    action: str
    data: bool = False


@lru_cache(maxsize=65_536)
def matches(pattern: str, action: str) -> bool:
    """Whether a pattern names an action."""
    return _compiled(pattern.lower()).fullmatch(action.lower()) is not None


def named(patterns: Iterable[str], action: str) -> bool:
    """Whether any of some patterns names an action."""
    return any(matches(pattern, action) for pattern in patterns)


@lru_cache(maxsize=65_536)
def _compiled(pattern: str) -> re.Pattern[str]:
    made = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.compile(made.replace("/.*/", "/(?:.*/)?"), re.DOTALL)
