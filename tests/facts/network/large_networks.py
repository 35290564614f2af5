"""Networks of any size, for the tests and the benchmark of what many of them come to."""

from __future__ import annotations

import random
from typing import Any

from facts.network.networks import DEV, HUB, PROD, TEST, Builder, route, rule, transit_route

ACCOUNTS = {"dev": DEV, "prod": PROD, "test": TEST}


def peered_and_attached(interfaces: int) -> Builder:
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


def on_one_gateway(networks: int) -> Builder:
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
