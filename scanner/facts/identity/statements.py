"""Policy documents, parsed once and shared by everything that holds the same text.

Tolerant of what AWS accepts (a string for a list, one statement for a list of them). What is
malformed is never dropped: it becomes a statement that may allow or deny anything.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from scanner.facts.identity import conditions, principals
from scanner.facts.identity.conditions import Test
from scanner.facts.identity.patterns import matches
from scanner.facts.identity.principals import Principals
from scanner.facts.identity.values import Lookup
from scanner.facts.identity.variables import fill, names

_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement; ``effect`` is ``allow``, ``deny`` or ``either`` (not readable).

    ``actions`` are lower-case patterns, ``resources`` patterns with their variables; with
    ``other_actions`` or ``other_resources`` it is about everything else. ``resources`` is ``None``
    where the document has none (trust and repository policies are about what they are attached to).
    """

    index: int
    pointer: str
    sid: str = ""
    effect: str = "either"
    principals: Principals | None = None
    actions: tuple[str, ...] = ("*",)
    other_actions: bool = False
    resources: tuple[str, ...] | None = None
    other_resources: bool = False
    tests: tuple[Test, ...] = ()

    def acts(self, action: str) -> bool:
        """Whether it is about a lower-case action."""
        return any(matches(pattern, action) for pattern in self.actions) is not self.other_actions

    def selects(self, lookup: Lookup) -> Iterator[str]:
        """The patterns that it selects; a complement selects what it does not name: anything."""
        if self.resources is None or self.other_resources:
            yield "*"
            return
        for pattern in self.resources:
            if (filled := fill(pattern, lookup)) is not None:
                yield filled.text

    @property
    def keys(self) -> frozenset[str]:
        """Every condition key and variable it reads, lower-case."""
        tested = {key for test in self.tests for key in test.keys}
        return frozenset(tested | {key for text in self.resources or () for key in names(text)})


@dataclass(frozen=True, eq=False)
class Document:
    """A parsed document. ``key`` is its canonical text: equal keys mean equal documents."""

    key: str
    statements: tuple[Statement, ...]
    keys: frozenset[str] = field(default=frozenset())


@lru_cache(maxsize=524288)
def acting(document: Document, action: str) -> tuple[Statement, ...]:
    """The statements of a document that are about a lower-case action."""
    return tuple(statement for statement in document.statements if statement.acts(action))


UNREAD = Document("?", (Statement(0, ""),))
"""A document that was not read, or that cannot be: it may allow or deny anything."""


def parse(raw: Any, *, attached: bool = False) -> Document:
    """A document; ``attached`` for those of resources and roles, which name principals."""
    try:
        key = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError):
        return UNREAD
    return _parse(key, attached)


@lru_cache(maxsize=65536)
def _parse(key: str, attached: bool) -> Document:
    raw = json.loads(key)
    if not isinstance(raw, dict) or "Statement" not in raw:
        return UNREAD
    variables = raw.get("Version") == "2012-10-17"
    listed = tuple(_statements(raw["Statement"], attached, variables))
    keys = frozenset(name for statement in listed for name in statement.keys)
    return Document(f"{'+' if attached else '-'}{key}", listed, keys)


def _statements(raw: Any, attached: bool, variables: bool) -> Iterator[Statement]:
    if isinstance(raw, dict):
        yield _statement(raw, 0, "/Statement", attached, variables)
    elif isinstance(raw, list):
        for index, item in enumerate(raw):
            yield _statement(item, index, f"/Statement/{index}", attached, variables)
    else:
        yield Statement(0, "/Statement")


def _statement(raw: Any, index: int, pointer: str, attached: bool, variables: bool) -> Statement:
    """One statement, or the one that may say anything where its shape is not AWS's."""
    unread = Statement(index, pointer, str(raw.get("Sid", "")) if isinstance(raw, dict) else "")
    if not isinstance(raw, dict) or not set(raw) <= _ELEMENTS or raw.get("Effect") not in ("Allow", "Deny"):
        return unread
    actions, other_actions = _either(raw, "Action", "NotAction")
    resources, other_resources = _either(raw, "Resource", "NotResource")
    tests = conditions.parse(raw.get("Condition"), variables=variables)
    named = _principals(raw)
    misplaced = (named is not None or resources is None) if not attached else named is None
    if not actions or tests is None or resources == () or misplaced:
        return unread
    return Statement(
        index,
        pointer,
        unread.sid,
        raw["Effect"].lower(),
        named,
        tuple(action.lower() for action in actions),
        other_actions,
        resources if resources is None or variables else tuple(_literal(text) for text in resources),
        other_resources,
        tests,
    )


def _either(raw: dict[str, Any], name: str, other: str) -> tuple[tuple[str, ...] | None, bool]:
    """An element or its complement: its texts (``()``: malformed, ``None``: absent), and which it is."""
    if name in raw and other in raw:
        return (), False
    value = raw.get(name, raw.get(other))
    if value is None:
        return None, False
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(item, str) for item in listed):
        return (), False
    return tuple(sorted(set(listed))), other in raw


def _principals(raw: dict[str, Any]) -> Principals | None:
    if ("Principal" in raw) == ("NotPrincipal" in raw):
        return None
    if "Principal" in raw:
        return principals.parse(raw["Principal"])
    return principals.parse(raw["NotPrincipal"], excluded=True)


def _literal(text: str) -> str:
    """Version 2008-10-17 has no variables: ``${`` is text. It cannot stand in a name, so any mark will do."""
    return text.replace("${", "$\\{")
