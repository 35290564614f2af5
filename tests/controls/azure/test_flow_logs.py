"""HRD-003 on virtual networks of Azure: flow logs, over the wire."""

from __future__ import annotations

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.network_makers import Networks
from tests.faults.azure.watching import category, log_workspace, logs_to

RULE = "HRD-003"


@pytest.fixture
def nets(lab: Lab) -> Networks:
    return Networks(lab.cloud)


def _used(lab: Lab, nets: Networks, **subnets: str) -> str:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16", **subnets)
    nets.interface(lab.prod, "nic", nets.subnet(network, next(iter(subnets), "default")), "10.2.0.4")
    return network


def _judged(lab: Lab, network: str) -> str | None:
    return lab.judge(RULE).get(("flow_logs", network))


def test_without_a_log_it_fails_and_with_one_of_everything_it_passes(lab: Lab, nets: Networks) -> None:
    network = _used(lab, nets)
    assert _judged(lab, network) == "fail"
    nets.flow_log(lab.prod, "flows", network)
    assert _judged(lab, network) == "pass"


def test_a_network_that_nothing_stands_in_is_no_subject(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    assert _judged(lab, network) is None
    nets.occupy(nets.subnet(network), f"{network.rpartition('/virtualnetworks/')[0]}/bastionhosts/b/ip/ip")
    assert _judged(lab, network) == "fail", "what is no interface is something too"


@pytest.mark.parametrize(
    "changed", [{"enabled": False}, {"enabledFilteringCriteria": "srcIP=10.2.0.4"}, {"recordTypes": "E"}]
)
def test_a_log_that_is_off_or_leaves_something_out(
    lab: Lab, nets: Networks, changed: dict[str, object]
) -> None:
    network = _used(lab, nets)
    nets.flow_log(lab.prod, "flows", network, **changed)
    assert _judged(lab, network) == "fail"


def test_logs_of_each_subnet_cover_it_and_those_of_some_do_not(lab: Lab, nets: Networks) -> None:
    network = _used(lab, nets, a="10.2.0.0/24", b="10.2.1.0/24")
    nets.flow_log(lab.prod, "flows-a", nets.subnet(network, "a"))
    assert _judged(lab, network) == "fail"
    nets.flow_log(lab.prod, "flows-b", nets.subnet(network, "b"))
    assert _judged(lab, network) == "pass"


def test_logs_of_each_interface_cover_it_where_nothing_else_is_there(lab: Lab, nets: Networks) -> None:
    network = _used(lab, nets)
    nets.flow_log(lab.prod, "flows", network.replace("virtualnetworks/vnet", "networkinterfaces/nic"))
    assert _judged(lab, network) == "pass"
    nets.occupy(nets.subnet(network), f"{network.rpartition('/virtualnetworks/')[0]}/bastionhosts/b/ip/ip")
    assert _judged(lab, network) == "fail"


def test_a_log_of_a_security_group_is_none_of_the_network(lab: Lab, nets: Networks) -> None:
    network = _used(lab, nets)
    group = nets.group(lab.prod, "nsg")
    nets.subnet(network, networkSecurityGroup=group)
    nets.flow_log(lab.prod, "flows", group)
    assert _judged(lab, network) == "fail"


@pytest.mark.parametrize("fault", ["denied", "throttled", "unsupported", "truncated"])
def test_logs_that_could_not_be_listed_leave_it_open(lab: Lab, nets: Networks, fault: str) -> None:
    network = _used(lab, nets)
    lab.server.fault(fault, "network:FlowLogs")
    assert _judged(lab, network) == "unknown"


def test_interfaces_that_could_not_be_listed_leave_open_whether_it_is_used(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    lab.server.fault("denied", "network:NetworkInterfaces")
    assert _judged(lab, network) == "unknown"
    nets.flow_log(lab.prod, "flows", network)
    assert _judged(lab, network) == "unknown", "whether it is a subject is part of the verdict"


def test_networks_that_could_not_be_listed_are_a_subject(lab: Lab, nets: Networks) -> None:
    _used(lab, nets)
    lab.server.fault("denied", "network:VirtualNetworks")
    assert _judged(lab, f"azure/{lab.prod_subscription}/global/network") == "unknown"


def test_what_is_changed_in_a_subscription_is_sent_somewhere(lab: Lab) -> None:
    """The activity log tells of all regions, and is kept beyond 90 days where a setting sends it."""
    subscription = lab.prod_subscription
    assert lab.judge(RULE)["audit_logs", subscription] == "fail"
    workspace = log_workspace(lab.cloud, lab.prod, "logs", 400)
    logs = [category(name) for name in ("Administrative", "Security", "Policy")]
    logs_to(lab.cloud, subscription, "audit", *logs, workspaceId=workspace)
    assert lab.judge(RULE)["audit_logs", subscription] == "pass"
    lab.server.fault("denied", "insights:ActivityLogSettings")
    assert lab.judge(RULE)["audit_logs", subscription] == "unknown"
