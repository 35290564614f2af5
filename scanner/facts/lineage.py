"""What pipelines and jobs read (DAT-005).

- ``foreign_inputs``: what a pipeline or job reads from outside its environment, unless that is declared
  (``data.readable_from``, a flow with read access, or a service that allows it);
- ``unvalidated_inputs``: stores that it reads at home whose tags carry none of the evidence of validation
  that the environment declares (``data.validation``); of delivery pipelines, which read code, none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from scanner.facts.crossings import EXTERNAL, SERVICE, covers
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap

NEEDS = (
    "access_point.store",
    "job.inputs",
    "job.type",
    "pipeline.inputs",
    "pipeline.type",
    "store.tags",
)
_MAKERS = frozenset(("sagemaker_pipeline", "state_machine", "training", "processing"))
"""What makes models out of data; delivery pipelines read code and packages."""


def derive(estate: Estate) -> Facts:
    """All marks."""
    atlas = Atlas(estate)
    return Facts(marks=(*_foreign_inputs(estate, atlas), *_unvalidated(estate, atlas)))


def _foreign_inputs(estate: Estate, atlas: Atlas) -> Iterator[Mark]:
    for kind in ("pipeline", "job"):
        for item in estate.of(kind):
            if item.environment is None:
                continue
            if "inputs" in item.unknown:
                yield Mark(item.id, "foreign_inputs", unknown=True, gaps=tuple(item.unknown["inputs"]))
                continue
            named = item.attrs.get("inputs") or ()
            foreign = sorted(each for each in named if _foreign(estate, atlas, item.environment, each))
            lost = [gaps for each in named if (gaps := _lost(atlas, each)) is not None]
            if lost and not foreign:
                gaps = tuple(sorted({gap for some in lost for gap in some}))
                yield Mark(item.id, "foreign_inputs", unknown=True, gaps=gaps)
            else:
                source = item.where("inputs")
                steps = tuple(Step(item.id, each, "an input of it", source) for each in foreign[:1])
                yield Mark(item.id, "foreign_inputs", foreign, steps=steps)


def _lost(atlas: Atlas, identity: str) -> tuple[Gap, ...] | None:
    """The gaps that hide where an input lies, ``None`` if that is known."""
    where = atlas.of(identity)
    return where.gaps if where.place is None else None


def _foreign(estate: Estate, atlas: Atlas, home: str, identity: str) -> bool:
    """Whether an input is known to lie elsewhere and nothing declares that it may be read."""
    place = atlas.of(identity).place
    if place in (None, home):
        return False
    if place == EXTERNAL:
        return True
    if str(place).startswith(SERVICE):
        allows = estate.services[str(place).removeprefix(SERVICE)].get("allows") or {}
        return "read" not in (allows.get(home) or ())
    there, here = estate.environments[str(place)], estate.environments[home]
    if here.group is not None and here.group == there.group:
        return False
    if home in (there.settings.get("data") or {}).get("readable_from", ()):
        return False
    flows = (flow for flow in estate.flows if (flow.source, flow.target) == (home, place))
    return not any(covers(flow, [identity], ["read"], ()) for flow in flows)


def _unvalidated(estate: Estate, atlas: Atlas) -> Iterator[Mark]:
    """On what makes models: the stores of its environment that it reads and that carry no evidence."""
    for kind in ("pipeline", "job"):
        for item in estate.of(kind):
            if item.environment is None:
                continue
            patterns = (estate.environments[item.environment].settings.get("data") or {}).get("validation")
            if patterns is None:
                yield Mark(item.id, "unvalidated_inputs", None)
            elif "type" not in item.unknown and item.attrs.get("type") not in _MAKERS:
                yield Mark(item.id, "unvalidated_inputs", [])
            else:
                yield _without_evidence(atlas, item, patterns)


def _without_evidence(atlas: Atlas, item: Resource, patterns: Iterable[str]) -> Mark:
    gaps, undecided = set(item.unknown.get("inputs", ())), "inputs" in item.unknown
    bare: list[str] = []
    for each in item.attrs.get("inputs") or ():
        store = atlas.store(each)
        where = atlas.of(each)
        if where.place not in (None, item.place):
            continue
        if store is None:
            undecided = True
            gaps.update(where.gaps)
        elif store.tags is None:
            undecided = True
            gaps.update(store.unknown.get("tagged_as", ()))
        elif not _evident(store, patterns):
            bare.append(each)
    if undecided and not bare:
        return Mark(item.id, "unvalidated_inputs", unknown=True, gaps=tuple(sorted(gaps)))
    steps = tuple(Step(item.id, each, "an input of it", item.where("inputs")) for each in bare[:1])
    return Mark(item.id, "unvalidated_inputs", sorted(bare), steps=steps)


def _evident(store: Resource, patterns: Iterable[str]) -> bool:
    """Evidence is a tag whose key, value, or ``key=value`` matches a declared pattern."""
    tags = (store.tags or {}).items()
    words = {word for key, value in tags for word in (key, value, f"{key}={value}") if word}
    return any(fnmatchcase(word, each) for word in words for each in patterns)
