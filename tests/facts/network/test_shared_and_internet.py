"""Shared networks, the internet, devices not modelled: by hand, for one reason each."""

from __future__ import annotations

from typing import Any

import pytest

from facts.network.networks import DEV, HUB, OPEN_ACL, PROD, Builder, arn, entry, route, rule
from scanner.facts.network_paths import derive
from scanner.model.facts import Crossing
from scanner.model.logic import Tri


def crossings(made: Builder, pair: str = "dev->prod") -> dict[str, Crossing]:
    facts = derive(made.estate())
    assert not facts.blind
    return {one.border: one for one in facts.crossings if one.pair == pair}


def shared(ingress: list[dict[str, Any]], *, acl: list[dict[str, Any]] | None = None) -> Builder:
    """A hub's network with an interface of dev and one of prod in two subnets."""
    made = Builder()
    cidrs, both = ["10.5.0.0/16"], ["vpc-hub-a", "vpc-hub-b"]
    made.network("vpc-hub", HUB, cidrs, acl_subnets=both, acl=acl or OPEN_ACL)
    made.subnet("vpc-hub-b", "vpc-hub", HUB, ["10.5.2.0/24"])
    made.group("sg-dev", "vpc-hub", DEV, [])
    made.group("sg-prod", "vpc-hub", PROD, ingress)
    made.interface("eni-dev", "vpc-hub", DEV, "10.5.1.5", ["sg-dev"])
    made.interface("eni-prod", "vpc-hub", PROD, "10.5.2.5", ["sg-prod"], subnet="vpc-hub-b")
    return made


def test_a_shared_network_crosses_by_the_group_that_admits() -> None:
    found = crossings(shared([rule("tcp", 443, cidrs=["10.5.0.0/16"])]))
    one = found["sg-prod"]
    assert (one.state, one.latent, one.closes) == (Tri.YES, False, ("sg-prod",))
    assert one.detail["ports"] == ["tcp 443"]
    assert set(found) == {"sg-prod"}


def test_every_admitting_group_is_a_border_of_its_own() -> None:
    made = shared([rule("tcp", 443, cidrs=["10.5.0.0/16"])])
    made.group("sg-more", "vpc-hub", PROD, [rule("tcp", 22, groups=[{"id": "sg-dev", "account": DEV}])])
    made.interface("eni-more", "vpc-hub", PROD, "10.5.2.6", ["sg-prod", "sg-more"], subnet="vpc-hub-b")
    found = crossings(made)
    assert {border: one.detail["ports"] for border, one in found.items()} == {
        "sg-prod": ["tcp 443"],
        "sg-more": ["tcp 22"],
    }
    assert len(found["sg-prod"].targets) == 2


def test_within_one_subnet_no_network_acl_stands_between() -> None:
    deny = [entry(1, False, False, "0.0.0.0/0"), entry(1, True, False, "0.0.0.0/0")]
    made = shared([rule(cidrs=["10.5.0.0/16"])], acl=deny)
    assert "sg-prod" not in crossings(made)
    made.interface("eni-near", "vpc-hub", PROD, "10.5.1.9", ["sg-prod"])
    assert crossings(made)["sg-prod"].targets == (arn("interface", "eni-near", PROD),)


def test_a_shared_network_whose_groups_admit_nothing_is_no_crossing() -> None:
    assert not crossings(shared([rule(cidrs=["10.9.0.0/16"])]))


def test_a_group_that_refers_to_itself_admits_its_own_members_only() -> None:
    made = shared([rule(groups=[{"id": "sg-prod", "account": PROD}])])
    assert not crossings(made)
    made.interface("eni-both", "vpc-hub", DEV, "10.5.1.7", ["sg-dev", "sg-prod"])
    assert crossings(made)["sg-prod"].sources == (arn("interface", "eni-both", DEV),)


def test_a_device_before_a_local_route_leaves_it_undecided() -> None:
    """Since 2021 a route to a subnet may be more specific than the local one, and lead to a middlebox."""
    made = shared([rule("tcp", 443, cidrs=["10.5.0.0/16"])])
    made.table(
        "rtb-own", "vpc-hub", HUB, [route("10.5.2.0/24", "interface", "eni-fw")], subnets=("vpc-hub-a",)
    )
    assert crossings(made)["sg-prod"].state is Tri.UNKNOWN


def internet(ingress: list[dict[str, Any]], **more: Any) -> Builder:
    """Dev and prod each in a network of their own with an internet gateway and a public address."""
    made = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2)):
        routes = more.get(f"{name}_routes", [route("0.0.0.0/0", "internet_gateway", f"igw-{name}")])
        made.network(f"vpc-{name}", account, [f"10.{number}.0.0/16"], routes=routes)
        made.group(f"sg-{name}", f"vpc-{name}", account, ingress if name == "prod" else [])
        public = more.get(f"{name}_public", [f"52.1.1.{number}"])
        made.interface(
            f"eni-{name}", f"vpc-{name}", account, f"10.{number}.0.5", [f"sg-{name}"], public=public
        )
    return made


def test_the_internet_at_large_is_not_a_crossing() -> None:
    """That prod is open to everyone is for HRD-001 to say, once, and not for every environment."""
    assert not crossings(internet([rule("tcp", 443, cidrs=["0.0.0.0/0", "::/0"])]))
    halves = ["0.0.0.0/1", "128.0.0.0/1"]
    assert not crossings(internet([rule("tcp", 443, cidrs=halves)]))


@pytest.mark.parametrize("cidr", ["52.1.1.1/32", "52.1.1.0/24"])
def test_a_public_address_of_dev_that_prod_admits_is_a_crossing(cidr: str) -> None:
    one = crossings(internet([rule("tcp", 443, cidrs=[cidr])]))["sg-prod"]
    assert (one.state, one.latent, one.detail["ports"]) == (Tri.YES, False, ["tcp 443"])


def test_without_an_internet_route_it_is_latent() -> None:
    one = crossings(internet([rule("tcp", 443, cidrs=["52.1.1.1/32"])], prod_routes=[]))["sg-prod"]
    assert (one.state, one.latent) == (Tri.YES, True)


def behind_nat(**more: Any) -> Builder:
    """Dev's interface has no public address; its subnet sends through a NAT gateway in another."""
    made = internet(
        [rule("tcp", 443, cidrs=["52.1.1.9/32"])],
        dev_public=[],
        dev_routes=[route("0.0.0.0/0", "nat_gateway", "nat-1")],
    )
    made.subnet("vpc-dev-n", "vpc-dev", DEV, ["10.1.200.0/24"])
    routes = more.get("routes", [route("0.0.0.0/0", "internet_gateway", "igw-dev")])
    made.table("rtb-nat", "vpc-dev", DEV, routes, subnets=("vpc-dev-n",))
    attrs = {"network": "vpc-dev", "subnets": ["vpc-dev-n"], "entries": more.get("acl", OPEN_ACL)}
    made.add("network_acl", "acl-nat", DEV, attrs)
    said = "Interface for NAT Gateway nat-1"
    made.interface(
        "eni-nat", "vpc-dev", DEV, "10.1.200.4", [], subnet="vpc-dev-n", public=["52.1.1.9"], description=said
    )
    return made


def test_a_nat_gateway_address_that_prod_admits_is_a_crossing() -> None:
    one = crossings(behind_nat())["sg-prod"]
    assert (one.state, one.latent) == (Tri.YES, False)
    assert one.sources == (arn("interface", "eni-dev", DEV),)
    assert "route 0.0.0.0/0 -> nat-1 in vpc-dev-main" in [step.by for step in one.steps]


def test_a_nat_gateway_without_a_way_out_is_not() -> None:
    assert crossings(behind_nat(routes=[]))["sg-prod"].latent


def test_a_narrow_acl_before_a_nat_gateway_is_undecided() -> None:
    narrow = [entry(1, True, False, "9.9.9.9/32"), *OPEN_ACL]
    assert crossings(behind_nat(acl=narrow))["sg-prod"].state is Tri.UNKNOWN


def devices(kind: str, ingress: list[dict[str, Any]], **more: Any) -> Builder:
    """Dev and prod, each with a route for the other's range to a device."""
    made = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2)):
        routes = more.get(f"{name}_routes", [route("10.0.0.0/8", kind, f"{kind}-{name}")])
        made.network(f"vpc-{name}", account, [f"10.{number}.0.0/16"], routes=routes)
        made.group(f"sg-{name}", f"vpc-{name}", account, ingress if name == "prod" else [])
        made.interface(f"eni-{name}", f"vpc-{name}", account, f"10.{number}.0.5", [f"sg-{name}"])
    return made


@pytest.mark.parametrize(
    "kind", ["transit_gateway", "vpn_gateway", "interface", "instance", "endpoint", "other"]
)
def test_a_device_that_is_not_read_leaves_it_undecided(kind: str) -> None:
    one = crossings(devices(kind, [rule("tcp", 443, cidrs=["10.0.0.0/8"])]))[f"{kind}-dev"]
    assert (one.state, one.detail["ports"]) == (Tri.UNKNOWN, ["tcp 443"])
    assert one.closes == (f"{kind}-dev",)


def test_a_transit_gateway_keeps_addresses_so_groups_are_tested() -> None:
    assert not crossings(devices("transit_gateway", [rule(cidrs=["10.2.0.0/16", "10.9.0.0/16"])]))


def test_an_appliance_may_put_in_its_own_address() -> None:
    assert crossings(devices("instance", [rule(cidrs=["10.9.0.0/16"])]))["instance-dev"].state is Tri.UNKNOWN


@pytest.mark.parametrize("side", ["dev_routes", "prod_routes"])
def test_a_device_needs_routes_on_both_sides(side: str) -> None:
    made = devices("transit_gateway", [rule("tcp", 443, cidrs=["10.0.0.0/8"])], **{side: []})
    assert not crossings(made)
    away = [route("192.168.0.0/16", "transit_gateway", "tgw-1")]
    made = devices("transit_gateway", [rule("tcp", 443, cidrs=["10.0.0.0/8"])], **{side: away})
    assert not crossings(made)


def test_gateway_endpoints_lead_to_services_only() -> None:
    """S3's prefix list, in a route and in a rule, holds no interface's address."""
    endpoint = [route("pl-s3", "endpoint", "vpce-1")]
    ingress = [rule("tcp", 443, lists=["pl-s3"])]
    assert not crossings(devices("endpoint", ingress, dev_routes=endpoint, prod_routes=endpoint))


def test_other_prefix_lists_are_not_read() -> None:
    made = devices("transit_gateway", [rule("tcp", 443, lists=["pl-own"])], dev_routes=[], prod_routes=[])
    one = crossings(made)["sg-prod"]
    assert (one.state, one.latent) == (Tri.UNKNOWN, False)
    assert "prefix list pl-own, which is not read" in one.steps[0].by


def test_a_default_route_to_a_nat_gateway_is_no_device() -> None:
    """Private subnets of both sides send 0.0.0.0/0 to NAT gateways: that is the internet, not each other."""
    made = behind_nat()
    made.group("sg-wide", "vpc-prod", PROD, [rule(cidrs=["0.0.0.0/0"])])
    made.interface("eni-wide", "vpc-prod", PROD, "10.2.0.77", ["sg-wide"])
    assert set(crossings(made)) == {"sg-prod"}


def test_a_load_balancer_without_groups_is_not_modelled() -> None:
    made = shared([])
    made.interface("eni-nlb", "vpc-hub", PROD, "10.5.2.8", [], subnet="vpc-hub-b", description="ELB net/x/1")
    one = crossings(made)["vpc-hub"]
    assert one.state is Tri.UNKNOWN


def test_egress_that_names_prod_without_a_way_is_latent() -> None:
    made = devices("transit_gateway", [], dev_routes=[], prod_routes=[])
    made.group("sg-out", "vpc-dev", DEV, [], [rule("tcp", 5432, cidrs=["10.2.0.0/16"])])
    one = crossings(made)["sg-out"]
    assert (one.state, one.latent, one.detail["ports"]) == (Tri.YES, True, ["tcp 5432"])
    assert one.steps[-1].by == "no network interface carries sg-out"


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "10.0.0.0/8", "10.2.0.0/16", "192.168.0.0/16"])
def test_a_range_that_names_nobody_in_particular_is_not_latent(cidr: str) -> None:
    """Everyone, more than dev's networks, prod itself, and nobody."""
    assert not crossings(devices("peering", [rule(cidrs=[cidr])], dev_routes=[], prod_routes=[]))


def test_a_default_network_does_not_make_a_range_prods_own() -> None:
    made = devices("peering", [rule(cidrs=["172.31.0.0/16"])], dev_routes=[], prod_routes=[])
    made.network("vpc-dev2", DEV, ["172.31.0.0/16"])
    assert crossings(made)["sg-prod"].latent
    made.network("vpc-default", PROD, ["172.31.0.0/16"], default=True)
    assert crossings(made)["sg-prod"].latent
    made.network("vpc-real", PROD, ["172.31.0.0/16"])
    assert not crossings(made)
