"""Sources and triggers of pipelines against what their environment declares (SRC-001, PIP-001).

- ``undeclared_sources``: branches and tags that it takes code from, also those a push to which starts it,
  that match neither ``branches`` nor ``release_tags``;
- ``undeclared_triggers``: what starts it by itself and is not among ``triggers``: of its own settings, and
  schedules and rules that name it.

Neither says anything (None) where the environment declares nothing. A source without a version means the
default branch of its repository, which only the repository's host tells; a commit may lie on any branch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from scanner.model.estate import Environment, Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    "pipeline.sources",
    "pipeline.triggers",
    "schedule.enabled",
    "schedule.expression",
    "schedule.pattern",
    "schedule.targets",
)
_NOT_CODE = frozenset(("ecr", "s3"))


@dataclass(frozen=True, slots=True)
class Declared:
    """The branches and tags that an environment declares; ``None``: undeclared."""

    branches: tuple[str, ...] | None
    tags: tuple[str, ...] | None

    def branch(self, name: str | None) -> Tri:
        """Whether a branch, a pattern of branches, or (``None``) any branch is declared."""
        return _matches(name, self.branches)

    def tag(self, name: str | None) -> Tri:
        """Whether a tag, a pattern of tags, or (``None``) any tag is declared."""
        return _matches(name, self.tags)


def derive(estate: Estate) -> Facts:
    """Marks on every pipeline of an environment."""
    schedules: dict[str, list[Resource]] = defaultdict(list)
    calling: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for schedule in estate.of("schedule"):
        for target in schedule.attrs.get("targets") or ():
            schedules[target].append(schedule)
            if service := _started_by_call(target):
                calling[schedule.scope.boundary, schedule.scope.region, service].append(schedule)
    hidden: dict[str, set[Gap]] = defaultdict(set)
    for unlisted in estate.missing("schedule"):
        hidden[unlisted.scope.boundary].update(unlisted.gaps)
    for schedule in estate.of("schedule"):
        hidden[schedule.scope.boundary].update(schedule.unknown.get("targets", ()))
    marks: list[Mark] = []
    for pipeline in estate.of("pipeline"):
        if pipeline.environment is not None:
            environment = estate.environments[pipeline.environment]
            marks.append(_sources(pipeline, environment))
            gaps = hidden[pipeline.scope.boundary]
            callers = calling[(*_place(pipeline), pipeline.id.split(":", 3)[2])]
            marks.append(_triggers(pipeline, environment, schedules[pipeline.id], callers, gaps))
    return Facts(marks=tuple(marks))


def _sources(pipeline: Resource, environment: Environment) -> Mark:
    branches, tags = (environment.settings.get(key) for key in ("branches", "release_tags"))
    if branches is None and tags is None:
        return Mark(pipeline.id, "undeclared_sources", None)
    declared = Declared(_patterns(branches), _patterns(tags))
    foreign: set[str] = set()
    undecided = any(attr in pipeline.unknown for attr in ("sources", "triggers"))
    for words, state in _judged(pipeline, declared):
        if state is Tri.NO:
            foreign.add(words)
        undecided |= state is Tri.UNKNOWN
    if foreign or not undecided:
        attr = "sources" if pipeline.attrs.get("sources") else "triggers"
        step = Step(pipeline.id, ", ".join(sorted(foreign)), "where it takes code from", pipeline.where(attr))
        return Mark(pipeline.id, "undeclared_sources", sorted(foreign), steps=(step,) if foreign else ())
    gaps = {gap for attr in ("sources", "triggers") for gap in pipeline.unknown.get(attr, ())}
    return Mark(pipeline.id, "undeclared_sources", unknown=True, gaps=tuple(sorted(gaps)))


def _judged(pipeline: Resource, declared: Declared) -> Iterator[tuple[str, Tri]]:
    """Everything that a pipeline may take code from, and whether that is declared."""
    for source in pipeline.attrs.get("sources") or ():
        if source.get("provider") not in _NOT_CODE:
            yield _source(source, declared)
    for trigger in pipeline.attrs.get("triggers") or ():
        kind, ref = trigger["kind"], trigger.get("ref")
        if kind == "merge":
            yield f"a push to {ref or 'any branch'}", declared.branch(ref)
        elif kind == "release":
            yield f"tag {ref or '*'}", declared.tag(ref)
        elif kind == "pull_request":
            yield "pull requests", declared.branch(None)


def _source(source: Mapping[str, Any], declared: Declared) -> tuple[str, Tri]:
    branch, tag, repository = source.get("branch"), source.get("tag"), source.get("repository")
    if branch and tag:
        return f"{repository} at {branch}", declared.branch(branch) | declared.tag(tag)
    if branch:
        return f"{repository} at {branch}", declared.branch(branch)
    if tag:
        return f"{repository} at tag {tag}", declared.tag(tag)
    anywhere = declared.branch(None) is Tri.YES
    return f"{repository}", Tri.YES if anywhere else Tri.UNKNOWN


def _matches(name: str | None, patterns: tuple[str, ...] | None) -> Tri:
    """A pattern is declared where it matches as a text; an expression that is none stays open."""
    if patterns is None:
        return Tri.UNKNOWN
    if "*" in patterns:
        return Tri.YES
    if name is None:
        return Tri.NO
    if name.startswith("~"):
        return Tri.UNKNOWN
    return Tri.of(any(fnmatchcase(name, pattern) for pattern in patterns))


def _patterns(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _started_by_call(target: str) -> str:
    """The service of whose pipelines a universal target starts one, by a call that names it in its input.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """
    service, _, call = target.partition(":aws-sdk:")[2].partition(":")
    return {"sfn": "states"}.get(service, service) if call.startswith(("start", "retry", "redrive")) else ""


def _place(pipeline: Resource) -> tuple[str, str]:
    parts = pipeline.id.split(":")
    return pipeline.scope.boundary, parts[3]


def _triggers(
    pipeline: Resource,
    environment: Environment,
    schedules: list[Resource],
    callers: list[Resource],
    hidden: set[Gap],
) -> Mark:
    """``callers`` start some pipeline or other; which one is not read."""
    declared = environment.settings.get("triggers")
    if declared is None:
        return Mark(pipeline.id, "undeclared_triggers", None)
    foreign = {str(each["kind"]) for each in pipeline.attrs.get("triggers") or ()} - set(declared)
    gaps = {*hidden, *pipeline.unknown.get("triggers", ())}
    undecided = bool(gaps) or "triggers" in pipeline.unknown or "triggers" not in pipeline.attrs
    if "schedule" not in declared:
        undecided |= any(caller.attrs.get("enabled", True) is True for caller in callers)
    steps = [Step(pipeline.id, kind, "starts it", pipeline.where("triggers")) for kind in sorted(foreign)]
    for schedule in schedules:
        if {"enabled", "pattern"} & set(schedule.unknown):
            undecided = True
            gaps |= {gap for attr in ("enabled", "pattern") for gap in schedule.unknown.get(attr, ())}
        elif schedule.attrs.get("enabled") is not True:
            continue
        elif schedule.attrs.get("pattern") is True:
            # Which event it waits for is not read: a merge comes to pipelines that way, and so may anything.
            undecided = True
        elif "schedule" not in declared:
            foreign.add("schedule")
            steps.append(Step(schedule.id, pipeline.id, f"schedule {schedule.name}", schedule.source))
    if foreign:
        return Mark(pipeline.id, "undeclared_triggers", sorted(foreign), steps=tuple(steps[:1]))
    if undecided:
        return Mark(pipeline.id, "undeclared_triggers", unknown=True, gaps=tuple(sorted(gaps)))
    return Mark(pipeline.id, "undeclared_triggers", [])
