"""The part of the small estate that networks lead through: transit, endpoints, gateways, load balancers."""

from __future__ import annotations

import json
from typing import Any, Protocol


class Estate(Protocol):
    """An estate in the making."""

    @property
    def dev(self) -> str:
        """Account id."""

    @property
    def prod(self) -> str:
        """Account id."""

    def client(self, service: str, account: str, region: str = "eu-west-1") -> Any:
        """A client as administrator of an account."""


def build(estate: Estate, vpcs: dict[str, str]) -> None:
    """One of everything in dev, whose network is ``vpcs[dev]``."""
    ec2 = estate.client("ec2", estate.dev)
    network = vpcs[estate.dev]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])["Subnets"]
    subnet = subnets[0]["SubnetId"]
    _transit(ec2, network, subnet)
    _gateways(ec2, network, subnet)
    _lists(ec2)
    balancer = _balancers(estate, subnet, network)
    _endpoints(ec2, network, balancer)
    firewall = estate.client("network-firewall", estate.dev)
    firewall.create_firewall(
        FirewallName="inspection",
        FirewallPolicyArn=f"arn:aws:network-firewall:eu-west-1:{estate.dev}:firewall-policy/inspection",
        VpcId=network,
        SubnetMappings=[{"SubnetId": subnet}],
    )


def _transit(ec2: Any, network: str, subnet: str) -> None:
    gateways = [ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"] for _ in range(2)]
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=gateways[0])
    name = table["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateways[0], VpcId=network, SubnetIds=[subnet]
    )
    attachment = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.1.0.0/16",
        TransitGatewayRouteTableId=name,
        TransitGatewayAttachmentId=attachment,
    )
    account = ec2.describe_transit_gateways()["TransitGateways"][0]["OwnerId"]
    ec2.create_transit_gateway_peering_attachment(
        TransitGatewayId=gateways[0],
        PeerTransitGatewayId=gateways[1],
        PeerAccountId=account,
        PeerRegion="eu-west-1",
    )


def _gateways(ec2: Any, network: str, subnet: str) -> None:
    door = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=door, VpcId=network)
    ec2.create_egress_only_internet_gateway(VpcId=network)
    vpn = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=vpn, VpcId=network)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
    ec2.create_flow_logs(
        ResourceIds=[network],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::dev-artifacts",
    )


def _lists(ec2: Any) -> None:
    ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "192.0.2.0/24", "Description": "b"}, {"Cidr": "198.51.100.0/24"}],
    )


def _balancers(estate: Estate, subnet: str, network: str) -> str:
    elb = estate.client("elbv2", estate.dev)
    made = elb.create_load_balancer(
        Name="models",
        Type="network",
        Scheme="internal",
        Subnets=[subnet],
        Tags=[{"Key": "team", "Value": "ml"}],
    )
    balancer = str(made["LoadBalancers"][0]["LoadBalancerArn"])
    group = elb.create_target_group(Name="models", Protocol="TCP", Port=8080, VpcId=network, TargetType="ip")
    target = group["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=target, Targets=[{"Id": "10.1.0.9", "Port": 8080}])
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="TCP", Port=443, DefaultActions=forward)
    estate.client("elb", estate.dev).create_load_balancer(
        LoadBalancerName="old",
        Subnets=[subnet],
        Listeners=[{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 8080}],
    )
    return balancer


def _endpoints(ec2: Any, network: str, balancer: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}
    ec2.create_vpc_endpoint(
        VpcId=network, ServiceName="com.amazonaws.eu-west-1.s3", PolicyDocument=json.dumps(policy)
    )
    made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=made["ServiceConfiguration"]["ServiceId"],
        AddAllowedPrincipals=["arn:aws:iam::222222222222:root"],
    )
