"""Runs a call table: lists, follows up each record, and hands every part over once it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scanner.collect.calls import UNEXPECTED, Batch, Bulk, Call, Data, Desk, Follow, UnansweredError
from scanner.collect.crew import Crew
from scanner.collect.ledger import Ledger
from scanner.collect.parts import Parts
from scanner.collect.records import Draft, draft, items_of, kept_of, part_of, shared_out
from scanner.collect.sweep import Sweep
from scanner.collect.templates import Words, fill, filled, holds
from scanner.collect.watched import Watched
from scanner.model.snapshot import Reason


@dataclass(frozen=True, slots=True)
class _Job:
    """A listing to be made: where, for which parts, with which words for templates."""

    call: Call
    desk: Desk
    parts: Parts
    words: Words
    sweep: Sweep


class Runner:
    """Runs calls at a desk with a crew; ``only`` names the calls that are wanted (``None``: all)."""

    def __init__(self, crew: Crew, ledger: Ledger, only: frozenset[str] | None) -> None:
        self._crew = crew
        self._ledger = ledger
        self._only = only

    def read(self, calls: tuple[Call, ...], desk: Desk) -> None:
        """Start every wanted call at a desk; returns at once."""
        wanted = [call for call in calls if call.wanted(self._only) and not self._is_kept(call, desk)]
        self._ledger.plan(desk.scope, sum(call.read is not None for call in wanted))
        sweep = Sweep(wanted, self._only)
        for call in wanted:
            watched = Watched(desk)
            parts = Parts(self._ledger.sink, watched, call.kind)
            self._crew.submit(partial(self._list, _Job(call, watched, parts, desk.words, sweep)))

    def _is_kept(self, call: Call, desk: Desk) -> bool:
        """Whether an interrupted run made a listing whole, with all that hangs on it."""
        calls = self._ledger.sink.kept(desk.scope, call.kind)
        if calls is not None:
            self._ledger.kept(calls)
        return calls is not None

    def _list(self, job: _Job) -> None:
        call, desk = job.call, job.desk
        try:
            found = _listing(job)
            made = {
                output.kind: [draft(output, data, desk, job.words) for data in found[output.kind]]
                for output in call.outputs
                if output.kind in found
            }
        except UnansweredError as error:
            if call.read is None:
                raise
            desk.miss(call.read, call.kind, error)
        else:
            # The words of children are copied before follow-ups add to them.
            below = [(child, self._below(child, made[call.kind])) for child in self._children(call, made)]
            if (bulk := call.in_bulk(self._only)) is not None:
                _share_bulk(job, bulk, made.get(call.kind, ()))
            for kind, drafts in made.items():
                self._complete(job, kind, drafts)
            for child, parents in below:
                self._descend(job, child, parents)
        job.parts.end()

    def _complete(self, job: _Job, kind: str, drafts: Sequence[Draft]) -> None:
        """Make a record of each object, at once or after what follows."""
        job.parts.listed(kind)
        job.parts.begin(len(drafts))
        first = kind == job.call.kind
        batches = tuple(b for b in job.call.after(self._only) if isinstance(b, Batch)) if first else ()
        if not batches:
            self._follow_all(job, drafts)
            return
        for chunk in _chunks(drafts, max(batch.size for batch in batches)):
            self._ledger.plan(job.desk.scope, sum(-(-len(chunk) // batch.size) for batch in batches))
            self._crew.submit(partial(self._describe, job, batches, chunk))

    def _describe(self, job: _Job, batches: tuple[Batch, ...], drafts: Sequence[Draft]) -> None:
        """Make the reads that answer for many records at once."""
        for batch in batches:
            for chunk in _chunks(drafts, batch.size):
                self._share_out(job, batch, chunk)
        self._follow_all(job, drafts)

    def _share_out(self, job: _Job, batch: Batch, drafts: Sequence[Draft]) -> None:
        """One read for a few records; what it does not answer is a gap for each of them."""
        try:
            ids = [fill(batch.id, made.words) for made in drafts]
            params = {**filled(batch.params, job.words), batch.ids: ids}
            shares = shared_out(batch, job.desk.ask(batch.read, params))
        except UnansweredError as error:
            for made in drafts:
                job.desk.miss(batch.read, made.kind, error, made.id)
            return
        for made, identity in zip(drafts, ids, strict=True):
            try:
                made.add(batch, part_of(batch, shares, identity))
            except UnansweredError as error:
                job.desk.miss(batch.read, made.kind, error, made.id)

    def _follow_all(self, job: _Job, drafts: Sequence[Draft]) -> None:
        """Complete each record, with the reads that are made for it alone."""
        follows = tuple(f for f in job.call.after(self._only) if isinstance(f, Follow))
        for made in drafts:
            if follows and made.kind == job.call.kind:
                asked = sum(not follow.when for follow in follows)
                self._ledger.plan(job.desk.scope, asked)
                self._crew.submit(partial(self._follow, follows, made, job))
            else:
                job.parts.end(made.record())

    def _follow(self, follows: tuple[Follow, ...], made: Draft, job: _Job) -> None:
        for follow in follows:
            try:
                self._answer(follow, made, job)
            except UnansweredError as error:
                job.desk.miss(follow.read, made.kind, error, made.id)
        job.parts.end(made.record())

    def _answer(self, follow: Follow, made: Draft, job: _Job) -> None:
        if not holds(follow.when, made.words):
            made.add(follow, None)
            return
        if follow.when:
            self._ledger.plan(job.desk.scope, 1)
        region, params = fill(follow.region, made.words), filled(follow.params, made.words)
        answer = job.desk.ask(follow.read, params, region=region, absent=follow.absent)
        made.add(follow, None if answer is None else kept_of(follow.keep, answer))

    def _children(self, call: Call, made: Mapping[str, object]) -> tuple[Call, ...]:
        if call.kind not in made:
            return ()
        return tuple(child for child in call.children if child.wanted(self._only))

    def _below(self, child: Call, parents: Sequence[Draft]) -> list[Words]:
        """The words of every parent that a child is listed for."""
        asked = (made for made in parents if holds(child.when, made.words))
        return [{**made.words, "_parent": made.id} for made in asked]

    def _descend(self, job: _Job, child: Call, parents: Sequence[Words]) -> None:
        """List a child for each record of its parent."""
        for kind in (child.kind,) if parents else self._kinds(child):
            job.parts.listed(kind)
        self._ledger.plan(job.desk.scope, len(parents))
        job.parts.begin(len(parents))
        for words in parents:
            self._crew.submit(partial(self._list, _Job(child, job.desk, job.parts, words, job.sweep)))

    def _kinds(self, call: Call) -> Iterator[str]:
        """What is known to be empty where there is nothing to list it for."""
        if call.wanted(self._only):
            yield from (output.kind for output in call.outputs)
            for child in call.children:
                yield from self._kinds(child)


def _listing(job: _Job) -> Mapping[str, list[Data]]:
    """Kind -> the data of each object listed."""
    call = job.call
    if call.gather is not None:
        return call.gather(job.desk)
    if call.read is None:
        return {call.kind: [{}]}
    answer: Any = job.desk.ask(call.read, filled(call.params, job.words))
    return {
        output.kind: [{call.read.operation: item} for item in items_of(output, answer)]
        for output in call.outputs
    }


def _share_bulk(job: _Job, bulk: Bulk, drafts: Sequence[Draft]) -> None:
    """Give every record its part of what is read once for many listings."""
    by_region: dict[str, list[Draft]] = {}
    for made in drafts:
        by_region.setdefault(fill(bulk.region, made.words), []).append(made)
    for region, some in by_region.items():
        try:
            if bulk.region and not region:
                raise UnansweredError(Reason.FAILED, UNEXPECTED)
            shares = job.sweep.shares(bulk, job.desk, region)
            for made in some:
                made.add(bulk, kept_of(bulk.keep, shares[made.id]) if made.id in shares else None)
        except UnansweredError as error:
            job.desk.miss(bulk.read, job.call.kind, error)


def _chunks(drafts: Sequence[Draft], size: int) -> Iterator[Sequence[Draft]]:
    return (drafts[start : start + size] for start in range(0, len(drafts), size))
