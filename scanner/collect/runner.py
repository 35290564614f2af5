"""Runs a call table: lists, follows up each record, and hands every part over once it is whole."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jmespath
from jmespath.parser import ParsedResult

from scanner.collect.calls import UNEXPECTED, Call, Data, Desk, Follow, Output, UnansweredError
from scanner.collect.crew import Crew
from scanner.collect.documents import document, documents_in
from scanner.collect.ledger import Ledger
from scanner.collect.settle import settle, split_off
from scanner.model.snapshot import Reason, Record, Scope, Sink

Words = Mapping[str, Any]
"""What a template's braces may name."""


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


@dataclass(frozen=True, slots=True)
class _Job:
    """A listing to be made: where, for which batch, with which words for templates."""

    call: Call
    desk: Desk
    batch: Batch
    words: Words


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
            self._crew.submit(partial(self._list, _Job(call, desk, batch, desk.words)))

    def _list(self, job: _Job) -> None:
        call, desk = job.call, job.desk
        try:
            found = _listing(job)
            for output in call.outputs:
                if output.kind in found:
                    follows = self._follows(call) if output is call.outputs[0] else ()
                    self._complete(job, output, found[output.kind], follows)
            for child in call.children:
                self._descend(job, child, found[call.kind])
        except UnansweredError as error:
            if call.read is None:
                raise
            desk.miss(call.read, call.kind, error)
        job.batch.end()

    def _complete(self, job: _Job, output: Output, found: list[Data], follows: tuple[Follow, ...]) -> None:
        """Make a record of each object, at once or after what follows."""
        made = [_record(output, data, job) for data in found]
        job.batch.listed(output.kind)
        self._ledger.plan(job.desk.scope, len(made) * len(follows))
        for record, words in made:
            job.batch.begin()
            if follows:
                self._crew.submit(partial(self._follow, follows, record, words, job))
            else:
                job.batch.end(record)

    def _descend(self, job: _Job, child: Call, found: list[Data]) -> None:
        """List a child for each record of its parent."""
        if not child.wanted(self._only):
            return
        job.batch.listed(child.kind)
        self._ledger.plan(job.desk.scope, len(found))
        for data in found:
            record, words = _record(job.call.outputs[0], data, job)
            job.batch.begin()
            inner = _Job(child, job.desk, job.batch, {**words, "_parent": record.id})
            self._crew.submit(partial(self._list, inner))

    def _follows(self, call: Call) -> tuple[Follow, ...]:
        return tuple(f for f in call.follows if self._only is None or f.read.name in self._only)

    def _follow(self, follows: tuple[Follow, ...], record: Record, words: Words, job: _Job) -> None:
        data = dict(record.data)
        for follow in follows:
            try:
                data[follow.data_key] = _answer(follow, words, job.desk)
            except UnansweredError as error:
                job.desk.miss(follow.read, record.kind, error, record.id)
        job.batch.end(Record(record.scope, record.kind, record.id, data, observed=record.observed))


def _listing(job: _Job) -> Mapping[str, list[Data]]:
    """Kind -> the data of each object listed."""
    call = job.call
    if call.gather is not None:
        return call.gather(job.desk)
    if call.read is None:
        return {call.kind: [{}]}
    answer = job.desk.ask(call.read, _filled(call.params, job.words))
    return {
        output.kind: [{call.read.operation: item} for item in _items(output, answer)]
        for output in call.outputs
    }


def _items(output: Output, answer: Any) -> list[Any]:
    """The objects of an answer; JMESPath gives null, not an empty list, for what is not there."""
    found = _path(output.items).search(answer)
    if found is None or None in found:
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return list(found)


def _record(output: Output, data: Data, job: _Job) -> tuple[Record, Words]:
    """A record without what follows, and the words that templates for it may use."""
    key, item = next(iter(data.items()), ("", {}))
    defaults = _filled(output.defaults, job.words)
    words = {**job.words, **defaults, **item, **job.desk.words}
    kept, _ = split_off(item, output.drop)
    kept, moving = split_off(kept, output.volatile)
    try:
        settled = {name: settle(kept if name == key else value) for name, value in data.items()}
        observed = {key: settle(moving)} if moving else {}
    except TypeError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
    return Record(job.desk.scope, output.kind, _fill(output.id, words), settled, observed=observed), words


def _answer(follow: Follow, words: Words, desk: Desk) -> Any:
    region = _fill(follow.region, words)
    answer = desk.ask(follow.read, _filled(follow.params, words), region=region, absent=follow.absent)
    if answer is None:
        return None
    kept = _path(follow.keep).search(answer)
    if kept is None or (isinstance(kept, dict) and None in kept.values()):
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    if follow.policy:
        kept = documents_in(kept, frozenset(kept)) if isinstance(kept, dict) else document(kept)
    return settle(kept)


def _filled(templates: Mapping[str, Any], words: Words) -> dict[str, Any]:
    return {k: _fill(v, words) if isinstance(v, str) else v for k, v in templates.items()}


def _fill(template: str, words: Words) -> str:
    try:
        return template.format_map(words)
    except KeyError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error


@cache
def _path(expression: str) -> ParsedResult:
    return jmespath.compile(expression)
