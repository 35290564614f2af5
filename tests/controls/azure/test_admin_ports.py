"""HRD-001 on interfaces of Azure, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.cloud import Json
from tests.faults.azure.network_makers import Networks, rule

RULE = "HRD-001"


def _ssh() -> Json:
    return rule("ssh", 100, "Allow", "*", "22")


@pytest.fixture
def nets(lab: Lab) -> Networks:
    return Networks(lab.cloud)


def _machine(lab: Lab, nets: Networks, *rules: Any, sku: str = "Standard", **more: Any) -> str:
    """A machine of production with a public address; with rules, behind a group at its subnet."""
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    if rules:
        nets.subnet(network, networkSecurityGroup=nets.group(lab.prod, "nsg", *rules))
    public = nets.public(lab.prod, "ip", more.pop("address", "203.0.114.9"), sku)
    return nets.interface(lab.prod, "nic", nets.subnet(network), "10.2.0.4", public=public, **more)


def _judged(lab: Lab, interface: str) -> tuple[str, Any]:
    found = {item.subject: item for item in lab.verdicts(RULE)}
    return found[interface].verdict.value, found[interface].detail.get("ports")


def test_ssh_from_anywhere_fails_and_from_an_office_passes(lab: Lab, nets: Networks) -> None:
    interface = _machine(lab, nets, _ssh())
    assert _judged(lab, interface) == ("fail", "tcp 22")
    lab.cloud.find(interface.replace("networkinterfaces/nic", "networksecuritygroups/nsg"))["properties"][
        "securityRules"
    ][0]["properties"]["sourceAddressPrefix"] = "198.51.100.0/24"
    assert _judged(lab, interface) == ("pass", None)


@pytest.mark.parametrize(
    ("source", "wanted"), [("Internet", "fail"), ("0.0.0.0/0", "fail"), ("AzureCloud", "unknown")]
)
def test_words_for_the_internet(lab: Lab, nets: Networks, source: str, wanted: str) -> None:
    assert _judged(lab, _machine(lab, nets, rule("rdp", 100, "Allow", source, "3389")))[0] == wanted


def test_a_deny_with_a_lower_number_holds(lab: Lab, nets: Networks) -> None:
    assert _judged(lab, _machine(lab, nets, rule("no", 90, "Deny", "Internet", "20-30"), _ssh())) == (
        "pass",
        None,
    )


def test_both_groups_have_to_allow(lab: Lab, nets: Networks) -> None:
    own = nets.group(lab.prod, "nsg-own")
    assert _judged(lab, _machine(lab, nets, _ssh(), group=own)) == ("pass", None)


@pytest.mark.parametrize(("sku", "wanted"), [("Standard", "pass"), ("Basic", "fail")])
def test_without_any_group_the_sku_decides(lab: Lab, nets: Networks, sku: str, wanted: str) -> None:
    assert _judged(lab, _machine(lab, nets, sku=sku))[0] == wanted


def test_a_route_to_an_appliance_for_everything_widens_the_tag_and_takes_the_answer(
    lab: Lab, nets: Networks
) -> None:
    interface = _machine(lab, nets, rule("https", 100, "Allow", "*", "443"))
    assert _judged(lab, interface)[0] == "pass"
    table = nets.table(lab.prod, "rt", ("0.0.0.0/0", "VirtualAppliance", "10.2.9.4"))
    network = interface.replace("networkinterfaces/nic", "virtualnetworks/vnet")
    nets.subnet(network, routeTable=table)
    assert _judged(lab, interface)[0] == "unknown", "VirtualNetwork now holds the internet"


def test_answers_that_are_dropped(lab: Lab, nets: Networks) -> None:
    interface = _machine(lab, nets, _ssh())
    network = interface.replace("networkinterfaces/nic", "virtualnetworks/vnet")
    nets.subnet(network, routeTable=nets.table(lab.prod, "rt", ("0.0.0.0/0", "None", None)))
    assert _judged(lab, interface)[0] == "pass"


def test_a_balancer_leads_to_the_port_behind(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    nets.subnet(network, networkSecurityGroup=nets.group(lab.prod, "nsg", _ssh()))
    interface = nets.interface(lab.prod, "nic", nets.subnet(network), "10.2.0.4")
    assert _judged(lab, interface)[0] == "pass", "no public address"
    front = nets.public(lab.prod, "front", "203.0.114.10")
    nets.balancer(lab.prod, "lb", public=front, forwards=[("Tcp", 50001, 22, interface)])
    assert _judged(lab, interface) == ("fail", "tcp 22")
    lab.server.fault("denied", "network:LoadBalancers")
    assert _judged(lab, interface)[0] == "unknown"


def test_a_private_balancer_leads_nobody_in(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    nets.subnet(network, networkSecurityGroup=nets.group(lab.prod, "nsg", _ssh()))
    interface = nets.interface(lab.prod, "nic", nets.subnet(network), "10.2.0.4")
    nets.balancer(
        lab.prod, "lb", ("Tcp", 22, 22), subnet=nets.subnet(network), address="10.2.0.9", members=[interface]
    )
    assert _judged(lab, interface)[0] == "pass"


def test_instances_of_a_scale_set_are_no_blind_spot(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    subnet = nets.subnet(network)
    scale_set = (
        f"{network.partition('/microsoft.network/')[0]}/microsoft.compute/virtualmachinescalesets/nodes"
    )
    nets.occupy(subnet, f"{scale_set}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip")
    interface = f"{scale_set}/networkinterfaces/nic"
    assert _judged(lab, interface)[0] == "unknown"
    nets.subnet(network, networkSecurityGroup=nets.group(lab.prod, "nsg", rule("no", 100, "Deny", "*", "*")))
    assert _judged(lab, interface)[0] == "pass", "its subnet lets nothing in"


def test_a_firewall_beside_it_may_translate(lab: Lab, nets: Networks) -> None:
    network = nets.network(
        lab.prod, "vnet", "10.2.0.0/16", default="10.2.0.0/24", AzureFirewallSubnet="10.2.1.0/24"
    )
    nets.firewall(lab.prod, "fw", nets.subnet(network, "AzureFirewallSubnet"), "10.2.1.4")
    interface = nets.interface(lab.prod, "nic", nets.subnet(network), "10.2.0.4")
    assert _judged(lab, interface)[0] == "unknown"
    shut = nets.group(lab.prod, "nsg", rule("no-fw", 100, "Deny", "10.2.1.0/24", "*"))
    nets.subnet(network, networkSecurityGroup=shut)
    assert _judged(lab, interface)[0] == "pass"


def test_an_address_that_is_not_given_yet_leaves_it_open(lab: Lab, nets: Networks) -> None:
    assert _judged(lab, _machine(lab, nets, _ssh(), address=None))[0] == "unknown"


def test_admin_rules_of_a_manager_leave_it_open(lab: Lab, nets: Networks) -> None:
    interface = _machine(lab, nets, _ssh())
    nets.admin_rules(interface.replace("networkinterfaces/nic", "virtualnetworks/vnet"))
    assert _judged(lab, interface)[0] == "unknown"


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("network:NetworkSecurityGroups", "denied"),
        ("network:PublicIPAddresses", "throttled"),
        ("network:SecurityAdminRules", "unsupported"),
    ],
)
def test_what_could_not_be_read_leaves_it_open(lab: Lab, nets: Networks, call: str, fault: str) -> None:
    interface = _machine(lab, nets, _ssh())
    lab.server.fault(fault, call)
    assert _judged(lab, interface)[0] == "unknown"


def test_interfaces_that_could_not_be_listed_are_a_subject(lab: Lab, nets: Networks) -> None:
    _machine(lab, nets, _ssh())
    lab.server.fault("denied", "network:NetworkInterfaces")
    assert lab.judge(RULE)["admin_ports", f"azure/{lab.prod_subscription}/global/interface"] == "unknown"


def test_firewalls_that_could_not_be_listed_may_translate(lab: Lab, nets: Networks) -> None:
    network = nets.network(lab.prod, "vnet", "10.2.0.0/16")
    interface = nets.interface(lab.prod, "nic", nets.subnet(network), "10.2.0.4")
    assert _judged(lab, interface)[0] == "pass"
    lab.server.fault("denied", "network:AzureFirewalls")
    assert _judged(lab, interface)[0] == "unknown"
