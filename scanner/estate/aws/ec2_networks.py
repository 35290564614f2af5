"""EC2: VPCs, subnets, route tables and peerings.

Shapes: Amazon EC2 API Reference, ``Vpc``, ``Subnet``, ``RouteTable``, ``Route``,
``VpcPeeringConnection``. References are raw ids (``vpc-1``), as the API writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._native import owner, raw_id, tags_at
from scanner.estate.normaliser import Normaliser, constant, field_of

_OVER = frozenset(("disassociated", "failed", "failing"))
"""States in which an association holds no longer."""
_TARGETS = (
    ("NatGatewayId", "nat_gateway"),
    ("TransitGatewayId", "transit_gateway"),
    ("VpcPeeringConnectionId", "peering"),
    ("EgressOnlyInternetGatewayId", "egress_only"),
    ("InstanceId", "instance"),
    ("NetworkInterfaceId", "interface"),
    ("LocalGatewayId", "other"),
    ("CarrierGatewayId", "other"),
    ("CoreNetworkArn", "other"),
    ("OdbNetworkArn", "other"),
)
_GATEWAYS = {"igw": "internet_gateway", "vgw": "vpn_gateway", "vpce": "endpoint", "local": "local"}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _holds(item: dict[str, Any], state: str) -> bool:
    return (item.get(state) or {}).get("State") not in _OVER


def _cidrs(native: dict[str, Any]) -> list[str]:
    """Every range, IPv4 and IPv6, that is (being) associated."""
    found = {native["CidrBlock"]} if native.get("CidrBlock") else set()
    for name in ("CidrBlock", "Ipv6CidrBlock"):
        associations = native.get(f"{name}AssociationSet") or ()
        found |= {each[name] for each in associations if _holds(each, f"{name}State")}
    return sorted(found)


def _routes(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_route(native) for native in natives]


def _route(native: dict[str, Any]) -> dict[str, Any]:
    kind, target = _target(native)
    return {
        "destination": next((native[name] for name in _DESTINATIONS if native.get(name)), None),
        "target_type": kind,
        "target": target,
        "state": native.get("State", "active"),
    }


def _target(native: dict[str, Any]) -> tuple[str, str | None]:
    gateway = native.get("GatewayId")
    if gateway:
        return _GATEWAYS.get(gateway.split("-", 1)[0], "other"), gateway
    for name, kind in _TARGETS:
        if native.get(name):
            return kind, native[name]
    return "other", None


def _associations(native: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in native.get("Associations") or () if _holds(each, "AssociationState")]


def _explicit_subnets(native: dict[str, Any]) -> list[str]:
    return sorted({each["SubnetId"] for each in _associations(native) if each.get("SubnetId")})


def _is_main(native: dict[str, Any]) -> bool:
    return any(each.get("Main") for each in _associations(native))


def _side(native: dict[str, Any]) -> dict[str, Any]:
    """One end of a peering; before it is accepted the other end's ranges are not told."""
    four = {each["CidrBlock"] for each in native.get("CidrBlockSet") or ()}
    six = {each["Ipv6CidrBlock"] for each in native.get("Ipv6CidrBlockSet") or ()}
    own = {native["CidrBlock"]} if native.get("CidrBlock") else set()
    return {
        "account": native.get("OwnerId"),
        "network": native.get("VpcId"),
        "region": native.get("Region"),
        "cidrs": sorted(four | six | own),
    }


NETWORK = Normaliser(
    native="ec2.vpc",
    kind="network",
    listed=(("ec2:DescribeVpcs",),),
    regional=True,
    tags=tags_at("DescribeVpcs", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "cidrs": field_of("DescribeVpcs", convert=_cidrs),
        "default": field_of("DescribeVpcs", "IsDefault", absent=False),
        "admin_rules": constant(False),
        "grouped": constant(False),
    },
)

SUBNET = Normaliser(
    native="ec2.subnet",
    kind="subnet",
    listed=(("ec2:DescribeSubnets",),),
    regional=True,
    tags=tags_at("DescribeSubnets", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "network": field_of("DescribeSubnets", "VpcId"),
        "cidrs": field_of("DescribeSubnets", convert=_cidrs),
        "owner": field_of("DescribeSubnets", "OwnerId"),
        "security_group": constant(None),
        # Route tables name their subnets.
        "route_table": constant(None),
        "endpoint_policies": constant(["groups", "routes"]),
        "delegated": constant([]),
        "occupants": constant([]),
    },
)

ROUTE_TABLE = Normaliser(
    native="ec2.route_table",
    kind="route_table",
    listed=(("ec2:DescribeRouteTables",),),
    regional=True,
    tags=tags_at("DescribeRouteTables", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "network": field_of("DescribeRouteTables", "VpcId"),
        "subnets": field_of("DescribeRouteTables", convert=_explicit_subnets),
        "main": field_of("DescribeRouteTables", convert=_is_main),
        "routes": field_of("DescribeRouteTables", "Routes", absent=[], convert=_routes),
        "gateway_routes": constant(False),
    },
)

PEERING = Normaliser(
    native="ec2.vpc_peering_connection",
    kind="peering",
    listed=(("ec2:DescribeVpcPeeringConnections",),),
    regional=True,
    tags=tags_at("DescribeVpcPeeringConnections", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "status": field_of("DescribeVpcPeeringConnections", "Status", "Code"),
        "requester": field_of("DescribeVpcPeeringConnections", "RequesterVpcInfo", convert=_side),
        "accepter": field_of("DescribeVpcPeeringConnections", "AccepterVpcInfo", convert=_side),
        "admits": constant(False),
        "forwarded": constant(False),
        "gateway": constant(None),
    },
)
