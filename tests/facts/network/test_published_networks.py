"""Reach on six networks that others made (fixtures/networks): every expectation is derived by hand.

The things of a network are put into environments by tags that the test adds, since their authors had no
environments in mind; what is expected is said with the route or rule that makes it so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanner.config import parse
from scanner.estate import build
from scanner.facts.internet_exposure import derive as exposure
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate
from scanner.model.facts import Crossing
from scanner.model.logic import Tri
from scanner.model.snapshot import Coverage, Record, Scope, Snapshot, Source

FOLDER = Path(__file__).parents[3] / "fixtures" / "networks"
KINDS = {
    "Vpcs": ("vpc", "DescribeVpcs", "vpc", "VpcId"),
    "Subnets": ("subnet", "DescribeSubnets", "subnet", "SubnetId"),
    "RouteTables": ("route_table", "DescribeRouteTables", "route-table", "RouteTableId"),
    "NetworkAcls": ("network_acl", "DescribeNetworkAcls", "network-acl", "NetworkAclId"),
    "SecurityGroups": ("security_group", "DescribeSecurityGroups", "security-group", "GroupId"),
    "NetworkInterfaces": (
        "network_interface",
        "DescribeNetworkInterfaces",
        "network-interface",
        "NetworkInterfaceId",
    ),
    "VpcPeeringConnections": (
        "vpc_peering_connection",
        "DescribeVpcPeeringConnections",
        "vpc-peering-connection",
        "VpcPeeringConnectionId",
    ),
    "TransitGateways": ("transit_gateway", "DescribeTransitGateways", "transit-gateway", "TransitGatewayId"),
    "TransitGatewayAttachments": (
        "transit_gateway_attachment",
        "DescribeTransitGatewayAttachments",
        "transit-gateway-attachment",
        "TransitGatewayAttachmentId",
    ),
    "TransitGatewayVpcAttachments": (
        "transit_gateway_vpc_attachment",
        "DescribeTransitGatewayVpcAttachments",
        "transit-gateway-attachment",
        "TransitGatewayAttachmentId",
    ),
    "TransitGatewayRouteTables": (
        "transit_gateway_route_table",
        "DescribeTransitGatewayRouteTables",
        "transit-gateway-route-table",
        "TransitGatewayRouteTableId",
    ),
}
TIERS = {"dev": "nonproduction", "test": "nonproduction", "prod": "production"}


def network(name: str, places: dict[str, str], *, acls: bool = False) -> Estate:
    """A published network; ``places`` puts raw ids (with all of a network, its id) into environments.

    ``acls`` adds the default network ACL that every VPC has, where the authors left ACLs out.
    """
    parts = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    ranges = {vpc["VpcId"]: vpc["CidrBlock"] for part in parts for vpc in part["answers"]["Vpcs"]}
    records = [record for part in parts for record in _records(part, places, ranges, acls=acls)]
    scopes = tuple(Scope("aws", part["account"], "global") for part in parts)
    snapshot = Snapshot(tuple(records), (), Coverage(scopes, scopes), "2026-11-24T05:00:00Z")
    environments = {
        place: {"tier": TIERS[place], "match": {"aws": {"tags": {"environment": [place]}}}}
        for place in sorted(set(places.values()))
    }
    return build(snapshot, parse(json.dumps({"version": 1, "environments": environments}), "envsplit.yaml"))


def _records(
    part: dict[str, Any], places: dict[str, str], ranges: dict[str, str], *, acls: bool
) -> Iterator[Record]:
    answers = dict(part["answers"])
    if acls:
        answers["NetworkAcls"] = [_default_acl(vpc, answers["Subnets"]) for vpc in answers["Vpcs"]]
    for listing, items in answers.items():
        if listing not in KINDS:
            continue
        kind, operation, resource, key = KINDS[listing]
        for number, item in enumerate(items):
            tags = [
                {"Key": "environment", "Value": place}
                for place in {places.get(item[key]) or places.get(str(item.get("VpcId")))}
                if place
            ]
            field = "TagSet" if kind == "network_interface" else "Tags"
            data: dict[str, Any] = {operation: {"OwnerId": part["account"], **item, field: tags}}
            if kind == "transit_gateway_route_table":
                data["SearchTransitGatewayRoutes"] = list(_routes(answers, item[key], ranges))
            owner = item.get("TransitGatewayOwnerId") or part["account"]
            arn = f"arn:aws:ec2:{part['region']}:{owner}:{resource}/{item[key]}"
            scope = Scope("aws", part["account"], part["region"])
            source = Source(f"parts/{scope.id}/ec2.{kind}.jsonl", number + 1)
            yield Record(scope, f"ec2.{kind}", arn, data, source)


def _routes(answers: dict[str, Any], table: str, ranges: dict[str, str]) -> Iterator[dict[str, Any]]:
    """What a search of a transit route table gives: its static routes, and the ranges that are propagated."""
    for one in answers.get("TransitGatewayStaticRoutes", ()):
        if one["TransitGatewayRouteTableId"] == table:
            yield from one.get("Routes", ())
    for one in answers.get("TransitGatewayPropagations", ()):
        if one["TransitGatewayRouteTableId"] == table:
            for attached in one["TransitGatewayRouteTablePropagations"]:
                yield {
                    "DestinationCidrBlock": ranges[attached["ResourceId"]],
                    "Type": "propagated",
                    "State": "active",
                    "TransitGatewayAttachments": [attached],
                }


def _default_acl(vpc: dict[str, Any], subnets: list[dict[str, Any]]) -> dict[str, Any]:
    """Amazon VPC User Guide, "Default network ACL": everything is let in and out."""
    entries = [
        {"RuleNumber": 100, "Egress": way, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
        for way in (False, True)
    ]
    here = [{"SubnetId": one["SubnetId"]} for one in subnets if one["VpcId"] == vpc["VpcId"]]
    return {
        "NetworkAclId": f"acl-of-{vpc['VpcId']}",
        "VpcId": vpc["VpcId"],
        "Associations": here,
        "Entries": entries,
    }


def crossings(estate: Estate) -> dict[tuple[str, str], Crossing]:
    facts = derive(estate)
    assert not facts.blind
    return {(one.pair, one.border): one for one in facts.crossings}


def told(found: dict[tuple[str, str], Crossing]) -> dict[tuple[str, str], tuple[Tri, list[str]]]:
    assert not any(one.latent for one in found.values())
    return {key: (one.state, one.detail["ports"]) for key, one in found.items()}


def exposed(estate: Estate) -> dict[str, list[str]]:
    return {one.resource.rsplit("/", 1)[1]: one.value for one in exposure(estate).marks if not one.unknown}


def test_peerings_lead_to_the_other_network_and_no_further() -> None:
    """A reaches B by 192.168.1.0/24 -> pcx-0b8 and C by 192.168.2.0/24 -> pcx-0d5; both answer 10.10.0.0/16.

    All groups admit tcp 22 of anybody. B and C have a route to A only, and each other's range is their own.
    """
    estate = network(
        "peering",
        {
            "vpc-0404e08ceddf7f650": "dev",
            "vpc-00a31ce9d0c06675c": "prod",
            "vpc-09095dbf2886404ee": "test",
        },
    )
    ab, ac, ssh = "pcx-0b89b559e3319d6cf", "pcx-0d5b836985ac8ca8c", (Tri.YES, ["tcp 22"])
    found = crossings(estate)
    assert told(found) == {
        ("dev->prod", ab): ssh,
        ("prod->dev", ab): ssh,
        ("dev->test", ac): ssh,
        ("test->dev", ac): ssh,
    }
    assert "route 192.168.1.0/24 -> pcx-0b89b559e3319d6cf in rtb-0891861fffaea6d52" in [
        step.by for step in found["dev->prod", ab].steps
    ]


def test_two_networks_on_a_transit_gateway_reach_each_other_by_propagated_routes() -> None:
    """A sends 192.168.0.0/16, B 10.10.0.0/16 to the gateway; the one table has both ranges propagated."""
    found = crossings(network("transit", {"vpc-0404e08ceddf7f650": "dev", "vpc-00a31ce9d0c06675c": "prod"}))
    table = "tgw-rtb-0fa40c8df355dce6e"
    assert told(found) == {
        ("dev->prod", table): (Tri.YES, ["tcp 22"]),
        ("prod->dev", table): (Tri.YES, ["tcp 22"]),
    }
    # Both subnets of A, also the one that the attachment does not stand in; not the attachment itself.
    assert {one.rsplit("/", 1)[1] for one in found["dev->prod", table].sources} == {
        "eni-0f0708220e812876c",
        "eni-030eeb1fb8c2d6654",
    }
    by = [step.by for step in found["dev->prod", table].steps]
    assert "transit propagated route 192.168.0.0/16 -> tgw-attach-0ae2696617bb06fb4 in " + table in by


def test_two_accounts_on_a_transit_gateway() -> None:
    """Udp 33434-33534, ssh and ping of anybody; by the tables of the subnets, not the main ones."""
    places = {"vpc-04048d4bfba9c2289": "dev", "vpc-08287a9084472b276": "prod"}
    ports = ["icmp type 8", "tcp 22", "udp 33434-33534"]
    table = "tgw-rtb-0b2c8eeefcf19371b"
    unread = crossings(network("transit_accounts", places))
    assert told(unread) == {(pair, table): (Tri.UNKNOWN, ports) for pair in ("dev->prod", "prod->dev")}
    calls = {gap.call for one in unread.values() for gap in one.gaps}
    assert calls == {"ec2:DescribeNetworkAcls"}, "their authors left network ACLs out"
    found = crossings(network("transit_accounts", places, acls=True))
    assert told(found) == {(pair, table): (Tri.YES, ports) for pair in ("dev->prod", "prod->dev")}


def test_a_network_that_two_environments_share_behind_a_nat_gateway() -> None:
    """Local routes, and a group that admits ssh and ping; the public subnet's ACL has ping of one twice."""
    dev = {"eni-0e4ce6a7777b9bff8": "dev", "eni-0cbd69297d26de519": "dev"}
    estate = network("nat_gateway", {**dev, "eni-068fb5a0a9a57f23c": "prod", "sg-0253af84ae6485905": "prod"})
    found = crossings(estate)
    both = (Tri.YES, ["icmp type 8", "tcp 22"])
    group = "sg-0253af84ae6485905"
    assert told(found) == {("dev->prod", group): both, ("prod->dev", group): both}
    assert {one.rsplit("/", 1)[1] for one in found["dev->prod", group].sources} == set(dev)
    # The public one has an address and a route to the internet gateway; private ones have neither.
    assert exposed(estate) == {"eni-068fb5a0a9a57f23c": ["tcp 22"], **{name: [] for name in dev}}


def test_a_public_and_a_private_subnet() -> None:
    """Both tables hold 10.0.0.0/16 as local; the way out of the private one is a VPN gateway."""
    estate = network(
        "public_private",
        {
            "eni-07c1506e49d784fe0": "dev",
            "sg-063f2bb51713c3236": "dev",
            "eni-09da8cad43844dc1f": "prod",
            "sg-0662342465612f419": "prod",
        },
    )
    assert told(crossings(estate)) == {
        ("dev->prod", "sg-0662342465612f419"): (Tri.YES, ["tcp 22"]),
        ("prod->dev", "sg-063f2bb51713c3236"): (Tri.YES, ["tcp 22"]),
    }
    assert exposed(estate) == {"eni-09da8cad43844dc1f": ["tcp 22"], "eni-07c1506e49d784fe0": []}


def test_a_gateway_endpoint_leads_to_its_service_alone() -> None:
    """Besides local routes there is pl-63a5400a -> vpce-0b7: S3, which is no way between the two."""
    estate = network(
        "gateway_endpoint",
        {
            "eni-07c757c9635932972": "dev",
            "eni-05a3a36428edb2766": "prod",
            "sg-0ba8692418a4ae00e": "prod",
        },
    )
    ports = (Tri.YES, ["icmp type 8", "tcp 22", "tcp 443", "udp 33434-33534"])
    group = "sg-0ba8692418a4ae00e"
    found = crossings(estate)
    assert told(found) == {("dev->prod", group): ports, ("prod->dev", group): ports}
    assert exposed(estate) == {"eni-05a3a36428edb2766": ["tcp 22"], "eni-07c757c9635932972": []}
