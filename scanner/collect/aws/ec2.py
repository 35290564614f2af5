"""EC2: networks and the workloads in them (Amazon EC2 API, version 2016-11-15)."""

from __future__ import annotations

from dataclasses import replace

from scanner.collect.calls import Call, Follow, Output, Read, Span

_OWNER = {"OwnerId": "{account}"}


def _listing(
    operation: str, kind: str, items: str, arn: str, *, page: int = 1000, volatile: tuple[str, ...] = ()
) -> Call:
    output = Output(
        f"ec2.{kind}", items, f"arn:{{partition}}:ec2:{{region}}:{arn}", volatile, defaults=_OWNER
    )
    return Call(Read("ec2", operation, page=page), (output,), Span.REGION)


CALLS = (
    _listing("DescribeVpcs", "vpc", "Vpcs[]", "{OwnerId}:vpc/{VpcId}"),
    _listing(
        "DescribeSubnets",
        "subnet",
        "Subnets[]",
        "{OwnerId}:subnet/{SubnetId}",
        volatile=("AvailableIpAddressCount",),
    ),
    # The one listing here that refuses pages of more than 100.
    _listing(
        "DescribeRouteTables",
        "route_table",
        "RouteTables[]",
        "{OwnerId}:route-table/{RouteTableId}",
        page=100,
    ),
    # Seen from both sides: each account's record carries its own account id.
    _listing(
        "DescribeVpcPeeringConnections",
        "vpc_peering_connection",
        "VpcPeeringConnections[]",
        "{account}:vpc-peering-connection/{VpcPeeringConnectionId}",
        volatile=("ExpirationTime",),
    ),
    _listing(
        "DescribeSecurityGroups", "security_group", "SecurityGroups[]", "{OwnerId}:security-group/{GroupId}"
    ),
    _listing("DescribeNetworkAcls", "network_acl", "NetworkAcls[]", "{OwnerId}:network-acl/{NetworkAclId}"),
    _listing(
        "DescribeNetworkInterfaces",
        "network_interface",
        "NetworkInterfaces[]",
        "{OwnerId}:network-interface/{NetworkInterfaceId}",
    ),
    replace(
        _listing(
            "DescribeInstances", "instance", "Reservations[].Instances[]", "{account}:instance/{InstanceId}"
        ),
        # Machine by machine, since no listing has it; of what a scaling group made, its template has it.
        follows=(
            Follow(
                Read("ec2", "DescribeInstanceAttribute"),
                {"InstanceId": "{InstanceId}", "Attribute": "userData"},
                "UserData || `{}`",
                when="!(Tags[?Key=='aws:autoscaling:groupName'])",
                conceal=("Value",),
            ),
        ),
    ),
)
