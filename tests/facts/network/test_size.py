"""Thousands of interfaces collapse into classes."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from facts.network.networks import DEV, HUB, PROD, TEST, Builder, route, rule, transit_route
from scanner.facts.network import graph
from scanner.facts.network.endpoints import Endpoints
from scanner.facts.network.transit_ways import over_transit
from scanner.facts.network.view import View
from scanner.facts.network_paths import derive
from scanner.model.logic import Tri

ACCOUNTS = {"dev": DEV, "prod": PROD, "test": TEST}


def _estate(interfaces: int) -> Builder:
    """Three environments with three networks each, peered in turn and behind one transit gateway."""
    chance = random.Random(7)
    made = Builder({account: name for name, account in ACCOUNTS.items()})
    names = [(f"vpc-{name}-{n}", account) for name, account in ACCOUNTS.items() for n in range(3)]
    cidrs = {name: f"10.{index}.0.0/16" for index, (name, _) in enumerate(names)}
    links = [(one, other) for one, _ in names for other, _ in names if one < other and one[:6] != other[:6]]
    for name, account in names:
        routes = [route("10.0.0.0/8", "transit_gateway", "tgw-1")]
        for one, other in links:
            if name in (one, other) and one[-1] == other[-1]:
                far = other if name == one else one
                routes.append(route(cidrs[far], "peering", f"pcx-{one}-{other}"))
        made.network(name, account, [cidrs[name]], routes=routes)
        for index in range(50):
            peers = [*chance.sample(sorted(cidrs.values()), 2), f"10.{chance.randrange(9)}.{index}.7/32"]
            ingress = [
                rule("tcp", chance.randrange(1, 9000), cidrs=[peer]) for peer in [*peers, "10.0.0.0/8"]
            ]
            made.group(f"sg-{name}-{index}", name, account, ingress)
        for index in range(interfaces // len(names)):
            address = f"10.{names.index((name, account))}.{index // 250}.{index % 250 + 4}"
            made.interface(f"eni-{name}-{index}", name, account, address, [f"sg-{name}-{index % 50}"])
    owners = dict(names)
    for one, other in links:
        if one[-1] == other[-1]:
            sides = ((owners[name], name, cidrs[name]) for name in (one, other))
            made.peering(f"pcx-{one}-{other}", *sides)
    return made


def test_three_thousand_interfaces_take_seconds() -> None:
    estate = _estate(3000).estate()
    start = time.process_time()
    facts = derive(estate)
    spent = time.process_time() - start
    assert {one.pair for one in facts.crossings} == {
        f"{a}->{b}" for a in ACCOUNTS for b in ACCOUNTS if a != b
    }
    # 2 s on an idle machine; the rest is for a busy one.
    assert spent < 10


def test_questions_that_are_too_large_are_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    estate = _estate(120).estate()
    whole = derive(estate)
    monkeypatch.setattr(graph, "_LIMIT", 2000)
    parts = derive(estate)
    said = [(one.id, one.state, one.sources, one.targets, one.detail) for one in whole.crossings]
    assert [(one.id, one.state, one.sources, one.targets, one.detail) for one in parts.crossings] == said


def _on_one_gateway(networks: int) -> Builder:
    """As many networks a side, all on one transit gateway, each with a network ACL and a group of its own."""
    made = Builder()
    made.gateway("tgw-1", HUB)
    tables: dict[str, list[dict[str, Any]]] = {"dev": [], "prod": []}
    for side, account, first in (("dev", DEV, 10), ("prod", PROD, 11)):
        for index in range(networks):
            name, cidr = f"vpc-{side}-{index}", f"{first}.{index}.0.0/16"
            made.network(name, account, [cidr], routes=[route("10.0.0.0/7", "transit_gateway", "tgw-1")])
            admits = [rule("tcp", 5432 + index % 5, cidrs=[f"10.{index}.0.0/16"])]
            made.group(f"sg-{name}", name, account, admits)
            made.interface(f"eni-{name}", name, account, f"{first}.{index}.0.10", [f"sg-{name}"])
            made.attach(f"at-{name}", "tgw-1", name, f"rtb-{side}")
            tables[side].append(transit_route(cidr, f"at-{name}", name))
    made.transit("rtb-dev", "tgw-1", tables["prod"])
    made.transit("rtb-prod", "tgw-1", tables["dev"])
    return made


def test_a_hundred_networks_a_side_on_one_transit_gateway_take_seconds() -> None:
    estate = _on_one_gateway(100).estate()
    start = time.process_time()
    (one,) = [found for found in derive(estate).crossings if found.pair == "dev->prod"]
    spent = time.process_time() - start
    assert (one.border, len(one.sources), len(one.targets)) == ("rtb-dev", 100, 100)
    # 2 s on an idle machine; with a link for each two networks 18 s and more.
    assert spent < 9


def test_networks_on_one_transit_gateway_share_hubs() -> None:
    view = View(_on_one_gateway(12).estate())
    (channel,) = over_transit(view, Endpoints(view), "dev", "prod")
    (question,) = graph.ask(view, channel)
    assert len(question.graph(Tri.YES)) == 4 * 12


def test_networks_of_one_range_do_not_share_a_hub() -> None:
    """The answer comes home to one of the two: what tells them apart must not be lost on the way."""
    made = _on_one_gateway(3)
    made.network("vpc-twin", DEV, ["10.1.0.0/16"], routes=[route("10.0.0.0/7", "transit_gateway", "tgw-1")])
    made.group("sg-twin", "vpc-twin", DEV, [])
    made.interface("eni-twin", "vpc-twin", DEV, "10.1.0.10", ["sg-twin"])
    made.attach("at-twin", "tgw-1", "vpc-twin", "rtb-dev")
    (one,) = [found for found in derive(made.estate()).crossings if found.pair == "dev->prod"]
    assert {name.rpartition("/")[2] for name in one.sources} == {f"eni-vpc-dev-{index}" for index in range(3)}
