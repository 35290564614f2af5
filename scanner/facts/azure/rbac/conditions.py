"""Conditions of assignments and roles, as far as they tell actions apart; all else in them is not known.

https://learn.microsoft.com/azure/role-based-access-control/conditions-format: ``ActionMatches{'...'}`` is
decided for an action; attributes of a request, a resource or a principal, and suboperations, are not. What
does not read as such an expression is not known as a whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.facts.azure.rbac.actions import matches
from scanner.model.logic import Tri

_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<no>!(?!=))|(?P<both>&&|\bAND\b)|(?P<either>\|\||\bOR\b)"
    r"|ActionMatches\s*\{\s*'(?P<action>[^']*)'\s*\}"
    r"|(?P<rest>'[^']*'|\{[^{}]*\}|\[[^\[\]]*\]|[^\s()!&|'{}\[\]]+|!=|&|\|))",
    re.IGNORECASE,
)


@lru_cache(maxsize=65_536)
def holds(condition: str | None, action: str) -> Tri:
    """Whether a condition lets an action through; none always does."""
    if not condition or not condition.strip():
        return Tri.YES
    try:
        tokens = _tokens(condition)
        value, rest = _either(tokens, 0, action)
    except (IndexError, ValueError):
        return Tri.UNKNOWN
    return value if rest == len(tokens) else Tri.UNKNOWN


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kinds and texts; whatever is no operator and stands together is one thing that is not known."""
    found: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(text)
        kind = str(match.lastgroup)
        if kind != "rest" or not found or found[-1][0] != "rest":
            found.append((kind, match[kind]))
        at = match.end()
    return found


def _either(tokens: list[tuple[str, str]], at: int, action: str) -> tuple[Tri, int]:
    value, at = _both(tokens, at, action)
    while at < len(tokens) and tokens[at][0] == "either":
        other, at = _both(tokens, at + 1, action)
        value = value | other
    return value, at


def _both(tokens: list[tuple[str, str]], at: int, action: str) -> tuple[Tri, int]:
    value, at = _one(tokens, at, action)
    while at < len(tokens) and tokens[at][0] == "both":
        other, at = _one(tokens, at + 1, action)
        value = value & other
    return value, at


def _one(tokens: list[tuple[str, str]], at: int, action: str) -> tuple[Tri, int]:
    kind, text = tokens[at]
    if kind == "no":
        value, at = _one(tokens, at + 1, action)
        return ~value, at
    if kind == "open":
        value, at = _either(tokens, at + 1, action)
        if tokens[at][0] != "close":
            raise ValueError(text)
        return value, at + 1
    if kind == "action":
        return Tri.of(matches(text, action)), at + 1
    if kind == "rest":
        return Tri.UNKNOWN, at + 1
    raise ValueError(text)
