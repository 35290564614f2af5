"""Runs a call table: lists, follows up each record, and hands every part over once it is whole."""

from __future__ import annotations

import threading
from collections import ChainMap
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import jmespath
from jmespath.parser import ParsedResult

from scanner.collect.calls import Call, Data, Desk, Follow, Output, UnansweredError
from scanner.collect.crew import Crew
from scanner.collect.documents import document, documents_in
from scanner.collect.ledger import Ledger
from scanner.collect.settle import settle, split_off
from scanner.model.snapshot import Reason, Record, Scope, Sink

UNEXPECTED = "UnexpectedAnswer"
"""The detail of a gap for an answer that lacks what its API always gives."""


class Batch:
    """The records of a listing and of all that hangs on it, until the last of them is complete.

    A kind becomes a part as soon as it was listed once, so a listing that failed leaves none.
    """

    def __init__(self, sink: Sink, scope: Scope) -> None:
        self._sink = sink
        self._scope = scope
        self._lock = threading.Lock()
        self._open = 1
        self._parts: dict[str, list[Record]] = {}

    def listed(self, kind: str) -> None:
        """Records of a kind, or none, are to come."""
        with self._lock:
            self._parts.setdefault(kind, [])

    def begin(self) -> None:
        """One more piece of work belongs to it."""
        with self._lock:
            self._open += 1

    def end(self, record: Record | None = None) -> None:
        """A piece of work is done, and a record perhaps complete."""
        with self._lock:
            self._open -= 1
            if record is not None:
                self._parts[record.kind].append(record)
            whole = self._open == 0
        if whole:
            for kind, records in self._parts.items():
                self._sink.part(self._scope, kind, records)


class Runner:
    """Runs calls at a desk with a crew; ``only`` names the calls that are wanted (``None``: all)."""

    def __init__(self, crew: Crew, ledger: Ledger, only: frozenset[str] | None) -> None:
        self._crew = crew
        self._ledger = ledger
        self._only = only

    def read(self, calls: tuple[Call, ...], desk: Desk) -> None:
        """Start every wanted call at a desk; returns at once."""
        wanted = [call for call in calls if call.wanted(self._only)]
        self._ledger.plan(desk.scope, sum(call.read is not None for call in wanted))
        for call in wanted:
            batch = Batch(self._ledger.sink, desk.scope)
            self._crew.submit(partial(self._list, call, desk, batch, desk.words))

    def _list(self, call: Call, desk: Desk, batch: Batch, words: Mapping[str, Any]) -> None:
        try:
            found = _listing(call, desk, words)
            for output in call.outputs:
                if output.kind in found:
                    follows = self._follows(call) if output is call.outputs[0] else ()
                    self._complete(output, found[output.kind], desk, batch, words, follows)
            for child in call.children:
                self._descend(child, call, found[call.kind], desk, batch, words)
        except UnansweredError as error:
            if call.read is None:
                raise
            desk.miss(call.read, call.kind, error)
        batch.end()

    def _complete(
        self,
        output: Output,
        found: list[Data],
        desk: Desk,
        batch: Batch,
        words: Mapping[str, Any],
        follows: tuple[Follow, ...],
    ) -> None:
        """Make a record of each object, at once or after what follows."""
        made = [_record(output, data, desk.scope, words) for data in found]
        batch.listed(output.kind)
        self._ledger.plan(desk.scope, len(made) * len(follows))
        for record, item in made:
            batch.begin()
            if follows:
                self._crew.submit(partial(self._follow, follows, record, item, desk, batch))
            else:
                batch.end(record)

    def _descend(
        self, child: Call, call: Call, found: list[Data], desk: Desk, batch: Batch, words: Mapping[str, Any]
    ) -> None:
        """List a child for each record of its parent."""
        if not child.wanted(self._only):
            return
        batch.listed(child.kind)
        self._ledger.plan(desk.scope, len(found))
        for data in found:
            record, item = _record(call.outputs[0], data, desk.scope, words)
            batch.begin()
            inner = ChainMap({"_parent": record.id}, item, dict(words))
            self._crew.submit(partial(self._list, child, desk, batch, inner))

    def _follows(self, call: Call) -> tuple[Follow, ...]:
        return tuple(f for f in call.follows if self._only is None or f.read.name in self._only)

    def _follow(
        self, follows: tuple[Follow, ...], record: Record, item: Mapping[str, Any], desk: Desk, batch: Batch
    ) -> None:
        data = dict(record.data)
        for follow in follows:
            try:
                data[follow.data_key] = _answer(follow, item, desk)
            except UnansweredError as error:
                desk.miss(follow.read, record.kind, error, record.id)
        batch.end(Record(record.scope, record.kind, record.id, data, observed=record.observed))


def _listing(call: Call, desk: Desk, words: Mapping[str, Any]) -> Mapping[str, list[Data]]:
    """Kind -> the data of each object listed."""
    if call.gather is not None:
        return call.gather(desk)
    if call.read is None:
        return {call.kind: [{}]}
    answer = desk.ask(call.read, _filled(call.params, words))
    return {
        output.kind: [{call.read.operation: item} for item in _items(output, answer)] for output in call.outputs
    }


def _items(output: Output, answer: Any) -> list[Any]:
    found = _path(output.items).search(answer)
    return [item for item in found or () if item is not None]


def _record(
    output: Output, data: Data, scope: Scope, words: Mapping[str, Any]
) -> tuple[Record, Mapping[str, Any]]:
    """A record without what follows, and the words that templates for it may use."""
    key, item = next(iter(data.items()), ("", {}))
    inner = ChainMap(item, _filled(output.defaults, words), dict(words))
    kept, _ = split_off(item, output.drop)
    kept, moving = split_off(kept, output.volatile)
    try:
        settled = {name: settle(kept if name == key else value) for name, value in data.items()}
        observed = {key: settle(moving)} if moving else {}
    except TypeError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
    return Record(scope, output.kind, _fill(output.id, inner), settled, observed=observed), inner


def _answer(follow: Follow, item: Mapping[str, Any], desk: Desk) -> Any:
    region = _fill(follow.region, item)
    answer = desk.ask(follow.read, _filled(follow.params, item), region=region, absent=follow.absent)
    kept = _path(follow.keep).search(answer) if answer is not None else None
    if follow.policy:
        kept = documents_in(kept, frozenset(kept)) if isinstance(kept, dict) else document(kept)
    return settle(kept)


def _filled(templates: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _fill(v, words) if isinstance(v, str) else v for k, v in templates.items()}


def _fill(template: str, words: Mapping[str, Any]) -> str:
    try:
        return template.format_map(words)
    except KeyError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error


@cache
def _path(expression: str) -> ParsedResult:
    return jmespath.compile(expression)
