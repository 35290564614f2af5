"""Where data and models come from: marks on stores and models (DAT-008, PIP-002).

- ``copied_from``: the environments whose data is copied into a store;
- ``made_in``, ``made_here``, ``registered_environment``: where the files of a model were made, and where it
  is registered. A file that no known job made may have come from anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.crossings import EXTERNAL
from scanner.facts.roads.handing_over import COPY_TASKS, READS, edges, ways
from scanner.facts.roads.unread import Unread
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap

NEEDS = (*READS, "job.artifacts", "model.artifacts", "model.registered_in", "model.stores")


def derive(estate: Estate) -> Facts:
    """All marks."""
    atlas = Atlas(estate)
    return Facts(marks=(*_copied_from(estate, atlas), *_models(estate, atlas)))


def _copied_from(estate: Estate, atlas: Atlas) -> Iterator[Mark]:
    """On each store: the environments whose data others, or its own copy tasks, put into it."""
    found: dict[str, set[str]] = defaultdict(set)
    steps: dict[str, Step] = {}
    handed = tuple(edges(estate, atlas))
    for way in ways(handed):
        last = way[-1]
        if last.level == "write":
            found[last.target].add(way[0].carries)
            steps.setdefault(last.target, Step(last.source_id, last.target, last.words, last.source))
    for task in estate.of("pipeline"):
        if task.attrs.get("type") in COPY_TASKS:
            taken = {atlas.of(each).place for each in task.attrs.get("inputs") or ()}
            for target in task.attrs.get("outputs") or ():
                found[target].update(str(place) for place in taken if place in estate.environments)
                steps.setdefault(target, Step(task.id, target, f"task {task.name}", task.where("inputs")))
    unread = Unread(estate, atlas, handed)
    hidden = {name: unread.into(name, estate.environments) for name in estate.environments}
    for store in estate.of("store"):
        if store.environment is None:
            continue
        others = sorted(found.get(store.id, set()) - {store.environment})
        gaps = () if others else hidden[store.environment]
        seen = (steps[store.id],) if others else ()
        value = None if gaps else others
        yield Mark(store.id, "copied_from", value, unknown=bool(gaps), gaps=gaps, steps=seen)


def _models(estate: Estate, atlas: Atlas) -> Iterator[Mark]:
    makers: dict[str, Resource] = {}
    for job in estate.of("job"):
        for uri in job.attrs.get("artifacts") or ():
            makers.setdefault(uri, job)
    unlisted = tuple(sorted({gap for item in estate.missing("job") for gap in item.gaps}))
    for model in estate.of("model"):
        yield from _made(model, atlas, makers, unlisted)
        if "registered_in" in model.unknown:
            gaps = tuple(model.unknown["registered_in"])
            yield Mark(model.id, "registered_environment", unknown=True, gaps=gaps)
        else:
            account = model.attrs.get("registered_in")
            yield Mark(model.id, "registered_environment", estate.places.get(str(account)))


def _made(
    model: Resource, atlas: Atlas, makers: dict[str, Resource], unlisted: tuple[Gap, ...]
) -> Iterator[Mark]:
    found: set[str] = set()
    steps: list[Step] = []
    for uri in model.attrs.get("artifacts") or ():
        if (job := makers.get(uri)) is not None and job.place is not None:
            found.add(job.place)
            steps.append(Step(job.id, model.id, f"job {job.name} made {uri}", job.where("artifacts")))
    held = {atlas.of(each).place for each in model.attrs.get("stores") or ()}
    elsewhere = {place for place in held if place not in (None, EXTERNAL, model.place)}
    found |= {str(place) for place in elsewhere}
    gaps = tuple(sorted({gap for attr in ("artifacts", "stores") for gap in model.unknown.get(attr, ())}))
    if not found:
        for attr in ("made_in", "made_here"):
            yield Mark(model.id, attr, unknown=True, gaps=gaps or unlisted)
        return
    witness = tuple(steps[:1])
    yield Mark(model.id, "made_in", sorted(found), steps=witness)
    yield Mark(model.id, "made_here", model.place in found, steps=witness)
