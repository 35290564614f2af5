"""Hypothesis strategies for small networks: two or three, peered, shared, overlapping, tagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from facts.network.networks import (
    ARN,
    DEV,
    HUB,
    PLACES,
    PROD,
    TEST,
    Builder,
    entry,
    route,
    rule,
    transit_route,
)

MIXED = "555555555555"
"""An account that is nobody's: what is in it is assigned by tags."""
ACCOUNTS = (DEV, PROD, TEST, HUB, MIXED)
KINDS = tuple(ARN)
CIDRS = ("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.1.0.0/16")
RANGES = ("0.0.0.0/0", "10.0.0.0/8", *CIDRS, "10.1.1.0/24", "10.2.1.0/24", "10.2.1.5/32", "10.1.1.5/32")
PUBLIC = ("52.1.1.0/24", "52.1.1.1/32", "52.1.1.2/32", "52.0.0.0/7")
SIX = ("2001:db8:1::/56", "2001:db8:2::/56", "::/0")
PORTS = ((22, 22), (443, 443), (1000, 2000), (0, 65535), (40000, 50000))


@dataclass(frozen=True)
class Shape:
    """The networks that are drawn from: raw ids, owners, IPv4 ranges, and the groups rules may name."""

    networks: list[str]
    owners: list[str]
    cidrs: list[str]
    groups: list[str]


@st.composite
def rules(draw: Any, groups: list[str]) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        protocol = draw(st.sampled_from(("-1", "6", "6", "17", "47", "1")))
        low, high = draw(st.sampled_from(PORTS))
        cidrs = draw(st.lists(st.sampled_from(RANGES + PUBLIC + SIX), max_size=2, unique=True))
        named = draw(st.lists(st.sampled_from(groups), max_size=1))
        peers = {"cidrs": cidrs, "groups": [{"id": name, "account": name.split("-")[2]} for name in named]}
        found.append(
            rule(protocol, low, high, **peers) if protocol in ("6", "17") else rule(protocol, **peers)
        )
        found[-1]["icmp_type"] = draw(st.sampled_from((-1, 8, 3))) if protocol == "1" else None
    return found


@st.composite
def acls(draw: Any) -> list[dict[str, Any]]:
    found = []
    for egress in (False, True):
        for number in range(draw(st.integers(0, 2))):
            protocol = draw(st.sampled_from(("-1", "6", "17", "1")))
            ports = draw(st.sampled_from(PORTS)) if protocol in ("6", "17") else ()
            allow, cidr = draw(st.booleans()), draw(st.sampled_from(RANGES + SIX))
            found.append(entry(number + 1, egress, allow, cidr, protocol, *ports))
        if draw(st.integers(0, 3)):
            found.append(entry(100, egress, True, "0.0.0.0/0"))
            found.append(entry(101, egress, True, "::/0"))
    return found


@st.composite
def builders(draw: Any, *, devices: bool = False, transit: bool = False) -> Builder:
    """A small estate; with ``devices`` also what is not modelled, with ``transit`` transit gateways."""
    made = Builder({**PLACES, TEST: "test", MIXED: None})
    count = draw(st.integers(2, 3))
    owners = [draw(st.sampled_from(ACCOUNTS)) for _ in range(count)]
    groups = [f"sg-{n}-{owner}-{k}" for n, own in enumerate(owners) for owner in (own, PROD) for k in (0, 1)]
    cidrs = [draw(st.sampled_from(CIDRS)) for _ in range(count)]
    if transit and draw(st.integers(0, 3)):
        owners, cidrs = [DEV, PROD, TEST][:count], list(CIDRS[:count])
    shape = Shape([f"vpc-{number}" for number in range(count)], owners, cidrs, groups)
    targets = [("peering", name) for name in _peerings(draw, made, shape)]
    targets += [("internet_gateway", "igw-1"), ("peering", "pcx-gone")]
    if devices:
        targets += [("transit_gateway", "tgw-1"), ("instance", "i-1"), ("nat_gateway", "nat-1")]
    if transit:
        targets += [("transit_gateway", "tgw-0"), ("transit_gateway", "tgw-0"), ("transit_gateway", "tgw-9")]
    for number in range(count):
        _network(draw, made, shape, number, targets)
    if transit:
        _transit(draw, made, shape)
        _bias(draw, made)
    for number in range(draw(st.integers(2 if transit else 1, 4))):
        _interface(draw, made, shape, number)
    for name in draw(st.lists(st.sampled_from(groups), max_size=2)):
        _group(draw, made, shape, name)
    if transit:
        _wide(draw, made)
    if devices and draw(st.booleans()):
        made.interface("eni-nat", "vpc-0", owners[0], f"{cidrs[0].removesuffix('0.0/16')}1.99", [], **NAT)
    return made


NAT = {"subnet": "vpc-0-s0", "public": ["52.1.1.9"], "description": "Interface for NAT Gateway nat-1"}


def _tagged(draw: Any, account: str) -> dict[str, Any]:
    return {"place": draw(st.sampled_from(("dev", "prod", None)))} if account == MIXED else {}


def _network(draw: Any, made: Builder, shape: Shape, number: int, targets: list[tuple[str, str]]) -> None:
    name, owner, cidr = shape.networks[number], shape.owners[number], shape.cidrs[number]
    six = f"2001:db8:{number}::/56"
    made.add("network", name, owner, {"cidrs": [cidr, six], "default": False}, **_tagged(draw, owner))
    for part in (1, 2):
        ranges = [f"{cidr.removesuffix('0.0/16')}{part}.0/24", f"2001:db8:{number}:{part}::/64"]
        made.subnet(f"{name}-s{part - 1}", name, owner, ranges)
    both = [f"{name}-s0", f"{name}-s1"]
    for index, subnets in enumerate([both[:1], both[1:]] if draw(st.booleans()) else [both]):
        attrs = {"network": name, "subnets": subnets, "entries": draw(acls())}
        made.add("network_acl", f"{name}-acl{index}", owner, attrs)
    for index in range(draw(st.integers(1, 2))):
        routes = {each: route(each, "local", "local") for each in (cidr, six)}
        for _ in range(draw(st.integers(0, 3))):
            kind, target = draw(st.sampled_from(targets))
            known = [*CIDRS, "10.2.1.0/24", "10.1.1.0/24", "0.0.0.0/0", "52.1.1.0/24", *SIX]
            destination = draw(st.sampled_from(known))
            state = draw(st.sampled_from(("active", "active", "active", "blackhole")))
            routes.setdefault(destination, route(destination, kind, target, state))
        subnets = (f"{name}-s1",) if index else ()
        made.table(f"{name}-rt{index}", name, owner, list(routes.values()), main=not index, subnets=subnets)


def _peerings(draw: Any, made: Builder, shape: Shape) -> list[str]:
    found = []
    for number, ends in enumerate([(0, 1), (1, 2), (0, 2)]):
        if ends[1] < len(shape.networks) and draw(st.integers(0, 2)):
            status = draw(st.sampled_from(("active", "active", "active", "pending-acceptance", "deleted")))
            regions = ("eu-west-1", draw(st.sampled_from(("eu-west-1", "eu-west-1", "us-east-1"))))
            near, far = ((shape.owners[n], shape.networks[n], shape.cidrs[n]) for n in ends)
            found.append(made.peering(f"pcx-{number}", near, far, status, regions=regions))
    return found


def _transit(draw: Any, made: Builder, shape: Shape) -> None:
    """Two gateways of the hub, peered, with two tables each; most networks are on the first."""
    plugs = []
    for gateway, often in (("tgw-0", 9), ("tgw-9", 1)):
        made.gateway(gateway, HUB, references=draw(st.booleans()))
        chosen = [name for name in shape.networks if draw(st.integers(0, often))]
        plugs += [(gateway, f"at-{gateway}-{name}", name, "network") for name in chosen]
    for gateway, other in (("tgw-0", "tgw-9"), ("tgw-9", "tgw-0")):
        plugs.append((gateway, "at-peer", other, "peering"))
    for gateway, name, target, kind in plugs:
        table = draw(st.sampled_from((*[f"rtb-{gateway}-a"] * 6, *[f"rtb-{gateway}-b"] * 3, None)))
        subnets = [f"{target}-s{draw(st.integers(0, 1))}"] if kind == "network" else []
        state = draw(st.sampled_from((*["available"] * 9, "deleted")))
        made.attach(name, gateway, target, table, kind=kind, subnets=subnets, state=state)
    for gateway in ("tgw-0", "tgw-9"):
        here = [one for one in plugs if one[0] == gateway]
        for table in "ab":
            routes: dict[tuple[str, bool], dict[str, Any]] = {}
            for _, name, target, kind in here:
                if kind == "network" and draw(st.integers(0, 9)):
                    cidr = shape.cidrs[shape.networks.index(target)]
                    routes.setdefault((cidr, False), transit_route(cidr, name, target))
            for _ in range(draw(st.integers(0, 2))):
                _, name, target, kind = draw(st.sampled_from(here))
                destination = draw(st.sampled_from([*CIDRS, "0.0.0.0/0", "10.0.0.0/8", "10.2.1.0/24", *SIX]))
                static, state = draw(st.booleans()), draw(st.sampled_from(("active", "active", "blackhole")))
                one = transit_route(destination, name, target, kind, static=static, state=state)
                routes.setdefault((destination, static), one)
            made.transit(f"rtb-{gateway}-{table}", gateway, list(routes.values()))


def _bias(draw: Any, made: Builder) -> None:
    """Most networks send to the first gateway: at random alone, packets would hardly ever arrive."""
    for one in made.found:
        if one.kind == "network_acl" and draw(st.integers(0, 4)):
            one.attrs["entries"].extend(
                entry(n, way, True, "10.0.0.0/8") for n, way in ((0, True), (0, False))
            )
        if one.kind == "route_table" and draw(st.integers(0, 9)):
            held = {each["destination"] for each in one.attrs["routes"]}
            if "10.0.0.0/8" not in held:
                one.attrs["routes"].append(route("10.0.0.0/8", "transit_gateway", "tgw-0"))


def _wide(draw: Any, made: Builder) -> None:
    for one in made.found:
        if one.kind == "security_group" and draw(st.integers(0, 3)):
            one.attrs["ingress"].append(rule("6", 443, cidrs=["10.0.0.0/8"]))
            one.attrs["egress"].append(rule("6", 443, cidrs=["10.0.0.0/8"]))


def _interface(draw: Any, made: Builder, shape: Shape, number: int) -> None:
    index = draw(st.integers(0, len(shape.networks) - 1))
    network, owner, subnet = shape.networks[index], shape.owners[index], draw(st.integers(0, 1))
    addresses = [f"{shape.cidrs[index].removesuffix('0.0/16')}{subnet + 1}.{number + 4}"]
    if draw(st.booleans()):
        addresses.append(f"2001:db8:{index}:{subnet + 1}::{number + 4}")
    account = draw(st.sampled_from((owner, owner, *ACCOUNTS)))
    count = draw(st.integers(1, 2))
    chosen = [_group(draw, made, shape, f"sg-{index}-{account}-{k}") for k in range(count)]
    public = draw(st.lists(st.sampled_from(("52.1.1.1", "52.1.1.2")), max_size=1))
    more = {"subnet": f"{network}-s{subnet}", "public": public, **_tagged(draw, account)}
    made.interface(f"eni-{number}", network, account, addresses, sorted(chosen), **more)


def _group(draw: Any, made: Builder, shape: Shape, name: str) -> str:
    """A group of an account in a network, once; others may refer to it whether it exists or not."""
    _, network, account, _ = name.split("-")
    if name not in {one.name for one in made.found}:
        egress = draw(rules(shape.groups)) if draw(st.booleans()) else None
        ingress = draw(rules(shape.groups))
        place = _tagged(draw, account)
        made.group(name, shape.networks[int(network)], account, ingress, egress, **place)
    return name
