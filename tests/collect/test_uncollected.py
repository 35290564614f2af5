"""Boundaries of providers that nothing can be collected of: asked for, not reached, and said so."""

from __future__ import annotations

from scanner.collect import collect
from scanner.config import EnvironmentFile, parse
from scanner.model.snapshot import Gap, Reason, Scope
from tests.collect.conftest import Seen

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


def config(sources: str = "{}") -> EnvironmentFile:
    return parse(
        f"""
version: 1
environments:
  dev:
    tier: nonproduction
    match:
      azure: {{subscriptions: ["{SUBSCRIPTION}"], resource_groups: [rg-dev, "rg-dev-*"]}}
      kubernetes: {{clusters: [shared], namespaces: [dev]}}
      github: {{repositories: [acme/models]}}
  prod:
    tier: production
    match:
      azure: {{resource_groups: [rg-prod]}}
      gcp: {{projects: [ml-prod]}}
      valohai: {{organizations: [acme]}}
      kubernetes: {{tags: {{environment: [prod]}}}}
services:
  ci: {{purpose: ci, match: {{github: {{repositories: [acme/ci]}}}}}}
sources: {sources}
""",
        "envsplit.yaml",
    )


def collected(file: EnvironmentFile) -> Seen:
    seen = Seen()
    collect(file, seen, seen)
    return seen


def test_each_is_asked_for_and_not_reached_and_has_a_gap() -> None:
    seen = collected(config())
    assert [scope.id for scope in seen.asked] == [
        "github/acme/ci/global",
        "github/acme/models/global",
        "kubernetes/*/global",
        "kubernetes/shared/dev/global",
        "valohai/acme/global",
    ]
    assert seen.reached == []
    assert {gap.scope for gap in seen.gaps} == set(seen.asked)
    acme = Scope("valohai", "acme", "global")
    assert Gap(acme, "*", "valohai:*", "valohai:*", Reason.UNSUPPORTED, detail="NoCollector") in seen.gaps


def test_sources_add_what_no_environment_names() -> None:
    sources = (
        "{kubernetes: {clusters: {shared: {}, spare: {}}}, valohai: {}, github: {organizations: [spare]}}"
    )
    found = {scope.id for scope in collected(config(sources)).asked}
    assert "kubernetes/spare/global" in found
    assert "github/spare/global" in found
    assert "kubernetes/shared/global" not in found, "its namespaces stand for it"
    assert "valohai/*/global" not in found, "the declared organization stands for it"


def test_a_source_that_names_nothing_asks_for_everything() -> None:
    file = parse(
        """
version: 1
environments:
  dev: {tier: nonproduction, match: {gcp: {projects: [ml-dev]}}}
  prod: {tier: production, match: {gcp: {projects: [ml-prod]}}}
sources: {valohai: {}, kubernetes: {clusters: {main: {}}}}
""",
        "envsplit.yaml",
    )
    found = [scope.id for scope in collected(file).asked if scope.provider != "gcp"]
    assert found == ["kubernetes/main/global", "valohai/*/global"]


def test_a_boundary_lies_in_another_one() -> None:
    file = config()
    assert file.boundaries("azure") == ("*/rg-prod", f"{SUBSCRIPTION}/rg-dev", f"{SUBSCRIPTION}/rg-dev-*")
    assert file.outer_boundaries("azure") == ("*", SUBSCRIPTION)


def test_places() -> None:
    file = config()
    assert file.place_of("azure", f"{SUBSCRIPTION}/rg-dev") == "dev"
    assert file.place_of("gcp", "ml-prod") == "prod"
    assert file.place_of("github", "acme/ci") == "service:ci"
    assert file.place_of("gcp", "elsewhere") is None
