"""Runs of GitHub Actions that are one environment's and get a role of another."""

from __future__ import annotations

from typing import Any

import pytest

from facts.acting import GITHUB, accepts, blind, crossings, declare, provider, shared_world, stores
from facts.estates import PROD, World, allow
from scanner.model.logic import Tri

REF = "repo:example/app:ref:refs/heads/"
YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN


@pytest.fixture
def world() -> World:
    return shared_world()


def deployer(world: World, *subjects: str, operator: str = "StringLike", **more: Any) -> str:
    """A role of production for tokens of GitHub."""
    provider(world, PROD, GITHUB)
    return world.role(
        PROD, "deploy", allow("s3:*"), trust=accepts(PROD, GITHUB, *subjects, operator=operator, **more)
    )


def judged(world: World) -> Tri:
    """Whether development crosses to production, once."""
    found = [item for item in crossings(world) if item.pair == "dev->prod"]
    assert len(found) < 2
    return found[0].state if found else NO


def own(world: World, environment: str, *repositories: str, branches: Any = (), **settings: Any) -> None:
    declare(
        world,
        environment,
        github={"repositories": list(repositories), "branches": list(branches)},
        **settings,
    )


@pytest.mark.parametrize(
    ("subjects", "state"),
    [
        (["repo:example/app:ref:refs/heads/main"], YES),
        (["repo:example/app:*"], YES),
        (["repo:example/*"], YES),
        (["repo:example/*:environment:production"], YES),
        (["*"], YES),
        ([], YES),
        (["repo:example@12/app@34:ref:refs/heads/main"], YES),
        (["repo:other/app:ref:refs/heads/main"], NO),
        (["repo:example/application:*"], NO),
        (["repo:other@12/app@34:*"], NO),
        (["project_path:example/app:ref_type:branch:ref:main"], NO),
    ],
)
def test_a_repository_of_development_alone(world: World, subjects: list[str], state: Tri) -> None:
    deployer(world, *subjects)
    own(world, "dev", "example/app")
    assert judged(world) is state
    assert blind(world) == ()


@pytest.mark.parametrize(
    ("subject", "state"),
    [
        (f"{REF}develop", YES),
        (f"{REF}feature/x", YES),
        (f"{REF}main", NO),
        (f"{REF}release", NO),
        (f"{REF}*", YES),
        ("repo:example/app:*", YES),
        ("repo:example/app:pull_request", YES),
        ("repo:example/app:environment:prod", NO),
        ("repo:example/app:environment:Production", NO),
        ("repo:example/app:environment:dev", YES),
        ("repo:example/app:environment:canary", UNKNOWN),
        ("repo:example/app:ref:refs/tags/v*", NO),
        ("repo:example/app:ref:refs/tags/nightly", UNKNOWN),
    ],
)
@pytest.mark.parametrize("within", [True, False])
def test_a_repository_that_both_have(world: World, subject: str, state: Tri, within: bool) -> None:
    for name, branches in (("dev", ["develop", "feature/*"]), ("prod", ["main"])):
        told = {"branches": branches} if within else {}
        own(world, name, "example/app", **told)
        declare(world, name, branches=branches)
    declare(world, "prod", release_tags=["v*"])
    deployer(world, subject)
    assert judged(world) is state


@pytest.mark.parametrize(("subject", "state"), [(f"{REF}main", UNKNOWN), ("repo:example/app:*", YES)])
def test_nothing_tells_two_owners_apart(world: World, subject: str, state: Tri) -> None:
    own(world, "dev", "example/*")
    own(world, "prod", "example/app")
    deployer(world, subject)
    assert judged(world) is state


def test_no_environment_names_repositories(world: World) -> None:
    deployer(world, "repo:example/app:*")
    declare(world, "dev", branches=["develop"])
    assert crossings(world) == []
    assert blind(world) == ()


def test_what_it_says(world: World) -> None:
    role = deployer(world, f"{REF}develop", "repo:example/app:ref:refs/heads/main", operator="StringEquals")
    own(world, "dev", "example/app", branches=["develop"])
    own(world, "prod", "example/app", branches=["main"])
    (found,) = crossings(world)
    assert (found.sources, found.targets) == ((f"{GITHUB}:{REF}develop",), (role,))
    assert (found.border, found.closes) == (f"{role}/trust#Tokens", (f"{role}/trust#Tokens",))
    assert [(step.by, step.state) for step in found.steps] == [("trust statement Tokens", YES)]


def test_why_it_is_not_known(world: World) -> None:
    deployer(world, "repo:example/app:environment:canary")
    for name in ("dev", "prod"):
        own(world, name, "example/app")
    (found,) = [item for item in crossings(world) if item.pair == "dev->prod"]
    assert "admits runs of which it is not declared whether they are dev's" in [s.by for s in found.steps]


def test_its_stores(world: World) -> None:
    deployer(world, "repo:example/app:*")
    own(world, "dev", "example/app")
    world.bucket(PROD, "data")
    (store,) = stores(world)
    assert (store.state, store.sources) == (YES, (f"{GITHUB}:repo:example/app:*",))


def test_a_condition_on_another_claim_leaves_it_open(world: World) -> None:
    tests = {"StringEquals": {f"{GITHUB}:sub": f"{REF}main", f"{GITHUB}:job_workflow_ref": "x"}}
    deployer(world, Condition=tests)
    own(world, "dev", "example/app")
    assert judged(world) is UNKNOWN


@pytest.mark.parametrize("issuer", [f"{GITHUB}/example", "token.actions.example.ghe.com"])
def test_an_issuer_of_an_enterprise(world: World, issuer: str) -> None:
    provider(world, PROD, issuer)
    world.role(PROD, "deploy", trust=accepts(PROD, issuer, "repo:example/app:*"))
    own(world, "dev", "example/app")
    assert judged(world) is YES


def test_many_repositories(world: World) -> None:
    names = [f"example/app{number}" for number in range(90)]
    own(world, "dev", *names)
    deployer(world, "repo:example/*:ref:refs/heads/main")
    (found,) = crossings(world)
    assert (found.state, len(found.sources)) == (YES, 1)


def test_a_statement_for_any_subject_beside_one_for_some(world: World) -> None:
    provider(world, PROD, GITHUB)
    trust = accepts(PROD, GITHUB, "repo:example/other:*")
    trust["Statement"].append({**accepts(PROD, GITHUB)["Statement"][0], "Sid": "Anybody"})
    role = world.role(PROD, "deploy", trust=trust)
    own(world, "dev", "example/app")
    (found,) = crossings(world)
    assert (found.state, found.border) == (YES, f"{role}/trust#Anybody")
