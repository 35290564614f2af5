"""A fact is derived for each provider on its own part of an estate; what it does not follow is blind."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from facts.estates import DEV, PROD, World
from scanner import facts
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.snapshot import Scope

AZURE = {"dev": "sub-dev", "prod": "sub-prod"}
AWS = {"dev": DEV, "prod": PROD}


def estate(*providers: str, homes: dict[str, dict[str, str]] | None = None) -> Estate:
    """Two environments, each with a boundary at these providers, and nothing else."""
    empty = World().estate()
    places = homes or {provider: AWS if provider == "aws" else AZURE for provider in providers}
    found = tuple(
        Resource(boundary, "boundary", boundary, Scope(provider, boundary, "global"), {}, environment=name)
        for provider, named in places.items()
        for name, boundary in named.items()
    )
    return replace(empty, resources={"boundary": found}, by_id={item.id: item for item in found}, unlisted=())


def module() -> ModuleType:
    """A fact that marks every boundary that it is shown with how many there are."""
    made = ModuleType("made")

    def derive(part: Estate) -> Facts:
        seen = part.of("boundary")
        return Facts(marks=tuple(Mark(item.id, "seen", len(seen)) for item in seen))

    made.NEEDS, made.derive = ("boundary.name",), derive  # type: ignore[attr-defined]
    return made


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> object:
    """Has one fact, ``made``, for some providers."""

    def use(*providers: str) -> None:
        monkeypatch.setattr(facts, "modules", lambda: {"made": dict.fromkeys(providers, module())})

    return use


def details(found: Facts) -> dict[str, set[tuple[str, str]]]:
    return {pair: {(gap.scope.provider, gap.detail) for gap in gaps} for pair, gaps in found.blind.items()}


def test_each_provider_by_itself(known: object) -> None:
    known("aws", "azure")  # type: ignore[operator]
    made = facts.derive(estate("aws", "azure"))["made"]
    seen = {mark.resource: mark.value for mark in made.marks}
    assert seen == dict.fromkeys((DEV, PROD, "sub-dev", "sub-prod"), 2)


def test_what_leads_from_one_provider_into_another_is_not_followed(known: object) -> None:
    known("aws", "azure")  # type: ignore[operator]
    both = details(facts.derive(estate("aws", "azure"))["made"])
    assert both["dev->prod"] == {("aws", "NotFollowed"), ("azure", "NotFollowed")}
    assert details(facts.derive(estate("azure"))["made"]) == {}
    apart = estate("", homes={"aws": {"dev": DEV}, "azure": {"prod": "sub-prod"}})
    assert details(facts.derive(apart)["made"]) == {
        "dev->prod": {("azure", "NotFollowed")},
        "prod->dev": {("aws", "NotFollowed")},
    }


def test_a_provider_that_the_fact_does_not_know_blinds_its_environments(known: object) -> None:
    known("aws")  # type: ignore[operator]
    made = facts.derive(estate("", homes={"aws": AWS, "azure": {"prod": "sub-prod"}}))["made"]
    assert {mark.resource for mark in made.marks} == {DEV, PROD}
    assert set(details(made)) == {"dev->prod", "prod->dev", "test->prod", "prod->test"}
    assert all(gaps == {("azure", "NotFollowed")} for gaps in details(made).values())


def test_every_fact_that_a_provider_has_of_its_own_is_another_modules_too() -> None:
    """A fact's name is one thing wherever it is derived: no rule asks for one provider's alone."""
    for name, ways in facts.modules().items():
        assert "aws" in ways or set(ways) == {"kubernetes"}, name
