"""Marks on people: the environments in which they can change things, whether declared, whether several.

A human is who the environment file says is one (`humans`): what any identity of theirs can change counts.
Environments of one group count as one, and those of the control tier are nobody's second environment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.facts.identity.foreign_stores import ForeignStores
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.humans import Humans
from scanner.facts.identity.writers import Start, Writers, Writing
from scanner.model.estate import Estate, Resource, apart
from scanner.model.facts import Mark
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

Starts = tuple[Sequence[Start], tuple[bool, tuple[Gap, ...]]]
"""Whom somebody acts as first; whether some of that is not known, and why."""


_MARKS = ("writes", "writes_production", "declared_writer", "overlaps", "distinct_writer")


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """What one person can change, and whether more may be hidden."""

    person: Resource
    writings: Mapping[str, Writing]
    hidden: bool
    gaps: tuple[Gap, ...]
    groups: tuple[str, ...]

    def surely(self) -> set[str]:
        """Environments that they change for certain."""
        return {place for place, item in self.writings.items() if item.state is Tri.YES}


def writing(
    graph: Graph,
    foreign: ForeignStores,
    people: Sequence[Resource],
    starts: Mapping[str, Starts],
    groups: Mapping[str, tuple[str, ...]],
) -> Iterator[Mark]:
    """Marks ``writes``, ``writes_production``, ``declared_writer``, ``overlaps`` and ``distinct_writer``.

    ``groups`` are those of a directory that people are in, by which they may be declared.
    """
    estate, writers = graph.world.estate, Writers(graph, foreign)
    humans = Humans(estate)
    by_human: dict[str, list[_Held]] = defaultdict(list)
    for person in people:
        if person.provider == "aws" and person.attrs.get("root") is False:
            found, (hidden, gaps) = starts[person.id]
            lost = writers.hidden(found)
            gaps = tuple(sorted({*gaps, *lost}))
            within = groups.get(person.id, ())
            held = _Held(person, writers.of(found), hidden or bool(lost), gaps, within)
            by_human[humans.name(person)].append(held)
    for human in by_human.values():
        for item in human:
            yield from _marks(estate, humans, item, human)
    for person in people:
        if person.provider == "aws" and person.attrs.get("root") is True:
            yield Mark(person.id, "writes_production", None)
        elif person.provider == "aws" and person.attrs.get("root") is None:
            gaps = tuple(person.unknown.get("root", ()))
            for attr in _MARKS:
                yield Mark(person.id, attr, unknown=True, gaps=gaps)


def _marks(estate: Estate, humans: Humans, held: _Held, human: list[_Held]) -> Iterator[Mark]:
    person, environments = held.person, estate.environments
    production = {place for place in held.writings if environments[place].tier == "production"}
    sure = sorted(production & held.surely())
    ways = tuple(step for place in sure[:1] for step in held.writings[place].steps)
    open_gaps = _gaps(held, production)
    yield _list(person, "writes", held.surely(), bool(held.hidden or held.writings), open_gaps)
    if sure:
        yield Mark(person.id, "writes_production", True, steps=ways)
    else:
        unknown = bool(production) or held.hidden
        value = None if unknown else False
        yield Mark(person.id, "writes_production", value, unknown=unknown, gaps=open_gaps if unknown else ())
    yield _declared(estate, humans, held, production)
    yield from _overlaps(estate, held, human)


def _list(person: Resource, attr: str, sure: set[str], more: bool, gaps: tuple[Gap, ...]) -> Mark:
    """Those that are certain; where there is none, and may be some, that is not known."""
    if sure or not more:
        return Mark(person.id, attr, sorted(sure))
    return Mark(person.id, attr, unknown=True, gaps=gaps)


def _gaps(held: _Held, places: set[str]) -> tuple[Gap, ...]:
    found = {gap for place in places for step in held.writings[place].steps for gap in step.gaps}
    return tuple(sorted({*held.gaps, *found}))


def _declared(estate: Estate, humans: Humans, held: _Held, production: set[str]) -> Mark:
    """Whether every production environment that they change declares them; not known where one is silent."""
    missing = {
        place
        for place in production
        if (listed := estate.environments[place].settings.get("people")) is not None
        and not humans.declared(held.person, listed, (held.writings[place].identity, *held.groups))
    }
    sure = sorted(missing & held.surely())
    if sure:
        return Mark(held.person.id, "declared_writer", False, steps=held.writings[sure[0]].steps)
    if any(estate.environments[place].settings.get("people") is None for place in production):
        return Mark(held.person.id, "declared_writer", unknown=True)
    if missing or (held.hidden and not production):
        return Mark(held.person.id, "declared_writer", unknown=True, gaps=_gaps(held, missing))
    return Mark(held.person.id, "declared_writer", True)


def _overlaps(estate: Estate, held: _Held, human: list[_Held]) -> Iterator[Mark]:
    """The other environments that the same human changes."""
    environments = estate.environments
    own = {place for place in held.writings if environments[place].tier == "production"}
    sure: dict[str, Writing] = {}
    maybe = False
    for item in human:
        for place, found in item.writings.items():
            if place in own or not any(apart(environments, place, one) for one in own):
                continue
            if found.state is Tri.YES and sorted(own & held.surely()):
                sure.setdefault(place, found)
            else:
                maybe = True
    hidden = any(item.hidden for item in human)
    gaps = tuple(sorted({gap for item in human for gap in item.gaps}))
    yield _list(held.person, "overlaps", set(sure), maybe or hidden, gaps)
    steps = sure[min(sure)].steps if sure else ()
    if sure:
        yield Mark(held.person.id, "distinct_writer", False, steps=steps)
    elif maybe or hidden:
        yield Mark(held.person.id, "distinct_writer", unknown=True, gaps=gaps)
    else:
        yield Mark(held.person.id, "distinct_writer", True)
