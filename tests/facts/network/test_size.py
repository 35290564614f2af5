"""Thousands of interfaces collapse into classes."""

from __future__ import annotations

import random
import time

import pytest

from facts.network.networks import DEV, PROD, TEST, Builder, route, rule
from scanner.facts.network import graph
from scanner.facts.network_paths import derive

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
