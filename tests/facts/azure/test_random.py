"""Random virtual networks: what the fact says is open, and nothing else, passes packet by packet.

Addresses of different networks never overlap, as peering demands. User defined routes drop, lead to an
appliance that is not there (which widens what ``VirtualNetwork`` stands for), or keep in the network: of
addresses that are none of it that is not documented, makes a pair undecided, and is then not compared.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from scanner.facts.azure.network_paths import derive
from scanner.model.logic import Tri
from tests.facts.azure.simulator import Simulator
from tests.facts.azure.tenant import Tenant
from tests.faults.azure.cloud import Json
from tests.faults.azure.makers import storage
from tests.faults.azure.network_makers import outbound, rule

NAMES = {6: "tcp", 17: "udp", 1: "icmp", 47: ""}
PORTS = ("22", "443", "8000-8080", "*")
WORDS = ("*", "VirtualNetwork", "Internet", "10.0.0.0/8", "10.1.0.0/16", "10.2.1.0/24", "10.0.0.4/32")
WORDS += ("fd00:1::/48", "fd00::/16")
PREFIXES = ("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/24", "10.0.1.0/25", "10.1.0.4/32", "fd00:1::/48")
NOWHERE = "10.200.0.4"
HOPS = (*[("None", None), ("VirtualAppliance", NOWHERE)] * 3, ("VnetLocal", None))
"""Next hops with their addresses: at that one there is no appliance, in no network that is peered."""
POLICIES = ("Disabled", "Enabled", "RouteTableEnabled", "NetworkSecurityGroupEnabled")


class _Made(Tenant):
    """A random tenant."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.homes = {"dev": self.dev, "prod": self.prod, "hub": self.hub}
        self.networks: dict[str, str] = {}
        for number in range(self.dice.randint(2, 4)):
            owner = self.dice.choice(list(self.homes))
            ranges = [f"10.{number}.0.0/16", f"fd00:{number}::/48"]
            parts = {
                f"s{part}": [f"10.{number}.{part}.0/24", f"fd00:{number}:0:{part}::/64"] for part in (0, 1)
            }
            self.networks[self.make.network(self.homes[owner], f"v{number}", *ranges, **parts)] = owner
        self.names = [self.make.names(self.hub, f"asg{number}") for number in range(2)]
        self.groups = [self._group(number) for number in range(4)]
        for network in self.networks:
            for part in ("s0", "s1"):
                self._served(network, part)
        self.account = storage(self.cloud, self.hub, "store")
        for number in range(self.dice.randint(3, 7)):
            self._plugged(number)
        every = list(self.networks)
        for number, one in enumerate(every):
            for other in every[number + 1 :]:
                if self.dice.random() < 0.6:
                    state = self.dice.choice(("Connected", "Connected", "Disconnected"))
                    self.make.peer(one, other, state=state)

    def _group(self, number: int) -> str:
        rules = [self._rule(at) for at in range(self.dice.randint(0, 4))]
        return self.make.group(self.dice.choice(list(self.homes.values())), f"g{number}", *rules)

    def _rule(self, number: int) -> Json:
        dice = self.dice
        return dice.choice((rule, outbound))(
            f"r{number}",
            100 + number,
            dice.choice(("Allow", "Deny")),
            dice.choice([*WORDS, *self.names]),
            dice.choice(PORTS),
            protocol=dice.choice(("Tcp", "Udp", "*")),
        )

    def _served(self, network: str, part: str) -> None:
        dice, make = self.dice, self.make
        if dice.random() < 0.5:
            make.subnet(network, part, networkSecurityGroup=dice.choice(self.groups))
        if dice.random() < 0.4:
            chosen = dice.sample(PREFIXES, dice.randint(1, 3))
            routes = [(prefix, *dice.choice(HOPS)) for prefix in chosen]
            home = self.homes[self.networks[network]]
            table = make.table(home, f"t-{network[-2:]}-{part}", *routes, propagates=False)
            make.subnet(network, part, routeTable=table)
        make.subnet(network, part, privateEndpointNetworkPolicies=dice.choice(POLICIES))

    def _plugged(self, number: int) -> None:
        dice, make = self.dice, self.make
        network, part = dice.choice(list(self.networks)), dice.choice(("s0", "s1"))
        home = dice.choice((self.dev, self.prod))
        where, host = f"{network[-1]}.{part[-1]}", number + 4
        addresses = [f"10.{where}.{host}", f"fd00:{where[0]}:0:{where[2]}::{host:x}"]
        if dice.random() < 0.2:
            make.endpoint(home, f"pe{number}", make.subnet(network, part), self.account, addresses[0])
            return
        make.interface(
            home,
            f"n{number}",
            make.subnet(network, part),
            *addresses[: dice.randint(1, 2)],
            group=dice.choice((None, None, *self.groups)),
            names=dice.choice(([], [], [self.names[0]], self.names)),
        )


@pytest.mark.parametrize("seed", range(150))
def test_what_is_told_is_what_passes(seed: int) -> None:
    tenant = _Made(seed)
    facts = derive(tenant.estate())
    told: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    ports: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in facts.crossings:
        if one.state is Tri.UNKNOWN:
            told[one.source_env, one.target_env].add(("?", "?"))
        elif not one.latent:
            pair = (one.source_env, one.target_env)
            told[pair] |= {("from", each) for each in one.sources} | {("to", each) for each in one.targets}
            ports[pair] |= set(one.detail["ports"])
    assert not facts.blind
    places = {tenant.subscriptions[name]: name for name in ("dev", "prod", "hub")}
    passed: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    spoken: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for source, target, one, other, protocol, port in Simulator(tenant.cloud, places).reached():
        if "hub" not in {source, target}:
            passed[source, target] |= {("from", one), ("to", other)}
            spoken[source, target].add((protocol, port))
    for pair in {*told, *passed}:
        if ("?", "?") in told[pair]:
            continue
        assert told[pair] == passed[pair], (seed, pair)
        assert all(_named(ports[pair], *each) for each in spoken[pair]), (seed, pair)
    undecided = {pair for pair in told if ("?", "?") in told[pair]}
    assert len(undecided) <= 2


def _named(ports: set[str], protocol: int, port: int) -> bool:
    for text in ports:
        word, _, limits = text.partition(" ")
        low, _, high = limits.partition("-")
        if text == "all traffic" or (protocol == 47 and text == "other protocols"):
            return True
        if word == NAMES[protocol] and (protocol == 1 or not limits or int(low) <= port <= int(high or low)):
            return True
    return False


def test_enough_of_them_are_decided_and_something_passes() -> None:
    """The test above could not fail if nothing were ever open, or all undecided."""
    opened = undecided = 0
    for seed in range(150):
        facts = derive(_Made(seed).estate())
        opened += any(one.state is Tri.YES and not one.latent for one in facts.crossings)
        undecided += any(one.state is Tri.UNKNOWN for one in facts.crossings)
    assert opened > 60
    assert undecided < 40
