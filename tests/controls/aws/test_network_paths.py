"""ISO-002 over the wire: one account of two environments, told apart by tags, in one network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline
from scanner.config import parse
from scanner.model.facts import Crossing, Step
from scanner.model.logic import Tri
from tests.collect.conftest import shell
from tests.faults.estate import ROLE, _client
from tests.faults.faulty_server import FaultyServer
from tests.silent import Silent

ACCOUNT, REGION = "111111111111", "eu-west-1"
CONFIG = f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{tags: {{env: dev}}}}}}}}
  prod: {{tier: production, match: {{aws: {{tags: {{env: prod}}}}}}}}
sources:
  aws:
    role: "arn:aws:iam::{{account}}:role/{ROLE}"
    accounts: ["{ACCOUNT}"]
    regions: [{REGION}]
    organization: false
"""
FORWARD = "forward"


@dataclass
class Site:
    """A network with two subnets; a load balancer of dev in the first, a machine of prod in the second."""

    server: FaultyServer
    folder: Path
    vpc: str
    subnets: list[str]
    groups: dict[str, str]

    def client(self, service: str) -> Any:
        """A client of the account."""
        return _client(self.server.url, service, REGION, ACCOUNT)

    def interface(self, subnet: int, group: str, place: str, description: str = "") -> str:
        """A network interface of an environment."""
        made = self.client("ec2").create_network_interface(
            SubnetId=self.subnets[subnet],
            Groups=[self.groups[group]],
            Description=description,
            TagSpecifications=[
                {"ResourceType": "network-interface", "Tags": [{"Key": "env", "Value": place}]}
            ],
        )
        return str(made["NetworkInterface"]["NetworkInterfaceId"])

    def admit(self, group: str, other: str, port: int) -> None:
        """Lets members of another group in."""
        self.client("ec2").authorize_security_group_ingress(
            GroupId=self.groups[group],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "UserIdGroupPairs": [{"GroupId": self.groups[other]}],
                }
            ],
        )

    def balancer(self) -> str:
        """An application load balancer of dev, with its interface."""
        elb = self.client("elbv2")
        made = elb.create_load_balancer(
            Name="models",
            Scheme="internal",
            Subnets=self.subnets,
            SecurityGroups=[self.groups["lb"]],
            Tags=[{"Key": "env", "Value": "dev"}],
        )
        arn = str(made["LoadBalancers"][0]["LoadBalancerArn"])
        self.interface(0, "lb", "dev", f"ELB {arn.partition(':loadbalancer/')[2]}")
        return arn

    def target_group(self, balancer: str, kind: str, target: dict[str, Any], **more: Any) -> str:
        """A target group that a listener on 443 passes on to, with one target."""
        elb = self.client("elbv2")
        made = elb.create_target_group(Name=f"to-{kind}", TargetType=kind, **more)
        arn = str(made["TargetGroups"][0]["TargetGroupArn"])
        elb.register_targets(TargetGroupArn=arn, Targets=[target])
        elb.create_listener(
            LoadBalancerArn=balancer,
            Protocol="HTTP",
            Port=443,
            DefaultActions=[{"Type": FORWARD, "TargetGroupArn": arn}],
        )
        return arn

    def decided(self) -> tuple[dict[str, Crossing], Any]:
        """Border -> crossing from dev to prod, of a collection of what ISO-002 reads; and the snapshot."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        config = parse(CONFIG, "envsplit.yaml")
        judging = pipeline.Judging(engine="embedded", only=("ISO-002",))
        pipeline.collect(config, folder, Silent(), rules=pipeline.narrowed(judging))
        found = pipeline.decide(config, folder, judging)
        crossings = found.facts["network_paths"].crossings
        return {one.border: one for one in crossings if one.pair == "dev->prod"}, folder


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        yield running


@pytest.fixture
def site(server: FaultyServer, tmp_path: Path) -> Iterator[Site]:
    server.reset()
    with shell(server, tmp_path):
        ec2 = _client(server.url, "ec2", REGION, ACCOUNT)
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")[
                "Subnet"
            ]["SubnetId"]
            for number, zone in enumerate("ab")
        ]
        groups = {
            name: ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
            for name in ("lb", "job")
        }
        (tmp_path / "snapshots").mkdir()
        yield Site(server, tmp_path / "snapshots", vpc, subnets, groups)
    server.clear()


def machine(site: Site) -> str:
    """An instance whose second interface is prod's."""
    ec2 = site.client("ec2")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=site.subnets[1])
    instance = str(made["Instances"][0]["InstanceId"])
    interface = site.interface(1, "job", "prod")
    ec2.attach_network_interface(InstanceId=instance, NetworkInterfaceId=interface, DeviceIndex=1)
    return instance


def cited(folder: Path, step: Step) -> Any:
    """What the snapshot has at a step's line and pointer."""
    line = (folder / step.source.part).read_text().splitlines()[step.source.line - 1]
    found = json.loads(line)
    for part in step.source.pointer.strip("/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def test_a_load_balancer_that_registers_a_machine_of_prod(site: Site) -> None:
    instance, balancer = machine(site), site.balancer()
    more = {"Protocol": "HTTP", "Port": 8080, "VpcId": site.vpc}
    group = site.target_group(balancer, "instance", {"Id": instance}, **more)
    assert site.decided()[0][group].latent, "its group lets the load balancer not in yet"
    site.admit("job", "lb", 8080)
    found = site.decided()[0][group]
    assert (found.state, found.latent, len(found.targets)) == (Tri.YES, False, 1)
    assert f"to-instance registers target {instance}" in [step.by for step in found.steps]
    site.server.deny("elbv2:DescribeTargetHealth")
    assert site.decided()[0][group].state is Tri.UNKNOWN


def test_steps_cite_the_entry_of_a_network_acl_the_route_and_the_rule(site: Site) -> None:
    site.interface(0, "lb", "dev")
    site.interface(1, "job", "prod")
    site.admit("job", "lb", 8080)
    ec2 = site.client("ec2")
    acl = ec2.create_network_acl(VpcId=site.vpc)["NetworkAcl"]["NetworkAclId"]
    for number, egress, low, high in ((200, True, 1024, 65535), (100, False, 8080, 8080)):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=number,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="10.1.0.0/24",
            PortRange={"From": low, "To": high},
        )
    listed = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [site.vpc]}])["NetworkAcls"]
    held = [each for one in listed for each in one["Associations"] if each["SubnetId"] == site.subnets[1]]
    ec2.replace_network_acl_association(AssociationId=held[0]["NetworkAclAssociationId"], NetworkAclId=acl)
    crossings, folder = site.decided()
    (one,) = crossings.values()
    assert (one.state, one.latent, one.detail["ports"]) == (Tri.YES, False, ["tcp 8080"])
    acls = [cited(folder, step) for step in one.steps if acl in step.by]
    assert [(entry["RuleNumber"], entry["Egress"]) for entry in acls] == [(100, False), (200, True)]
    rules = [cited(folder, step) for step in one.steps if "job" in step.by or site.groups["job"] in step.by]
    assert [rule["FromPort"] for rule in rules] == [8080]
    (route,) = {json.dumps(cited(folder, step)) for step in one.steps if step.by.startswith("route ")}
    assert json.loads(route)["GatewayId"] == "local"
