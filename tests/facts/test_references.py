"""What references of container images say, and what patterns they fit."""

from __future__ import annotations

import pytest

from scanner.facts.compute.references import approved, parse

ECR = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("written", "registry", "repository", "tag", "digest"),
    [
        ("python", "docker.io", "library/python", "latest", ""),
        ("python:3.13", "docker.io", "library/python", "3.13", ""),
        ("acme/app", "docker.io", "acme/app", "latest", ""),
        ("localhost:5000/app:v1", "localhost:5000", "app", "v1", ""),
        (f"{ECR}/ml/train:v1", ECR, "ml/train", "v1", ""),
        (f"{ECR}/ml/train@sha256:0a", ECR, "ml/train", "", "sha256:0a"),
        (f"{ECR}/ml/train:v1@sha256:0a", ECR, "ml/train", "v1", "sha256:0a"),
    ],
)
def test_the_parts_of_a_reference(
    written: str, registry: str, repository: str, tag: str, digest: str
) -> None:
    found = parse(written)
    assert (found.registry, found.repository, found.tag, found.digest) == (registry, repository, tag, digest)


@pytest.mark.parametrize(
    ("host", "home"),
    [
        (ECR, ("222222222222", "eu-west-1")),
        ("222222222222.dkr.ecr-fips.us-gov-west-1.amazonaws.com", ("222222222222", "us-gov-west-1")),
        ("222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn", ("222222222222", "cn-north-1")),
        ("public.ecr.aws", None),
        (f"evil.example/{ECR}", None),
        (f"x{ECR}", None),
    ],
)
def test_which_registries_are_amazons(host: str, home: tuple[str, str] | None) -> None:
    assert parse(f"{host}/app:v1").elastic == home


@pytest.mark.parametrize(
    ("written", "digest", "pattern", "fits"),
    [
        (f"{ECR}/approved/app:v1", "", f"{ECR}/approved/*", True),
        (f"{ECR}/approved/app:v1", "", f"{ECR}/approved/app", True),
        (f"{ECR}/approved-not/app:v1", "", f"{ECR}/approved/*", False),
        (f"evil.example/{ECR}/approved/app", "", f"{ECR}/approved/*", False),
        (f"{ECR}/app:v1", "", ECR, True),
        (f"{ECR}/app:v1", "sha256:0a", "sha256:0a", True),
        (f"{ECR}/app@sha256:0a", "", f"{ECR}/app@sha256:0a", True),
        ("python:3", "", "docker.io/library/python:3", True),
        ("python:3", "", "python:3", True),
        ("app", "", "[a-z]*", False),
    ],
)
def test_patterns(written: str, digest: str, pattern: str, fits: bool) -> None:
    assert approved(parse(written).names(digest), [pattern]) is fits
