"""Makes records of native answers: what is kept, what is set apart, what is concealed or left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.collect.calls import UNEXPECTED, Batch, Bulk, Data, Desk, Follow, Output, UnansweredError
from scanner.collect.concealment import conceal
from scanner.collect.documents import document, documents_in
from scanner.collect.settle import settle, split_off
from scanner.collect.templates import Words, fill, filled, find
from scanner.model.snapshot import Reason, Record, Scope

_UNNAMED = "NotInAnswer"
"""The detail of a gap for a record that a batch's answer leaves out."""


@dataclass(slots=True)
class Draft:
    """A record that is not complete yet, and the words that templates for it may use."""

    scope: Scope
    kind: str
    id: str
    words: dict[str, Any]
    data: dict[str, Any]
    observed: dict[str, Any] = field(default_factory=dict)

    def add(self, how: Follow | Batch | Bulk, answer: Any) -> None:
        """Take what was kept of an answer, ``None`` for nothing configured. Raises `UnansweredError`."""
        key = how.data_key
        self.words[key] = answer
        if how.policy and isinstance(answer, dict):
            answer = documents_in(answer, frozenset(answer))
        elif how.policy:
            answer = document(answer)
        kept, moving = _split(answer, how)
        self.data[key] = kept
        if moving:
            self.observed[key] = moving

    def record(self) -> Record:
        """The record as it stands."""
        return Record(self.scope, self.kind, self.id, self.data, observed=self.observed)


def draft(output: Output, data: Data, desk: Desk, above: Words) -> Draft:
    """A record of a listed object, before anything follows. Raises `UnansweredError`."""
    key, item = next(iter(data.items()), ("", {}))
    words = {**above, **filled(output.defaults, above), **item, **desk.words}
    kept, moving = _split(item, output)
    rest = {name: _settled(value) for name, value in data.items() if name != key}
    made = {key: kept, **rest} if data else {}
    return Draft(
        desk.scope, output.kind, fill(output.id, words), words, made, {key: moving} if moving else {}
    )


def items_of(output: Output, answer: Any) -> list[Any]:
    """The objects of an answer; JMESPath gives null, not an empty list, for what is not there."""
    found = find(output.items, answer)
    if found is None or None in found:
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return list(found)


def kept_of(keep: str, answer: Any) -> Any:
    """The part of an answer that is kept. Raises `UnansweredError` if it is not there."""
    kept = find(keep, answer)
    if kept is None or (isinstance(kept, dict) and None in kept.values()):
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return kept


def shared_out(batch: Batch | Bulk, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Id -> what a batch's answer holds for it. Raises `UnansweredError` for one that is not whole."""
    found = find(batch.items, answer)
    if found is None:
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return {fill(batch.match, item): item for item in found}


def part_of(batch: Batch, shares: Mapping[str, Any], identity: str) -> Any:
    """A record's own part of a batch's answer. Raises `UnansweredError` where it should have one."""
    if identity in shares:
        return kept_of(batch.keep, shares[identity])
    if batch.absent:
        return None
    raise UnansweredError(Reason.FAILED, _UNNAMED)


def _split(answer: Any, how: Follow | Batch | Bulk | Output) -> tuple[Any, Any]:
    """What is kept, settled, and what is kept apart."""
    if not isinstance(answer, Mapping):
        return _settled(conceal(answer, how.conceal)), None
    kept, _ = split_off(answer, how.drop)
    kept, moving = split_off(conceal(kept, how.conceal), how.volatile)
    return _settled(kept), _settled(moving)


def _settled(value: Any) -> Any:
    try:
        return settle(value)
    except TypeError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
