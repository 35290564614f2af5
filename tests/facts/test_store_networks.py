"""Whom data stores of production admit: ranges, groups, prefix lists, private links; and what hides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import (
    DEV,
    HUB,
    PLACES,
    PROD,
    REGION,
    Builder,
    arn,
    build,
    deny,
    rule,
    without,
)
from scanner.facts.store_networks import derive
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.facts import Mark
from scanner.model.snapshot import Gap, Reason, Scope, Source

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


S3 = "com.amazonaws.eu-west-1.s3"
WEB = rule("tcp", 443, cidrs=["10.1.0.0/16"])
NARROW = rule("tcp", 443, cidrs=["10.2.0.0/16"])


def anybody(**more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", **more}]}


def only_from(operator: str, key: str, value: Any) -> dict[str, Any]:
    return anybody(Condition={operator: {key: value}})


def endpoint(*ingress: dict[str, Any], **attrs: Any) -> Builder:
    """Production's endpoint to S3, at an interface with the group ``sg-db``."""
    found = made(*ingress, description="VPC Endpoint Interface vpce-1")
    told = {"service": S3, "policy": None, "type": "interface", **attrs}
    name = f"arn:aws:ec2:{REGION}:{PROD}:vpc-endpoint/vpce-1"
    source = Source(f"parts/aws/{PROD}/{REGION}/ec2.vpc_endpoint.jsonl", 1)
    scope = Scope("aws", PROD, REGION)
    found.found.append(Resource(name, "endpoint", "vpce-1", scope, told, source=source, environment="prod"))
    return found


def served(estate: Estate) -> list[str] | None:
    found = marks(estate)["endpoint_sources"]
    return None if found.unknown else found.value


SERVED = ["dev: 10.1.0.0/16 on tcp 443 by security group sg-db, at endpoint vpce-1"]


def test_an_endpoint_to_a_service_that_keeps_data_holds_stores() -> None:
    assert marks(endpoint().estate())["holds_stores"].value is True
    assert marks(endpoint(service="com.amazonaws.eu-west-1.ecr.dkr").estate())["holds_stores"].value is True
    for service in ("com.amazonaws.eu-west-1.logs", "com.amazonaws.vpce.eu-west-1.vpce-svc-1"):
        found = endpoint(WEB, service=service).estate()
        assert (marks(found)["holds_stores"].value, served(found)) == (False, []), service


@pytest.mark.parametrize(
    "service",
    [
        "cn.com.amazonaws.cn-north-1.ecr.api",
        "com.amazonaws.us-gov-west-1.kms-fips",
        "com.amazonaws.s3-global.accesspoint",
    ],
)
def test_names_of_services_that_begin_otherwise(service: str) -> None:
    found = endpoint(WEB, service=service).estate()
    assert (marks(found)["holds_stores"].value, served(found)) == (True, SERVED)


def test_a_name_that_says_no_service_is_unknown() -> None:
    assert marks(endpoint(service="x").estate())["holds_stores"].unknown


def test_an_endpoint_serves_whom_its_group_admits() -> None:
    found = marks(endpoint(WEB).estate())["endpoint_sources"]
    assert found.value == SERVED
    assert [step.by for step in found.steps] == [
        "security group sg-db ingress tcp 443 from 10.1.0.0/16",
        "policy of endpoint vpce-1 to com.amazonaws.eu-west-1.s3 lets others through",
    ]
    assert all(step.source.part for step in found.steps)
    assert served(endpoint(NARROW).estate()) == []
    assert served(endpoint(rule("tcp", 22, cidrs=["10.1.0.0/16"])).estate()) == [], "no web API is there"
    assert sources(endpoint(WEB).estate()) == [], "it is no database"


@pytest.mark.parametrize(
    ("policy", "passing"),
    [
        (anybody(), True),
        (anybody(Action="s3:GetObject", Resource="arn:aws:s3:::models/*"), True),
        (anybody(Principal={"AWS": [DEV, PROD]}), True),
        (anybody(Principal={"AWS": PROD}), False),
        (only_from("StringEquals", "aws:PrincipalAccount", [PROD, HUB]), False),
        (only_from("StringEquals", "aws:PrincipalAccount", [PROD, DEV]), True),
        (only_from("StringNotEquals", "aws:PrincipalAccount", DEV), False),
        (only_from("StringEquals", "aws:ResourceAccount", PROD), True),
        (only_from("StringEquals", "aws:PrincipalOrgID", "o-1"), True),
        (only_from("StringEquals", "aws:PrincipalOrgID", "o-2"), False),
        (only_from("StringEquals", "aws:SourceVpc", "vpc-prod"), None),
        ({"Statement": []}, False),
        (
            {
                "Statement": [
                    *anybody()["Statement"],
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": [PROD]}},
                    },
                ]
            },
            False,
        ),
        (
            {
                "Statement": [
                    *anybody()["Statement"],
                    {"Effect": "Deny", "Principal": "*", "Action": "s3:Delete*", "Resource": "*"},
                ]
            },
            True,
        ),
        ({"Statement": "nonsense"}, None),
    ],
)
def test_and_whom_its_policy_lets_through(policy: dict[str, Any], passing: bool | None) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html."""
    found = endpoint(WEB, policy=policy)
    built = found.estate()
    for one in built.of("boundary"):
        one.attrs["organization"] = "o-1"  # type: ignore[index]
    assert served(built) == {True: SERVED, False: [], None: None}[passing]


def test_what_is_not_read_of_an_endpoint_is_unknown() -> None:
    hole = Gap(
        Scope("aws", PROD, REGION),
        "ec2.vpc_endpoint",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcEndpoints",
        Reason.DENIED,
    )

    def hidden(*ingress: dict[str, Any]) -> Estate:
        kept = [one for one in endpoint(*ingress).found if one.kind != "endpoint"]
        lost = Unlisted("endpoint", Scope("aws", PROD, REGION), (hole,), "prod")
        return build(kept, PLACES, unlisted=(lost,))

    assert served(hidden(WEB)) is None
    assert marks(hidden(WEB))["endpoint_sources"].gaps == (hole,)
    assert marks(hidden(WEB))["holds_stores"].unknown
    assert served(hidden(NARROW)) == [], "its group alone keeps others out"
    unread = endpoint(WEB)
    unread.found[-1] = replace(
        unread.found[-1], attrs={"service": S3, "type": "interface"}, unknown={"policy": (hole,)}
    )
    assert served(unread.estate()) is None
    assert marks(unread.estate())["holds_stores"].value is True
    assert served(without(endpoint(NARROW), "sg-db", "ingress")) is None
    assert served(without(endpoint(NARROW), "eni-db", "groups")) is None
    assert served(deny(endpoint(NARROW), ("interface", PROD))) is None


def test_a_gateway_endpoint_serves_its_own_network_only() -> None:
    """It has no interface; https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html."""
    found = endpoint(WEB, type="gateway")
    found.found = [one for one in found.found if one.name != "eni-db"]
    assert (marks(found.estate())["holds_stores"].value, served(found.estate())) == (False, [])
