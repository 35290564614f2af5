"""Sources and triggers of pipelines against what their environment declares."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import PROD, World, gap
from facts.roads import declare, hidden, pipeline
from scanner.facts.declared_roads import derive
from scanner.model.facts import Mark

REPOSITORY = {"provider": "github", "repository": "example/models"}


@pytest.fixture
def world() -> World:
    made = World()
    declare(
        made, "prod", branches=["main", "release/*"], release_tags=["v*"], triggers=["release", "schedule"]
    )
    return made


def judged(world: World, resource: str, attr: str = "undeclared_sources") -> Mark:
    (found,) = (
        each for each in derive(world.estate()).marks if (each.resource, each.attr) == (resource, attr)
    )
    return found


def said(world: World, **attrs: Any) -> object:
    found = judged(world, pipeline(world, "deliver", PROD, **attrs))
    return "unknown" if found.unknown else found.value


@pytest.mark.parametrize(
    ("branch", "tag", "answer"),
    [
        ("main", None, []),
        ("release/7", None, []),
        ("feature/x", None, ["example/models at feature/x"]),
        (None, "v1", []),
        (None, "nightly", ["example/models at tag nightly"]),
        ("v1", "v1", []),  # a branch or a tag of that name
        ("fix", "fix", ["example/models at fix"]),
        (None, None, "unknown"),  # the default branch, whichever that is
    ],
)
def test_sources(world: World, branch: str | None, tag: str | None, answer: object) -> None:
    assert said(world, sources=[{**REPOSITORY, "branch": branch, "tag": tag}]) == answer


@pytest.mark.parametrize(
    ("kind", "ref", "answer"),
    [
        ("merge", "main", []),
        ("merge", "feature/*", ["a push to feature/*"]),
        ("merge", None, ["a push to any branch"]),
        ("merge", "~^refs/(heads|tags)/", "unknown"),
        ("release", "v*", []),
        ("release", None, ["tag *"]),
        ("pull_request", None, ["pull requests"]),
        ("schedule", None, []),
    ],
)
def test_what_starts_it_is_taken_too(world: World, kind: str, ref: str | None, answer: object) -> None:
    assert said(world, triggers=[{"kind": kind, "ref": ref}]) == answer


def test_images_and_objects_are_no_code(world: World) -> None:
    assert (
        said(world, sources=[{"provider": "ecr", "repository": "x", "branch": None, "tag": "latest"}]) == []
    )


def test_any_branch_may_be_declared(world: World) -> None:
    declare(world, "prod", branches=["*"])
    assert said(world, sources=[{**REPOSITORY, "branch": None, "tag": None}]) == []


def test_a_tag_where_only_branches_are_declared_is_open(world: World) -> None:
    declare(world, "prod", release_tags=None)
    assert said(world, sources=[{**REPOSITORY, "branch": None, "tag": "v1"}]) == "unknown"


def test_nothing_is_said_where_nothing_is_declared(world: World) -> None:
    declare(world, "prod", branches=None, release_tags=None, triggers=None)
    made = pipeline(world, "deliver", PROD, triggers=[{"kind": "merge", "ref": None}])
    assert judged(world, made).value is None
    assert judged(world, made, "undeclared_triggers").value is None


def test_unread_sources_hide_others_but_not_what_is_known(world: World) -> None:
    denied = gap(PROD, "codepipeline:GetPipeline")
    made = pipeline(world, "deliver", PROD, unknown={"sources": (denied,), "triggers": (denied,)})
    assert judged(world, made).gaps == (denied,)
    other = pipeline(
        world, "x", PROD, unknown={"sources": (denied,)}, triggers=[{"kind": "merge", "ref": "x"}]
    )
    assert judged(world, other).value == ["a push to x"]


def schedule(world: World, target: str, **attrs: Any) -> None:
    full = {"targets": [target], "enabled": True, "pattern": False, "expression": "rate(1 day)", **attrs}
    world.add(f"arn:aws:events:eu-west-1:{PROD}:rule/nightly", "schedule", PROD, full)


def triggers(world: World, target: str) -> object:
    found = judged(world, target, "undeclared_triggers")
    return "unknown" if found.unknown else found.value


def test_triggers_of_its_own(world: World) -> None:
    made = pipeline(
        world, "a", PROD, triggers=[{"kind": "merge", "ref": "main"}, {"kind": "release", "ref": "v*"}]
    )
    assert triggers(world, made) == ["merge"]
    assert triggers(world, pipeline(world, "b", PROD)) == []


def test_schedules_that_name_it(world: World) -> None:
    made = pipeline(world, "a", PROD)
    schedule(world, made)
    assert triggers(world, made) == []
    declare(world, "prod", triggers=["release"])
    assert triggers(world, made) == ["schedule"]


def test_a_schedule_that_is_off_starts_nothing(world: World) -> None:
    made = pipeline(world, "a", PROD)
    declare(world, "prod", triggers=[])
    schedule(world, made, enabled=False)
    assert triggers(world, made) == []


def test_which_event_starts_it_is_not_read(world: World) -> None:
    made = pipeline(world, "a", PROD)
    schedule(world, made, pattern=True)
    assert triggers(world, made) == "unknown"


def test_unlisted_schedules_leave_it_open_but_hide_no_trigger_of_its_own(world: World) -> None:
    denied = hidden(world, "schedule", PROD)
    made = pipeline(world, "a", PROD)
    assert judged(world, made, "undeclared_triggers").gaps == (denied,)
    assert triggers(world, pipeline(world, "b", PROD, triggers=[{"kind": "event", "ref": None}])) == ["event"]
