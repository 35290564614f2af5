"""Native records of what leads between and out of networks, in the documented shapes."""

from __future__ import annotations

from typing import Any

from estate.native import DEV, PROD, REGION, native, record, tags
from scanner.model.snapshot import Record

EC2 = f"arn:aws:ec2:{REGION}:{PROD}"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{PROD}:loadbalancer/net/models/0123456789abcdef"
TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{PROD}:targetgroup/models/0123456789abcdef"
CLASSIC = f"arn:aws:elasticloadbalancing:{REGION}:{PROD}:loadbalancer/old"
FIREWALL = f"arn:aws:network-firewall:{REGION}:{PROD}:firewall/inspection"


def attachment(name: str = "tgw-attach-1", kind: str = "vpc", **fields: Any) -> Record:
    """A transit gateway attachment; ``kind`` is its ``ResourceType``."""
    data = {
        "TransitGatewayAttachmentId": name,
        "TransitGatewayId": "tgw-1",
        "TransitGatewayOwnerId": PROD,
        "ResourceOwnerId": DEV,
        "ResourceType": kind,
        "ResourceId": "vpc-1",
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
        **fields,
    }
    return native(
        "transit_gateway_attachment",
        "DescribeTransitGatewayAttachments",
        f"transit-gateway-attachment/{name}",
        **data,
    )


def in_network(name: str = "tgw-attach-1", **fields: Any) -> Record:
    """What the listing of attached networks says of an attachment."""
    data = {"TransitGatewayAttachmentId": name, "SubnetIds": ["subnet-2", "subnet-1"], **fields}
    return native(
        "transit_gateway_vpc_attachment",
        "DescribeTransitGatewayVpcAttachments",
        f"transit-gateway-attachment/{name}",
        **data,
    )


def transit_table(*routes: dict[str, Any]) -> Record:
    """A transit gateway route table with routes."""
    table = {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}
    data = {"DescribeTransitGatewayRouteTables": table, "SearchTransitGatewayRoutes": list(routes)}
    name = f"{EC2}:transit-gateway-route-table/tgw-rtb-1"
    return record("ec2.transit_gateway_route_table", name, data)


ROUTE = {
    "DestinationCidrBlock": "10.1.0.0/16",
    "Type": "propagated",
    "State": "active",
    "TransitGatewayAttachments": [
        {"TransitGatewayAttachmentId": "tgw-attach-1", "ResourceType": "vpc", "ResourceId": "vpc-1"}
    ],
}


def prefix_list(owner: str = PROD, *cidrs: str) -> Record:
    """A managed prefix list; entries are those of a customer's."""
    data: dict[str, Any] = {
        "DescribeManagedPrefixLists": {
            "PrefixListId": "pl-1",
            "PrefixListName": "offices",
            "OwnerId": owner,
            "AddressFamily": "IPv4",
        }
    }
    if owner != "AWS":
        data["GetManagedPrefixListEntries"] = [{"Cidr": cidr} for cidr in cidrs]
    return record("ec2.prefix_list", f"{EC2}:prefix-list/pl-1", data)


def balancer(**fields: Any) -> Record:
    """A network load balancer with a listener and tags."""
    forward = {"Type": "forward", "TargetGroupArn": TARGETS}
    data = {
        "DescribeLoadBalancers": {
            "LoadBalancerArn": BALANCER,
            "Scheme": "internal",
            "VpcId": "vpc-1",
            "State": {"Code": "active"},
            "Type": "network",
            "AvailabilityZones": [{"ZoneName": "a", "SubnetId": "subnet-1"}],
            **fields,
        },
        "DescribeTags": tags(environment="prod"),
        "DescribeListeners": [{"Port": 443, "Protocol": "TCP", "DefaultActions": [forward]}],
    }
    return record("elbv2.load_balancer", BALANCER, data)


def targets(*described: dict[str, Any], **fields: Any) -> Record:
    """A target group with its targets."""
    group = {"Protocol": "TCP", "Port": 8080, "VpcId": "vpc-1", "LoadBalancerArns": [BALANCER], **fields}
    data = {
        "DescribeTargetGroups": group,
        "DescribeTargetHealth": list(described) or [{"Id": "i-1", "Port": 8080}],
    }
    return record("elbv2.target_group", TARGETS, data)


def edges() -> list[Record]:
    """One record of every native kind."""
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}
    listener = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 8080}
    return [
        native(
            "transit_gateway",
            "DescribeTransitGateways",
            "transit-gateway/tgw-1",
            OwnerId=PROD,
            State="available",
            Options={"SecurityGroupReferencingSupport": "enable"},
        ),
        attachment(),
        in_network(),
        transit_table(ROUTE),
        native(
            "transit_gateway_peering",
            "DescribeTransitGatewayPeeringAttachments",
            "transit-gateway-attachment/tgw-attach-2",
            TransitGatewayAttachmentId="tgw-attach-2",
            State="available",
            RequesterTgwInfo={"TransitGatewayId": "tgw-1", "OwnerId": PROD, "Region": REGION},
            AccepterTgwInfo={"TransitGatewayId": "tgw-2", "OwnerId": DEV, "Region": "us-east-1"},
        ),
        native(
            "vpc_endpoint",
            "DescribeVpcEndpoints",
            "vpc-endpoint/vpce-1",
            VpcId="vpc-1",
            OwnerId=PROD,
            VpcEndpointType="Interface",
            ServiceName="com.amazonaws.eu-west-1.kms",
            State="Available",
            PolicyDocument=policy,
            SubnetIds=["subnet-1"],
            Groups=[{"GroupId": "sg-1", "GroupName": "x"}],
            NetworkInterfaceIds=["eni-2", "eni-1"],
        ),
        record(
            "ec2.vpc_endpoint_service",
            f"{EC2}:vpc-endpoint-service/vpce-svc-1",
            {
                "DescribeVpcEndpointServiceConfigurations": {
                    "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-1",
                    "NetworkLoadBalancerArns": [BALANCER],
                    "AcceptanceRequired": True,
                    "ServiceState": "Available",
                },
                "DescribeVpcEndpointServicePermissions": [{"Principal": f"arn:aws:iam::{DEV}:root"}],
            },
        ),
        native(
            "nat_gateway",
            "DescribeNatGateways",
            "natgateway/nat-1",
            VpcId="vpc-1",
            SubnetId="subnet-1",
            State="available",
            NatGatewayAddresses=[
                {"PrivateIp": "10.0.0.4", "PublicIp": "52.1.1.1", "NetworkInterfaceId": "eni-3"}
            ],
        ),
        native(
            "internet_gateway",
            "DescribeInternetGateways",
            "internet-gateway/igw-1",
            Attachments=[{"State": "available", "VpcId": "vpc-1"}],
        ),
        native(
            "egress_only_internet_gateway",
            "DescribeEgressOnlyInternetGateways",
            "egress-only-internet-gateway/eigw-1",
            Attachments=[{"State": "attached", "VpcId": "vpc-1"}],
        ),
        native(
            "vpn_gateway",
            "DescribeVpnGateways",
            "vpn-gateway/vgw-1",
            State="available",
            VpcAttachments=[{"State": "detached", "VpcId": "vpc-0"}, {"State": "attached", "VpcId": "vpc-1"}],
        ),
        prefix_list(PROD, "192.0.2.0/24"),
        native(
            "vpc_block_public_access",
            "DescribeVpcBlockPublicAccessOptions",
            "vpc-block-public-access-options/settings",
            InternetGatewayBlockMode="block-ingress",
            State="update-complete",
        ),
        native(
            "vpc_block_public_access_exclusion",
            "DescribeVpcBlockPublicAccessExclusions",
            "vpc-block-public-access-exclusion/vpcbpa-exclude-1",
            InternetGatewayExclusionMode="allow-egress",
            ResourceArn=f"{EC2}:subnet/subnet-1",
            State="create-complete",
        ),
        native(
            "flow_log",
            "DescribeFlowLogs",
            "vpc-flow-log/fl-1",
            ResourceId="vpc-1",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::logs",
            FlowLogStatus="ACTIVE",
            DeliverLogsStatus="SUCCESS",
        ),
        balancer(),
        targets(),
        record(
            "elb.load_balancer",
            CLASSIC,
            {
                "DescribeLoadBalancers": {
                    "LoadBalancerName": "old",
                    "VPCId": "vpc-1",
                    "Subnets": ["subnet-1"],
                    "SecurityGroups": ["sg-1"],
                    "Scheme": "internet-facing",
                    "ListenerDescriptions": [{"Listener": listener}],
                    "Instances": [{"InstanceId": "i-1"}],
                }
            },
        ),
        record(
            "network-firewall.firewall",
            FIREWALL,
            {
                "ListFirewalls": {"FirewallName": "inspection", "FirewallArn": FIREWALL},
                "DescribeFirewall": {"VpcId": "vpc-1", "SubnetMappings": [{"SubnetId": "subnet-1"}]},
            },
        ),
    ]
