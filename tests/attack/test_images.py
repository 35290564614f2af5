"""Attacks on rules about images: words beside a digest, scans that never ended, unread workloads."""

from __future__ import annotations

from typing import Any

import pytest

from facts.estates import PROD, World
from scanner.facts.running_images import derive
from scanner.model.estate import Environment
from scanner.model.facts import Mark

HOST = f"{PROD}.dkr.ecr.eu-west-1.amazonaws.com"
GOOD, EVIL = f"sha256:{'a' * 64}", f"sha256:{'e' * 64}"
SERVICE = f"arn:aws:ecs:eu-west-1:{PROD}:service/ml/api"


@pytest.fixture
def world() -> World:
    """A registry whose tag v1 names the good image, and holds another one."""
    world = World()
    settings = {"images": {"approved": [f"{HOST}/app:v1"]}}
    world.environments["prod"] = Environment("prod", "production", settings=settings)
    arn = world.repository(PROD, "app", immutable_tags=True, scanner="basic")
    for digest, tags in ((GOOD, ["v1"]), (EVIL, [])):
        attrs = {"registry": arn, "digest": digest, "tags": tags}
        scan = {"scan_status": "COMPLETE", "scan_completed_at": "2026-11-23T00:00:00Z", "scan_counts": {}}
        world.add(f"{arn}@{digest}", "image", PROD, {**attrs, **scan})
    return world


def marks(world: World, *images: str, **attrs: Any) -> dict[str, Mark]:
    full = {"packaging": "image", "images": list(images), "resolved": {}, **attrs}
    world.add(SERVICE, "workload", PROD, {key: value for key, value in full.items() if value is not ...})
    return {item.attr: item for item in derive(world.estate()).marks}


class TestApproval:
    """IMG-001."""

    @pytest.mark.parametrize(
        ("reference", "unapproved"), [("app:v1", False), (f"app:v1@{GOOD}", False), (f"app:v1@{EVIL}", True)]
    )
    def test_a_tag_beside_a_digest_is_checked_by_nobody(
        self, world: World, reference: str, unapproved: bool
    ) -> None:
        image = f"{HOST}/{reference}"
        assert marks(world, image)["unapproved_images"].value == ([image] if unapproved else [])

    def test_a_tag_beside_a_digest_in_a_registry_of_which_nothing_is_known(self, world: World) -> None:
        settings = {"images": {"approved": ["python:3.13*"]}}
        world.environments["prod"] = Environment("prod", "production", settings=settings)
        assert marks(world, f"python:3.13@{EVIL}")["unapproved_images"].unknown

    @pytest.mark.parametrize("attr", ["images", "resolved"])
    def test_what_was_not_collected_is_not_approved(self, world: World, attr: str) -> None:
        found = marks(world, f"{HOST}/app:v1", **{attr: ...})
        assert found["unapproved_images"].unknown
        assert found["unpinned_images"].unknown


@pytest.mark.parametrize("status", ["FAILED", "IN_PROGRESS", "PENDING", None])
def test_a_scan_that_did_not_end_found_nothing_and_says_nothing(world: World, status: str | None) -> None:
    # IMG-004; https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
    image = next(item for item in world.resources if item.id.endswith(EVIL))
    world.resources.remove(image)
    world.add(image.id, "image", PROD, {**image.attrs, "scan_status": status})
    found = marks(world, f"{HOST}/app@{EVIL}")
    assert found["vulnerable_images"].unknown
    assert found["unscanned_images"].value == [f"{HOST}/app@{EVIL}"]
