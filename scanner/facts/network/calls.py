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
    "transit_gateway": ("ec2.transit_gateway", "ec2:DescribeTransitGateways"),
    "transit_attachment": ("ec2.transit_gateway_attachment", "ec2:DescribeTransitGatewayAttachments"),
    "transit_route_table": ("ec2.transit_gateway_route_table", "ec2:DescribeTransitGatewayRouteTables"),
    "prefix_list": ("ec2.prefix_list", "ec2:DescribeManagedPrefixLists"),
    "nat_gateway": ("ec2.nat_gateway", "ec2:DescribeNatGateways"),
    "public_access_block": ("ec2.vpc_block_public_access", "ec2:DescribeVpcBlockPublicAccessOptions"),
    "public_access_exclusion": (
        "ec2.vpc_block_public_access_exclusion",
        "ec2:DescribeVpcBlockPublicAccessExclusions",
    ),
    "flow_log": ("ec2.flow_log", "ec2:DescribeFlowLogs"),
    "endpoint": ("ec2.vpc_endpoint", "ec2:DescribeVpcEndpoints"),
    "endpoint_service": ("ec2.vpc_endpoint_service", "ec2:DescribeVpcEndpointServiceConfigurations"),
    "load_balancer": ("elbv2.load_balancer", "elbv2:DescribeLoadBalancers"),
    "target_group": ("elbv2.target_group", "elbv2:DescribeTargetGroups"),
}
"""Kind -> its native kind and the call, which is also the permission."""


def not_told(kind: str, scope: Scope, resource: str = "") -> Gap:
    """The gap for what is not known though no call failed: a listing that nobody asked for."""
    native, call = LISTED_BY[kind]
    return Gap(scope, native, call, call, Reason.UNREACHED, resource, "not told")
