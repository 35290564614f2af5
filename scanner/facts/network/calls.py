"""The EC2 call that lists each kind, and the gap of one that left no gap of its own."""

from __future__ import annotations

from scanner.model.snapshot import Gap, Reason, Scope

LISTED_BY = {
    "network": ("ec2.vpc", "ec2:DescribeVpcs"),
    "subnet": ("ec2.subnet", "ec2:DescribeSubnets"),
    "route_table": ("ec2.route_table", "ec2:DescribeRouteTables"),
    "peering": ("ec2.vpc_peering_connection", "ec2:DescribeVpcPeeringConnections"),
    "security_group": ("ec2.security_group", "ec2:DescribeSecurityGroups"),
    "network_acl": ("ec2.network_acl", "ec2:DescribeNetworkAcls"),
    "interface": ("ec2.network_interface", "ec2:DescribeNetworkInterfaces"),
}
"""Kind -> its native kind and the call, which is also the permission."""


def not_told(kind: str, scope: Scope, resource: str = "") -> Gap:
    """The gap for what is not known though no call failed: a listing that nobody asked for."""
    native, call = LISTED_BY[kind]
    return Gap(scope, native, call, call, Reason.UNREACHED, resource, "not told")
