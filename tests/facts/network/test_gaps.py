"""What a gap makes undecided, what it leaves proven, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import (
    DEV,
    HUB,
    PLACES,
    PROD,
    TEST,
    Builder,
    arn,
    build,
    deny,
    gap,
    peered,
    route,
    rule,
    without,
)
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Unlisted
from scanner.model.facts import Crossing, Facts
from scanner.model.logic import Tri
from scanner.model.snapshot import Scope

ALL = ("network", "subnet", "route_table", "network_acl", "security_group", "peering", "interface")


def at(estate: Estate, border: str = "pcx-1", pair: str = "dev->prod") -> Crossing:
    return next(one for one in derive(estate).crossings if (one.pair, one.border) == (pair, border))


def blind(facts: Facts, pair: str = "dev->prod") -> set[tuple[str, str]] | None:
    """(account, kind) of what blinds a pair."""
    gaps = facts.blind.get(pair)
    return None if gaps is None else {(one.scope.boundary, one.kind) for one in gaps}


@pytest.mark.parametrize("kind", ["route_table", "network_acl", "security_group", "interface"])
@pytest.mark.parametrize("account", [DEV, PROD])
def test_an_unread_guard_leaves_an_open_peering_undecided(kind: str, account: str) -> None:
    one = at(deny(peered(), (kind, account)))
    assert (one.state, one.latent) == (Tri.UNKNOWN, False)
    assert gap(kind, account) in one.gaps
    assert {hole.scope.boundary for hole in one.gaps} == {account}


@pytest.mark.parametrize("kind", ["network", "subnet"])
@pytest.mark.parametrize("account", [DEV, PROD])
def test_what_no_hop_rests_on_changes_nothing(kind: str, account: str) -> None:
    """Interfaces, routes and groups carry the proof; records of networks and subnets do not."""
    one = at(deny(peered(), (kind, account)))
    assert (one.state, one.latent, one.detail["ports"]) == (Tri.YES, False, ["tcp 5432"])


@pytest.mark.parametrize("account", [DEV, PROD])
def test_a_peering_is_seen_from_either_side(account: str) -> None:
    facts = derive(deny(peered(), ("peering", account)))
    assert blind(facts) is None
    assert at(deny(peered(), ("peering", account))).state is Tri.YES


def test_peerings_unread_on_both_sides_blind_the_pair() -> None:
    facts = derive(deny(peered(), ("peering", DEV), ("peering", PROD)))
    native = "ec2.vpc_peering_connection"
    assert blind(facts) == blind(facts, "prod->dev") == {(DEV, native), (PROD, native)}


def third(made: Builder) -> Builder:
    """A third environment, with a network of its own and no way to it."""
    made.network("vpc-test", TEST, ["10.4.0.0/16"])
    made.group("sg-test", "vpc-test", TEST, [])
    made.interface("eni-test", "vpc-test", TEST, "10.4.0.5", ["sg-test"])
    return made


THREE = {**PLACES, TEST: "test"}


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "security_group"])
def test_one_unread_listing_blinds_no_other_pair(kind: str) -> None:
    whole, partial = third(peered(places=THREE)), deny(third(peered(places=THREE)), (kind, TEST))
    assert not derive(whole.estate()).blind
    facts = derive(partial)
    assert not facts.blind
    assert {one.pair for one in facts.crossings} == {"dev->prod", "prod->dev"}


def test_unread_groups_blind_the_pairs_of_their_own_environment() -> None:
    """A group of test may name dev's range all by itself, which is half open; dev and prod are as before."""
    facts = derive(deny(third(peered(places=THREE)), ("security_group", TEST)))
    assert set(facts.blind) == {"dev->test", "test->dev", "prod->test", "test->prod"}


def test_a_whole_account_unread() -> None:
    facts = derive(deny(peered(), *((kind, DEV) for kind in ALL)))
    one = next(one for one in facts.crossings if one.pair == "dev->prod" and one.border == "pcx-1")
    assert one.state is Tri.UNKNOWN
    assert one.sources == (arn("network", "vpc-dev", DEV),)


def test_an_unread_account_without_a_peering_is_not_blind_but_for_its_groups() -> None:
    """Prod lists its peerings and admits no range that could be dev's: only dev's own groups are open."""
    made = peered(
        status="deleted", ingress=[rule(cidrs=["10.2.0.0/16"])], dev_routes=False, prod_routes=False
    )
    facts = derive(deny(made, *((kind, DEV) for kind in ALL)))
    assert not [one for one in facts.crossings if one.pair == "dev->prod"]
    assert blind(facts) == {(DEV, "ec2.security_group")}


@pytest.mark.parametrize("kind", ["security_group", "interface", "network_acl"])
def test_a_peering_known_to_have_no_routes_stays_latent(kind: str) -> None:
    one = at(deny(peered(dev_routes=False), (kind, PROD)))
    assert (one.state, one.latent) == (Tri.YES, True)


def test_interfaces_unread_are_not_interfaces_absent() -> None:
    made = peered(prod_interface=False)
    assert at(made.estate()).latent
    one = at(deny(made, ("interface", PROD)))
    assert (one.state, one.latent) == (Tri.UNKNOWN, False)
    assert gap("interface", PROD) in one.gaps


def test_hypothetical_interfaces_carry_groups_that_exist() -> None:
    """Prod's interfaces are not read, but no group of prod admits anything: still held closed."""
    one = at(deny(peered(ingress=[]), ("interface", PROD)))
    assert (one.state, one.latent) == (Tri.YES, True)


@pytest.mark.parametrize(
    ("name", "attr"),
    [
        ("sg-prod", "ingress"),
        ("sg-dev", "egress"),
        ("vpc-dev-main", "routes"),
        ("vpc-prod-main", "routes"),
        ("vpc-prod-acl", "entries"),
        ("pcx-1", "status"),
        ("eni-dev", "groups"),
        ("eni-prod", "addresses"),
        ("eni-prod", "subnet"),
    ],
)
def test_an_unknown_attribute_leaves_it_undecided(name: str, attr: str) -> None:
    one = at(without(peered(), name, attr))
    assert (one.state, one.latent) == (Tri.UNKNOWN, False)
    assert one.gaps[0].resource.endswith(f"/{name}")


@pytest.mark.parametrize(("name", "attr"), [("vpc-dev-main", "main"), ("vpc-prod-acl", "subnets")])
def test_the_only_table_and_the_only_acl_serve_every_subnet(name: str, attr: str) -> None:
    """A network always has a main table, and a subnet an ACL: with one listed whole, it is that one."""
    assert at(without(peered(), name, attr)).state is Tri.YES
    made = peered()
    made.table("rtb-other", "vpc-dev", DEV, [])
    made.add("network_acl", "acl-other", PROD, {"network": "vpc-prod", "subnets": [], "entries": []})
    other = {"main": "rtb-other", "subnets": "acl-other"}[attr]
    found = without(made, name, attr).resources
    made.found = [one for items in found.values() for one in items if one.kind != "boundary"]
    assert at(without(made, other, attr)).state is Tri.UNKNOWN


def test_sides_unknown_in_both_listings_blind_the_pair() -> None:
    assert blind(derive(without(peered(), "pcx-1", "accepter"))) is not None


@pytest.mark.parametrize("name", ["sg-prod", "vpc-dev-main", "vpc-prod-acl"])
def test_a_record_that_is_missing_is_a_gap_of_its_own(name: str) -> None:
    made = peered()
    lost = next(one for one in made.found if one.name == name)
    hole = gap(lost.kind, lost.scope.boundary, resource=lost.id)
    one = at(build([each for each in made.found if each is not lost], made.places, gaps=(hole,)))
    assert one.state is Tri.UNKNOWN
    assert hole in one.gaps


def routed(kind: str) -> Builder:
    """Dev and prod behind a device each, nothing between them but that; prod admits dev."""
    made = Builder()
    for name, account, number in (("dev", DEV, 1), ("prod", PROD, 2)):
        made.network(
            f"vpc-{name}", account, [f"10.{number}.0.0/16"], routes=[route("10.0.0.0/8", kind, f"{kind}-1")]
        )
        made.group(f"sg-{name}", f"vpc-{name}", account, [rule("tcp", 443, cidrs=["10.0.0.0/8"])])
        made.interface(f"eni-{name}", f"vpc-{name}", account, f"10.{number}.0.5", [f"sg-{name}"])
    return made


def test_unread_routes_need_a_device_on_the_other_side() -> None:
    """Dev's routes are not read, prod's lead to a transit gateway: undecided at that gateway."""
    one = at(deny(routed("transit_gateway"), ("route_table", DEV)), "transit_gateway-1")
    assert one.state is Tri.UNKNOWN
    assert gap("route_table", DEV) in one.gaps
    none = routed("peering")
    assert not derive(deny(none, ("route_table", DEV))).blind
    assert not derive(deny(none, ("route_table", DEV))).crossings


def test_routes_unread_on_both_sides_blind_the_pair() -> None:
    facts = derive(deny(routed("peering"), ("route_table", DEV), ("route_table", PROD)))
    assert blind(facts) == {(DEV, "ec2.route_table"), (PROD, "ec2.route_table")}


def test_routes_unread_on_both_sides_are_harmless_where_groups_admit_nothing() -> None:
    made = routed("peering")
    made.found = [one for one in made.found if one.name != "sg-prod"]
    made.group("sg-prod", "vpc-prod", PROD, [])
    made.found = [one for one in made.found if one.name != "sg-dev"]
    made.group("sg-dev", "vpc-dev", DEV, [])
    assert not derive(deny(made, ("route_table", DEV), ("route_table", PROD))).blind


def test_a_range_may_be_inside_a_network_that_was_not_read() -> None:
    made = peered(status="deleted", ingress=[rule("tcp", 22, cidrs=["10.77.0.0/24"])])
    one = at(deny(made, *((kind, DEV) for kind in ALL)), "sg-prod")
    assert one.state is Tri.UNKNOWN
    assert gap("network", DEV) in one.gaps


def test_a_public_address_may_be_that_of_an_interface_that_was_not_read() -> None:
    made = peered(status="deleted", ingress=[rule("tcp", 22, cidrs=["52.1.1.1/32"])])
    assert not [one for one in derive(made.estate()).crossings if one.pair == "dev->prod"]
    one = at(deny(made, ("interface", DEV)), "sg-prod")
    assert one.state is Tri.UNKNOWN
    assert gap("interface", DEV) in one.gaps


def test_a_participants_unread_interfaces_may_stand_in_a_shared_network() -> None:
    made = Builder()
    made.network("vpc-hub", HUB, ["10.5.0.0/16"])
    made.group("sg-dev", "vpc-hub", DEV, [])
    made.group("sg-prod", "vpc-hub", PROD, [rule("tcp", 443, cidrs=["10.5.0.0/16"])])
    made.interface("eni-prod", "vpc-hub", PROD, "10.5.2.5", ["sg-prod"])
    assert not derive(made.estate()).crossings
    assert at(deny(made, ("interface", DEV)), "sg-prod").state is Tri.UNKNOWN


def test_an_account_that_is_nobodys_may_hold_anybodys_interfaces() -> None:
    """Tags assign what is in it; while interfaces are not read, both environments may have some there."""
    places: dict[str, Any] = {"555555555555": None}
    made = Builder(places)
    made.network("vpc-mixed", "555555555555", ["10.5.0.0/16"], place="dev")
    made.group("sg-any", "vpc-mixed", "555555555555", [rule("tcp", 443, cidrs=["10.5.0.0/16"])], place="prod")
    tiers = {"dev": "nonproduction", "prod": "production"}
    for name, place in (("eni-1", "dev"), ("eni-2", "prod")):
        made.interface(name, "vpc-mixed", "555555555555", f"10.5.0.{name[-1]}", ["sg-any"], place=place)
    assert at(made.estate(tiers=tiers), "sg-any").state is Tri.YES
    assert at(deny(made, ("interface", "555555555555"), tiers=tiers), "vpc-mixed").state is Tri.UNKNOWN


def test_what_nobody_asked_for_blinds_though_no_call_failed() -> None:
    """A collection for a few other rules leaves kinds unlisted without a gap; that is no pass."""
    made = peered()
    nowhere = tuple(
        Unlisted(kind, Scope("aws", account, "global"), ()) for kind in ALL for account in (DEV, PROD)
    )
    facts = derive(build([], made.places, unlisted=nowhere))
    assert set(facts.blind) == {"dev->prod", "prod->dev"}
    assert all(hole.detail == "not told" for gaps in facts.blind.values() for hole in gaps)


def test_an_attribute_that_is_unknown_without_a_gap_is_a_gap_all_the_same() -> None:
    made = peered()
    made.found = [
        replace(one, unknown={"ingress": ()}) if one.name == "sg-prod" else one for one in made.found
    ]
    one = at(made.estate())
    assert one.state is Tri.UNKNOWN
    assert {hole.resource for hole in one.gaps} == {arn("security_group", "sg-prod", PROD)}


def test_a_network_without_a_route_table_was_not_told_whole() -> None:
    made = peered()
    made.found = [one for one in made.found if one.name != "vpc-dev-main"]
    one = at(made.estate())
    assert one.state is Tri.UNKNOWN
    assert {hole.call for hole in one.gaps} == {"ec2:DescribeRouteTables"}
