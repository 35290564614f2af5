"""Virtual networks, what stands in them and what leads between them.

Subnets, peerings, rules, routes, IP configurations and balancing rules stand in their parent's properties:
https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/get, network-security-groups/get,
route-tables/get, network-interfaces/get, public-ip-addresses/get, private-endpoints/get,
private-link-services/get, nat-gateways/get;
https://learn.microsoft.com/rest/api/load-balancer/load-balancers/get;
https://learn.microsoft.com/rest/api/network-gateway/virtual-network-gateways/get;
https://learn.microsoft.com/rest/api/firewall/azure-firewalls/get;
https://learn.microsoft.com/rest/api/network-watcher/flow-logs/get.

What network managers do to a network (security admin rules, groups that may be connected) shows in the table
``networkresources``: https://learn.microsoft.com/azure/virtual-network-manager/query-azure-resource-graph.
What a row
says is not kept: that there is one tells that not all of it is read.
"""

from __future__ import annotations

import re

from scanner.collect.azure._words import Rows
from scanner.collect.calls import Call, Output

_SINGULAR = re.compile(r"(?<=ss)es$|s$")


def _listed(operation: str, noun: str, *, drop: tuple[str, ...] = ()) -> Call:
    kind = f"network.{_SINGULAR.sub('', noun.rpartition('/')[2].lower())}"
    return Call(
        Rows(
            "network", operation, f"Microsoft.Network/{noun}/read", type=f"microsoft.network/{noun.lower()}"
        ),
        (Output(kind, "rows[]", "{id}", volatile=("properties.provisioningState",), drop=drop),),
    )


def _managed(operation: str, noun: str, kind: str) -> Call:
    read = Rows(
        "network",
        operation,
        "Microsoft.Network/*/read",
        table="networkresources",
        type=f"microsoft.network/{noun}",
        columns=("id", "name", "type", "subscriptionId"),
    )
    return Call(read, (Output(kind, "rows[]", "{id}"),))


CALLS = (
    _listed("VirtualNetworks", "virtualNetworks"),
    _listed("NetworkSecurityGroups", "networkSecurityGroups"),
    _listed("RouteTables", "routeTables"),
    _listed("NetworkInterfaces", "networkInterfaces"),
    _listed("PublicIPAddresses", "publicIPAddresses"),
    _listed("PrivateEndpoints", "privateEndpoints"),
    _listed("PrivateLinkServices", "privateLinkServices"),
    _listed("LoadBalancers", "loadBalancers"),
    _listed("NatGateways", "natGateways"),
    # What clients of a VPN sign in with, a RADIUS server's secret among it.
    _listed("VirtualNetworkGateways", "virtualNetworkGateways", drop=("properties.vpnClientConfiguration",)),
    _listed("AzureFirewalls", "azureFirewalls"),
    _listed("FlowLogs", "networkWatchers/flowLogs"),
    _managed("SecurityAdminRules", "effectivesecurityadminrules", "network.securityadminrule"),
    _managed("GroupMemberships", "networkgroupmemberships", "network.groupmembership"),
)
