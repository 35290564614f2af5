"""ISO-002 on virtual networks, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import storage
from tests.faults.azure.network_makers import Networks, rule

RULE = "ISO-002"


@pytest.fixture
def nets(lab: Lab) -> Networks:
    return Networks(lab.cloud)


def _peered(lab: Lab, nets: Networks, *rules: Any) -> tuple[str, str]:
    """Dev and prod, peered, each with a machine; a group with some rules at prod's subnet, dev's is shut."""
    dev = nets.network(lab.dev, "vnet-dev", "10.1.0.0/16")
    prod = nets.network(lab.prod, "vnet-prod", "10.2.0.0/16")
    nets.subnet(prod, networkSecurityGroup=nets.group(lab.prod, "nsg-prod", *rules))
    closed = rule("none", 100, "Deny", "*", "*", protocol="*")
    nets.subnet(dev, networkSecurityGroup=nets.group(lab.dev, "nsg-dev", closed))
    nets.interface(lab.dev, "nic-dev", nets.subnet(dev), "10.1.0.4")
    nets.interface(lab.prod, "nic-prod", nets.subnet(prod), "10.2.0.4")
    nets.peer(dev, prod)
    return dev, prod


def _alone(lab: Lab, nets: Networks) -> None:
    """Both with a network and a machine, and nothing between them."""
    for boundary, name, number in ((lab.dev, "dev", 1), (lab.prod, "prod", 2)):
        network = nets.network(boundary, f"vnet-{name}", f"10.{number}.0.0/16")
        nets.interface(boundary, f"nic-{name}", nets.subnet(network), f"10.{number}.0.4")


def _pairs(lab: Lab) -> dict[str, str]:
    return {subject: verdict for (_, subject), verdict in lab.judge(RULE).items()}


def test_networks_apart_pass_and_a_peering_that_lets_pass_fails(lab: Lab, nets: Networks) -> None:
    _alone(lab, nets)
    assert _pairs(lab) == {"dev->prod": "pass", "prod->dev": "pass"}


def test_a_peering_that_lets_pass_fails_and_says_by_what(lab: Lab, nets: Networks) -> None:
    _peered(lab, nets, rule("sql", 100, "Allow", "10.1.0.0/16", "1433"))
    decided = lab.decide(RULE)
    words = {item.subject: item.verdict.value for item in decided.verdicts}
    assert words["dev->prod"] == "fail"
    (one,) = [one for one in decided.facts["network_paths"].crossings if one.pair == "dev->prod"]
    assert not one.latent
    assert any("rule AllowVnetInBound" in step.by or "rule sql" in step.by for step in one.steps)
    (back,) = [one for one in decided.facts["network_paths"].crossings if one.pair == "prod->dev"]
    assert back.latent, "dev's group lets nothing in"


def test_a_declared_flow_allows_a_peering_with_one_port(lab: Lab, nets: Networks) -> None:
    _peered(
        lab,
        nets,
        rule("metrics", 100, "Allow", "10.1.0.0/16", "9090"),
        rule("none", 200, "Deny", "*", "*", protocol="*"),
    )
    flow = {"from": "dev", "to": "prod", "access": ["connect"], "ports": ["9090"]}
    lab.file = {"flows": [{**flow, "name": "metrics", "reason": "metrics", "owner": "platform"}]}
    assert _pairs(lab)["dev->prod"] == "pass"


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("network:VirtualNetworks", "denied"),
        ("network:VirtualNetworks", "truncated"),
        ("network:VirtualNetworks", "miscounted"),
        ("network:NetworkInterfaces", "throttled"),
        ("network:PrivateEndpoints", "unsupported"),
        ("network:GroupMemberships", "failing"),
        ("network:VirtualNetworkGateways", "denied"),
    ],
)
def test_what_could_not_be_listed_leaves_it_open(lab: Lab, nets: Networks, call: str, fault: str) -> None:
    """Each of these could hold a way that nothing else tells of, if the rest did not exclude it."""
    if call == "network:NetworkInterfaces":
        _peered(lab, nets)
    else:
        _alone(lab, nets)
    lab.server.fault(fault, call)
    found = _pairs(lab)
    assert found["dev->prod"] == "unknown", call


@pytest.mark.parametrize(
    "call", ["network:NetworkSecurityGroups", "network:RouteTables", "network:SecurityAdminRules"]
)
def test_filters_that_could_not_be_read_leave_a_peering_open(lab: Lab, nets: Networks, call: str) -> None:
    dev, _ = _peered(lab, nets)
    nets.subnet(dev, routeTable=nets.table(lab.dev, "rt", ("10.2.0.0/16", "None", None)))
    lab.server.fault("denied", call)
    crossings = lab.decide(RULE).facts["network_paths"].crossings
    assert {one.state.value for one in crossings if one.pair == "dev->prod" and not one.latent} == (
        set() if call != "network:RouteTables" else {"unknown"}
    )


def test_a_private_endpoint_of_dev_to_a_store_of_prod_fails(lab: Lab, nets: Networks) -> None:
    _alone(lab, nets)
    account = storage(lab.cloud, lab.prod, "models")
    network = f"{account.split('/providers/')[0]}".replace(lab.prod_subscription, lab.dev_subscription)
    subnet = f"{network}/providers/microsoft.network/virtualnetworks/vnet-dev/subnets/default"
    nets.endpoint(lab.dev, "pe", subnet, account, "10.1.0.9")
    assert _pairs(lab) == {"dev->prod": "fail", "prod->dev": "pass"}


def test_a_firewall_between_them_leaves_it_open(lab: Lab, nets: Networks) -> None:
    hub_subscription = lab.cloud.subscription("hub")
    hub_group = lab.cloud.group(hub_subscription, "rg-hub")
    lab.file = {
        "services": {"hub": {"purpose": "network", "match": {"azure": {"subscriptions": [hub_subscription]}}}}
    }
    networks = {}
    for boundary, name, number in ((lab.dev, "dev", 1), (lab.prod, "prod", 2)):
        networks[name] = nets.network(boundary, f"vnet-{name}", f"10.{number}.0.0/16")
        nets.interface(boundary, f"nic-{name}", nets.subnet(networks[name]), f"10.{number}.0.4")
    hub = nets.network(hub_group, "vnet-hub", "10.0.0.0/16", AzureFirewallSubnet="10.0.1.0/24")
    nets.firewall(hub_group, "fw", nets.subnet(hub, "AzureFirewallSubnet"), "10.0.1.4")
    for network in networks.values():
        nets.peer(network, hub)
    table = nets.table(lab.dev, "rt", ("0.0.0.0/0", "VirtualAppliance", "10.0.1.4"))
    nets.subnet(networks["dev"], routeTable=table)
    assert _pairs(lab)["dev->prod"] == "unknown"


def test_an_application_gateway_between_them_leaves_it_open(lab: Lab, nets: Networks) -> None:
    """virtual-networks/get: a subnet lists the configurations of application gateways for themselves."""
    hub_subscription = lab.cloud.subscription("hub")
    hub_group = lab.cloud.group(hub_subscription, "rg-hub")
    match = {"azure": {"subscriptions": [hub_subscription]}}
    lab.file = {"services": {"hub": {"purpose": "network", "match": match}}}
    hub = nets.network(hub_group, "vnet-hub", "10.0.0.0/16")
    for boundary, name, number in ((lab.dev, "dev", 1), (lab.prod, "prod", 2)):
        network = nets.network(boundary, f"vnet-{name}", f"10.{number}.0.0/16")
        nets.interface(boundary, f"nic-{name}", nets.subnet(network), f"10.{number}.0.4")
        nets.peer(network, hub)
    assert _pairs(lab)["dev->prod"] == "pass"
    gateway = f"{hub.rpartition('/virtualnetworks/')[0]}/applicationGateways/agw"
    configuration = {"id": f"{gateway}/gatewayIPConfigurations/ip"}
    nets.subnet(hub, applicationGatewayIPConfigurations=[configuration])
    assert _pairs(lab)["dev->prod"] == "unknown"
