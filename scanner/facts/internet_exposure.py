"""Which administrative ports the internet at large reaches, interface by interface (HRD-001).

Three-valued: a port that is open for certain is told; where none is, but one may be for all that is not
read, it is not known; else the list is empty.
"""

from __future__ import annotations

from scanner.facts.network.exposure import Exposure
from scanner.facts.network.items import Item
from scanner.facts.network.view import View
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark

NEEDS = (
    "network.cidrs",
    "subnet.network",
    "route_table.network",
    "route_table.subnets",
    "route_table.main",
    "route_table.routes",
    "network_acl.network",
    "network_acl.subnets",
    "network_acl.entries",
    "security_group.ingress",
    "prefix_list.owner",
    "prefix_list.entries",
    "public_access_block.mode",
    "public_access_exclusion.target",
    "public_access_exclusion.mode",
    "public_access_exclusion.state",
    "load_balancer.type",
    "load_balancer.listeners",
    "target_group.port",
    "target_group.targets",
    "target_group.load_balancers",
    "interface.network",
    "interface.subnet",
    "interface.groups",
    "interface.addresses",
    "interface.public_addresses",
    "interface.description",
    "interface.attached_to",
)
ATTR = "internet_admin_ports"


def derive(estate: Estate) -> Facts:
    """A mark on every interface that has a place."""
    view = View(estate)
    exposure = Exposure(view)
    return Facts(marks=tuple(_mark(exposure, item) for item in view.interfaces.values() if item.place))


def _mark(exposure: Exposure, item: Item) -> Mark:
    found = exposure.of(item)
    if found.sure or not found.maybe:
        return Mark(item.id, ATTR, list(found.sure), steps=found.steps if found.sure else ())
    return Mark(item.id, ATTR, unknown=True, gaps=found.gaps, steps=found.steps)
