"""Whom data stores of production admit: ranges, groups, prefix lists, private links; and what hides it."""

from __future__ import annotations

from typing import Any

import pytest

from facts.network.networks import DEV, HUB, PROD, REGION, Builder, arn, deny, rule, without
from scanner.facts.store_networks import derive
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Mark
from scanner.model.snapshot import Scope

RDS = "RDSNetworkInterface"


def made(*ingress: dict[str, Any], description: str = RDS) -> Builder:
    found = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2), ("hub", HUB, 3)):
        found.network(f"vpc-{name}", account, [f"10.{number}.0.0/16"])
        found.group(f"sg-{name}", f"vpc-{name}", account, [])
    found.group("sg-db", "vpc-prod", PROD, list(ingress))
    found.interface("eni-db", "vpc-prod", PROD, "10.2.0.5", ["sg-db"], description=description)
    return found


def marks(estate: Estate) -> dict[str, Mark]:
    network = arn("network", "vpc-prod", PROD)
    return {one.attr: one for one in derive(estate).marks if one.resource == network}


def sources(estate: Estate) -> list[str] | None:
    found = marks(estate)["store_sources"]
    return None if found.unknown else found.value


@pytest.mark.parametrize(
    "text",
    [RDS, "RedshiftNetworkInterface", "EFS mount target for fs-1 (fsmt-1)", "ElastiCache x", "ES search"],
)
def test_stores_show_as_interfaces(text: str) -> None:
    assert marks(made(description=text).estate())["holds_stores"].value is True


def test_a_network_without_stores_holds_none() -> None:
    estate = made(description="").estate()
    assert marks(estate)["holds_stores"].value is False
    assert marks(deny(made(description=""), ("interface", PROD)))["holds_stores"].unknown


@pytest.mark.parametrize(
    "admitted",
    [
        rule("tcp", 5432, cidrs=["10.2.0.0/16"]),
        rule("tcp", 5432, cidrs=["10.2.0.0/15"]),
        rule("tcp", 5432, cidrs=["10.3.7.0/24"]),
        rule("tcp", 5432, groups=[{"id": "sg-prod", "account": PROD}, {"id": "sg-hub", "account": HUB}]),
    ],
)
def test_production_and_declared_services_may(admitted: dict[str, Any]) -> None:
    assert sources(made(admitted).estate()) == []


@pytest.mark.parametrize(
    ("admitted", "said"),
    [
        (rule("tcp", 5432, cidrs=["10.1.3.0/24"]), "dev: 10.1.3.0/24 on tcp 5432 by security group sg-db"),
        (rule("tcp", 5432, cidrs=["10.0.0.0/8"]), "dev: 10.0.0.0/8 on tcp 5432 by security group sg-db"),
        (rule(cidrs=["0.0.0.0/0"]), "the internet: 0.0.0.0/0 on all traffic by security group sg-db"),
        (
            rule("tcp", 5432, cidrs=["192.168.0.0/16"]),
            "beyond production's networks: 192.168.0.0/16 on tcp 5432 by security group sg-db",
        ),
        (
            rule("tcp", 5432, groups=[{"id": "sg-dev", "account": DEV}]),
            "dev: security group sg-dev on tcp 5432 by security group sg-db",
        ),
    ],
)
def test_others_may_not(admitted: dict[str, Any], said: str) -> None:
    found = marks(made(admitted).estate())["store_sources"]
    assert found.value == [said]
    assert found.steps[0].source.part


def test_what_is_not_read_is_unknown() -> None:
    narrow = rule("tcp", 5432, cidrs=["10.2.0.0/16"])
    assert sources(without(made(narrow), "sg-db", "ingress")) is None
    assert sources(without(made(narrow), "eni-db", "groups")) is None
    assert sources(made(rule("tcp", 5432, lists=["pl-1"])).estate()) is None
    beyond = made(rule("tcp", 5432, cidrs=["192.168.0.0/16"]))
    assert sources(without(beyond, "vpc-hub", "cidrs")) is not None, "its route table tells its range"


def linked(principal: str) -> Builder:
    found = made()
    scope = Scope("aws", PROD, REGION)
    balancer = f"arn:aws:elasticloadbalancing:{REGION}:{PROD}:loadbalancer/net/db/1"
    found.found.append(Resource(balancer, "load_balancer", "db", scope, {"network": "vpc-prod"}))
    attrs = {"load_balancers": [balancer], "principals": [principal]}
    service = f"arn:aws:ec2:{REGION}:{PROD}:vpc-endpoint-service/vpce-svc-1"
    found.found.append(Resource(service, "endpoint_service", "vpce-svc-1", scope, attrs))
    return found


@pytest.mark.parametrize("principal", ["*", f"arn:aws:iam::{DEV}:root", "arn:aws:iam::999999999999:root"])
def test_a_private_link_for_others(principal: str) -> None:
    assert marks(linked(principal).estate())["private_link_principals"].value == [principal]


@pytest.mark.parametrize("principal", [f"arn:aws:iam::{PROD}:root", f"arn:aws:iam::{HUB}:role/x"])
def test_a_private_link_for_production(principal: str) -> None:
    assert marks(linked(principal).estate())["private_link_principals"].value == []
