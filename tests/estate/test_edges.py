"""What leads between and out of networks: transit gateways, endpoints, gateways, load balancers."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import DEV, PROD, REGION, estate, gap, native, only, record
from estate.native_edges import (
    BALANCER,
    CLASSIC,
    EC2,
    ROUTE,
    TARGETS,
    attachment,
    balancer,
    edges,
    in_network,
    prefix_list,
    targets,
    transit_table,
)
from scanner.model.snapshot import Record


def attrs(kind: str, *records: Record) -> dict[str, Any]:
    found = only(estate(*records), kind)
    assert not set(found.unknown) - {"tagged_as"}
    return {name: value for name, value in found.attrs.items() if name not in ("assigned_by", "tagged_as")}


def of(kind: str, name: str = "") -> dict[str, Any]:
    found = only(estate(*edges()), kind, name)
    return dict(found.attrs)


def test_an_attachment_joins_what_two_listings_say() -> None:
    found = attrs("transit_attachment", attachment(), in_network())
    assert found == {
        "transit_gateway": "tgw-1",
        "owner": PROD,
        "type": "network",
        "target": "vpc-1",
        "target_owner": DEV,
        "state": "available",
        "route_table": "tgw-rtb-1",
        "subnets": ["subnet-1", "subnet-2"],
        "group_references": True,
        "appliance": False,
    }


def test_an_attachment_whose_network_listing_failed_does_not_know_its_subnets() -> None:
    hole = gap(
        "ec2:DescribeTransitGatewayVpcAttachments", "ec2.transit_gateway_vpc_attachment", region=REGION
    )
    found = only(estate(attachment(), gaps=[hole]), "transit_attachment")
    assert found.unknown["subnets"] == (hole,)
    assert found.attrs["route_table"] == "tgw-rtb-1"


@pytest.mark.parametrize("kind", ["vpn", "direct-connect-gateway", "connect", "network-function"])
def test_an_attachment_of_something_else_stands_in_no_subnet(kind: str) -> None:
    found = attrs("transit_attachment", attachment(kind=kind))
    assert (found["type"], found["subnets"], found["group_references"]) == (kind, [], False)


def test_an_association_that_is_undone_holds_no_longer() -> None:
    over = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "disassociated"}
    assert attrs("transit_attachment", attachment(Association=over), in_network())["route_table"] is None
    assert attrs("transit_attachment", attachment(Association=None), in_network())["route_table"] is None


def test_routes_of_a_transit_gateway() -> None:
    drop = {"DestinationCidrBlock": "10.9.0.0/16", "Type": "static", "State": "blackhole"}
    assert attrs("transit_route_table", transit_table(ROUTE, drop))["routes"] == [
        {
            "destination": "10.1.0.0/16",
            "type": "propagated",
            "state": "active",
            "attachments": [{"id": "tgw-attach-1", "type": "network", "target": "vpc-1"}],
        },
        {"destination": "10.9.0.0/16", "type": "static", "state": "blackhole", "attachments": []},
    ]


def test_a_peering_of_transit_gateways_has_one_id_on_both_sides_unless_it_says_two() -> None:
    found = of("transit_peering")
    assert found["requester"]["attachment"] == found["accepter"]["attachment"] == "tgw-attach-2"
    assert (found["requester"]["transit_gateway"], found["accepter"]["region"]) == ("tgw-1", "us-east-1")


def test_an_endpoint_with_its_policy() -> None:
    found = of("endpoint")
    assert (found["type"], found["state"], found["groups"]) == ("interface", "available", ["sg-1"])
    assert found["interfaces"] == ["eni-1", "eni-2"]
    assert found["policy"]["Statement"][0]["Action"] == "*"


def test_an_endpoint_without_a_policy_has_none_and_one_that_is_unreadable_is_unknown() -> None:
    fields = {"VpcId": "vpc-1", "VpcEndpointType": "GatewayLoadBalancer", "State": "available"}
    plain = native("vpc_endpoint", "DescribeVpcEndpoints", "vpc-endpoint/vpce-1", **fields)
    assert only(estate(plain), "endpoint").attrs["policy"] is None
    odd = native("vpc_endpoint", "DescribeVpcEndpoints", "vpc-endpoint/vpce-1", PolicyDocument={}, **fields)
    assert "policy" in only(estate(odd), "endpoint").unknown


def test_an_endpoint_service_with_who_may_use_it() -> None:
    found = of("endpoint_service")
    assert found["load_balancers"] == [BALANCER]
    assert found["principals"] == [f"arn:aws:iam::{DEV}:root"]
    assert found["acceptance"] is True


def test_gateways() -> None:
    nat = of("nat_gateway")
    assert (nat["connectivity"], nat["public_addresses"], nat["addresses"]) == (
        "public",
        ["52.1.1.1"],
        ["10.0.0.4"],
    )
    doors = {found.name: found.attrs for found in estate(*edges()).of("internet_gateway")}
    assert {name: (one["networks"], one["egress_only"]) for name, one in doors.items()} == {
        "igw-1": (["vpc-1"], False),
        "eigw-1": (["vpc-1"], True),
    }
    assert of("vpn_gateway")["networks"] == ["vpc-1"], "what is detached does not count"


def test_entries_of_a_prefix_list_and_of_the_providers_own() -> None:
    assert attrs("prefix_list", prefix_list(PROD, "10.2.0.0/16", "10.1.0.0/16"))["entries"] == [
        "10.1.0.0/16",
        "10.2.0.0/16",
    ]
    assert attrs("prefix_list", prefix_list("AWS"))["entries"] is None
    hole = gap("ec2:GetManagedPrefixListEntries", "ec2.prefix_list", f"{EC2}:prefix-list/pl-1", region=REGION)
    lost = record(
        "ec2.prefix_list", f"{EC2}:prefix-list/pl-1", {"DescribeManagedPrefixLists": {"OwnerId": PROD}}
    )
    assert only(estate(lost, gaps=[hole]), "prefix_list").unknown["entries"] == (hole,)


@pytest.mark.parametrize(
    ("word", "mode"), [("off", "off"), ("block-ingress", "ingress"), ("block-bidirectional", "both")]
)
def test_block_public_access(word: str, mode: str) -> None:
    made = native(
        "vpc_block_public_access",
        "DescribeVpcBlockPublicAccessOptions",
        "vpc-block-public-access-options/settings",
        InternetGatewayBlockMode=word,
    )
    assert attrs("public_access_block", made)["mode"] == mode


def test_a_mode_that_nobody_knows_is_unknown() -> None:
    made = native(
        "vpc_block_public_access",
        "DescribeVpcBlockPublicAccessOptions",
        "vpc-block-public-access-options/settings",
        InternetGatewayBlockMode="block-sideways",
    )
    assert "mode" in only(estate(made), "public_access_block").unknown


def test_flow_logs_and_exclusions_name_what_they_are_about() -> None:
    log = of("flow_log")
    assert (log["target"], log["traffic"], log["destination"]) == ("vpc-1", "ALL", "arn:aws:s3:::logs")
    assert (of("public_access_exclusion")["target"], of("public_access_exclusion")["mode"]) == (
        "subnet-1",
        "egress",
    )


def test_a_load_balancer_and_what_stands_behind_it() -> None:
    found = attrs("load_balancer", balancer())
    assert (found["type"], found["internet_facing"], found["groups"]) == ("network", False, [])
    assert found["listeners"] == [
        {"protocol": "TCP", "port": 443, "target_groups": [TARGETS], "instance_port": None}
    ]
    assert only(estate(balancer()), "load_balancer").name == "models"
    behind = attrs("target_group", targets({"Id": "10.0.0.7", "Port": 9000}, TargetType="ip"))
    assert behind["targets"] == [{"id": "10.0.0.7", "port": 9000}]
    assert (behind["type"], behind["load_balancers"]) == ("ip", [BALANCER])


def test_a_classic_load_balancer() -> None:
    found = of("load_balancer", CLASSIC)
    assert (found["type"], found["internet_facing"], found["instances"]) == ("classic", True, ["i-1"])
    assert (found["listeners"][0]["port"], found["listeners"][0]["instance_port"]) == (80, 8080)


def test_rules_of_a_security_group_point_at_themselves() -> None:
    rules = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}, {"IpProtocol": "udp"}]
    made = native("security_group", "DescribeSecurityGroups", "security-group/sg-1", IpPermissions=rules)
    found = only(estate(made), "security_group")
    assert found.where("ingress").pointer == "/data/DescribeSecurityGroups/IpPermissions"
    assert [rule["protocol"] for rule in found.attrs["ingress"]] == ["6", "17"], "in the same order"
