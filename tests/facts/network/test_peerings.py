"""Peered networks, each made by hand for one reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import (
    ALL_OUT,
    DEV,
    HUB,
    OPEN_ACL,
    PROD,
    REGION,
    Builder,
    arn,
    entry,
    peered,
    route,
    rule,
)
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Flow
from scanner.model.facts import Crossing
from scanner.model.logic import Tri

ENI_DEV, ENI_PROD = arn("interface", "eni-dev", DEV), arn("interface", "eni-prod", PROD)


def crossings(estate: Estate, pair: str = "dev->prod") -> dict[str, Crossing]:
    """Border -> crossing of a pair; estates of this file are whole, so nothing may be blind."""
    facts = derive(estate)
    assert not facts.blind
    return {one.border: one for one in facts.crossings if one.pair == pair}


def only(estate: Estate, pair: str = "dev->prod") -> Crossing:
    found = crossings(estate, pair)
    assert len(found) == 1
    return next(iter(found.values()))


def is_open(one: Crossing) -> bool:
    return one.state is Tri.YES and not one.latent


def is_latent(one: Crossing) -> bool:
    held = [step for step in one.steps if step.state is Tri.NO]
    return one.state is Tri.YES and one.latent and bool(held)


def held_by(one: Crossing) -> list[str]:
    return [step.by for step in one.steps if step.state is Tri.NO]


def test_a_peering_with_routes_and_groups_is_a_crossing() -> None:
    one = only(peered().estate())
    assert is_open(one)
    assert (one.border, one.sources, one.targets) == ("pcx-1", (ENI_DEV,), (ENI_PROD,))
    assert (one.access, one.closes, one.detail["ports"]) == (("connect",), ("pcx-1",), ["tcp 5432"])
    assert one.id == "network_paths|dev->prod|pcx-1"


def test_the_witness_tells_the_way_and_cites_a_line_for_every_hop() -> None:
    one = only(peered().estate())
    assert [step.by for step in one.steps] == [
        "security group sg-dev egress all traffic to 0.0.0.0/0, ::/0",
        "route 10.2.0.0/16 -> pcx-1 in vpc-dev-main",
        "peering pcx-1 (active) of vpc-dev and vpc-prod",
        "security group sg-prod ingress tcp 5432 from 10.1.0.0/16",
        "route 10.1.0.0/16 -> pcx-1 in vpc-prod-main",
    ]
    assert one.steps[0].source_id == ENI_DEV
    assert one.steps[3].target_id == ENI_PROD
    assert all(step.state is Tri.YES and step.source.line for step in one.steps)


def test_a_narrow_network_acl_stands_in_the_witness_both_ways() -> None:
    acl = [
        entry(10, False, True, "10.1.0.0/16", "6", 5432),
        entry(10, True, True, "10.1.0.0/16", "6", 1024, 65535),
    ]
    one = only(peered(prod_acl=acl).estate())
    assert is_open(one)
    said = [step.by for step in one.steps]
    assert "network ACL vpc-prod-acl entry 10 ingress allow 10.1.0.0/16" in said
    assert "answer: network ACL vpc-prod-acl entry 10 egress allow 10.1.0.0/16" in said


def test_steps_cite_the_entries_that_decide_on_the_way_and_on_the_way_back() -> None:
    """Entries count by number, wherever the listing has them; the answer meets those of both subnets."""
    prod = [
        entry(32767, False, False, "0.0.0.0/0"),
        entry(20, False, True, "10.1.0.0/16", "6", 5432),
        entry(10, False, False, "10.1.9.0/24"),
        entry(30, True, False, "10.1.0.0/16", "6", 1024, 2000),
        entry(40, True, True, "10.1.0.0/16", "6", 1024, 65535),
    ]
    dev = [
        entry(10, True, True, "10.2.0.0/16", "6", 5432),
        entry(10, False, True, "10.2.0.0/16", "6", 2001, 65535),
    ]
    one = only(pointed(peered(prod_acl=prod, dev_acl=dev)))
    assert is_open(one)
    cited = {step.by: step.source.pointer for step in one.steps if "network ACL" in step.by}
    assert cited == {
        "network ACL vpc-dev-acl entry 10 egress allow 10.2.0.0/16": "/Acl/entries/0",
        "network ACL vpc-prod-acl entry 20 ingress allow 10.1.0.0/16": "/Acl/entries/1",
        "answer: network ACL vpc-prod-acl entry 40 egress allow 10.1.0.0/16": "/Acl/entries/4",
        "answer: network ACL vpc-dev-acl entry 10 ingress allow 10.2.0.0/16": "/Acl/entries/1",
    }
    held = crossings(pointed(peered(prod_acl=[entry(5, False, False, "0.0.0.0/0"), *prod])))["pcx-1"]
    assert [step.source.pointer for step in held.steps if step.state is Tri.NO] == ["/Acl/entries/0"]


def test_what_no_entry_says_is_cited_as_the_whole_acl() -> None:
    acl = [entry(10, False, True, "0.0.0.0/0"), entry(10, True, True, "10.9.0.0/16")]
    one = crossings(pointed(peered(prod_acl=acl)))["pcx-1"]
    assert [step.source.pointer for step in one.steps if step.state is Tri.NO] == ["/Acl/entries"]


def pointed(made: Builder) -> Estate:
    """With the pointer of the entries of network ACLs."""
    pointers = {"entries": "/Acl/entries"}
    made.found = [replace(one, pointers=pointers) if one.kind == "network_acl" else one for one in made.found]
    return made.estate()


@pytest.mark.parametrize(("dev", "prod", "held"), [(False, True, 1), (True, False, 1), (False, False, 2)])
def test_a_peering_without_routes_is_latent(dev: bool, prod: bool, held: int) -> None:
    found = crossings(peered(dev_routes=dev, prod_routes=prod).estate())
    assert is_latent(found["pcx-1"])
    assert len(held_by(found["pcx-1"])) == held
    assert all(said.startswith("no route to 10.") for said in held_by(found["pcx-1"]))


def test_a_group_that_names_dev_without_a_way_is_latent_by_itself() -> None:
    one = crossings(peered(dev_routes=False).estate())["sg-prod"]
    assert is_latent(one)
    assert one.detail["ports"] == ["tcp 5432"]
    assert (one.sources, one.targets, one.closes) == ((ENI_DEV,), (ENI_PROD,), ("sg-prod",))


def test_groups_that_admit_nothing_leave_the_peering_latent() -> None:
    one = only(peered(ingress=[]).estate())
    assert is_latent(one)
    assert held_by(one) == ["security group sg-prod lets none of it in"]


def test_egress_that_lets_nothing_out_leaves_it_latent() -> None:
    one = crossings(peered(egress=[]).estate())["pcx-1"]
    assert held_by(one) == ["security group sg-dev lets none of it out"]


def test_ports_are_the_overlap_of_all_guards() -> None:
    egress = [rule("tcp", 5000, 6000, cidrs=["10.2.0.0/16"])]
    ingress = [rule("tcp", 5432, 8080, cidrs=["10.1.0.0/24"]), rule("udp", 53, cidrs=["10.1.0.0/24"])]
    one = crossings(peered(egress=egress, ingress=ingress).estate())["pcx-1"]
    assert one.detail["ports"] == ["tcp 5432-6000"]


@pytest.mark.parametrize("status", ["pending-acceptance", "provisioning", "initiating-request"])
def test_a_peering_that_is_not_yet_active_is_latent(status: str) -> None:
    one = crossings(peered(status=status).estate())["pcx-1"]
    assert is_latent(one)
    assert held_by(one) == [f"peering pcx-1 ({status}) of vpc-dev and vpc-prod"]


@pytest.mark.parametrize("status", ["deleted", "deleting", "rejected", "expired", "failed"])
def test_a_peering_that_is_over_is_nothing(status: str) -> None:
    assert not crossings(peered(status=status, ingress=[]).estate())
    assert not crossings(peered(status=status, ingress=[]).estate(), "prod->dev")


@pytest.mark.parametrize(("gone", "where"), [("dev_interface", "vpc-dev"), ("prod_interface", "vpc-prod")])
def test_a_network_without_interfaces_is_latent(gone: str, where: str) -> None:
    one = crossings(peered(**{gone: False}).estate())["pcx-1"]
    assert is_latent(one)
    assert held_by(one) == [f"no network interface in {where} yet"]


def test_the_other_direction_is_judged_by_itself() -> None:
    """Prod's own groups admit dev; nothing admits prod in dev, so prod -> dev is only half open."""
    one = only(peered().estate(), "prod->dev")
    assert is_latent(one)
    assert held_by(one) == ["security group sg-dev lets none of it in"]


def test_a_blackhole_route_drops() -> None:
    made = peered(dev_routes=False)
    made.table(
        "rtb-own",
        "vpc-dev",
        DEV,
        [route("10.2.0.0/16", "peering", "pcx-1", "blackhole")],
        subnets=("vpc-dev-a",),
    )
    one = crossings(made.estate())["pcx-1"]
    assert is_latent(one)
    assert held_by(one) == ["route 10.2.0.0/16 -> pcx-1 (blackhole) in rtb-own"]


def test_an_explicit_table_goes_before_the_main_one() -> None:
    """The main table has the route, the subnet's own has not."""
    made = peered()
    made.table("rtb-own", "vpc-dev", DEV, [], subnets=("vpc-dev-a",))
    assert is_latent(crossings(made.estate())["pcx-1"])


def test_the_longest_prefix_wins() -> None:
    """10.2/16 leads to the peering, but the interface's own /24 to a blackhole."""
    made = peered()
    routes = [
        route("10.2.0.0/16", "peering", "pcx-1"),
        route("10.2.0.0/24", "peering", "pcx-gone", "blackhole"),
    ]
    made.table("rtb-own", "vpc-dev", DEV, routes, subnets=("vpc-dev-a",))
    assert is_latent(crossings(made.estate())["pcx-1"])
    made.interface("eni-other", "vpc-prod", PROD, "10.2.9.9", ["sg-prod"])
    one = crossings(made.estate())["pcx-1"]
    assert is_open(one)
    assert one.targets == (arn("interface", "eni-other", PROD),)


def test_network_acls_have_an_order() -> None:
    deny_first = [entry(5, False, False, "10.1.0.0/16"), *OPEN_ACL]
    deny_last = [*OPEN_ACL, entry(500, False, False, "10.1.0.0/16")]
    assert held_by(crossings(peered(prod_acl=deny_first).estate())["pcx-1"]) == [
        "network ACL vpc-prod-acl entry 5 ingress deny 10.1.0.0/16"
    ]
    assert is_open(only(peered(prod_acl=deny_last).estate()))


def test_a_network_acl_that_drops_the_answer_holds_it_closed() -> None:
    """Network ACLs are stateless: 5432 goes in, and what comes back goes to a port above 1023."""
    acl = [entry(10, False, True, "0.0.0.0/0"), entry(10, True, True, "10.1.0.0/16", "6", 443)]
    one = crossings(peered(prod_acl=acl).estate())["pcx-1"]
    assert is_latent(one)
    assert held_by(one) == ["answer: network ACL vpc-prod-acl egress deny by default"]


def test_one_ephemeral_port_open_on_both_sides_is_enough() -> None:
    out = [entry(10, False, True, "0.0.0.0/0"), entry(10, True, True, "0.0.0.0/0", "6", 30000, 40000)]
    home = [entry(10, True, True, "0.0.0.0/0"), entry(10, False, True, "0.0.0.0/0", "6", 40000, 50000)]
    apart = [entry(10, True, True, "0.0.0.0/0"), entry(10, False, True, "0.0.0.0/0", "6", 40001, 50000)]
    assert is_open(only(peered(prod_acl=out, dev_acl=home).estate()))
    assert is_latent(crossings(peered(prod_acl=out, dev_acl=apart).estate())["pcx-1"])


def test_a_group_reference_counts_within_a_region() -> None:
    named = [rule("tcp", 443, groups=[{"id": "sg-dev", "account": DEV}])]
    one = only(peered(ingress=named).estate())
    assert is_open(one)
    assert one.detail["ports"] == ["tcp 443"]


def test_a_group_reference_does_not_count_between_regions() -> None:
    made = peered(dev_routes=False, prod_routes=False, ingress=[])
    named = [rule("tcp", 443, groups=[{"id": "sg-dev", "account": DEV}])]
    made.network(
        "vpc-far", PROD, ["10.9.0.0/16"], "us-east-1", routes=[route("10.1.0.0/16", "peering", "pcx-far")]
    )
    made.group("sg-far", "vpc-far", PROD, named, region="us-east-1")
    made.interface("eni-far", "vpc-far", PROD, "10.9.0.5", ["sg-far"], region="us-east-1")
    made.table(
        "rtb-own", "vpc-dev", DEV, [route("10.9.0.0/16", "peering", "pcx-far")], subnets=("vpc-dev-a",)
    )
    sides = (DEV, "vpc-dev", "10.1.0.0/16"), (PROD, "vpc-far", "10.9.0.0/16")
    made.peering("pcx-far", *sides, regions=(REGION, "us-east-1"))
    found = crossings(made.estate())
    assert is_latent(found["pcx-far"])
    assert is_latent(found["sg-far"])


def test_peerings_are_not_transitive() -> None:
    """Dev and prod both peer with a hub: a packet never leaves a network by a second peering."""
    made = peered(status="deleted", ingress=[])
    made.network("vpc-hub", HUB, ["10.3.0.0/16"], routes=[])
    for name, account, cidr, other in (
        ("vpc-dev", DEV, "10.1.0.0/16", "10.2.0.0/16"),
        ("vpc-prod", PROD, "10.2.0.0/16", "10.1.0.0/16"),
    ):
        made.peering(f"pcx-{account}", (account, name, cidr), (HUB, "vpc-hub", "10.3.0.0/16"))
        made.table(
            f"rtb-{account}",
            name,
            account,
            [route(other, "peering", f"pcx-{account}"), route("10.3.0.0/16", "peering", f"pcx-{account}")],
            subnets=(f"{name}-a",),
        )
    made.group("sg-open", "vpc-prod", PROD, [rule(cidrs=["0.0.0.0/0"])])
    made.interface("eni-open", "vpc-prod", PROD, "10.2.0.20", ["sg-open"])
    assert not derive(made.estate()).crossings


def test_overlapping_networks_are_told_apart_by_their_peering() -> None:
    """Prod's two networks have one range; only the peered one is reached."""
    made = peered()
    made.network("vpc-twin", PROD, ["10.2.0.0/16"])
    made.group("sg-twin", "vpc-twin", PROD, [rule(cidrs=["10.1.0.0/16"])])
    made.interface("eni-twin", "vpc-twin", PROD, "10.2.0.10", ["sg-twin"])
    found = crossings(made.estate())
    assert found["pcx-1"].targets == (ENI_PROD,)
    assert is_latent(found["sg-twin"])


def test_ipv6_crosses_by_its_own_routes_and_rules() -> None:
    made = Builder()
    for name, account, number, way in (("vpc-dev", DEV, 1, 2), ("vpc-prod", PROD, 2, 1)):
        routes = [route(f"2001:db8:{way}::/56", "peering", "pcx-1")]
        made.network(name, account, [f"10.{number}.0.0/16", f"2001:db8:{number}::/56"], routes=routes)
        ingress = [rule("tcp", 443, cidrs=["10.1.0.0/16"]), rule("tcp", 8443, cidrs=["2001:db8:1::/64"])]
        made.group(f"sg-{account}", name, account, ingress if account == PROD else [], ALL_OUT)
        addresses = [f"10.{number}.0.5", f"2001:db8:{number}::5"]
        made.interface(f"eni-{account}", name, account, addresses, [f"sg-{account}"])
    made.peering("pcx-1", (DEV, "vpc-dev", "10.1.0.0/16"), (PROD, "vpc-prod", "10.2.0.0/16"))
    one = crossings(made.estate())["pcx-1"]
    assert is_open(one)
    assert one.detail["ports"] == ["tcp 8443"]


def test_a_peering_with_an_account_that_is_not_collected_is_no_crossing() -> None:
    made = peered(places={DEV: "dev", "222222222222": "prod"}, status="deleted", ingress=[])
    made.peering("pcx-out", (DEV, "vpc-dev", "10.1.0.0/16"), ("999999999999", "vpc-out", "10.7.0.0/16"))
    assert not crossings(made.estate())


def test_icmp_counts_by_type() -> None:
    ping = {**rule("icmp", cidrs=["10.1.0.0/16"]), "icmp_type": 8, "icmp_code": -1}
    one = crossings(peered(ingress=[ping]).estate())["pcx-1"]
    assert is_open(one)
    assert one.detail["ports"] == ["icmp type 8"]


def test_what_awaits_no_answer_arrives_without_one() -> None:
    """A datagram or a ping is there whether or not anything may come back; a connection is not.

    Network ACLs and routes decide each way by itself:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    silent = [entry(10, False, True, "0.0.0.0/0")]
    ping = {**rule("icmp", cidrs=["10.1.0.0/16"]), "icmp_type": 8, "icmp_code": -1}
    both = [rule("tcp", 5432, cidrs=["10.1.0.0/16"]), rule("udp", 514, cidrs=["10.1.0.0/16"])]
    for made, ports in (
        (peered(ingress=[ping], prod_acl=silent), ["icmp type 8"]),
        (peered(ingress=both, prod_acl=silent), ["udp 514"]),
        (peered(ingress=both, prod_routes=False), ["udp 514"]),
        (peered(ingress=both), ["tcp 5432", "udp 514"]),
    ):
        one = crossings(made.estate())["pcx-1"]
        assert is_open(one)
        assert one.detail["ports"] == ports
        assert not [step for step in one.steps if step.by.startswith("answer") and ports == ["udp 514"]]


def _flow(*ports: str, **more: Any) -> Flow:
    return Flow("database", "dev", "prod", more.get("access", ("connect",)), ports=ports)


@pytest.mark.parametrize("ports", [(), ("5432",), ("tcp/5432",), ("5000-6000", "443")])
def test_a_declared_flow_allows_the_whole_crossing(ports: tuple[str, ...]) -> None:
    one = only(peered().estate(flows=(_flow(*ports),)))
    assert is_open(one)
    assert one.flow == "database"


@pytest.mark.parametrize("ports", [("443",), ("udp/5432",)])
def test_a_flow_for_other_ports_does_not(ports: tuple[str, ...]) -> None:
    assert only(peered().estate(flows=(_flow(*ports),))).flow is None


def test_a_flow_for_other_access_does_not() -> None:
    assert only(peered().estate(flows=(_flow(access=("read",)),))).flow is None


def test_a_flow_does_not_cover_what_may_pass_beside_it() -> None:
    """The prefix list is not read: more than the flow's port may pass, so the crossing is undecided."""
    ingress = [rule("tcp", 5432, cidrs=["10.1.0.0/16"]), rule("tcp", 22, lists=["pl-1"])]
    one = crossings(peered(ingress=ingress).estate(flows=(_flow("5432"),)))["pcx-1"]
    assert one.state is Tri.UNKNOWN
    assert one.flow is None
    assert one.detail["ports"] == ["tcp 22", "tcp 5432"]


def test_environments_of_one_group_are_no_pair() -> None:
    assert not derive(peered().estate(groups={"dev": "all", "prod": "all"})).crossings


def test_the_control_tier_may_reach_everything() -> None:
    facts = derive(peered().estate(tiers={"dev": "control", "prod": "production"}))
    assert {one.pair for one in facts.crossings} == {"prod->dev"}
