"""Virtual networks, their subnets and peerings, network security groups and route tables.

Shapes: Azure Virtual Network REST API, ``VirtualNetwork``, ``Subnet``, ``VirtualNetworkPeering``,
``NetworkSecurityGroup``, ``SecurityRule``, ``RouteTable``, ``Route``. References are ids in lower case.
A peering is told by each of its two networks on its own: the one that tells is the side that asks here.
Security groups have default rules that nobody can remove, told by Azure beside the others:
https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of, told_by_tags
from scanner.estate.azure._parts import (
    Part,
    holder_of,
    id_of,
    ids_of,
    of_part,
    parts_of,
    properties_of,
)
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_ROWS, _GROUPS, _TABLES = "VirtualNetworks", "NetworkSecurityGroups", "RouteTables"
_SUBSCRIPTION = 2
_APPLIED = "/virtualnetworks/"
_POLICIES = {
    "enabled": ["groups", "routes"],
    "networksecuritygroupenabled": ["groups"],
    "routetableenabled": ["routes"],
}
_DEFAULTS = (
    ("AllowVnetInBound", 65000, False, True, "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, False, True, "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, False, False, "*", "*"),
    ("AllowVnetOutBound", 65000, True, True, "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, True, True, "*", "Internet"),
    ("DenyAllOutBound", 65500, True, False, "*", "*"),
)
_HOPS = {
    "virtualnetworkgateway": "vpn_gateway",
    "vnetlocal": "local",
    "internet": "internet_gateway",
    "virtualappliance": "appliance",
    "none": "blackhole",
}


def _told_of(native: str, call: str) -> Attr:
    """Whether a row of a manager says something of the network; one that names none may say it of any."""

    def read(reading: Reading) -> Value:
        world, scope = reading.world, reading.scope
        if (hidden := reading.unread(native, call)) is not None:
            return hidden
        applied = world.indexed(native, scope, _applied_to)
        if reading.id in applied:
            return Known(True, elsewhere=applied[reading.id][0].source)
        return Unknown() if "" in applied else Known(False)

    return Attr(read, calls=(call,))


def _applied_to(record: Any) -> str:
    """``/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/N/providers/...``."""
    before, found, after = record.id.lower().partition(_APPLIED)
    return f"{before}{found}{after.split('/', 1)[0]}" if found else ""


def _ranges(native: dict[str, Any]) -> list[str]:
    single = [native["addressPrefix"]] if native.get("addressPrefix") else []
    return sorted({*single, *(native.get("addressPrefixes") or ())})


def _occupants(configurations: Iterable[Any]) -> list[str]:
    """Ids beside those of interfaces, which are listed for themselves or stand for a scale set's."""
    return [each for each in ids_of(configurations) if "/networkinterfaces/" not in each]


def _dwellers(native: dict[str, Any]) -> list[str]:
    """Configurations in a subnet; application gateways have a list of their own."""
    names = ("ipConfigurations", "applicationGatewayIPConfigurations")
    return _occupants(each for name in names for each in native.get(name) or ())


def _given(native: dict[str, Any]) -> list[str]:
    """Services by delegation, and those that took the subnet by links of association or navigation."""
    told = {
        str((each.get("properties") or {}).get("serviceName")) for each in native.get("delegations") or ()
    }
    for name in ("serviceAssociationLinks", "resourceNavigationLinks"):
        links = (each.get("properties") or {} for each in native.get(name) or ())
        told |= {str(each.get("linkedResourceType")) for each in links}
    return sorted(told)


def _network(reading: Reading) -> Value:
    return Known(reading.record.id if reading.record else None)


NETWORK = Normaliser(
    native="network.virtualnetwork",
    kind="network",
    listed=((f"network:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "cidrs": field_of(_ROWS, "properties", "addressSpace", "addressPrefixes", convert=sorted),
        "default": constant(False),
        "admin_rules": _told_of("network.securityadminrule", "network:SecurityAdminRules"),
        "grouped": _told_of("network.groupmembership", "network:GroupMemberships"),
    },
)

SUBNET = Normaliser(
    native="network.virtualnetwork",
    kind="subnet",
    listed=((f"network:{_ROWS}",),),
    subjects=parts_of("network.virtualnetwork", _ROWS, "subnets"),
    holder=holder_of,
    attrs={
        "network": Attr(_network),
        "cidrs": of_part(_ROWS, "properties", convert=_ranges),
        "owner": Attr(lambda reading: Known(reading.scope.boundary)),
        "security_group": of_part(_ROWS, "properties", "networkSecurityGroup", absent=None, convert=id_of),
        "route_table": of_part(_ROWS, "properties", "routeTable", absent=None, convert=id_of),
        "endpoint_policies": of_part(
            _ROWS,
            "properties",
            "privateEndpointNetworkPolicies",
            absent=[],
            convert=lambda word: _POLICIES.get(str(word).lower(), []),
        ),
        "delegated": of_part(_ROWS, "properties", convert=_given),
        "occupants": of_part(_ROWS, "properties", convert=_dwellers),
    },
)


def _own_side(reading: Reading) -> Value:
    if not isinstance(reading, Part) or reading.record is None:
        return Unknown()
    own = properties_of(reading.record, _ROWS)
    space = (reading.native.get("properties") or {}).get("localAddressSpace") or own.get("addressSpace") or {}
    return Known(_side(reading.record.id, space), reading.pointer)


def _other_side(native: dict[str, Any]) -> dict[str, Any]:
    # What is routed is what was synchronized last, not what the other network has by now.
    space = native.get("remoteAddressSpace") or native.get("remoteVirtualNetworkAddressSpace") or {}
    return _side(id_of(native.get("remoteVirtualNetwork")), space)


def _side(network: str | None, space: dict[str, Any]) -> dict[str, Any]:
    account = network.split("/")[_SUBSCRIPTION] if network else None
    cidrs = sorted(space.get("addressPrefixes") or ())
    return {"account": account, "network": network, "region": "global", "cidrs": cidrs}


def _gateway(native: dict[str, Any]) -> str | None:
    return (
        "uses" if native.get("useRemoteGateways") else "lends" if native.get("allowGatewayTransit") else None
    )


PEERING = Normaliser(
    native="network.virtualnetwork",
    kind="peering",
    listed=((f"network:{_ROWS}",),),
    subjects=parts_of("network.virtualnetwork", _ROWS, "virtualNetworkPeerings"),
    holder=holder_of,
    attrs={
        "status": of_part(_ROWS, "properties", "peeringState", convert=str.lower),
        "requester": Attr(_own_side, (_ROWS,)),
        "accepter": of_part(_ROWS, "properties", convert=_other_side),
        "admits": of_part(_ROWS, "properties", "allowVirtualNetworkAccess"),
        "forwarded": of_part(_ROWS, "properties", "allowForwardedTraffic"),
        "gateway": of_part(_ROWS, "properties", convert=_gateway),
    },
)


def _rules(properties: dict[str, Any]) -> list[dict[str, Any]]:
    told = [
        _rule(str(each.get("name")), each.get("properties") or {})
        for name in ("securityRules", "defaultSecurityRules")
        for each in properties.get(name) or ()
    ]
    known = {(rule["priority"], rule["egress"]) for rule in told}
    told += [_default(*each) for each in _DEFAULTS if (each[1], each[2]) not in known]
    return sorted(told, key=lambda rule: (rule["egress"], rule["priority"] or 0))


def _rule(name: str, native: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "priority": native.get("priority"),
        "egress": str(native.get("direction")).lower() == "outbound",
        "allow": str(native.get("access")).lower() == "allow",
        "protocol": str(native.get("protocol", "*")).lower(),
        "ports": _words(native, "destinationPortRange"),
        "source_ports": _words(native, "sourcePortRange"),
        "sources": _words(native, "sourceAddressPrefix"),
        "source_groups": ids_of(native.get("sourceApplicationSecurityGroups")),
        "targets": _words(native, "destinationAddressPrefix"),
        "target_groups": ids_of(native.get("destinationApplicationSecurityGroups")),
    }


def _words(native: dict[str, Any], name: str) -> list[str]:
    """What stands in a field, or in its plural: a rule has one of the two, or groups instead."""
    plural = f"{name}es" if name.endswith("x") else f"{name}s"
    one = native.get(name)
    return sorted({*([str(one)] if one not in (None, "") else []), *map(str, native.get(plural) or ())})


def _default(name: str, priority: int, egress: bool, *how: Any) -> dict[str, Any]:
    allow, source, target = how
    every = {"protocol": "*", "destinationPortRange": "*", "sourcePortRange": "*"}
    ends = {"sourceAddressPrefix": source, "destinationAddressPrefix": target}
    said = {"direction": "Outbound" if egress else "Inbound", "access": "Allow" if allow else "Deny"}
    return _rule(name, {"priority": priority, **said, **every, **ends})


SECURITY_GROUP = Normaliser(
    native="network.networksecuritygroup",
    kind="security_group",
    listed=((f"network:{_GROUPS}",),),
    tags=tags_of(_GROUPS),
    name=name_of(_GROUPS),
    holder=group_of(_GROUPS),
    attrs={
        "network": constant(None),
        "name": field_of(_GROUPS, "name"),
        # Rules that allow alone say nothing where others deny.
        "ingress": Attr(lambda _: Unknown()),
        "egress": Attr(lambda _: Unknown()),
        "rules": field_of(_GROUPS, "properties", convert=_rules),
    },
)


def _route(native: dict[str, Any]) -> dict[str, Any]:
    properties = native.get("properties") or {}
    return {
        "destination": str(properties.get("addressPrefix")),
        "target_type": _HOPS.get(str(properties.get("nextHopType")).lower(), "other"),
        "target": properties.get("nextHopIpAddress") or None,
        "state": "active",
    }


def _routes(reading: Reading) -> Value:
    """Routes of a table; not known of one that takes those of peerings away, of which little is told."""
    if reading.record is None:
        return Unknown()
    properties = properties_of(reading.record, _TABLES)
    if str(properties.get("disablePeeringRoute") or "None").lower() != "none":
        return Unknown()
    return Known(
        [_route(each) for each in properties.get("routes") or ()], f"/data/{_TABLES}/properties/routes"
    )


ROUTE_TABLE = Normaliser(
    native="network.routetable",
    kind="route_table",
    listed=((f"network:{_TABLES}",),),
    tags=tags_of(_TABLES),
    name=name_of(_TABLES),
    holder=group_of(_TABLES),
    attrs={
        "network": constant(None),
        "subnets": field_of(_TABLES, "properties", "subnets", absent=[], convert=ids_of),
        "main": constant(False),
        "routes": Attr(_routes, (_TABLES,)),
        "gateway_routes": field_of(
            _TABLES, "properties", "disableBgpRoutePropagation", absent=True, convert=lambda off: not off
        ),
    },
)

PUBLIC_ADDRESS = told_by_tags("network.publicipaddress", "PublicIPAddresses")
