"""The words of the estate that rules may ask for: kinds and their attributes.

They stand in ``policies/schema/input.json`` under ``definitions/kinds``, beside the rules, so that a
typing error in METADATA is found when the rules are read and not as an attribute nobody ever has.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner.errors import PolicyError
from scanner.model.rule import Rule

Vocabulary = Mapping[str, frozenset[str]]


def read_vocabulary(policies: Path) -> Vocabulary | None:
    """Kind -> attributes for a policy directory, ``None`` where no schema lies beside it."""
    path = policies.resolve().parent / "schema" / "input.json"
    if not path.is_file():
        return None
    try:
        kinds = json.loads(path.read_text("utf-8"))["definitions"]["kinds"]
        return {kind: frozenset(schema["properties"]) for kind, schema in kinds.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PolicyError(f"{path}: not a schema of the rules' input", why=str(error)) from error


def check_words(file: str, rule: Rule, vocabulary: Vocabulary) -> None:
    """Raise `PolicyError` for a kind or attribute of METADATA that the estate does not have."""
    for kind in rule.applies.kinds:
        _known(file, "applies.kinds", kind, vocabulary)
    for need in rule.requires:
        if need.startswith("fact:"):
            continue
        kind, _, attr = need.partition(".")
        _known(file, "requires", kind, vocabulary)
        if attr and attr not in vocabulary[kind]:
            near = nearest(attr, vocabulary[kind])
            hint = (
                f"did you mean {kind}.{near}?"
                if near
                else f"{kind} has: {', '.join(sorted(vocabulary[kind]))}"
            )
            raise PolicyError(f"{file}: METADATA custom.requires", why=f"no attribute {need}", hint=hint)


def _known(file: str, field: str, kind: str, vocabulary: Vocabulary) -> None:
    if kind not in vocabulary:
        near = nearest(kind, vocabulary)
        hint = f"did you mean {near}?" if near else f"kinds: {', '.join(sorted(vocabulary))}"
        raise PolicyError(f"{file}: METADATA custom.{field}", why=f"no kind {kind}", hint=hint)


def nearest(word: str, words: Iterable[str]) -> str:
    """The word most like ``word``, ``""`` if none is alike."""
    return next(iter(difflib.get_close_matches(word, sorted(words), n=1)), "")
