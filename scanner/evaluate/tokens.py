"""Rego text as tokens: enough to see what a module calls, not to parse it.

Lexical grammar: https://www.openpolicyagent.org/docs/policy-reference#grammar. Template strings
(``$"..."``) are not read, since code may hide in them and one engine lacks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.errors import PolicyError

KEYWORDS = frozenset(
    {"as", "contains", "default", "else", "every", "false", "if", "import", "in", "not", "null", "package"}
    | {"some", "true", "with", "and", "or"}
)
_PATTERN = re.compile(
    r"""(?P<space>[ \t\r]+)
      |(?P<newline>\n)
      |(?P<comment>\#[^\n]*)
      |(?P<raw>`[^`]*`)
      |(?P<string>"(?:\\.|[^"\\\n])*")
      |(?P<number>[0-9](?:[eE][+-]|[0-9A-Za-z.])*)
      |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
      |(?P<mark>:=|==|!=|<=|>=|[-+*/%|&=<>.,:;(){}\[\]])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A token; ``line`` and ``column`` are 1-based, ``space`` says whether white space precedes it."""

    kind: str
    text: str
    line: int
    column: int
    space: bool


def tokens(path: str, text: str) -> Iterator[Token]:
    """The tokens of a module, without white space and comments, with ``newline`` ones.

    Raises `PolicyError` at a character that starts no token.
    """
    at, line, start, space = 0, 1, 0, False
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            hint = "template strings are not supported" if text[at] == "$" else ""
            raise PolicyError(f"{path}:{line}:{at - start + 1}: unexpected {text[at]!r}", hint=hint)
        kind, word = str(match.lastgroup), match.group()
        if kind not in {"space", "comment"}:
            yield Token(kind, word, line, at - start + 1, space)
        space = kind in {"space", "comment", "newline"}
        if "\n" in word:
            line += word.count("\n")
            start = at + word.rindex("\n") + 1
        at = match.end()


class Name(NamedTuple):
    """A dotted name (``time.parse_rfc3339_ns``); ``called`` when an argument list follows it.

    ``before`` is the last token before it that is not a line's end, ``after`` the next of any kind.
    """

    text: str
    line: int
    column: int
    called: bool
    before: str
    after: str


def names(module: Iterable[Token]) -> Iterator[Name]:
    """Every dotted name of a module, keywords included, in order."""
    stream = [*module, Token("newline", "\n", 0, 0, False)]
    at, before = 0, ""
    while at < len(stream) - 1:
        first = stream[at]
        if first.kind != "name":
            before = before if first.kind == "newline" else first.text
            at += 1
            continue
        parts = [first.text]
        while stream[at + 1].text == "." and stream[at + 2].kind == "name" and not stream[at + 1].space:
            parts.append(stream[at + 2].text)
            at += 2
        at += 1
        after = stream[at].text
        dotted = ".".join(parts)
        called = after == "(" and dotted not in KEYWORDS
        yield Name(dotted, first.line, first.column, called, before, after)
        before = dotted


def computed_calls(module: Iterable[Token]) -> Iterator[Token]:
    """The argument lists that follow a bracket, as in ``http["send"](x)``: a name not to be seen."""
    last: Token | None = None
    for token in module:
        if token.text == "(" and last is not None and last.text == "]":
            yield token
        last = token
