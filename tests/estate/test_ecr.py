"""Registries and images: the registry's rules and the repository's own setting together."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import (
    ALLOW_TLS,
    DEV,
    PROD,
    REGION,
    estate,
    gap,
    image,
    only,
    registry,
    repository,
    without,
)
from scanner.model.snapshot import Record

ARN = f"arn:aws:ecr:{REGION}:{PROD}:repository/ml/train"


def rules(scan_type: str, *pairs: tuple[str, str]) -> Record:
    made = [
        {"scanFrequency": frequency, "repositoryFilters": [{"filter": text, "filterType": "WILDCARD"}]}
        for frequency, text in pairs
    ]
    return registry(GetRegistryScanningConfiguration={"scanType": scan_type, "rules": made})


def scanning(*records: Record) -> Any:
    return only(estate(*records), "registry").attrs.get("scanning", "unknown")


@pytest.mark.parametrize(
    ("configured", "on_push", "answer"),
    [
        (rules("BASIC"), False, "none"),
        (rules("BASIC"), True, "on_push"),
        (rules("BASIC", ("SCAN_ON_PUSH", "*")), False, "on_push"),
        (rules("BASIC", ("MANUAL", "*")), False, "none"),
        (rules("ENHANCED"), True, "none"),
        (rules("ENHANCED", ("SCAN_ON_PUSH", "*")), False, "on_push"),
        (rules("ENHANCED", ("CONTINUOUS_SCAN", "ml/*")), False, "continuous"),
        (rules("ENHANCED", ("SCAN_ON_PUSH", "*"), ("CONTINUOUS_SCAN", "ml/*")), False, "continuous"),
        (rules("ENHANCED", ("CONTINUOUS_SCAN", "web/*")), True, "none"),
        (registry(GetRegistryScanningConfiguration=None), True, "on_push"),
    ],
)
def test_enhanced_rules_override_and_basic_ones_add(configured: Record, on_push: bool, answer: str) -> None:
    assert scanning(configured, repository(on_push=on_push)) == answer


@pytest.mark.parametrize(
    ("text", "name", "matches"),
    # The table of the ECR User Guide, "Filters to choose which repositories are scanned".
    [
        ("prod", "prod", True),
        ("prod", "repo-prod-repo", True),
        ("*prod", "repo-prod", True),
        ("*prod", "prod-repo", False),
        ("prod*", "prod-repo", True),
        ("prod*", "repo-prod", False),
        ("*prod*", "repo-prod-repo", True),
        ("prod*repo", "prodrepo", True),
        ("prod*repo", "repo-prod-repo", False),
        ("p.od", "prod", False),
    ],
)
def test_filters(text: str, name: str, matches: bool) -> None:
    found = scanning(rules("ENHANCED", ("SCAN_ON_PUSH", text)), repository(name))
    assert found == ("on_push" if matches else "none")


def test_an_unread_registry_leaves_scanning_open_whatever_the_repository_says() -> None:
    call = "ecr:GetRegistryScanningConfiguration"
    denied = gap(call, "ecr.registry", registry().id, region=REGION)
    for on_push in (True, False):
        found = estate(without(registry(), call[4:]), repository(on_push=on_push), gaps=[denied])
        assert only(found, "registry").unknown["scanning"] == (denied,)
    assert scanning(repository(on_push=True)) == "unknown"
    assert scanning(registry(DEV), repository(on_push=True)) == "unknown", "of another account"


def test_an_unread_repository_matters_where_its_own_setting_counts() -> None:
    bare = without(repository(), "DescribeRepositories")
    assert scanning(rules("ENHANCED"), bare) == "none"
    assert scanning(rules("BASIC", ("SCAN_ON_PUSH", "*")), bare) == "on_push"
    assert scanning(rules("BASIC"), bare) == "unknown"


@pytest.mark.parametrize(
    ("mutability", "immutable"),
    [("IMMUTABLE", True), ("MUTABLE", False), ("IMMUTABLE_WITH_EXCLUSION", False)],
)
def test_immutable_means_every_tag(mutability: str, immutable: bool) -> None:
    made = repository()
    made.data["DescribeRepositories"]["imageTagMutability"] = mutability
    assert only(estate(made), "registry").attrs["immutable_tags"] is immutable


def test_policies_of_repository_and_registry() -> None:
    found = only(estate(repository(), registry()), "registry")
    assert (found.attrs["policy"], found.attrs["registry_policy"]) == (None, None)
    found = only(
        estate(repository(GetRepositoryPolicy=ALLOW_TLS), registry(GetRegistryPolicy=ALLOW_TLS)), "registry"
    )
    assert (found.attrs["policy"], found.attrs["registry_policy"]) == (ALLOW_TLS, ALLOW_TLS)
    assert found.where("policy").pointer == "/data/GetRepositoryPolicy"
    beside = found.where("registry_policy")
    assert (beside.pointer, beside.part) == ("/data/GetRegistryPolicy", registry().source.part)
    assert beside.line == registry().source.line
    denied = gap("ecr:GetRepositoryPolicy", "ecr.repository", ARN, region=REGION)
    found = only(estate(repository(GetRepositoryPolicy=...), gaps=[denied]), "registry")
    assert found.unknown["policy"] == (denied,)
    assert found.unknown["registry_policy"] == ()


def test_an_image_and_its_scan() -> None:
    found = only(estate(repository(), image()), "image")
    assert found.attrs["registry"] == ARN
    assert found.attrs["digest"] == "sha256:0a"
    assert found.attrs["tags"] == ["latest", "v2"]
    assert found.attrs["pushed_at"] == "2026-01-01T00:00:00Z"
    assert found.attrs["scan_status"] == "COMPLETE"
    assert found.attrs["scan_completed_at"] == "2026-01-01T00:01:00Z"
    assert found.attrs["scan_counts"] == {"HIGH": 2}
    assert found.name == "ml/train@sha256:0a"


def test_an_image_without_a_scan_and_one_with_a_clean_one() -> None:
    bare = only(estate(image(imageScanStatus=..., imageScanFindingsSummary=..., imageTags=...)), "image")
    assert [bare.attrs[name] for name in ("scan_status", "scan_completed_at", "scan_counts", "tags")] == [
        None,
        None,
        None,
        [],
    ]
    clean = only(
        estate(image(imageScanFindingsSummary={"imageScanCompletedAt": "2026-01-01T00:01:00Z"})), "image"
    )
    assert clean.attrs["scan_counts"] == {}


def test_an_image_whose_answer_is_gone_still_has_its_registry() -> None:
    found = only(estate(without(image(), "DescribeImages")), "image")
    assert found.attrs["registry"] == ARN
    assert {"tags", "scan_status", "scan_counts"} <= set(found.unknown)
