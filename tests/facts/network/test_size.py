"""Thousands of interfaces collapse into classes."""

from __future__ import annotations

import pytest

from facts.network.large_networks import ACCOUNTS, on_one_gateway, peered_and_attached
from facts.network.networks import DEV, PROD, route
from scanner.facts.network import graph
from scanner.facts.network.endpoints import Endpoints
from scanner.facts.network.transit_ways import over_transit
from scanner.facts.network.view import View
from scanner.facts.network.ways import over_peering
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate
from scanner.model.logic import Tri


def test_ten_times_as_many_interfaces_behind_the_same_groups_make_hardly_more_classes() -> None:
    """The work grows with classes; an address that a rule names makes one more."""
    few, many = (peered_and_attached(size).estate() for size in (450, 4500))
    assert max(classes(few)) == (50, 50), "a class for each group"
    assert max(max(sides) for sides in classes(many)) < 55
    assert {one.pair for one in derive(many).crossings} == {
        f"{a}->{b}" for a in ACCOUNTS for b in ACCOUNTS if a != b
    }


def classes(estate: Estate) -> list[tuple[int, int]]:
    """The classes of sources and targets over every peering from dev to prod."""
    view = View(estate)
    endpoints = Endpoints(view)
    found = []
    for peering in view.peerings.values():
        near, far = (side for side in peering.sides if side)
        if (near.account, far.account) == (DEV, PROD):
            sources, targets = endpoints.within("dev", near.network), endpoints.within("prod", far.network)
            (question,) = graph.ask(view, over_peering(view, peering, (near, far), sources, targets))
            found.append((len(question.sources), len(question.targets)))
    assert found
    return found


def test_questions_that_are_too_large_are_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    estate = peered_and_attached(120).estate()
    whole = derive(estate)
    monkeypatch.setattr(graph, "_LIMIT", 2000)
    parts = derive(estate)
    said = [(one.id, one.state, one.sources, one.targets, one.detail) for one in whole.crossings]
    assert [(one.id, one.state, one.sources, one.targets, one.detail) for one in parts.crossings] == said


def test_a_hundred_networks_a_side_on_one_transit_gateway_are_one_crossing() -> None:
    estate = on_one_gateway(100).estate()
    (one,) = [found for found in derive(estate).crossings if found.pair == "dev->prod"]
    assert (one.border, len(one.sources), len(one.targets)) == ("rtb-dev", 100, 100)


def test_networks_on_one_transit_gateway_share_hubs() -> None:
    view = View(on_one_gateway(12).estate())
    (channel,) = over_transit(view, Endpoints(view), "dev", "prod")
    (question,) = graph.ask(view, channel)
    assert len(question.graph(Tri.YES)) == 4 * 12


def test_networks_of_one_range_do_not_share_a_hub() -> None:
    """The answer comes home to one of the two: what tells them apart must not be lost on the way."""
    made = on_one_gateway(3)
    made.network("vpc-twin", DEV, ["10.1.0.0/16"], routes=[route("10.0.0.0/7", "transit_gateway", "tgw-1")])
    made.group("sg-twin", "vpc-twin", DEV, [])
    made.interface("eni-twin", "vpc-twin", DEV, "10.1.0.10", ["sg-twin"])
    made.attach("at-twin", "tgw-1", "vpc-twin", "rtb-dev")
    (one,) = [found for found in derive(made.estate()).crossings if found.pair == "dev->prod"]
    assert {name.rpartition("/")[2] for name in one.sources} == {f"eni-vpc-dev-{index}" for index in range(3)}
