"""Flow logs: of a network, of all of its parts, that work; and what hides them."""

from __future__ import annotations

from typing import Any

import pytest

from facts.network.networks import PROD, REGION, Builder, arn, build, unlisted
from scanner.facts.flow_logging import derive
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.facts import Mark
from scanner.model.snapshot import Gap, Reason, Scope

HOLE = Gap(
    Scope("aws", PROD, REGION), "ec2.flow_log", "ec2:DescribeFlowLogs", "ec2:DescribeFlowLogs", Reason.DENIED
)


TAKER = "888888888888"
HERS = Gap(
    Scope("aws", TAKER, REGION), "ec2.flow_log", "ec2:DescribeFlowLogs", "ec2:DescribeFlowLogs", Reason.DENIED
)


def made(*logs: dict[str, Any], interface: bool = True) -> Builder:
    found = Builder()
    found.network("vpc-1", PROD, ["10.2.0.0/16"])
    found.subnet("vpc-1-b", "vpc-1", PROD, ["10.2.2.0/24"])
    if interface:
        found.interface("eni-1", "vpc-1", PROD, "10.2.0.5", [])
    for number, log in enumerate(logs):
        attrs = {"target": "vpc-1", "traffic": "ALL", "status": "ACTIVE", "delivery": "SUCCESS", **log}
        name = f"fl-{number}"
        scope = Scope("aws", PROD, REGION)
        found.found.append(
            Resource(f"arn:aws:ec2:{REGION}:{PROD}:vpc-flow-log/{name}", "flow_log", name, scope, attrs)
        )
    return found


def marks(estate: Estate) -> dict[str, Mark]:
    network = arn("network", "vpc-1", PROD)
    return {one.attr: one for one in derive(estate).marks if one.resource == network}


@pytest.mark.parametrize(
    "logs",
    [
        [{}],
        [{"traffic": "ACCEPT"}, {"traffic": "REJECT"}],
        [{"target": "vpc-1-a"}, {"target": "vpc-1-b"}],
        [{"target": "eni-1"}],
        [{"delivery": None}],
    ],
)
def test_what_covers_a_network(logs: list[dict[str, Any]]) -> None:
    assert marks(made(*logs).estate())["flow_logged"].value is True


@pytest.mark.parametrize(
    "logs",
    [
        [],
        [{"traffic": "REJECT"}],
        [{"status": "INACTIVE"}],
        [{"delivery": "FAILED"}],
        [{"target": "vpc-1-a"}],
        [{"target": "vpc-2"}],
    ],
)
def test_what_does_not(logs: list[dict[str, Any]]) -> None:
    found = marks(made(*logs).estate())["flow_logged"]
    assert (found.value, found.unknown) == (False, False)


def test_a_network_that_nothing_stands_in_is_not_used() -> None:
    assert marks(made().estate())["used"].value is True
    assert marks(made(interface=False).estate())["used"].value is False
    hidden = build(made(interface=False).found, made().places, unlisted=(unlisted("interface", PROD),))
    assert marks(hidden)["used"].unknown


def test_logs_that_were_not_listed_are_unknown_unless_one_is_known() -> None:
    hidden = (Unlisted("flow_log", Scope("aws", PROD, REGION), (HOLE,), "prod"),)
    found = marks(build(made().found, made().places, unlisted=hidden))["flow_logged"]
    assert (found.unknown, found.gaps) == (True, (HOLE,))
    assert marks(build(made({}).found, made().places, unlisted=hidden))["flow_logged"].value is True


@pytest.mark.parametrize(("kind", "target"), [("interface", "eni-1"), ("subnet", "vpc-1-")])
def test_logs_of_all_parts_that_were_listed_are_not_logs_of_all(kind: str, target: str) -> None:
    targets = ["vpc-1-a", "vpc-1-b"] if kind == "subnet" else [target]
    one = made(*({"target": name} for name in targets))
    assert marks(one.estate())["flow_logged"].value is True
    hole = unlisted(kind, PROD)
    found = marks(build(one.found, one.places, unlisted=(hole,)))["flow_logged"]
    assert (found.unknown, found.gaps) == (True, hole.gaps)


class TestSharedNetworks:
    """A participant's interface lies in a subnet that the owner shares: one log of it suffices, and hides."""

    def _shared(self, *logs: dict[str, Any]) -> Builder:
        found = made(*logs, interface=False)
        found.interface("eni-1", "vpc-1", PROD, "10.2.0.5", [])
        found.found[-1].attrs["owner"] = TAKER
        return found

    def test_a_participant_that_nobody_collected_may_log_its_own(self) -> None:
        assert marks(self._shared().estate())["flow_logged"].unknown
        assert marks(self._shared({"target": "eni-1"}).estate())["flow_logged"].value is True

    def test_one_whose_logs_were_not_listed_may_too(self) -> None:
        one, hole = self._shared(), Unlisted("flow_log", HERS.scope, (HERS,), None)
        found = marks(build(one.found, one.places, unlisted=(hole,)))["flow_logged"]
        assert (found.unknown, found.gaps) == (True, hole.gaps)

    def test_an_interface_of_the_owner_without_a_log_decides(self) -> None:
        one, hole = self._shared(), Unlisted("flow_log", HERS.scope, (HERS,), None)
        one.interface("eni-2", "vpc-1", PROD, "10.2.0.6", [])
        assert marks(build(one.found, one.places, unlisted=(hole,)))["flow_logged"].value is False
