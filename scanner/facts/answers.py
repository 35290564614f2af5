"""Three-valued answers read from attributes, each with the gaps that leave it open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from scanner.model.estate import Resource
from scanner.model.facts import Mark, Step
from scanner.model.logic import Tri, all_of, any_of
from scanner.model.snapshot import Gap


@dataclass(frozen=True, slots=True)
class Answer:
    """A truth value; ``gaps`` are what hides it, none once it is decided."""

    state: Tri
    gaps: tuple[Gap, ...] = ()

    def __invert__(self) -> Answer:
        return Answer(~self.state, self.gaps)


YES, NO, OPEN = Answer(Tri.YES), Answer(Tri.NO), Answer(Tri.UNKNOWN)


def ask(resource: Resource, attr: str, test: Callable[[Any], bool] = bool) -> Answer:
    """Whether an attribute passes a test; unknown where it was not read."""
    if attr in resource.unknown or attr not in resource.attrs:
        return Answer(Tri.UNKNOWN, tuple(resource.unknown.get(attr, ())))
    return YES if test(resource.attrs[attr]) else NO


def every(answers: Iterable[Answer]) -> Answer:
    """Conjunction: YES of none."""
    parts = tuple(answers)
    return _with_gaps(all_of(part.state for part in parts), parts)


def some(answers: Iterable[Answer]) -> Answer:
    """Disjunction: NO of none."""
    parts = tuple(answers)
    return _with_gaps(any_of(part.state for part in parts), parts)


def unless_hidden(answer: Answer, gaps: Iterable[Gap] | None) -> Answer:
    """A NO that rests on not having seen something is unknown where ``gaps`` (not ``None``) may hide it."""
    if gaps is None or answer.state is Tri.YES:
        return answer
    return Answer(Tri.UNKNOWN, tuple(sorted({*answer.gaps, *gaps})))


def mark(resource: Resource, attr: str, answer: Answer, steps: Iterable[Step] = ()) -> Mark:
    """A boolean mark of an answer."""
    if answer.state is Tri.UNKNOWN:
        return Mark(resource.id, attr, unknown=True, gaps=answer.gaps, steps=tuple(steps))
    return Mark(resource.id, attr, answer.state is Tri.YES, steps=tuple(steps))


def _with_gaps(state: Tri, parts: tuple[Answer, ...]) -> Answer:
    if state is not Tri.UNKNOWN:
        return Answer(state)
    return Answer(state, tuple(sorted({gap for part in parts for gap in part.gaps})))
