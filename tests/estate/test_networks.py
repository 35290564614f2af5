"""Networks: VPCs, subnets, routes, peerings, filters, interfaces and instances."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import DEV, PROD, REGION, estate, native, only, record, tags

PREFIX = f"arn:aws:ec2:{REGION}:{PROD}"


def attrs(kind: str, *records: Any) -> dict[str, Any]:
    found = only(estate(*records), kind)
    own = {name: value for name, value in found.attrs.items() if name not in ("assigned_by", "tagged_as")}
    assert not found.unknown or "network" not in own or found.unknown
    return own


def test_a_vpc_with_every_range_that_still_holds() -> None:
    made = native(
        "vpc",
        "DescribeVpcs",
        "vpc/vpc-1",
        VpcId="vpc-1",
        CidrBlock="10.1.0.0/16",
        CidrBlockAssociationSet=[
            {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.2.0.0/16", "CidrBlockState": {"State": "disassociated"}},
            {"CidrBlock": "10.3.0.0/16", "CidrBlockState": {"State": "associating"}},
        ],
        Ipv6CidrBlockAssociationSet=[
            {"Ipv6CidrBlock": "2001:db8::/56", "Ipv6CidrBlockState": {"State": "associated"}}
        ],
        IsDefault=True,
        Tags=tags(Name="valohai-prod-vpc"),
    )
    assert attrs("network", made) == {
        "cidrs": ["10.1.0.0/16", "10.3.0.0/16", "2001:db8::/56"],
        "default": True,
        "admin_rules": False,
        "grouped": False,
    }
    found = only(estate(made), "network")
    assert (found.id, found.name, found.environment) == (f"{PREFIX}:vpc/vpc-1", "vpc-1", "prod")
    assert found.tags == {"Name": "valohai-prod-vpc"}
    assert found.where("default").pointer == "/data/DescribeVpcs/IsDefault"


def test_a_subnet_that_two_accounts_see_is_its_owners() -> None:
    def seen(account: str, **fields: Any) -> Any:
        data = {
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "CidrBlock": "10.1.1.0/24",
            "OwnerId": PROD,
            **fields,
        }
        return record("ec2.subnet", f"{PREFIX}:subnet/subnet-1", {"DescribeSubnets": data}, account)

    both = estate(seen(DEV), seen(PROD, Tags=tags(environment="prod")))
    found = only(both, "subnet")
    assert (found.scope.boundary, found.environment, found.tags) == (PROD, "prod", {"environment": "prod"})
    assert found.attrs["owner"] == PROD
    shared = only(estate(seen(DEV)), "subnet")
    assert (shared.scope.boundary, shared.environment) == (DEV, "prod"), "it belongs to who owns it"


@pytest.mark.parametrize(
    ("fields", "target_type", "target"),
    [
        ({"GatewayId": "local"}, "local", "local"),
        ({"GatewayId": "igw-1"}, "internet_gateway", "igw-1"),
        ({"GatewayId": "vgw-1"}, "vpn_gateway", "vgw-1"),
        ({"GatewayId": "vpce-1"}, "endpoint", "vpce-1"),
        ({"GatewayId": "new-1"}, "other", "new-1"),
        ({"NatGatewayId": "nat-1"}, "nat_gateway", "nat-1"),
        ({"TransitGatewayId": "tgw-1"}, "transit_gateway", "tgw-1"),
        ({"VpcPeeringConnectionId": "pcx-1"}, "peering", "pcx-1"),
        ({"EgressOnlyInternetGatewayId": "eigw-1"}, "egress_only", "eigw-1"),
        ({"InstanceId": "i-1", "NetworkInterfaceId": "eni-1"}, "instance", "i-1"),
        ({"NetworkInterfaceId": "eni-1"}, "interface", "eni-1"),
        ({"CarrierGatewayId": "cagw-1"}, "other", "cagw-1"),
        ({}, "other", None),
    ],
)
def test_a_route_leads_where_its_one_id_says(
    fields: dict[str, str], target_type: str, target: str | None
) -> None:
    route = {"DestinationCidrBlock": "10.9.0.0/16", "State": "active", **fields}
    made = native("route_table", "DescribeRouteTables", "route-table/rtb-1", VpcId="vpc-1", Routes=[route])
    expected = {"destination": "10.9.0.0/16", "target_type": target_type, "target": target, "state": "active"}
    assert attrs("route_table", made)["routes"] == [expected]


def test_a_route_table() -> None:
    made = native(
        "route_table",
        "DescribeRouteTables",
        "route-table/rtb-1",
        VpcId="vpc-1",
        Associations=[
            {"Main": True, "AssociationState": {"State": "associated"}},
            {"Main": False, "SubnetId": "subnet-2", "AssociationState": {"State": "associated"}},
            {"Main": False, "SubnetId": "subnet-1"},
            {"Main": False, "SubnetId": "subnet-9", "AssociationState": {"State": "disassociated"}},
            {"Main": False, "GatewayId": "igw-1", "AssociationState": {"State": "associated"}},
        ],
        Routes=[
            {
                "DestinationIpv6CidrBlock": "::/0",
                "EgressOnlyInternetGatewayId": "eigw-1",
                "State": "blackhole",
            },
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active"},
        ],
    )
    found = attrs("route_table", made)
    assert (found["network"], found["subnets"], found["main"]) == ("vpc-1", ["subnet-1", "subnet-2"], True)
    assert [(each["destination"], each["state"]) for each in found["routes"]] == [
        ("::/0", "blackhole"),
        ("pl-1", "active"),
    ]


def test_a_peering_from_both_sides() -> None:
    def side(account: str, vpc: str, **fields: Any) -> dict[str, Any]:
        return {"OwnerId": account, "VpcId": vpc, "Region": REGION, **fields}

    def seen(account: str) -> Any:
        requester = side(DEV, "vpc-d", CidrBlock="10.1.0.0/16", CidrBlockSet=[{"CidrBlock": "10.1.0.0/16"}])
        accepter = side(PROD, "vpc-p", Ipv6CidrBlockSet=[{"Ipv6CidrBlock": "2001:db8::/56"}])
        data = {"RequesterVpcInfo": requester, "AccepterVpcInfo": accepter, "Status": {"Code": "active"}}
        arn = f"arn:aws:ec2:{REGION}:{account}:vpc-peering-connection/pcx-1"
        return record("ec2.vpc_peering_connection", arn, {"DescribeVpcPeeringConnections": data}, account)

    found = estate(seen(DEV), seen(PROD)).of("peering")
    assert [(each.name, each.environment) for each in found] == [("pcx-1", "dev"), ("pcx-1", "prod")]
    assert found[0].attrs["status"] == "active"
    assert found[0].attrs["requester"] == {
        "account": DEV,
        "network": "vpc-d",
        "region": REGION,
        "cidrs": ["10.1.0.0/16"],
    }
    assert found[0].attrs["accepter"]["cidrs"] == ["2001:db8::/56"]


PORTS = ("protocol", "from_port", "to_port", "icmp_type", "icmp_code")


@pytest.mark.parametrize(
    ("native_rule", "expected"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, ("6", 443, 443, None, None)),
        ({"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535}, ("17", 0, 65535, None, None)),
        ({"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1}, ("6", 0, 65535, None, None)),
        ({"IpProtocol": "-1"}, ("-1", 0, 65535, None, None)),
        ({"IpProtocol": "-1", "FromPort": -1, "ToPort": -1}, ("-1", 0, 65535, None, None)),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, ("1", None, None, 8, -1)),
        ({"IpProtocol": "icmpv6", "FromPort": -1, "ToPort": -1}, ("58", None, None, -1, -1)),
        ({"IpProtocol": "47"}, ("47", None, None, None, None)),
    ],
)
def test_protocols_and_ports_of_security_groups(
    native_rule: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    made = native(
        "security_group", "DescribeSecurityGroups", "security-group/sg-1", IpPermissions=[native_rule]
    )
    rule = attrs("security_group", made)["ingress"][0]
    assert tuple(rule[name] for name in PORTS) == expected


def test_a_security_group() -> None:
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "IpRanges": [{"CidrIp": "10.2.0.0/16"}, {"CidrIp": "10.1.0.0/16", "Description": "dev"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
        "UserIdGroupPairs": [
            {"GroupId": "sg-2", "UserId": DEV, "VpcPeeringConnectionId": "pcx-1"},
            {"GroupId": "sg-1"},
        ],
    }
    made = native(
        "security_group",
        "DescribeSecurityGroups",
        "security-group/sg-1",
        GroupName="db",
        VpcId="vpc-1",
        IpPermissions=[rule],
        IpPermissionsEgress=[],
    )
    found = attrs("security_group", made)
    assert (found["name"], found["network"], found["egress"]) == ("db", "vpc-1", [])
    assert found["ingress"][0]["cidrs"] == ["10.1.0.0/16", "10.2.0.0/16", "::/0"]
    assert found["ingress"][0]["groups"] == [{"id": "sg-1", "account": PROD}, {"id": "sg-2", "account": DEV}]
    assert found["ingress"][0]["prefix_lists"] == ["pl-1"]


def test_a_network_acl_in_the_order_of_its_listing() -> None:
    def entry(number: int, **fields: Any) -> dict[str, Any]:
        return {"RuleNumber": number, "Egress": False, "RuleAction": "allow", "Protocol": "6", **fields}

    made = native(
        "network_acl",
        "DescribeNetworkAcls",
        "network-acl/acl-1",
        VpcId="vpc-1",
        Associations=[{"SubnetId": "subnet-1"}],
        Entries=[
            entry(32767, Protocol="-1", RuleAction="deny", CidrBlock="0.0.0.0/0"),
            entry(100, CidrBlock="10.1.0.0/16", PortRange={"From": 443, "To": 443}),
            entry(110, Protocol="1", CidrBlock="10.1.0.0/16", IcmpTypeCode={"Type": 8, "Code": 0}),
            entry(101, Ipv6CidrBlock="::/0", Protocol="17"),
            entry(100, Egress=True, Protocol="-1", CidrBlock="0.0.0.0/0"),
        ],
    )
    found = attrs("network_acl", made)
    assert (found["network"], found["subnets"]) == ("vpc-1", ["subnet-1"])
    shown = [
        (e["number"], e["egress"], e["allow"], e["cidr"], *(e[name] for name in PORTS))
        for e in found["entries"]
    ]
    assert shown == [
        (32767, False, False, "0.0.0.0/0", "-1", 0, 65535, None, None),
        (100, False, True, "10.1.0.0/16", "6", 443, 443, None, None),
        (110, False, True, "10.1.0.0/16", "1", None, None, 8, 0),
        (101, False, True, "::/0", "17", 0, 65535, None, None),
        (100, True, True, "0.0.0.0/0", "-1", 0, 65535, None, None),
    ], "so that the number of an entry is the end of its pointer"


def test_an_interface() -> None:
    made = native(
        "network_interface",
        "DescribeNetworkInterfaces",
        "network-interface/eni-1",
        VpcId="vpc-1",
        SubnetId="subnet-1",
        Groups=[{"GroupId": "sg-2"}, {"GroupId": "sg-1"}],
        PrivateIpAddress="10.1.0.4",
        PrivateIpAddresses=[
            {"PrivateIpAddress": "10.1.0.4", "Association": {"PublicIp": "203.0.113.4"}},
            {"PrivateIpAddress": "10.1.0.5"},
        ],
        Ipv6Addresses=[{"Ipv6Address": "2001:db8::4"}],
        Attachment={"InstanceId": "i-1", "InstanceOwnerId": DEV, "Status": "attached"},
        Description="primary",
        RequesterManaged=False,
        SourceDestCheck=False,
        TagSet=tags(environment="prod"),
    )
    found = attrs("interface", made)
    assert found == {
        "network": "vpc-1",
        "subnet": "subnet-1",
        "groups": ["sg-1", "sg-2"],
        "addresses": ["10.1.0.4", "10.1.0.5", "2001:db8::4"],
        "public_addresses": ["203.0.113.4"],
        "owner": PROD,
        "attached_to": f"arn:aws:ec2:{REGION}:{DEV}:instance/i-1",
        "description": "primary",
        "requester_managed": False,
        "rule_names": [],
        "forwards": True,
        "closed_by_default": True,
    }
    assert only(estate(made), "interface").tags == {"environment": "prod"}


def test_an_interface_that_is_attached_to_nothing() -> None:
    made = native(
        "network_interface",
        "DescribeNetworkInterfaces",
        "network-interface/eni-1",
        VpcId="vpc-1",
        SubnetId="s",
    )
    found = attrs("interface", made)
    assert (found["attached_to"], found["public_addresses"], found["addresses"]) == (None, [], [])


def test_an_instance() -> None:
    made = native(
        "instance",
        "DescribeInstances",
        "instance/i-1",
        ImageId="ami-1",
        InstanceLifecycle="spot",
        InstanceType="g5.xlarge",
        State={"Code": 16, "Name": "running"},
        IamInstanceProfile={"Arn": f"arn:aws:iam::{PROD}:instance-profile/worker", "Id": "AIPA"},
        SubnetId="subnet-1",
        NetworkInterfaces=[{"NetworkInterfaceId": "eni-1"}],
        Tags=[{"Key": "aws:autoscaling:groupName", "Value": "workers"}],
    )
    assert attrs("instance", made) == {
        "region": "eu-west-1",
        "boot": None,
        "image": "ami-1",
        "lifecycle": "spot",
        "type": "g5.xlarge",
        "state": "running",
        "profile": f"arn:aws:iam::{PROD}:instance-profile/worker",
        "subnet": "subnet-1",
        "interfaces": ["eni-1"],
        "controller": "workers",
        "own": False,
        "sized": False,
    }


def test_a_plain_instance() -> None:
    made = native(
        "instance",
        "DescribeInstances",
        "instance/i-1",
        ImageId="ami-1",
        InstanceType="t3",
        State={"Name": "stopped"},
    )
    found = attrs("instance", made)
    assert (found["lifecycle"], found["profile"], found["subnet"]) == ("on_demand", None, None)
    assert (found["interfaces"], found["controller"]) == ([], None)
