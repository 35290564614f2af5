"""Load balancers of services and of E that pass on to targets in F."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from facts.network.networks import DEV, HUB, PROD, REGION, Builder, build, route, rule
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate, Flow, Resource, Unlisted
from scanner.model.facts import Crossing
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Reason, Scope, Source

LB = f"arn:aws:elasticloadbalancing:{REGION}:{HUB}:loadbalancer/app/shared/0123"
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{HUB}:targetgroup/models/4567"
CALLS = {
    "load_balancer": ("elbv2.load_balancer", "elbv2:DescribeLoadBalancers"),
    "target_group": ("elbv2.target_group", "elbv2:DescribeTargetHealth"),
}


def hole(kind: str, resource: str = "") -> Gap:
    native, call = CALLS[kind]
    return Gap(Scope("aws", HUB, REGION), native, call, call, Reason.DENIED, resource)


def add(made: Builder, kind: str, id_: str, place: str, attrs: dict[str, Any]) -> None:
    service = place.removeprefix("service:") if place.startswith("service:") else None
    source = Source(f"parts/aws/{HUB}/{REGION}/{CALLS[kind][0]}.jsonl", len(made.found) + 1)
    made.found.append(
        Resource(
            id_,
            kind,
            id_.rsplit("/", 2)[1],
            Scope("aws", HUB, REGION),
            attrs,
            source=source,
            environment=None if service else place,
            service=service,
        )
    )


def relayed(**more: Any) -> Builder:
    """Dev and prod each peered with the hub's network, where a load balancer on 443 passes on to prod's 8080.

    Peerings are not transitive: nothing of dev gets to prod but by the load balancer.
    """
    made = Builder()
    place = more.get("place", "service:hub")
    clients = [route("10.3.0.0/16", "peering", "pcx-dev")]
    made.network("vpc-dev", DEV, ["10.1.0.0/16"], routes=clients)
    made.network("vpc-prod", PROD, ["10.2.0.0/16"], routes=[route("10.3.0.0/16", "peering", "pcx-prod")])
    onward = [route("10.1.0.0/16", "peering", "pcx-dev"), route("10.2.0.0/16", "peering", "pcx-prod")]
    made.network("vpc-hub", HUB, ["10.3.0.0/16"], routes=onward)
    for name, number in (("dev", 1), ("prod", 2)):
        sides = (
            ((DEV, PROD)[number - 1], f"vpc-{name}", f"10.{number}.0.0/16"),
            (HUB, "vpc-hub", "10.3.0.0/16"),
        )
        made.peering(f"pcx-{name}", *sides)
    made.group("sg-dev", "vpc-dev", DEV, [])
    made.group("sg-lb", "vpc-hub", HUB, more.get("front", [rule("tcp", 443, cidrs=["10.1.0.0/16"])]))
    made.group("sg-prod", "vpc-prod", PROD, more.get("back", [rule("tcp", 8080, cidrs=["10.3.0.0/16"])]))
    made.interface("eni-dev", "vpc-dev", DEV, "10.1.0.10", ["sg-dev"])
    said = {"description": f"ELB {more.get('type', 'app')}/shared/0123", "place": place}
    made.interface("eni-lb", "vpc-hub", HUB, "10.3.0.10", ["sg-lb"], **said)
    made.interface("eni-prod", "vpc-prod", PROD, "10.2.0.10", ["sg-prod"])
    lb = LB.replace("/app/", f"/{more.get('type', 'app')}/")
    groups = more.get("groups", [GROUP])
    listener = {"protocol": "HTTPS", "port": 443, "target_groups": groups, "instance_port": None}
    kind = {"app": "application", "net": "network"}[more.get("type", "app")]
    attrs = {"type": kind, "network": "vpc-hub", "listeners": [listener], "instances": []}
    add(made, "load_balancer", lb, place, attrs)
    target = {
        "type": "ip",
        "network": "vpc-hub",
        "protocol": "HTTP",
        "port": 8080,
        "load_balancers": [lb],
        "targets": more.get("targets", [{"id": "10.2.0.10", "port": 8080}]),
    }
    add(made, "target_group", GROUP, place, target)
    return made


def crossing(estate: Estate, pair: str = "dev->prod") -> Crossing | None:
    return next((one for one in derive(estate).crossings if one.pair == pair and one.border == GROUP), None)


def hidden(made: Builder, kind: str, attr: str) -> Estate:
    found = [
        replace(
            one,
            attrs={name: value for name, value in one.attrs.items() if name != attr},
            unknown={attr: (hole(kind, one.id),)},
        )
        if one.kind == kind
        else one
        for one in made.found
    ]
    return build(found, made.places)


def test_a_shared_load_balancer_leads_on_to_its_registered_targets() -> None:
    one = crossing(relayed().estate())
    assert one is not None
    assert (one.state, one.latent, one.via, one.closes) == (Tri.YES, False, ("hub",), (GROUP,))
    assert ([name.rpartition("/")[2] for name in one.sources + one.targets], one.detail["ports"]) == (
        ["eni-dev", "eni-prod"],
        ["tcp 443"],
    )
    said = [step.by for step in one.steps]
    assert "security group sg-lb ingress tcp 443 from 10.1.0.0/16" in said
    at = said.index("load balancer shared listener tcp 443 passes on to models")
    assert said[at + 1] == "models registers target 10.2.0.10"
    assert "security group sg-prod ingress tcp 8080 from 10.3.0.0/16" in said[at + 2 :]
    assert all(step.source.part for step in one.steps)


def test_only_a_flow_by_way_of_the_service_allows_it() -> None:
    for via, allowed in ((None, None), ("hub", "models")):
        flow = Flow("models", "dev", "prod", ("connect",), via=via)
        one = crossing(relayed().estate(flows=(flow,)))
        assert one is not None
        assert one.flow == allowed


def test_what_does_not_lead_from_dev_to_prod_is_no_crossing() -> None:
    ways = {
        "no target in prod": relayed(targets=[{"id": "10.3.0.77", "port": 8080}]),
        "no target": relayed(targets=[]),
        "dev is not let in": relayed(front=[rule("tcp", 443, cidrs=["10.9.0.0/16"])]),
        "dev is let in where nothing listens": relayed(front=[rule("tcp", 22, cidrs=["10.1.0.0/16"])]),
        "the load balancer is prod's own": relayed(place="prod"),
    }
    for why, made in ways.items():
        facts = derive(made.estate())
        assert GROUP not in {one.border for one in facts.crossings if one.pair == "dev->prod"}, why
        assert "dev->prod" not in facts.blind, why


def test_what_keeps_the_load_balancer_from_its_target_makes_it_latent() -> None:
    one = crossing(relayed(back=[rule("tcp", 22, cidrs=["10.3.0.0/16"])]).estate())
    assert one is not None
    assert (one.state, one.latent, one.steps[-1].state) == (Tri.YES, True, Tri.NO)


def test_targets_of_a_network_load_balancer_may_see_the_client() -> None:
    one = crossing(relayed(type="net", back=[rule("tcp", 8080, cidrs=["10.1.0.0/16"])]).estate())
    assert one is not None
    assert (one.state, one.latent) == (Tri.UNKNOWN, False)


def test_a_load_balancer_of_dev_itself_leads_to_prod_by_its_target_group() -> None:
    one = crossing(relayed(place="dev").estate())
    assert one is not None
    assert (one.state, one.via) == (Tri.YES, ())
    assert [name.rpartition("/")[2] for name in one.sources] == ["eni-lb"]


def test_a_group_that_a_rule_passes_on_to_has_the_only_listener() -> None:
    one = crossing(relayed(groups=[]).estate())
    assert one is not None
    assert one.state is Tri.YES


def test_targets_and_listeners_that_are_not_read_leave_it_undecided() -> None:
    for kind, attr in (("target_group", "targets"), ("load_balancer", "listeners")):
        one = crossing(hidden(relayed(), kind, attr))
        assert one is not None, attr
        assert one.state is Tri.UNKNOWN, attr
        assert {gap.kind for gap in one.gaps} == {CALLS[kind][0]}, attr


def test_load_balancers_and_groups_that_were_not_listed_blind_the_pair() -> None:
    for kind in CALLS:
        made = relayed()
        kept = [one for one in made.found if one.kind != kind]
        lost = Unlisted(kind, Scope("aws", HUB, REGION), (hole(kind),), "service:hub")
        assert hole(kind) in derive(build(kept, made.places, unlisted=(lost,))).blind["dev->prod"]
        # Where no interface is a load balancer's there is none.
        kept = [one for one in kept if one.name != "eni-lb" and one.kind not in CALLS]
        assert "dev->prod" not in derive(build(kept, made.places, unlisted=(lost,))).blind
