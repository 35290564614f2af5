"""Load balancers of services and of E that pass on to targets in F."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.network.networks import DEV, HUB, PROD, REGION, Builder, arn, build, deny, gap, route, rule
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
        "type": more.get("target_type", "ip"),
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


def registered(kind: str, *ids: str, **more: Any) -> Builder:
    """The same, where the group registers targets of another sort."""
    return relayed(
        target_type=kind, targets=[{"id": one, "port": more.pop("port", 8080)} for one in ids], **more
    )


class TestInstances:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html.

    An instance is registered by its id in the load balancer's own network only: prod's is in a shared subnet.
    """

    def running(self, attached: str = "i-1", **more: Any) -> Builder:
        made = registered("instance", "i-1")
        admits = more.get("admits", [rule("tcp", 8080, groups=[{"id": "sg-lb", "account": HUB}])])
        made.group("sg-job", "vpc-hub", PROD, admits)
        made.interface("eni-job", "vpc-hub", PROD, "10.3.0.30", ["sg-job"])
        job = made.found.pop()
        attached = f"arn:aws:ec2:{REGION}:{PROD}:instance/{attached}"
        made.found.append(replace(job, attrs={**job.attrs, "attached_to": attached}))
        return made

    def test_an_instance_is_reached_at_its_interface(self) -> None:
        one = crossing(self.running().estate())
        assert one is not None
        assert (one.state, one.latent, one.targets) == (Tri.YES, False, (arn("interface", "eni-job", PROD),))
        said = [step.by for step in one.steps]
        assert "models registers target i-1" in said
        assert "security group sg-job ingress tcp 8080 from sg-lb" in said

    def test_one_that_does_not_let_the_load_balancer_in_is_half_open(self) -> None:
        one = crossing(self.running(admits=[rule("tcp", 22, cidrs=["10.3.0.0/16"])]).estate())
        assert one is not None
        assert (one.state, one.latent) == (Tri.YES, True)

    def test_another_instance_is_no_target(self) -> None:
        assert crossing(self.running("i-2").estate()) is None

    def test_one_that_no_listing_shows_may_be_prod_s(self) -> None:
        one = crossing(deny(self.running(), ("interface", PROD)))
        assert one is not None
        assert (one.state, one.gaps) == (Tri.UNKNOWN, (gap("interface", PROD),))


FUNCTION = f"arn:aws:lambda:{REGION}:{PROD}:function:score"


def function(made: Builder, id_: str = FUNCTION, place: str = "prod") -> Builder:
    made.found.append(
        Resource(id_, "workload", "score", Scope("aws", PROD, REGION), {"type": "lambda"}, environment=place)
    )
    return made


LIST = "lambda:ListFunctions"
UNREAD = Gap(Scope("aws", PROD, REGION), "lambda.function", LIST, LIST, Reason.DENIED)


def unread_functions(made: Builder) -> Estate:
    hole = Unlisted("workload", Scope("aws", PROD, REGION), (UNREAD,), "prod")
    return build(made.found, made.places, unlisted=(hole,))


class TestFunctions:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html."""

    @pytest.mark.parametrize("target", [FUNCTION, f"{FUNCTION}:live", f"{FUNCTION}:7"])
    def test_a_function_is_invoked_whatever_groups_and_routes_say(self, target: str) -> None:
        one = crossing(function(registered("lambda", target, port=None, back=[])).estate())
        assert one is not None
        assert (one.state, one.latent, one.targets) == (Tri.YES, False, (FUNCTION,))
        assert one.detail["ports"] == ["tcp 443"]

    def test_a_client_that_the_load_balancer_does_not_let_in_invokes_nothing(self) -> None:
        assert crossing(function(registered("lambda", FUNCTION, port=None, front=[])).estate()) is None

    def test_one_that_is_deleted_is_no_target(self) -> None:
        assert crossing(registered("lambda", FUNCTION, port=None).estate()) is None

    def test_one_that_was_not_listed_leaves_it_undecided(self) -> None:
        one = crossing(unread_functions(registered("lambda", f"{FUNCTION}:live", port=None)))
        assert one is not None
        assert (one.state, one.gaps) == (Tri.UNKNOWN, (UNREAD,))

    def test_one_of_another_account_is_not_prod_s(self) -> None:
        other = FUNCTION.replace(PROD, HUB)
        assert crossing(unread_functions(registered("lambda", other, port=None))) is None

    def test_groups_that_were_not_read_may_register_one(self) -> None:
        made = registered("lambda", FUNCTION, port=None)
        assert crossing(hidden(made, "target_group", "targets")) is None, "prod has no function"
        one = crossing(hidden(function(made), "target_group", "targets"))
        assert one is not None
        assert (one.state, {each.kind for each in one.gaps}) == (Tri.UNKNOWN, {"elbv2.target_group"})


SECOND = LB.replace("shared/0123", "second/0456")
INNER = GROUP.replace("models/4567", "inner/8901")


def chained(**more: Any) -> Builder:
    """A network load balancer before an application load balancer ``second`` at 10.3.0.20, before prod."""
    made = registered("alb", SECOND, port=443, type="net")
    made.group("sg-second", "vpc-hub", HUB, more.get("second", [rule("tcp", 443, cidrs=["10.1.0.0/16"])]))
    said = {"description": "ELB app/second/0456", "place": more.get("place", "service:hub")}
    made.interface("eni-second", "vpc-hub", HUB, "10.3.0.20", ["sg-second"], **said)
    listener = {"protocol": "HTTPS", "port": 443, "target_groups": [INNER], "instance_port": None}
    attrs = {"type": "application", "network": "vpc-hub", "listeners": [listener], "instances": []}
    add(made, "load_balancer", SECOND, more.get("place", "service:hub"), attrs)
    target = {
        "type": "ip",
        "network": "vpc-hub",
        "protocol": "HTTP",
        "port": 8080,
        "load_balancers": [SECOND],
        "targets": more.get("targets", [{"id": "10.2.0.10", "port": 8080}]),
    }
    add(made, "target_group", INNER, more.get("place", "service:hub"), target)
    return made


class TestLoadBalancersAsTargets:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html."""

    def of(self, made: Builder, border: str) -> Crossing | None:
        found = {one.border: one for one in derive(made.estate()).crossings if one.pair == "dev->prod"}
        return found.get(border)

    def test_it_leads_on_to_what_the_second_one_registers(self) -> None:
        one = self.of(chained(), INNER)
        assert one is not None
        assert (one.state, one.targets) == (Tri.YES, (arn("interface", "eni-prod", PROD),))

    def test_where_the_second_one_lets_no_client_in_it_is_undecided(self) -> None:
        one = self.of(chained(second=[rule("tcp", 443, cidrs=["10.3.0.0/16"])]), INNER)
        assert one is not None
        assert one.state is Tri.UNKNOWN
        said = [step.by for step in one.steps]
        at = said.index("load balancer shared passes on to second, which sees the client's address")
        assert said[at + 1] == "load balancer second listener tcp 443 passes on to inner"
        assert "security group sg-second egress all traffic to 0.0.0.0/0, ::/0" in said[at:]

    def test_one_without_a_target_in_prod_leads_nowhere(self) -> None:
        made = chained(targets=[{"id": "10.3.0.77", "port": 8080}])
        assert {self.of(made, border) for border in (GROUP, INNER)} == {None}

    def test_one_of_prod_is_the_target_itself(self) -> None:
        """The group of the network load balancer is the border, and nothing of prod's own."""
        made = chained(place="prod")
        one = self.of(made, GROUP)
        assert one is not None
        assert one.targets == (arn("interface", "eni-second", HUB),)
        assert self.of(made, INNER) is None


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


@pytest.mark.parametrize(
    ("kind", "attr"),
    [("target_group", "load_balancers"), ("target_group", "type"), ("load_balancer", "instances")],
)
def test_what_is_not_known_of_them_blinds_the_pair(kind: str, attr: str) -> None:
    made = chained()
    assert "dev->prod" not in derive(made.estate()).blind
    lost = derive(hidden(made, kind, attr)).blind["dev->prod"]
    assert {(one.kind, one.resource) for one in lost} == {
        (CALLS[kind][0], one.id) for one in made.found if one.kind == kind
    }
