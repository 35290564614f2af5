"""Transit gateways: association, propagation, static routes, blackholes, peering, inspection, NAT."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import (
    DEV,
    HUB,
    PROD,
    Builder,
    arn,
    build,
    deny,
    entry,
    gap,
    route,
    rule,
    transit_route,
    without,
)
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate
from scanner.model.facts import Crossing
from scanner.model.logic import Tri

TO_PROD = transit_route("10.2.0.0/16", "at-prod", "vpc-prod")
HOME = "transit propagated route 10.1.0.0/16 -> at-dev in rtb-prod"
TO_DEV = transit_route("10.1.0.0/16", "at-dev", "vpc-dev")


def hub(
    dev: list[dict[str, Any]] | None = None, prod: list[dict[str, Any]] | None = None, **more: Any
) -> Builder:
    """Dev and prod on the hub's tgw-1, each routed by a table of its own; prod admits dev on tcp 5432."""
    made = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2)):
        routes = more.get(f"{name}_routes", [route("10.0.0.0/8", "transit_gateway", "tgw-1")])
        made.network(f"vpc-{name}", account, [f"10.{number}.0.0/16"], routes=routes)
    made.group("sg-dev", "vpc-dev", DEV, [], more.get("egress"))
    ingress = more.get("ingress", [rule("tcp", 5432, cidrs=["10.1.0.0/16"])])
    made.group("sg-prod", "vpc-prod", PROD, ingress)
    made.interface("eni-dev", "vpc-dev", DEV, "10.1.0.10", ["sg-dev"])
    made.interface("eni-prod", "vpc-prod", PROD, "10.2.0.10", ["sg-prod"])
    made.gateway("tgw-1", HUB, references=more.get("references", False))
    made.attach("at-dev", "tgw-1", "vpc-dev", "rtb-dev")
    made.attach("at-prod", "tgw-1", "vpc-prod", "rtb-prod")
    made.transit("rtb-dev", "tgw-1", [TO_PROD] if dev is None else dev)
    made.transit("rtb-prod", "tgw-1", [TO_DEV] if prod is None else prod)
    return made


def crossings(estate: Estate, pair: str = "dev->prod") -> dict[str, Crossing]:
    facts = derive(estate)
    assert pair not in facts.blind
    return {one.border: one for one in facts.crossings if one.pair == pair}


def test_attachments_with_routes_to_each_other_cross_by_the_table_that_leads_there() -> None:
    one = crossings(hub().estate())["rtb-dev"]
    assert (one.state, one.latent, one.closes) == (Tri.YES, False, ("rtb-dev",))
    assert one.detail["ports"] == ["tcp 5432"]
    assert [step.by for step in one.steps] == [
        "security group sg-dev egress all traffic to 0.0.0.0/0, ::/0",
        "route 10.0.0.0/8 -> tgw-1 in vpc-dev-main",
        "transit propagated route 10.2.0.0/16 -> at-prod in rtb-dev",
        "security group sg-prod ingress tcp 5432 from 10.1.0.0/16",
        f"route 10.0.0.0/8 -> tgw-1 in vpc-prod-main, {HOME}",
    ]
    assert all(step.source.part for step in one.steps)


def test_the_tables_of_a_gateway_keep_networks_apart_that_it_joins() -> None:
    """No route in the table of the attachment that packets enter by: they are dropped."""
    assert not crossings(hub(dev=[]).estate(), "dev->prod").keys() & {"rtb-dev", "tgw-1"}
    found = crossings(hub(prod=[]).estate())
    assert "rtb-dev" not in found, "the answer finds no way back"
    assert found["sg-prod"].latent, "prod's group still names dev"


def test_an_attachment_without_a_table_or_that_is_not_available_carries_nothing() -> None:
    for change in ({"route_table": None}, {"state": "pendingAcceptance"}, {"state": "deleted"}):
        made = hub()
        made.found = [
            replace(one, attrs={**one.attrs, **change}) if one.name == "at-dev" else one for one in made.found
        ]
        assert "rtb-dev" not in crossings(made.estate()), change


def test_the_longest_prefix_and_then_a_static_route_decides() -> None:
    drop = {**transit_route("10.2.0.0/24", "", "", static=True, state="blackhole"), "attachments": []}
    assert "rtb-dev" not in crossings(hub(dev=[TO_PROD, drop]).estate())
    same = {**drop, "destination": "10.2.0.0/16"}
    assert "rtb-dev" not in crossings(hub(dev=[TO_PROD, same]).estate())
    wide = {**drop, "destination": "10.0.0.0/8"}
    assert crossings(hub(dev=[wide, TO_PROD]).estate())["rtb-dev"].state is Tri.YES


def test_a_network_that_is_not_attached_is_not_reached() -> None:
    made = hub()
    made.found = [one for one in made.found if one.name != "at-prod"]
    assert "rtb-dev" not in crossings(made.estate())


def test_groups_are_referred_to_only_where_gateway_and_attachments_support_it() -> None:
    ingress = [rule("tcp", 443, groups=[{"id": "sg-dev", "account": DEV}])]
    assert "rtb-dev" not in crossings(hub(ingress=ingress).estate())
    assert crossings(hub(ingress=ingress, references=True).estate())["rtb-dev"].state is Tri.YES
    made = hub(ingress=ingress, references=True)
    assert crossings(without(made, "at-dev", "group_references"))["rtb-dev"].state is Tri.UNKNOWN
    egress = [rule("tcp", 5432, groups=[{"id": "sg-prod", "account": PROD}])]
    assert "rtb-dev" not in crossings(hub(egress=egress, references=True).estate()), "inbound rules only"


def test_acls_of_the_attachments_subnets_count() -> None:
    """From the gateway: by outbound entries of the attachment's subnet; to it: by its inbound ones."""
    for egress, held in ((True, True), (False, False)):
        made = hub()
        made.subnet("vpc-prod-t", "vpc-prod", PROD, ["10.2.250.0/24"])
        entries = [
            entry(1, egress, False, "10.2.0.0/16"),
            entry(100, False, True, "0.0.0.0/0"),
            entry(100, True, True, "0.0.0.0/0"),
        ]
        made.add(
            "network_acl",
            "acl-t",
            PROD,
            {"network": "vpc-prod", "subnets": ["vpc-prod-t"], "entries": entries},
        )
        made.found = [
            replace(one, attrs={**one.attrs, "subnets": ["vpc-prod-t"]}) if one.name == "at-prod" else one
            for one in made.found
        ]
        found = crossings(made.estate())
        # Inbound entries of the attachment's subnet read the answer's source, which is prod's own range.
        assert ("rtb-dev" not in found) is (held or not egress)


def test_an_answer_that_comes_back_by_a_peering_is_undecided() -> None:
    """Which network ACLs it meets between is not followed."""
    made = hub(prod=[], prod_routes=[route("10.1.0.0/16", "peering", "pcx-1")])
    made.peering("pcx-1", (DEV, "vpc-dev", "10.1.0.0/16"), (PROD, "vpc-prod", "10.2.0.0/16"))
    assert crossings(made.estate())["rtb-dev"].state is Tri.UNKNOWN


def two_gateways(**more: Any) -> Builder:
    """Dev on tgw-1 and prod on tgw-2, with a peering between the two."""
    far = more.get("far", [transit_route("10.2.0.0/16", "at-prod", "vpc-prod", static=True)])
    made = hub(
        dev=[transit_route("10.2.0.0/16", "at-peer", "tgw-2", "peering", static=True)],
        prod=[transit_route("10.1.0.0/16", "at-peer", "tgw-1", "peering", static=True)],
        prod_routes=[route("10.0.0.0/8", "transit_gateway", "tgw-2")],
    )
    made.gateway("tgw-2", HUB)
    made.found = [
        replace(one, attrs={**one.attrs, "transit_gateway": "tgw-2"})
        if one.name in ("at-prod", "rtb-prod")
        else one
        for one in made.found
    ]
    made.transit("rtb-far", "tgw-2", far)
    made.transit("rtb-near", "tgw-1", [transit_route("10.1.0.0/16", "at-dev", "vpc-dev", static=True)])
    made.attach("at-peer", "tgw-1", "tgw-2", "rtb-near", kind="peering", subnets=[])
    made.attach("at-peer", "tgw-2", "tgw-1", "rtb-far", kind="peering", subnets=[])
    return made


def test_a_peering_of_gateways_leads_on_by_the_other_gateways_table() -> None:
    one = crossings(two_gateways().estate())["rtb-dev"]
    assert one.state is Tri.YES
    assert "transit static route 10.2.0.0/16 -> at-peer in rtb-dev, transit static route" in one.steps[2].by
    assert "rtb-dev" not in crossings(two_gateways(far=[]).estate())


def test_what_leads_to_a_tunnel_is_undecided() -> None:
    vpn = transit_route("10.2.0.0/16", "at-vpn", "vpn-1", "vpn")
    made = hub(dev=[vpn], prod=[transit_route("10.1.0.0/16", "at-vpn", "vpn-1", "vpn")])
    assert crossings(made.estate())["tgw-1"].state is Tri.UNKNOWN
    only = hub(dev=[vpn], prod=[])
    assert "tgw-1" not in crossings(only.estate()), "prod sends nothing there"


def inspected(*onward: dict[str, Any]) -> Builder:
    """Everything goes to an inspection network, whose table sends it on."""
    made = hub(
        dev=[transit_route("0.0.0.0/0", "at-insp", "vpc-insp", static=True)],
        prod=[transit_route("0.0.0.0/0", "at-insp", "vpc-insp", static=True)],
    )
    made.network("vpc-insp", HUB, ["100.64.0.0/16"], routes=list(onward))
    made.attach("at-insp", "tgw-1", "vpc-insp", "rtb-insp")
    made.transit("rtb-insp", "tgw-1", [TO_PROD, TO_DEV])
    return made


def test_a_firewall_in_an_inspection_network_leaves_it_undecided() -> None:
    one = crossings(inspected(route("0.0.0.0/0", "endpoint", "vpce-fw")).estate())["tgw-1"]
    assert (one.state, one.detail["ports"]) == (Tri.UNKNOWN, ["tcp 5432"])


def test_an_inspection_network_that_sends_straight_back_inspects_nothing() -> None:
    one = crossings(inspected(route("10.0.0.0/8", "transit_gateway", "tgw-1")).estate())["rtb-dev"]
    assert one.state is Tri.YES
    assert not crossings(inspected().estate()).keys() & {"rtb-dev", "tgw-1"}


def test_a_nat_gateway_puts_its_private_address_into_what_goes_on_by_a_transit_gateway() -> None:
    ingress = [rule("tcp", 443, cidrs=["10.1.200.4/32"])]
    made = hub(ingress=ingress, dev_routes=[route("0.0.0.0/0", "nat_gateway", "nat-1")])
    made.subnet("vpc-dev-n", "vpc-dev", DEV, ["10.1.200.0/24"])
    back = [route("10.0.0.0/8", "transit_gateway", "tgw-1")]
    made.table("rtb-nat", "vpc-dev", DEV, back, subnets=("vpc-dev-n",))
    acl = next(one for one in made.found if one.name == "vpc-dev-acl")
    acl.attrs["subnets"].append("vpc-dev-n")
    said = "Interface for NAT Gateway nat-1"
    made.interface("eni-nat", "vpc-dev", DEV, "10.1.200.4", [], subnet="vpc-dev-n", description=said)
    one = crossings(made.estate())["rtb-dev"]
    assert (one.state, one.sources) == (
        Tri.YES,
        ("arn:aws:ec2:eu-west-1:111111111111:network-interface/eni-dev",),
    )


def test_a_gateway_of_an_account_that_is_not_read_is_a_device() -> None:
    made = hub()
    estate = deny(
        made, *((kind, HUB) for kind in ("transit_attachment", "transit_route_table", "transit_gateway"))
    )
    assert crossings(estate)["tgw-1"].state is Tri.UNKNOWN


HIDEABLE = [("rtb-dev", "routes"), ("at-dev", "route_table"), ("at-prod", "subnets"), ("at-dev", "state")]


@pytest.mark.parametrize(("name", "attr"), HIDEABLE)
def test_an_attribute_that_is_not_known_leaves_it_undecided(name: str, attr: str) -> None:
    found = crossings(without(hub(), name, attr))
    one = next(iter(found.values()))
    assert one.state is Tri.UNKNOWN
    holder = "transit_route_table" if name.startswith("rtb") else "transit_attachment"
    assert gap(holder, HUB, resource=arn(holder, name, HUB)) in one.gaps


def test_a_table_that_was_not_listed_leaves_it_undecided() -> None:
    made = hub()
    kept = [one for one in made.found if one.name != "rtb-dev"]
    hole = gap("transit_route_table", HUB)
    assert next(iter(crossings(build(kept, made.places, gaps=(hole,))).values())).state is Tri.UNKNOWN


def test_prefix_lists_are_routes_and_sources_like_any_other() -> None:
    made = hub(
        dev_routes=[route("pl-prod", "transit_gateway", "tgw-1")],
        ingress=[rule("tcp", 5432, lists=["pl-dev"])],
    )
    for name, cidr in (("pl-prod", "10.2.0.0/16"), ("pl-dev", "10.1.0.0/16")):
        attrs = {"name": name, "owner": HUB, "family": "4", "entries": [cidr]}
        made.add("prefix_list", name, HUB, attrs)
    one = crossings(made.estate())["rtb-dev"]
    assert one.state is Tri.YES
    assert "route pl-prod -> tgw-1 in vpc-dev-main" in [step.by for step in one.steps]
    assert next(iter(crossings(without(made, "pl-dev", "entries")).values())).state is Tri.UNKNOWN
    attrs = {"name": "pl-s3", "owner": "AWS", "family": "4", "entries": None}
    made = hub(ingress=[rule("tcp", 443, lists=["pl-s3"])])
    made.add("prefix_list", "pl-s3", HUB, attrs)
    assert not crossings(made.estate()), "a list of the provider's services is nobody's address"


def test_a_route_for_just_a_range_goes_before_a_prefix_list() -> None:
    made = hub(
        dev_routes=[
            route("pl-prod", "transit_gateway", "tgw-1"),
            route("10.2.0.0/16", "internet_gateway", "igw-1"),
        ]
    )
    made.add(
        "prefix_list", "pl-prod", HUB, {"name": "x", "owner": HUB, "family": "4", "entries": ["10.2.0.0/16"]}
    )
    assert "rtb-dev" not in crossings(made.estate())
