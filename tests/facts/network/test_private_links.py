"""Private links: endpoints of dev, and of a service that dev reaches, to load balancers of prod."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import DEV, HUB, PROD, Builder, arn, build, deny, route, rule, without
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Crossing
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Reason, Scope

CLIENTS = rule("tcp", 443, cidrs=["10.1.0.0/16"])
OWN = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
LISTED = ("network", "subnet", "route_table", "network_acl", "security_group", "interface", "peering")


def of(estate: Estate) -> dict[str, Crossing]:
    return {one.border: one for one in derive(estate).crossings if one.pair == "dev->prod"}


def crossings(made: Builder) -> dict[str, Crossing]:
    assert not derive(made.estate()).blind
    return of(made.estate())


def apart() -> Builder:
    """Dev and prod with a network each, and nothing between the two."""
    made = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2)):
        made.network(f"vpc-{name}", account, [f"10.{number}.0.0/16"])
        made.group(f"sg-{name}", f"vpc-{name}", account, [rule("tcp", 443, cidrs=[f"10.{number}.0.0/16"])])
        made.interface(f"eni-{name}", f"vpc-{name}", account, f"10.{number}.0.10", [f"sg-{name}"])
    return made


def test_a_private_link_is_not_read() -> None:
    made = apart()
    made.interface(
        "eni-vpce",
        "vpc-dev",
        DEV,
        "10.1.0.8",
        ["sg-dev"],
        description="VPC Endpoint Interface vpce-1",
    )
    assert not crossings(made)
    made.interface(
        "eni-nlb", "vpc-prod", PROD, "10.2.0.8", ["sg-prod"], description="ELB net/models/0123456789abcdef"
    )
    one = crossings(made)["vpce-1"]
    assert (one.state, one.targets) == (Tri.UNKNOWN, (arn("interface", "eni-nlb", PROD),))


def linked(service: str, place: str | None = "prod", state: str = "available") -> Builder:
    """Dev's endpoint to a service; prod's load balancer, with a service of its own that is named."""
    made = apart()
    said = "VPC Endpoint Interface vpce-1"
    made.interface("eni-vpce", "vpc-dev", DEV, "10.1.0.8", ["sg-dev"], description=said)
    made.interface("eni-nlb", "vpc-prod", PROD, "10.2.0.8", ["sg-prod"], description="ELB net/models/1")
    scope, balancer = Scope("aws", PROD, "eu-west-1"), f"arn:aws:elasticloadbalancing:eu-west-1:{PROD}:lb/1"
    endpoint = {"service": service, "state": state}
    arn_of = "arn:aws:ec2:eu-west-1"
    dev = Scope("aws", DEV, "eu-west-1")
    made.found += [
        Resource(
            f"{arn_of}:{DEV}:vpc-endpoint/vpce-1", "endpoint", "vpce-1", dev, endpoint, environment="dev"
        ),
        Resource(
            balancer, "load_balancer", "models", scope, {"listeners": [{"protocol": "TCP", "port": 443}]}
        ),
        Resource(
            f"{arn_of}:{PROD}:vpc-endpoint-service/vpce-svc-1",
            "endpoint_service",
            "vpce-svc-1",
            scope,
            {"service": OWN, "load_balancers": [balancer]},
            environment=place,
        ),
    ]
    return made


def test_a_private_link_that_is_read_leads_to_what_stands_behind_it() -> None:
    one = crossings(linked(OWN))["vpce-1"]
    assert (one.state, one.detail["ports"]) == (Tri.YES, ["tcp 443"])
    assert one.targets == (f"arn:aws:elasticloadbalancing:eu-west-1:{PROD}:lb/1",)


def test_a_private_link_that_lets_no_client_in_is_half_open() -> None:
    made = linked(OWN)
    made.group("sg-shut", "vpc-dev", DEV, [rule("tcp", 22, cidrs=["10.1.0.0/16"])])
    shut = [
        replace(one, attrs={**one.attrs, "groups": ["sg-shut"]}) if one.name == "eni-vpce" else one
        for one in made.found
    ]
    one = of(build(shut, made.places))["vpce-1"]
    assert (one.state, one.latent) == (Tri.YES, True)
    assert one.steps[-1].by == "nothing of dev gets to the interface of vpce-1"
    made.found = shut
    assert of(without(made, "sg-shut", "ingress"))["vpce-1"].state is Tri.UNKNOWN


def by_the_hub(*ingress: dict[str, Any], **more: Any) -> Builder:
    """The endpoint stands in the hub's network, which dev is peered with and prod is not."""
    made = Builder()
    made.network("vpc-dev", DEV, ["10.1.0.0/16"], routes=[route("10.3.0.0/16", "peering", "pcx-1")])
    made.network("vpc-hub", HUB, ["10.3.0.0/16"], routes=[route("10.1.0.0/16", "peering", "pcx-1")])
    made.network("vpc-prod", PROD, ["10.2.0.0/16"])
    made.peering("pcx-1", (DEV, "vpc-dev", "10.1.0.0/16"), (HUB, "vpc-hub", "10.3.0.0/16"))
    made.group("sg-dev", "vpc-dev", DEV, [])
    made.group("sg-hub", "vpc-hub", HUB, list(ingress))
    made.group("sg-prod", "vpc-prod", PROD, [])
    made.interface("eni-dev", "vpc-dev", DEV, "10.1.0.10", ["sg-dev"])
    said = "VPC Endpoint Interface vpce-1"
    made.interface("eni-vpce", "vpc-hub", HUB, "10.3.0.8", ["sg-hub"], description=said)
    made.found += [one for one in linked(OWN, **more).found if one.kind not in LISTED]
    return made


def test_a_private_link_of_a_service_that_dev_reaches_leads_to_prod() -> None:
    one = crossings(by_the_hub(CLIENTS))["vpce-1"]
    assert (one.state, one.latent, one.via) == (Tri.YES, False, ("hub",))
    assert one.sources == (arn("interface", "eni-dev", DEV),)
    said = [step.by for step in one.steps]
    assert "security group sg-hub ingress tcp 443 from 10.1.0.0/16" in said
    assert said[-2:] == [f"endpoint vpce-1 to {OWN}", "endpoint service vpce-svc-1 of load balancer lb/1"]


def test_one_that_dev_does_not_get_to_does_not() -> None:
    assert not crossings(by_the_hub())
    assert not crossings(by_the_hub(rule("tcp", 22, cidrs=["10.1.0.0/16"]))), "the service listens on 443"
    assert not crossings(by_the_hub(CLIENTS, place="dev"))


def test_one_of_which_not_all_is_read_is_undecided() -> None:
    assert crossings(by_the_hub(CLIENTS, state="pendingacceptance")) == {}, "prod has no load balancer there"
    made = by_the_hub(CLIENTS, state="pendingacceptance")
    made.interface("eni-nlb", "vpc-prod", PROD, "10.2.0.8", ["sg-prod"], description="ELB net/models/1")
    one = crossings(made)["vpce-1"]
    assert (one.state, one.via, one.sources) == (Tri.UNKNOWN, ("hub",), (arn("interface", "eni-dev", DEV),))
    one = of(without(by_the_hub(CLIENTS), "sg-hub", "ingress"))["vpce-1"]
    assert one.state is Tri.UNKNOWN
    assert {gap.call for gap in one.gaps} == {"ec2:DescribeSecurityGroups"}


def test_interfaces_of_a_service_that_were_not_listed_may_be_links() -> None:
    made = by_the_hub(CLIENTS)
    made.interface("eni-nlb", "vpc-prod", PROD, "10.2.0.8", ["sg-prod"], description="ELB net/models/1")
    facts = derive(deny(made, ("interface", HUB)))
    assert {gap.call for gap in facts.blind["dev->prod"]} == {"ec2:DescribeNetworkInterfaces"}


def test_a_private_link_to_somebody_else_is_none_to_prod() -> None:
    assert not crossings(linked("com.amazonaws.eu-west-1.kms"))
    assert not crossings(linked("com.amazonaws.vpce.eu-west-1.vpce-svc-9")), "of an account that nobody reads"
    assert not crossings(linked(OWN, place="dev"))


def test_a_private_link_that_is_not_accepted_is_undecided() -> None:
    assert crossings(linked(OWN, state="pendingacceptance"))["vpce-1"].state is Tri.UNKNOWN


@pytest.mark.parametrize("attr", ["service", "assigned_by"])
def test_a_service_whose_name_or_environment_is_not_known_may_be_prod_s(attr: str) -> None:
    made = linked(OWN)
    call = "ec2:DescribeVpcEndpointServiceConfigurations"
    scope = Scope("aws", PROD, "eu-west-1")
    unread = (Gap(scope, "ec2.vpc_endpoint_service", call, call, Reason.FAILED, "vpce-svc-1"),)
    found = [
        replace(
            one,
            attrs={**one.attrs, "service": None if attr == "service" else OWN},
            unknown={attr: unread},
            environment="prod" if attr == "service" else None,
        )
        if one.kind == "endpoint_service"
        else one
        for one in made.found
    ]
    built = replace(build(found, made.places), by_tags=frozenset({"dev", "prod"}))
    assert of(built)["vpce-1"].state is Tri.UNKNOWN
