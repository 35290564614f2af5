"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.facts.identity.values import Held, Like, Lookup

_VARIABLE = re.compile(r"\$\{\s*([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}")


_ESCAPES = {"*": "\ue000", "?": "\ue001", "$": "$"}
"""What ``${*}``, ``${?}`` and ``${$}`` become: the character itself, which is no wildcard."""
_ESCAPED = str.maketrans({"*": "\ue000", "?": "\ue001"})
_PLAIN = str.maketrans({"\ue000": "*", "\ue001": "?"})


def escaped(value: str) -> str:
    """A plain text, as a pattern with escaped wildcards matches it."""
    return value.translate(_ESCAPED)


def plain(text: str) -> str:
    """A text whose escaped wildcards are characters like all others."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables replaced; ``exact`` is false where one could only be a ``*``."""

    text: str
    exact: bool = True


def names(text: str) -> tuple[str, ...]:
    """The condition keys a text refers to, lower-case."""
    if "${" not in text:
        return ()
    return tuple(match[1].lower() for match in _VARIABLE.finditer(text) if match[1] not in _ESCAPES)


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
    """What one variable stands for."""
    if match[1] in _ESCAPES:
        return (_ESCAPES[match[1]],)
    held = lookup(match[1].lower())
    if held is None and match[2] is not None:
        return (match[2],)
    return held
