"""Hypothesis strategies for small networks: two or three environments, peered, shared, overlapping."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from networks import ARN, DEV, HUB, PLACES, PROD, TEST, Builder, entry, route, rule

ACCOUNTS = (DEV, PROD, TEST, HUB)
CIDRS = ("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.1.0.0/16")
RANGES = ("0.0.0.0/0", "10.0.0.0/8", *CIDRS, "10.1.1.0/24", "10.2.1.0/24", "10.2.1.5/32", "10.1.1.5/32")
PUBLIC = ("52.1.1.0/24", "52.1.1.1/32", "52.1.1.2/32", "52.0.0.0/7")
PORTS = ((22, 22), (443, 443), (1000, 2000), (0, 65535), (40000, 50000))


@st.composite
def rules(draw: Any, groups: list[str]) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        protocol = draw(st.sampled_from(("-1", "6", "6", "17", "47", "1")))
        low, high = draw(st.sampled_from(PORTS))
        cidrs = draw(st.lists(st.sampled_from(RANGES + PUBLIC), max_size=2, unique=True))
        named = draw(st.lists(st.sampled_from(groups), max_size=1))
<<<<<<< HEAD
        peers = {"cidrs": cidrs, "groups": [{"id": name, "account": None} for name in named]}
        found.append(
            rule(protocol, low, high, **peers) if protocol in ("6", "17") else rule(protocol, **peers)
        )
=======
        peers = {"cidrs": cidrs, "groups": [{"id": name, "account": name.split("-")[2]} for name in named]}
        found.append(
            rule(protocol, low, high, **peers) if protocol in ("6", "17") else rule(protocol, **peers)
        )
        found[-1]["icmp_type"] = draw(st.sampled_from((-1, 8, 3))) if protocol == "1" else None
>>>>>>> network
    return found


@st.composite
def acls(draw: Any) -> list[dict[str, Any]]:
    found = []
    for egress in (False, True):
        for number in range(draw(st.integers(0, 2))):
<<<<<<< HEAD
            protocol = draw(st.sampled_from(("-1", "6", "17")))
            low, high = draw(st.sampled_from(PORTS)) if protocol != "-1" else (None, None)
=======
            protocol = draw(st.sampled_from(("-1", "6", "17", "1")))
            low, high = draw(st.sampled_from(PORTS)) if protocol in ("6", "17") else (None, None)
>>>>>>> network
            found.append(
                entry(
                    number + 1,
                    egress,
                    draw(st.booleans()),
                    draw(st.sampled_from(RANGES)),
                    protocol,
                    low,
                    high,
                )
            )
        if draw(st.integers(0, 3)):
            found.append(entry(100, egress, True, "0.0.0.0/0"))
    return found


@st.composite
def builders(draw: Any, *, devices: bool = False) -> Builder:
    made = Builder({**PLACES, TEST: "test"})
    count = draw(st.integers(2, 3))
    names = [f"vpc-{number}" for number in range(count)]
    owners = [draw(st.sampled_from(ACCOUNTS)) for _ in names]
    cidrs = [draw(st.sampled_from(CIDRS)) for _ in names]
    groups = [f"sg-{n}-{owner}-{k}" for n, own in enumerate(owners) for owner in (own, PROD) for k in (0, 1)]
    peerings = _peerings(draw, made, names, owners, cidrs)
    targets = [("peering", name) for name in peerings] + [
        ("internet_gateway", "igw-1"),
        ("peering", "pcx-gone"),
    ]
    if devices:
        targets += [("transit_gateway", "tgw-1"), ("instance", "i-1"), ("nat_gateway", "nat-1")]
    for name, owner, cidr in zip(names, owners, cidrs, strict=True):
        made.add("network", name, owner, {"cidrs": [cidr], "default": False})
        parts = [f"{cidr.removesuffix('0.0/16')}{number}.0/24" for number in (1, 2)]
        for number, part in enumerate(parts):
            made.subnet(f"{name}-s{number}", name, owner, [part])
        splits = draw(st.booleans())
        own = [f"{name}-s0"], [f"{name}-s1"]
        for number, subnets in enumerate(own if splits else [own[0] + own[1]]):
            attrs = {"network": name, "subnets": subnets, "entries": draw(acls())}
            made.add("network_acl", f"{name}-acl{number}", owner, attrs)
        for number in range(draw(st.integers(1, 2))):
            routes = {cidr: route(cidr, "local", "local")}
            for _ in range(draw(st.integers(0, 3))):
                kind, target = draw(st.sampled_from(targets))
                destination = draw(
                    st.sampled_from([*CIDRS, "10.2.1.0/24", "10.1.1.0/24", "0.0.0.0/0", "52.1.1.0/24"])
                )
                state = draw(st.sampled_from(("active", "active", "active", "blackhole")))
                routes.setdefault(destination, route(destination, kind, target, state))
            subnets = () if number == 0 else (f"{name}-s1",)
            made.table(
                f"{name}-rt{number}", name, owner, list(routes.values()), main=number == 0, subnets=subnets
            )
<<<<<<< HEAD
    for name in groups:
        number = draw(st.integers(0, count - 1))
        egress = draw(rules(groups)) if draw(st.booleans()) else None
        made.group(name, names[number], owners[number], draw(rules(groups)), egress)
=======
>>>>>>> network
    for number in range(draw(st.integers(1, 4))):
        _interface(draw, made, number, names, owners, cidrs, groups)
    for name in draw(st.lists(st.sampled_from(groups), max_size=2)):
        _group(draw, made, name, names, groups)
    return made


def _peerings(draw: Any, made: Builder, names: list[str], owners: list[str], cidrs: list[str]) -> list[str]:
    found = []
    for number, (one, other) in enumerate([(0, 1), (1, 2), (0, 2)]):
        if other < len(names) and draw(st.integers(0, 2)):
            status = draw(st.sampled_from(("active", "active", "active", "pending-acceptance", "deleted")))
            regions = draw(
                st.sampled_from(
                    (("eu-west-1", "eu-west-1"), ("eu-west-1", "eu-west-1"), ("eu-west-1", "us-east-1"))
                )
            )
            sides = [(owners[n], names[n], cidrs[n]) for n in (one, other)]
            found.append(made.peering(f"pcx-{number}", sides[0], sides[1], status, regions))
    return found


def _interface(
<<<<<<< HEAD
    draw: Any, made: Builder, number: int, names: list[str], cidrs: list[str], groups: list[str]
=======
    draw: Any,
    made: Builder,
    number: int,
    names: list[str],
    owners: list[str],
    cidrs: list[str],
    groups: list[str],
>>>>>>> network
) -> None:
    network = draw(st.integers(0, len(names) - 1))
    subnet = draw(st.integers(0, 1))
    address = f"{cidrs[network].removesuffix('0.0/16')}{subnet + 1}.{number + 4}"
    account = draw(st.sampled_from((owners[network], owners[network], *ACCOUNTS)))
    count = draw(st.integers(1, 2))
    chosen = [_group(draw, made, f"sg-{network}-{account}-{k}", names, groups) for k in range(count)]
    public = draw(st.lists(st.sampled_from(("52.1.1.1", "52.1.1.2")), max_size=1))
    made.interface(
        f"eni-{number}",
        names[network],
        account,
        address,
        sorted(chosen),
        subnet=f"{names[network]}-s{subnet}",
        public=public,
    )


def _group(draw: Any, made: Builder, name: str, names: list[str], groups: list[str]) -> str:
    """A group of an account in a network, once; other groups may refer to it whether it exists or not."""
    _, network, account, _ = name.split("-")
    if name not in {one.name for one in made.found}:
        egress = draw(rules(groups)) if draw(st.booleans()) else None
        made.group(name, names[int(network)], account, draw(rules(groups)), egress)
    return name


KINDS = tuple(ARN)
