"""Which administrative ports the internet reaches: by address, route, filters, listeners and settings."""

from __future__ import annotations

from typing import Any

import pytest

from facts.network.networks import OPEN_ACL, PROD, REGION, Builder, arn, deny, entry, route, rule, without
from scanner.facts.internet_exposure import derive
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Mark
from scanner.model.snapshot import Scope, Source

DOOR = [route("0.0.0.0/0", "internet_gateway", "igw-1"), route("::/0", "internet_gateway", "igw-1")]
SIX = ["10.2.0.5", "2600:1f00::5"]
WIDE = [rule("tcp", 22, cidrs=["0.0.0.0/0"])]


def made(ingress: list[dict[str, Any]] | None = None, **more: Any) -> Builder:
    found = Builder()
    network = {"routes": more.pop("routes", DOOR), "acl": more.pop("acl", OPEN_ACL)}
    found.network("vpc-1", PROD, ["10.2.0.0/16"], **network)
    found.group("sg-1", "vpc-1", PROD, WIDE if ingress is None else ingress)
    more.setdefault("public", ["52.1.1.1"])
    groups = more.pop("groups", ["sg-1"])
    found.interface("eni-1", "vpc-1", PROD, more.pop("address", "10.2.0.5"), groups, **more)
    return found


def mark(estate: Estate) -> Mark:
    (found,) = (one for one in derive(estate).marks if one.resource == arn("interface", "eni-1", PROD))
    return found


def ports(estate: Estate) -> list[str] | None:
    found = mark(estate)
    return None if found.unknown else found.value


def test_an_open_port_is_told_with_all_that_opens_it() -> None:
    found = mark(made().estate())
    assert found.value == ["tcp 22"]
    assert [step.by for step in found.steps] == [
        "public address 52.1.1.1",
        "route 0.0.0.0/0 -> igw-1 in vpc-1-main",
        "security group sg-1 ingress tcp 22 from 0.0.0.0/0",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ingress": [rule(cidrs=["0.0.0.0/1", "128.0.0.0/1"])]}, "tcp 5432"),
        ({"ingress": [rule("tcp", 0, 65535, cidrs=["0.0.0.0/0"])]}, "tcp 3389"),
        (
            {
                "ingress": [rule("tcp", 6443, cidrs=["::/0"])],
                "public": [],
                "address": ["10.2.0.5", "2600:1f00::5"],
            },
            "tcp 6443",
        ),
    ],
)
def test_ports_that_are_open(change: dict[str, Any], expected: str) -> None:
    assert expected in (ports(made(**change).estate()) or [])


@pytest.mark.parametrize(
    "change",
    [
        {"public": []},
        {"routes": []},
        {"routes": [route("0.0.0.0/0", "nat_gateway", "nat-1")]},
        {"ingress": [rule("tcp", 443, cidrs=["0.0.0.0/0"])]},
        {"ingress": [rule("udp", 22, cidrs=["0.0.0.0/0"])]},
        {"ingress": [rule("tcp", 22, cidrs=["203.0.113.0/24", "10.0.0.0/8"])]},
        {"ingress": [rule("tcp", 22, cidrs=["::/0"])]},
        {"acl": [entry(1, False, False, "0.0.0.0/0", "tcp", 22), *OPEN_ACL]},
        {"acl": [entry(1, False, True, "0.0.0.0/0")]},
        {"acl": [entry(1, False, True, "198.51.100.0/24"), entry(1, True, True, "0.0.0.0/0")]},
        {"ingress": [rule("tcp", 22, cidrs=["::/0"])], "public": [], "address": ["10.2.0.5", "fd00::5"]},
        {"description": "Interface for NAT Gateway nat-1", "groups": []},
    ],
    ids=str,
)
def test_what_closes_a_port(change: dict[str, Any]) -> None:
    assert ports(made(**change).estate()) == []


def test_what_is_not_read_is_unknown_only_where_it_matters() -> None:
    whole = made()
    for name, attr in (
        ("eni-1", "public_addresses"),
        ("eni-1", "groups"),
        ("sg-1", "ingress"),
        ("vpc-1-main", "routes"),
        ("vpc-1-acl", "entries"),
    ):
        found = mark(without(whole, name, attr))
        assert found.unknown, (name, attr)
        assert {gap.resource.rsplit("/", 1)[1] for gap in found.gaps} == {name}
    assert mark(deny(whole, ("route_table", PROD))).unknown
    private = made(public=[])
    for name, attr in (("sg-1", "ingress"), ("vpc-1-main", "routes"), ("vpc-1-acl", "entries")):
        assert ports(without(private, name, attr)) == []


def setting(found: Builder, mode: str | None, *excluded: tuple[str, str]) -> Builder:
    def add(kind: str, name: str, attrs: dict[str, Any]) -> None:
        scope = Scope("aws", PROD, REGION)
        found.found.append(
            Resource(
                f"arn:aws:ec2:{REGION}:{PROD}:{kind}/{name}", kind, name, scope, attrs, source=Source("p", 1)
            )
        )

    add("public_access_block", "settings", {"mode": mode, "state": "update-complete"})
    for target, way in excluded:
        add("public_access_exclusion", target, {"target": target, "mode": way, "state": "create-complete"})
    return found


def test_block_public_access_and_what_it_leaves_out() -> None:
    assert ports(setting(made(), "off").estate()) == ["tcp 22"]
    assert ports(setting(made(), "ingress").estate()) == []
    assert ports(setting(made(), "both").estate()) == []
    assert ports(setting(made(), "both", ("vpc-1", "both")).estate()) == ["tcp 22"]
    assert ports(setting(made(), "ingress", ("vpc-1-a", "both")).estate()) == ["tcp 22"]
    assert ports(setting(made(), "both", ("vpc-1", "egress")).estate()) == []
    assert ports(setting(made(), "both", ("vpc-2", "both")).estate()) == []


def balanced(kind: str, port: int, behind: int | None = None) -> Estate:
    name = f"{'net' if kind == 'network' else 'app'}/models/0123"
    found = made(
        [rule(cidrs=["0.0.0.0/0"])], description=f"ELB {name}", groups=[] if kind == "network" else ["sg-1"]
    )
    elb = f"arn:aws:elasticloadbalancing:{REGION}:{PROD}"
    balancer = f"{elb}:loadbalancer/{name}"
    listeners = [{"protocol": "TCP", "port": port, "target_groups": [], "instance_port": None}]
    attrs = {"type": kind, "listeners": listeners, "network": "vpc-1"}
    scope = Scope("aws", PROD, REGION)
    found.found.append(Resource(balancer, "load_balancer", "models", scope, attrs, environment="prod"))
    group = {"port": behind, "targets": [], "load_balancers": [balancer]}
    found.found.append(Resource(f"{elb}:targetgroup/m/1", "target_group", "m", scope, group))
    return found.estate()


def test_a_load_balancer_answers_where_it_listens() -> None:
    assert ports(balanced("application", 443)) == []
    assert ports(balanced("application", 22)) == ["tcp 22"]
    assert ports(balanced("network", 5432)) == ["tcp 5432"], "without groups it lets everything in"
    assert ports(balanced("network", 443, behind=8080)) == []
    assert mark(balanced("network", 443, behind=5432)).unknown, "what stands behind it may be a database"


def test_a_load_balancer_that_was_not_read_is_unknown() -> None:
    found = mark(made([rule(cidrs=["0.0.0.0/0"])], description="ELB app/models/0123").estate())
    assert found.unknown
    assert {gap.call for gap in found.gaps} == {"elbv2:DescribeLoadBalancers"}
