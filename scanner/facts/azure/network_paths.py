"""Network paths in Azure: which interfaces of an environment reach which of another, and by what (ISO-002).

As `scanner.facts.network_paths`, by the rules of virtual networks: security groups by priority at the
subnet and at the interface, stateful; user defined routes before those of gateways before those of the
system, the longest prefix first; peerings that join two networks and no third; private endpoints, to which
security groups and routes apply only where their subnet says so. A crossing is proven only by a packet that
passes all of these and whose answer is routed back. Firewalls and other appliances, gateways, virtual hubs,
network managers' rules and connections are not read: what may pass them is undecided.

Undecided are also frontends of internal balancers, services that make connections of their own and, over
the internet, rules that name public addresses of the other environment: anybody's where those are not known.
"""

from __future__ import annotations

from scanner.facts.azure.networks.pairs import Pairs
from scanner.facts.crossings import pairs
from scanner.facts.network.found import join
from scanner.model.estate import Estate
from scanner.model.facts import Crossing, Facts
from scanner.model.snapshot import Gap

NEEDS = (
    "network.cidrs",
    "network.admin_rules",
    "network.grouped",
    "subnet.network",
    "subnet.cidrs",
    "subnet.security_group",
    "subnet.route_table",
    "subnet.endpoint_policies",
    "subnet.delegated",
    "subnet.occupants",
    "security_group.rules",
    "route_table.routes",
    "route_table.gateway_routes",
    "peering.status",
    "peering.requester",
    "peering.accepter",
    "peering.admits",
    "peering.gateway",
    "interface.network",
    "interface.subnet",
    "interface.groups",
    "interface.rule_names",
    "interface.addresses",
    "interface.forwards",
    "interface.description",
    "endpoint.service",
    "endpoint.state",
    "endpoint.interfaces",
    "endpoint_service.service",
    "interface.public_addresses",
    "interface.closed_by_default",
    "nat_gateway.public_addresses",
    "load_balancer.frontends",
    "load_balancer.listeners",
    "target_group.targets",
    "network_firewall.network",
    "network_firewall.subnets",
    "network_firewall.addresses",
    "vpn_gateway.networks",
)


def derive(estate: Estate) -> Facts:
    """All crossings of every ordered pair of environments that must be apart, and the blind pairs."""
    every = Pairs(estate)
    crossings: list[Crossing] = []
    blind: dict[str, tuple[Gap, ...]] = {}
    for source, target in pairs(estate):
        crossings += join(every.found(source, target), source, target, estate.flows)
        hiding = every.blind(source, target)
        if hiding is not None:
            blind[f"{source}->{target}"] = tuple(sorted(hiding))
    return Facts(tuple(crossings), (), blind)
