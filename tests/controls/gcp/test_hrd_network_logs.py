"""HRD-003 on networks and projects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.makers import network
from tests.faults.gcp.makers_more import instance, subnet

RULE = "HRD-003"


def _taken(lab: Lab, at: str, project: str | None = None) -> None:
    """A machine that stands in a subnet."""
    link = f"https://www.googleapis.com/compute/v1/{at.partition('googleapis.com/')[2]}"
    instance(lab.cloud, project or lab.prod, "serving", networkInterfaces=[{"subnetwork": link}])


@pytest.mark.parametrize(
    ("logs", "verdict"),
    [
        ({"enable": True, "flowSampling": 1.0}, "pass"),
        ({"enable": True, "flowSampling": 1.0, "filterExpr": "true"}, "pass"),
        ({"enable": True, "flowSampling": 0.5}, "fail"),
        (
            {"enable": True, "flowSampling": 1.0, "filterExpr": "inIpRange(connection.src_ip, '10.0.0.0/8')"},
            "fail",
        ),
        ({"enable": False, "flowSampling": 1.0}, "fail"),
        ({}, "fail"),
    ],
)
def test_what_a_subnet_records(lab: Lab, logs: dict[str, Any], verdict: str) -> None:
    vpc = network(lab.cloud, lab.prod, "vpc")
    _taken(lab, subnet(lab.cloud, lab.prod, vpc, "a", "10.0.0.0/24", logConfig=logs))
    assert lab.judge(RULE)["flow_logs", vpc] == verdict


def test_every_subnet_has_to(lab: Lab) -> None:
    vpc = network(lab.cloud, lab.prod, "vpc")
    _taken(lab, subnet(lab.cloud, lab.prod, vpc, "a", "10.0.0.0/24"))
    subnet(lab.cloud, lab.prod, vpc, "proxies", "10.0.2.0/24", purpose="REGIONAL_MANAGED_PROXY", logConfig={})
    assert lab.judge(RULE)["flow_logs", vpc] == "pass", "proxies have none to keep"
    subnet(lab.cloud, lab.prod, vpc, "b", "10.0.1.0/24", logConfig={"enable": False})
    assert lab.judge(RULE)["flow_logs", vpc] == "fail"


def test_networks_of_one_name_are_told_apart_by_project(lab: Lab) -> None:
    dev, prod = network(lab.cloud, lab.dev, "default"), network(lab.cloud, lab.prod, "default")
    subnet(lab.cloud, lab.dev, dev, "default", "10.0.0.0/24")
    _taken(lab, subnet(lab.cloud, lab.prod, prod, "default", "10.0.0.0/24", logConfig={}))
    assert lab.judge(RULE)["flow_logs", prod] == "fail"


def test_a_network_that_nothing_is_seen_in(lab: Lab) -> None:
    bare, divided = network(lab.cloud, lab.prod, "bare"), network(lab.cloud, lab.prod, "divided")
    subnet(lab.cloud, lab.prod, divided, "a", "10.0.0.0/24", logConfig={})
    found = lab.judge(RULE)
    assert ("flow_logs", bare) not in found
    assert found["flow_logs", divided] == "unknown", "what else may stand in a subnet is not read"


def test_a_machine_of_another_project_in_a_shared_network(lab: Lab) -> None:
    vpc = network(lab.cloud, lab.prod, "shared")
    _taken(lab, subnet(lab.cloud, lab.prod, vpc, "a", "10.0.0.0/24", logConfig={}), lab.dev)
    assert lab.judge(RULE)["flow_logs", vpc] == "fail"


def test_changes_are_recorded_of_every_project_that_answers(lab: Lab) -> None:
    assert lab.judge(RULE)["audit_logs", lab.prod] == "pass"
    lab.server.fault("denied", "assets:RESOURCE", within=lab.prod)
    found = lab.judge(RULE)
    assert found["audit_logs", lab.prod] == "unknown"
    assert found["flow_logs", f"gcp/{lab.prod}/global/network"] == "unknown"


def test_a_subnet_that_was_cut_off(lab: Lab) -> None:
    vpc = network(lab.cloud, lab.prod, "vpc")
    first = subnet(lab.cloud, lab.prod, vpc, "a", "10.0.0.0/24")
    _taken(lab, first)
    second = subnet(lab.cloud, lab.prod, vpc, "b", "10.0.1.0/24")
    lab.cloud.whole(second)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
    assert lab.judge(RULE)["flow_logs", vpc] == "unknown"
