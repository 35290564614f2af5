"""HRD-001, HRD-003 and ISO-003 over the wire: networks of two accounts on a server of AWS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline
from scanner.config import parse
from scanner.model.logic import Verdict
from tests.collect.conftest import Seen, shell
from tests.faults.answers.ec2 import block_options
from tests.faults.estate import ROLE, _client
from tests.faults.faulty_server import FaultyServer

DEV, PROD, REGION = "111111111111", "222222222222", "eu-west-1"
CONFIG = f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{DEV}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["{PROD}"]}}}}}}
sources: {{aws: {{role: "arn:aws:iam::{{account}}:role/{ROLE}", regions: [{REGION}], organization: false}}}}
"""


@dataclass
class Site:
    """Production's network ``vpc`` with a subnet that has a door to the internet, and a group."""

    server: FaultyServer
    folder: Path
    vpc: str
    subnet: str
    group: str

    @property
    def ec2(self) -> Any:
        """Production's EC2."""
        return _client(self.server.url, "ec2", REGION, PROD)

    def judge(self, rule: str) -> set[tuple[str, str, Verdict]]:
        """(check, last part of the subject, verdict), after a collection of what the rule reads."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        config, judging = parse(CONFIG, "envsplit.yaml"), pipeline.Judging(engine="embedded", only=(rule,))
        chosen = pipeline.chosen_rules(pipeline.catalogue(judging), (rule,))
        pipeline.collect(config, folder, Seen(), rules=chosen.values())
        found = pipeline.decide(config, folder, judging).verdicts
        return {(one.check, one.subject.rsplit("/", 1)[-1], one.verdict) for one in found}

    def admit(self, port: int, cidr: str) -> None:
        """Let a range in on a port."""
        self.ec2.authorize_security_group_ingress(
            GroupId=self.group,
            IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}
            ],
        )

    def interface(self, description: str = "") -> str:
        """A network interface with the group."""
        made = self.ec2.create_network_interface(
            SubnetId=self.subnet, Groups=[self.group], Description=description
        )
        return str(made["NetworkInterface"]["NetworkInterfaceId"])


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        yield running


@pytest.fixture
def site(server: FaultyServer, tmp_path: Path) -> Iterator[Site]:
    server.reset()
    with shell(server, tmp_path):
        for account, cidr in ((DEV, "10.1.0.0/16"), (PROD, "10.2.0.0/16")):
            ec2 = _client(server.url, "ec2", REGION, account)
            for default in ec2.describe_vpcs()["Vpcs"]:
                for subnet in ec2.describe_subnets()["Subnets"]:
                    ec2.delete_subnet(SubnetId=subnet["SubnetId"])
                ec2.delete_vpc(VpcId=default["VpcId"])
            vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
        door = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=door, VpcId=vpc)
        tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
        table = tables[0]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=door)
        group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
        (tmp_path / "snapshots").mkdir()
        yield Site(server, tmp_path / "snapshots", vpc, subnet, group)
    server.clear()


def exposed(site: Site) -> str:
    """An interface with a public address whose group admits the internet on port 22."""
    interface = site.interface()
    address = site.ec2.allocate_address(Domain="vpc")["AllocationId"]
    site.ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)
    site.admit(22, "0.0.0.0/0")
    # moto gives out loopback addresses.
    site.server.amend(
        "ec2:DescribeNetworkInterfaces", lambda body: re.sub(rb"127(\.\d+\.\d+\.\d+)", rb"52\1", body)
    )
    return interface


def test_an_administrative_port_that_the_internet_reaches(site: Site) -> None:
    interface = exposed(site)
    assert site.judge("HRD-001") == {("admin_ports", interface, Verdict.FAIL)}
    site.server.answer(
        "ec2:DescribeVpcBlockPublicAccessOptions",
        200,
        lambda request: block_options(request, "block-bidirectional"),
    )
    assert site.judge("HRD-001") == {("admin_ports", interface, Verdict.PASS)}


@pytest.mark.parametrize(
    "call", ["SecurityGroups", "RouteTables", "NetworkAcls", "VpcBlockPublicAccessOptions"]
)
def test_an_administrative_port_is_unknown_without_what_opens_or_shuts_it(site: Site, call: str) -> None:
    interface = exposed(site)
    site.server.deny(f"ec2:Describe{call}", account=PROD)
    assert ("admin_ports", interface, Verdict.UNKNOWN) in site.judge("HRD-001")


def test_a_private_interface_passes_though_its_group_is_wide_open(site: Site) -> None:
    interface = site.interface()
    site.admit(22, "0.0.0.0/0")
    assert site.judge("HRD-001") == {("admin_ports", interface, Verdict.PASS)}


def test_flow_logs_of_networks_in_use(site: Site) -> None:
    def judged() -> set[tuple[str, str, Verdict]]:
        return {one for one in site.judge("HRD-003") if one[0] == "flow_logs"}

    assert judged() == set(), "nothing stands in it"
    site.interface()
    assert judged() == {("flow_logs", site.vpc, Verdict.FAIL)}
    s3 = _client(site.server.url, "s3", REGION, PROD)
    s3.create_bucket(Bucket="flows", CreateBucketConfiguration={"LocationConstraint": REGION})
    site.ec2.create_flow_logs(
        ResourceIds=[site.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
    )
    assert judged() == {("flow_logs", site.vpc, Verdict.PASS)}
    site.server.deny("ec2:DescribeFlowLogs", account=PROD)
    assert ("flow_logs", site.vpc, Verdict.UNKNOWN) in site.judge("HRD-003")


def test_whom_a_data_store_admits(site: Site) -> None:
    site.interface("RDSNetworkInterface")
    site.admit(5432, "10.2.0.0/16")
    checks = ("firewalls", "endpoints", "private_links")
    assert site.judge("ISO-003") == {(check, site.vpc, Verdict.PASS) for check in checks}
    site.admit(5432, "10.1.0.0/16")
    assert ("firewalls", site.vpc, Verdict.FAIL) in site.judge("ISO-003")
    site.server.deny("ec2:DescribeSecurityGroups", account=PROD)
    site.server.deny("ec2:DescribeVpcEndpointServiceConfigurations", account=PROD)
    found = site.judge("ISO-003")
    assert ("firewalls", site.vpc, Verdict.UNKNOWN) in found
    assert ("private_links", site.vpc, Verdict.UNKNOWN) in found


def test_who_may_make_private_links_to_a_data_store(site: Site) -> None:
    site.interface("RDSNetworkInterface")
    balancer = _client(site.server.url, "elbv2", REGION, PROD).create_load_balancer(
        Name="db", Type="network", Scheme="internal", Subnets=[site.subnet]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    service = site.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])
    name = service["ServiceConfiguration"]["ServiceId"]
    for allowed, verdict in ((PROD, Verdict.PASS), (DEV, Verdict.FAIL)):
        site.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=name, AddAllowedPrincipals=[f"arn:aws:iam::{allowed}:root"]
        )
        assert ("private_links", site.vpc, verdict) in site.judge("ISO-003")


def test_whom_a_private_endpoint_serves(site: Site) -> None:
    """moto makes no interface for an endpoint; EC2 describes each by the endpoint's id."""
    made = site.ec2.create_vpc_endpoint(
        VpcId=site.vpc,
        ServiceName=f"com.amazonaws.{REGION}.secretsmanager",
        VpcEndpointType="Interface",
        SubnetIds=[site.subnet],
        SecurityGroupIds=[site.group],
    )
    endpoint = str(made["VpcEndpoint"]["VpcEndpointId"])
    site.interface(f"VPC Endpoint Interface {endpoint}")
    site.admit(443, "10.2.0.0/16")

    def judged() -> Verdict:
        (found,) = (one for one in site.judge("ISO-003") if one[0] == "endpoints")
        return found[2]

    assert judged() is Verdict.PASS
    site.admit(443, "10.1.0.0/16")
    assert judged() is Verdict.FAIL
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    ours = {**allow, "Condition": {"StringEquals": {"aws:PrincipalAccount": PROD}}}
    site.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=json.dumps({"Statement": [ours]}))
    assert judged() is Verdict.PASS
    site.server.deny("ec2:DescribeVpcEndpoints", account=PROD)
    assert judged() is Verdict.UNKNOWN
