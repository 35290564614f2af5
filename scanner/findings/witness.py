"""Witnesses: the numbered steps that prove a fail, or lead up to where an unknown stays open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.model.estate import Resource
from scanner.model.facts import Mark, Step
from scanner.model.finding import WitnessStep
from scanner.model.logic import Tri
from scanner.model.snapshot import Source

MANIFEST = Source("manifest.json", 1)
"""What shows a thing that no record of its own shows: an account that was asked for and reached."""

_PLAIN = re.compile(r"\s+")
_SHOWN = 60
_MEMBERS = "mixed_in"
_NAMED = 5


def of_steps(steps: Iterable[Step]) -> tuple[WitnessStep, ...]:
    """The distinct steps of a crossing or mark, numbered from 1."""
    return tuple(
        WitnessStep(
            step=number,
            source_id=step.source_id,
            target_id=step.target_id,
            by=step.by,
            source=citable(step.source),
            holds=step.state is Tri.NO,
            open=step.state is Tri.UNKNOWN,
        )
        for number, step in enumerate(distinct(steps), 1)
    )


def distinct(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps without exact repeats, in order: what messages and witnesses number."""
    first = {(step.source_id, step.target_id, step.by, step.source, step.state): step for step in steps}
    return tuple(first.values())


def of_resource(
    resource: Resource,
    evidence: Iterable[str],
    marks: Mapping[tuple[str, str], Mark],
    others: Mapping[str, Resource],
) -> tuple[WitnessStep, ...]:
    """One step per attribute that the verdict was read from; a mark brings the steps of its own.

    ``others`` are the estate's resources by id: those that ``mixed_in`` names show where they are tagged.
    """
    steps: list[Step] = []
    for attr in evidence:
        mark = marks.get((resource.id, attr))
        if mark and mark.steps:
            steps.extend(mark.steps)
        elif attr == _MEMBERS and attr in resource.attrs:
            steps.extend(_members(resource, resource.attrs[attr], others))
        else:
            steps.append(_reading(resource, attr, mark))
    return of_steps(
        steps or [_step(resource, f"record of {resource.kind} {resource.name}", resource.source, Tri.YES)]
    )


def citable(source: Source) -> Source:
    """The source, or the snapshot's manifest for what has no line of its own."""
    return source if source.part and source.line >= 1 else MANIFEST


def _reading(resource: Resource, attr: str, mark: Mark | None) -> Step:
    if mark is not None:
        told = f"{attr} is not decided" if mark.unknown else _value(attr, mark.value)
        return _step(resource, told, resource.source, Tri.UNKNOWN if mark.unknown else Tri.YES)
    if attr in resource.unknown:
        return _step(resource, f"{attr} was not read", resource.source, Tri.UNKNOWN)
    return _step(resource, _value(attr, resource.attrs.get(attr)), resource.where(attr), Tri.YES)


def _members(resource: Resource, ids: Iterable[str], others: Mapping[str, Resource]) -> Iterator[Step]:
    """A step to each of the first few resources that are tagged as of another environment."""
    for other in [others[identity] for identity in ids if identity in others][:_NAMED]:
        by = f"tagged as {other.attrs.get('tagged_as') or 'of several environments'}"
        yield Step(resource.id, other.id, by, other.where("tagged_as"))


def _step(resource: Resource, by: str, source: Source, state: Tri) -> Step:
    return Step(resource.id, resource.id, by, source, state)


def _value(attr: str, value: Any) -> str:
    match value:
        case None | [] | () | "":
            return f"{attr} is not set"
        case bool():
            return f"{attr} is {'on' if value else 'off'}"
        case str() | int() | float():
            told = str(value)
        case list() | tuple() if all(isinstance(item, str | int) for item in value):
            told = ", ".join(str(item) for item in value)
        case _:
            told = ""
    if 0 < len(told) <= _SHOWN:
        return f"{attr} is {_PLAIN.sub(' ', told)}"
    return f"{attr} as recorded"
