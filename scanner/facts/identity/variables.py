"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.facts.identity.values import OPEN, Held, Like, Lookup

_VARIABLE = re.compile(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables replaced; ``exact`` is false where one could only be a ``*``."""

    text: str
    exact: bool = True


def names(text: str) -> tuple[str, ...]:
    """The condition keys a text refers to, lower-case (``*`` for an escaped wildcard)."""
    return tuple(match[1].lower() for match in _VARIABLE.finditer(text)) if "${" in text else ()


def fill(text: str, lookup: Lookup) -> Filled | None:
    """Replace the variables of a text; ``None`` when one has no value, so that nothing matches."""
    if "${" not in text:
        return Filled(text)
    parts, at, exact = [], 0, True
    for match in _VARIABLE.finditer(text):
        held = _value(match, lookup)
        if held is None:
            return None
        known = isinstance(held, tuple) and len(held) == 1 and not isinstance(held[0], Like)
        exact = exact and known
        parts += [text[at : match.start()], held[0] if known and isinstance(held, tuple) else "*"]
        at = match.end()
    return Filled("".join((*parts, text[at:])), exact)


def _value(match: re.Match[str], lookup: Lookup) -> Held:
    """What one variable stands for. An escaped wildcard is a character we cannot tell apart: open."""
    if match[1] in ("*", "?", "$"):
        return OPEN
    held = lookup(match[1].lower())
    if held is None and match[2] is not None:
        return (match[2],)
    return held
