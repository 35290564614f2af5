"""Which administrative ports the internet at large reaches, interface by interface, in Azure (HRD-001).

As `scanner.facts.internet_exposure`: a port that is open for certain is told; where none is, but one may be
for all that is not read, it is not known; else the list is empty.
"""

from __future__ import annotations

from scanner.facts.azure.networks.ends import Placed
from scanner.facts.azure.networks.exposure import Exposure
from scanner.facts.azure.networks.inventory import Inventory
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark

NEEDS = (
    "network.cidrs",
    "network.admin_rules",
    "network.grouped",
    "subnet.network",
    "subnet.cidrs",
    "subnet.security_group",
    "subnet.route_table",
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
    "interface.public_addresses",
    "interface.closed_by_default",
    "interface.description",
    "load_balancer.frontends",
    "load_balancer.listeners",
    "target_group.targets",
    "network_firewall.network",
    "network_firewall.addresses",
    "vpn_gateway.networks",
)
ATTR = "internet_admin_ports"


def derive(estate: Estate) -> Facts:
    """A mark on every interface that has a place."""
    inventory = Inventory(estate)
    exposure = Exposure(inventory, Placed(inventory))
    return Facts(marks=tuple(_mark(exposure, item) for item in estate.of("interface") if item.place))


def _mark(exposure: Exposure, item: Resource) -> Mark:
    found = exposure.of(item)
    if found.sure or not found.maybe:
        return Mark(item.id, ATTR, list(found.sure), steps=found.steps if found.sure else ())
    return Mark(item.id, ATTR, unknown=True, gaps=found.gaps, steps=found.steps)
