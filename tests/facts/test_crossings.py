"""Pairs of environments, and the flows that allow crossings."""

from __future__ import annotations

import pytest

from facts.estates import World
from scanner.facts.crossings import allowed_by, pairs
from scanner.model.estate import Environment, Flow
from scanner.model.facts import Crossing
from scanner.model.logic import Tri


def crossing(**more: object) -> Crossing:
    base = {
        "fact": "f",
        "source_env": "dev",
        "target_env": "prod",
        "border": "b",
        "state": Tri.YES,
        "access": ("read",),
        "sources": ("s",),
        "targets": ("arn:aws:s3:::models",),
        "steps": (),
    }
    return Crossing(**{**base, **more})  # type: ignore[arg-type]


def test_pairs_leave_out_groups_and_control() -> None:
    world = World()
    world.environments = {
        "dev": Environment("dev", "nonproduction"),
        "eu": Environment("eu", "production", "prod"),
        "us": Environment("us", "production", "prod"),
        "tools": Environment("tools", "control"),
    }
    assert pairs(world.estate()) == [
        ("dev", "eu"),
        ("dev", "tools"),
        ("dev", "us"),
        ("eu", "dev"),
        ("eu", "tools"),
        ("us", "dev"),
        ("us", "tools"),
    ]


@pytest.mark.parametrize(
    ("flow", "found", "expected"),
    [
        (Flow("f", "dev", "prod", ("read",)), crossing(), "f"),
        (Flow("f", "prod", "dev", ("read",)), crossing(), None),
        (Flow("f", "dev", "prod", ("read",)), crossing(access=("read", "write")), None),
        (Flow("f", "dev", "prod", ("read", "write")), crossing(), "f"),
        (Flow("f", "dev", "prod", ("read",), ("arn:aws:s3:::m*",)), crossing(), "f"),
        (Flow("f", "dev", "prod", ("read",), ("arn:aws:s3:::x*",)), crossing(), None),
        (Flow("f", "dev", "prod", ("read",)), crossing(via=("ci",)), None),
        (Flow("f", "dev", "prod", ("read",), via="ci"), crossing(via=("ci",)), "f"),
        (Flow("f", "dev", "prod", ("read",), via="ci"), crossing(), None),
        (Flow("f", "dev", "prod", ("read",), via="ci"), crossing(via=("ci", "hub")), None),
        (Flow("f", "dev", "prod", ("read",)), crossing(detail={"through": ["test"]}), None),
        (
            Flow("f", "dev", "prod", ("read",), ports=("tcp/443",)),
            crossing(detail={"ports": ["tcp/443"]}),
            "f",
        ),
        (Flow("f", "dev", "prod", ("read",), ports=("443",)), crossing(detail={"ports": ["tcp/443"]}), "f"),
        (
            Flow("f", "dev", "prod", ("read",), ports=("tcp/440-450",)),
            crossing(detail={"ports": ["tcp/443-445"]}),
            "f",
        ),
        (
            Flow("f", "dev", "prod", ("read",), ports=("tcp/443",)),
            crossing(detail={"ports": ["udp/443"]}),
            None,
        ),
        (Flow("f", "dev", "prod", ("read",), ports=("tcp/443",)), crossing(detail={"ports": ["443"]}), None),
        (
            Flow("f", "dev", "prod", ("read",), ports=("tcp/443",)),
            crossing(detail={"ports": ["tcp/*"]}),
            None,
        ),
        (Flow("f", "dev", "prod", ("read",), ports=("tcp/443",)), crossing(), None),
        (
            Flow("f", "dev", "prod", ("read",), ports=("nonsense!",)),
            crossing(detail={"ports": ["443"]}),
            None,
        ),
    ],
)
def test_a_flow_allows_the_whole_of_a_crossing_or_nothing(
    flow: Flow, found: Crossing, expected: str | None
) -> None:
    assert allowed_by([flow], found) == expected


def test_the_first_flow_by_name() -> None:
    flows = [Flow(name, "dev", "prod", ("read",)) for name in ("b", "a")]
    assert allowed_by(flows, crossing()) == "a"
