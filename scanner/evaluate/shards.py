"""Input documents: the estate in shards, stripped to what the rules of each may read.

Shape: ``policies/schema/input.json``. Rules of ``span: resource`` get shards of up to `SIZE`
resources, grouped by kind; rules of ``span: estate`` share one document with facts. The same estate
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scanner.errors import PolicyError
from scanner.evaluate.view import View, encode
from scanner.evaluate.vocabulary import nearest
from scanner.model.estate import Resource
from scanner.model.rule import Rule

SIZE = 2_000
"""Resources in a shard."""


@dataclass(frozen=True, slots=True)
class Document:
    """One input document, and the rules (``family/name``) that it asks for."""

    rules: tuple[str, ...]
    body: bytes


def documents(view: View, rules: Mapping[str, Rule], *, size: int = SIZE) -> Iterator[Document]:
    """The documents that together put every subject before every selected rule, each once.

    Raises `PolicyError` if a rule requires a fact that nobody derives.
    """
    _check_facts(view, rules.values())
    alone = [rule for rule in rules.values() if rule.span == "resource"]
    wanted = _attributes(alone)
    for shard in _shards(view, wanted, size):
        yield _document(
            view, [rule for rule in alone if set(rule.applies.kinds) & set(shard)], wanted, shard, facts=()
        )
    whole = [rule for rule in rules.values() if rule.span == "estate"]
    if whole:
        wanted = _attributes(whole)
        everything = {kind: (view.estate.of(kind), True) for kind in wanted}
        yield _document(view, whole, wanted, everything, facts=_facts(whole))


Shard = dict[str, tuple[tuple[Resource, ...], bool]]
"""Kind -> its resources in this shard, and whether its unlisted scopes are in it too."""


def _shards(view: View, kinds: Iterable[str], size: int) -> Iterator[Shard]:
    """Resources by kind in shards of ``size``; a kind's unlisted scopes are in the first it is in."""
    shard: Shard = {}
    room = size
    for kind in sorted(kinds):
        rest, first = view.estate.of(kind), True
        if not rest and not view.unlisted(kind):
            continue
        while rest or first:
            shard[kind] = (rest[:room], first)
            rest, first, room = rest[room:], False, room - len(rest[:room])
            if room == 0:
                yield shard
                shard, room = {}, size
    if shard:
        yield shard


def _document(
    view: View,
    rules: list[Rule],
    wanted: Mapping[str, tuple[str, ...]],
    shard: Shard,
    *,
    facts: Iterable[str],
) -> Document:
    names = tuple(sorted(rule.path for rule in rules))
    unlisted = {kind: view.unlisted(kind) for kind, (_, first) in shard.items() if first}
    body = {
        "schema": 1,
        "as_of": view.estate.as_of,
        "rules": names,
        "environments": {
            name: {"tier": environment.tier, "group": environment.group, "settings": environment.settings}
            for name, environment in view.estate.environments.items()
        },
        "pairs": view.pairs,
        "resources": {
            kind: [view.resource(resource, wanted[kind]) for resource in resources]
            for kind, (resources, _) in shard.items()
        },
        "unlisted": {kind: scopes for kind, scopes in unlisted.items() if scopes},
        "facts": {fact: view.relations(fact) for fact in facts},
    }
    return Document(names, encode(body))


def _attributes(rules: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """Kind -> the attributes that any of the rules requires; also kinds required for themselves."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        for kind in rule.applies.kinds:
            found.setdefault(kind, set())
        for need in rule.requires:
            if not need.startswith("fact:"):
                kind, _, attr = need.partition(".")
                found.setdefault(kind, set()).update({attr} - {""})
    return {kind: tuple(sorted(attrs)) for kind, attrs in sorted(found.items())}


def _facts(rules: Iterable[Rule]) -> list[str]:
    return sorted({need[5:] for rule in rules for need in rule.requires if need.startswith("fact:")})


def _check_facts(view: View, rules: Iterable[Rule]) -> None:
    for rule in rules:
        for fact in _facts([rule]):
            if fact not in view.facts:
                near = nearest(fact, view.facts)
                raise PolicyError(
                    f"rule {rule.id} requires fact:{fact}, which nobody derives",
                    hint=f"did you mean fact:{near}?" if near else f"facts: {', '.join(sorted(view.facts))}",
                )
