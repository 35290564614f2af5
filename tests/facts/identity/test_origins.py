"""Policies that ask for a network: who can come by it, who cannot, and when that is not known."""

from __future__ import annotations

from typing import Any

import pytest

from facts import estates
from facts.estates import CI, DEV, PROD, allow, deny, document, gap, role_arn
from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import World
from scanner.model.logic import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
READ = allow("s3:GetObject", "arn:aws:s3:::data/*")
AVAILABLE = {
    "service": "com.amazonaws.eu-west-1.s3",
    "state": "available",
    "type": "interface",
    "route_tables": [],
}
DATA = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]


def ec2(account: str, sort: str, name: str) -> str:
    return f"arn:aws:ec2:eu-west-1:{account}:{sort}/{name}"


class Networks(estates.World):
    """Dev and prod with a network and an S3 endpoint each, and a role that may read prod's bucket."""

    def __init__(self) -> None:
        super().__init__()
        self.role(DEV, "r", READ)
        self.role(PROD, "p", READ)
        for account, name in ((DEV, "dev"), (PROD, "prod")):
            self.network(account, f"vpc-{name}")
            self.endpoint(account, f"vpce-{name}", f"vpc-{name}")

    def network(self, account: str, name: str) -> None:
        self.add(ec2(account, "vpc", name), "network", account, {"cidrs": [], "default": False})

    def endpoint(self, account: str, name: str, network: str, **more: Any) -> None:
        self.resources = [item for item in self.resources if not item.id.endswith(f"/{name}")]
        unknown = more.pop("unknown", None)
        attrs = {**AVAILABLE, "network": network, "policy": None, **more}
        self.add(ec2(account, "vpc-endpoint", name), "endpoint", account, attrs, unknown=unknown)

    def guarded(self, key: str, value: str, operator: str = "StringNotEquals") -> None:
        """Prod's bucket, for both accounts, but by one network only."""
        admit = {
            "Effect": "Allow",
            "Principal": {"AWS": [DEV, PROD]},
            "Action": "s3:GetObject",
            "Resource": DATA,
        }
        refuse = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": DATA}
        self.bucket(PROD, "data", admit, {**refuse, "Condition": {operator: {key: value}}})

    def peering(self, account: str, one: str, other: str, **more: Any) -> None:
        attrs = {"status": "active", "requester": {"network": one}, "accepter": {"network": other}}
        self.add(ec2(account, "vpc-peering-connection", "pcx-1"), "peering", account, attrs, **more)

    def attachment(self, account: str, name: str, gateway: str, target: str, sort: str = "network") -> None:
        attrs = {"transit_gateway": gateway, "target": target, "type": sort, "state": "available"}
        self.add(ec2(account, "transit-gateway-attachment", name), "transit_attachment", account, attrs)

    def ask(self, caller: str = role_arn(DEV, "r")) -> Tri:
        world = World(self.estate())
        (bucket,) = world.estate.of("store")
        target = Target(f"{bucket.id}/*", PROD, "bucket", resource_policy(bucket, "policy", "bucket policy"))
        return world.ask(world.callers[caller], "s3:getobject", target).state


@pytest.fixture
def networks() -> Networks:
    return Networks()


@pytest.mark.parametrize(("key", "value"), [("aws:SourceVpce", "vpce-prod"), ("aws:SourceVpc", "vpc-prod")])
def test_another_environment_s_network_is_out_of_reach(networks: Networks, key: str, value: str) -> None:
    networks.guarded(key, value)
    assert networks.ask() is NO
    assert networks.ask(role_arn(PROD, "p")) is YES


@pytest.mark.parametrize(("key", "value"), [("aws:SourceVpce", "vpce-dev"), ("aws:SourceVpc", "vpc-dev")])
def test_one_s_own_is_one_s_to_use(networks: Networks, key: str, value: str) -> None:
    networks.guarded(key, value)
    assert networks.ask() is YES


def test_an_endpoint_that_nobody_knows_leaves_it_open(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-elsewhere")
    assert networks.ask() is UNKNOWN


def test_a_pattern_or_an_address_leaves_it_open(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-p*", "StringNotLike")
    assert networks.ask() is UNKNOWN
    networks.resources = [item for item in networks.resources if item.kind != "store"]
    networks.guarded("aws:VpcSourceIp", "10.0.0.0/8", "NotIpAddress")
    assert networks.ask() is UNKNOWN


def test_a_peering_joins(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.peering(PROD, "vpc-dev", "vpc-prod")
    assert networks.ask() is UNKNOWN


def test_a_peering_with_a_network_that_nobody_collects_leads_anywhere(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.peering(PROD, "vpc-stranger", "vpc-prod")
    assert networks.ask() is UNKNOWN


def test_a_transit_gateway_joins(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.add(
        ec2(CI, "transit-gateway", "tgw-1"), "transit_gateway", CI, {"owner": CI, "state": "available"}
    )
    networks.attachment(PROD, "a-1", "tgw-1", "vpc-prod")
    assert networks.ask() is NO
    networks.attachment(DEV, "a-2", "tgw-1", "vpc-dev")
    assert networks.ask() is UNKNOWN


def test_a_line_to_the_outside_world_leads_anywhere(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.add(
        ec2(PROD, "vpn-gateway", "vgw-1"),
        "vpn_gateway",
        PROD,
        {"networks": ["vpc-prod"], "state": "available"},
    )
    assert networks.ask() is UNKNOWN


def test_a_shared_subnet_is_in_the_network(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.add(
        ec2(PROD, "subnet", "s-1"), "subnet", DEV, {"network": "vpc-prod", "cidrs": [], "owner": PROD}
    )
    assert networks.ask() is YES


def test_what_was_not_listed_may_join(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.unread("peering", PROD, "ec2:DescribeVpcPeeringConnections")
    assert networks.ask() is UNKNOWN


def test_what_was_not_read_may_join(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    missing = (gap(PROD, "ec2:DescribeVpcPeeringConnections"),)
    networks.peering(PROD, "vpc-a", "vpc-b", unknown={"accepter": missing, "requester": missing})
    assert networks.ask() is UNKNOWN


def test_an_account_of_two_environments_has_rights_in_both_networks(networks: Networks) -> None:
    networks.guarded("aws:SourceVpce", "vpce-prod")
    networks.role(PROD, "guest", READ, place="dev")
    assert networks.ask(role_arn(PROD, "guest")) is UNKNOWN


class TestEndpointPolicies:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html."""

    def ask(self, networks: Networks, policy: Any, **more: Any) -> Tri:
        networks.guarded("aws:SourceVpce", "vpce-dev")
        networks.endpoint(DEV, "vpce-dev", "vpc-dev", policy=policy, **more)
        return networks.ask()

    def test_it_must_allow_too(self, networks: Networks) -> None:
        assert self.ask(networks, document({**allow("s3:PutObject"), "Principal": "*"})) is NO

    def test_and_then_does(self, networks: Networks) -> None:
        assert self.ask(networks, document({**allow("*"), "Principal": "*"})) is YES

    def test_its_denials_hold(self, networks: Networks) -> None:
        both = document({**allow("*"), "Principal": "*"}, {**deny("s3:Get*"), "Principal": "*"})
        assert self.ask(networks, both) is NO

    def test_a_part_of_the_bucket_is_enough(self, networks: Networks) -> None:
        some = allow("s3:*", "arn:aws:s3:::data/models/*")
        assert self.ask(networks, document({**some, "Principal": "*"})) is YES

    def test_another_bucket_is_not(self, networks: Networks) -> None:
        assert self.ask(networks, document({**allow("s3:*", "arn:aws:s3:::own/*"), "Principal": "*"})) is NO

    def test_another_service_s_endpoint_does_not_help(self, networks: Networks) -> None:
        assert self.ask(networks, None, service="com.amazonaws.eu-west-1.kms") is NO

    def test_one_of_another_partition_does(self, networks: Networks) -> None:
        assert self.ask(networks, None, service="cn.com.amazonaws.cn-north-1.s3") is YES

    def test_one_that_was_not_read_leaves_it_open(self, networks: Networks) -> None:
        hidden = {"policy": (gap(DEV, "ec2:DescribeVpcEndpoints"),)}
        assert self.ask(networks, None, unknown=hidden) is UNKNOWN


class TestWhatAnEndpointServes:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html."""

    def ask(self, networks: Networks, **more: Any) -> Tri:
        networks.guarded("aws:SourceVpce", "vpce-dev")
        networks.endpoint(DEV, "vpce-dev", "vpc-dev", **more)
        return networks.ask()

    @pytest.mark.parametrize("state", ["deleted", "rejected", "pendingacceptance", "failed"])
    def test_one_that_is_not_available_serves_nobody(self, networks: Networks, state: str) -> None:
        assert self.ask(networks, state=state) is NO

    @pytest.mark.parametrize("state", ["partial", None])
    def test_a_state_that_is_not_known_leaves_it_open(self, networks: Networks, state: str | None) -> None:
        assert self.ask(networks, state=state) is UNKNOWN

    @pytest.mark.parametrize(("tables", "expected"), [(["rtb-1"], YES), ([], NO)])
    def test_a_gateway_endpoint_needs_a_route_table(
        self, networks: Networks, tables: list[str], expected: Tri
    ) -> None:
        assert self.ask(networks, type="gateway", route_tables=tables) is expected

    @pytest.mark.parametrize(("sort", "expected"), [("gateway", NO), ("interface", UNKNOWN)])
    def test_a_gateway_endpoint_serves_no_network_that_is_joined_to_its_own(
        self, networks: Networks, sort: str, expected: Tri
    ) -> None:
        networks.guarded("aws:SourceVpce", "vpce-prod")
        networks.peering(DEV, "vpc-dev", "vpc-prod")
        networks.endpoint(PROD, "vpce-prod", "vpc-prod", type=sort, route_tables=["rtb-1"])
        assert networks.ask() is expected

    def test_but_whoever_has_a_subnet_in_it(self, networks: Networks) -> None:
        networks.guarded("aws:SourceVpce", "vpce-prod")
        networks.endpoint(PROD, "vpce-prod", "vpc-prod", type="gateway", route_tables=["rtb-1"])
        networks.add(ec2(PROD, "subnet", "subnet-1"), "subnet", DEV, {"network": "vpc-prod"})
        assert networks.ask() is YES
