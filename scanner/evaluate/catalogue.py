"""The catalogue: every rule of a policy directory as its METADATA declares it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError, UsageError
from scanner.evaluate.builtins import check
from scanner.evaluate.frameworks import controls_of, read_frameworks
from scanner.evaluate.metadata import read_rule
from scanner.evaluate.sources import read_sources, rule_path
from scanner.evaluate.vocabulary import check_words, nearest, read_vocabulary
from scanner.model.rule import Rule


@dataclass(frozen=True)
class Catalogue:
    """Rules by id, the modules they were read from, and the frameworks that name them.

    ``sources``: POSIX path below the policy directory -> text, as engines are given them.
    ``frameworks``: framework -> ``{"title": ..., "controls": {control: [rule ids]}}``.
    """

    rules: Mapping[str, Rule]
    sources: Mapping[str, str]
    frameworks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def select(self, only: Collection[str] = ()) -> Mapping[str, Rule]:
        """The rules named by id or ``family/name``, all if none is; `UsageError` for an unknown one."""
        if not only:
            return self.rules
        by_name = {rule.id: rule.id for rule in self.rules.values()}
        by_name |= {rule.path: rule.id for rule in self.rules.values()}
        for name in only:
            if name not in by_name:
                near = nearest(name, by_name)
                raise UsageError(
                    f"no rule {name}", hint=f"did you mean {near}?" if near else "see: envsplit rules list"
                )
        wanted = {by_name[name] for name in only}
        return {id_: rule for id_, rule in self.rules.items() if id_ in wanted}


def load_catalogue(directory: Path) -> Catalogue:
    """Read a policy directory (layout: `scanner.evaluate.sources`), rules sorted by id.

    Reads no further than text: what only an engine can tell (a syntax error) is told by
    `scanner.evaluate.open_engine`. Raises `PolicyError`, with file, line and field.
    """
    sources = read_sources(directory)
    check(sources)
    vocabulary = read_vocabulary(directory)
    rules: dict[str, Rule] = {}
    for file, text in sources.items():
        path = rule_path(file)
        if path is None:
            continue
        rule = read_rule(file, path, text)
        if vocabulary is not None:
            check_words(file, rule, vocabulary)
        if rule.id in rules:
            raise PolicyError(
                f"{file}: id {rule.id} is taken by {rules[rule.id].path}", hint="ids are unique"
            )
        rules[rule.id] = rule
    if not rules:
        raise PolicyError(f"{directory}: no rules", hint="rules lie in rules/<family>/<rule>/<rule>.rego")
    frameworks = read_frameworks(directory, rules)
    rules = {id_: replace(rule, frameworks=controls_of(frameworks, id_)) for id_, rule in rules.items()}
    return Catalogue(dict(sorted(rules.items())), sources, frameworks)
