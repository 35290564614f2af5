"""What leads into and out of virtual networks: private endpoints and links, load balancers, gateways, logs.

Shapes: Azure Virtual Network REST API, ``PrivateEndpoint``, ``PrivateLinkService``, ``NatGateway``; Load
Balancer, ``LoadBalancer``, ``LoadBalancingRule``, ``InboundNatRule``; VPN Gateway,
``VirtualNetworkGateway``; Azure Firewall, ``AzureFirewall``; Network Watcher, ``FlowLog``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._parts import Part, holder_of, id_of, ids_of, network_of, parts_of, properties_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_ENDPOINTS, _SERVICES, _BALANCERS = "PrivateEndpoints", "PrivateLinkServices", "LoadBalancers"
_NATS, _GATEWAYS, _FIREWALLS, _LOGS = "NatGateways", "VirtualNetworkGateways", "AzureFirewalls", "FlowLogs"
_PUBLIC = "PublicIPAddresses"
_ALL = "*"


def _connections(native: dict[str, Any]) -> list[dict[str, Any]]:
    """Connections, approved by oneself or by hand: an endpoint has exactly one."""
    names = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")
    return [each.get("properties") or {} for name in names for each in native.get(name) or ()]


def _of_connection(native: dict[str, Any], name: str) -> Any:
    return next((each[name] for each in _connections(native) if each.get(name)), None)


def _status(native: dict[str, Any]) -> str | None:
    state = _of_connection(native, "privateLinkServiceConnectionState") or {}
    return str(state["status"]).lower() if state.get("status") else None


ENDPOINT = Normaliser(
    native="network.privateendpoint",
    kind="endpoint",
    listed=((f"network:{_ENDPOINTS}",),),
    tags=tags_of(_ENDPOINTS),
    name=name_of(_ENDPOINTS),
    holder=group_of(_ENDPOINTS),
    attrs={
        "network": field_of(
            _ENDPOINTS, "properties", "subnet", convert=lambda native: network_of(id_of(native))
        ),
        "service": field_of(
            _ENDPOINTS,
            "properties",
            convert=lambda native: str(_of_connection(native, "privateLinkServiceId") or "").lower() or None,
        ),
        "type": constant("interface"),
        "state": field_of(_ENDPOINTS, "properties", convert=_status),
        "policy": constant(None),
        "subnets": field_of(_ENDPOINTS, "properties", "subnet", convert=lambda native: ids_of([native])),
        "groups": constant([]),
        "interfaces": field_of(_ENDPOINTS, "properties", "networkInterfaces", absent=[], convert=ids_of),
        "route_tables": constant([]),
        "owner": Attr(lambda reading: Known(reading.scope.boundary)),
    },
)


def _frontends_behind(natives: Iterable[Any]) -> list[str]:
    return sorted({each.partition("/frontendipconfigurations/")[0] for each in ids_of(natives)})


SERVICE = Normaliser(
    native="network.privatelinkservice",
    kind="endpoint_service",
    listed=((f"network:{_SERVICES}",),),
    tags=tags_of(_SERVICES),
    name=name_of(_SERVICES),
    holder=group_of(_SERVICES),
    attrs={
        "service": Attr(lambda reading: Known(reading.id)),
        "load_balancers": field_of(
            _SERVICES,
            "properties",
            "loadBalancerFrontendIpConfigurations",
            absent=[],
            convert=_frontends_behind,
        ),
        # Whoever has a role in the subscription may always: that is identity's business.
        "principals": field_of(
            _SERVICES,
            "properties",
            "visibility",
            "subscriptions",
            absent=[],
            convert=lambda found: sorted(str(each).lower() for each in found),
        ),
        "acceptance": field_of(
            _SERVICES,
            "properties",
            "autoApproval",
            "subscriptions",
            absent=True,
            convert=lambda found: not found,
        ),
        "state": field_of(_SERVICES, "properties", convert=lambda _: "available"),
    },
)


def _frontends(natives: Iterable[Any]) -> list[dict[str, Any]]:
    return [_frontend(each, each.get("properties") or {}) for each in natives]


def _frontend(native: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    public = properties.get("publicIPAddress") or properties.get("publicIPPrefix")
    return {
        "id": id_of(native),
        "subnet": id_of(properties.get("subnet")),
        "address": properties.get("privateIPAddress"),
        "public": bool(public),
    }


def _listeners(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Rules of a balancer, of inbound translation too: each leads to pools, or to one configuration."""
    rules = [each.get("properties") or {} for each in row.get("loadBalancingRules") or ()]
    found = [
        _listener(
            each,
            each.get("frontendPort"),
            ids_of([each.get("backendAddressPool")]) or ids_of(each.get("backendAddressPools")),
        )
        for each in rules
    ]
    for native in row.get("inboundNatRules") or ():
        properties = native.get("properties") or {}
        pool = id_of(properties.get("backendAddressPool"))
        port = properties.get("frontendPort") or properties.get("frontendPortRangeStart")
        found.append(_listener(properties, port, [pool or str(id_of(native))]))
    for native in row.get("inboundNatPools") or ():
        properties = native.get("properties") or {}
        found.append(_listener(properties, properties.get("frontendPortRangeStart"), [str(id_of(native))]))
    return found


def _listener(native: dict[str, Any], port: Any, groups: list[str]) -> dict[str, Any]:
    # Port 0 on both sides, and protocol All, is every port of every protocol: a rule for high availability.
    floating = native.get("enableFloatingIP") is True
    return {
        "protocol": str(native.get("protocol", "All")).lower(),
        "port": port,
        "target_groups": groups,
        "instance_port": port if floating else native.get("backendPort"),
        "frontend": id_of(native.get("frontendIPConfiguration")),
    }


def _subnets(row: dict[str, Any]) -> list[str]:
    fronts = _frontends(row.get("frontendIPConfigurations") or ())
    return sorted({each["subnet"] for each in fronts if each["subnet"]})


BALANCER = Normaliser(
    native="network.loadbalancer",
    kind="load_balancer",
    listed=((f"network:{_BALANCERS}",),),
    tags=tags_of(_BALANCERS),
    name=name_of(_BALANCERS),
    holder=group_of(_BALANCERS),
    attrs={
        "type": constant("network"),
        "internet_facing": field_of(
            _BALANCERS,
            "properties",
            "frontendIPConfigurations",
            absent=False,
            convert=lambda natives: any(each["public"] for each in _frontends(natives)),
        ),
        "network": field_of(
            _BALANCERS,
            "properties",
            convert=lambda row: network_of(next(iter(_subnets(row)), None)),
        ),
        "subnets": field_of(_BALANCERS, "properties", convert=_subnets),
        "groups": constant([]),
        "listeners": field_of(_BALANCERS, "properties", convert=_listeners),
        "instances": constant([]),
        "private_link_filtered": constant(False),
        "state": constant(None),
        "frontends": field_of(
            _BALANCERS, "properties", "frontendIPConfigurations", absent=[], convert=_frontends
        ),
    },
)


def _pools(world: World) -> Iterator[Part]:
    """What balancers lead to: pools, and the one configuration of each rule of inbound translation."""
    yield from parts_of(
        "network.loadbalancer", _BALANCERS, "backendAddressPools", "inboundNatRules", "inboundNatPools"
    )(world)


def _targets(reading: Reading) -> Value:
    if not isinstance(reading, Part):
        return Unknown()
    native = reading.native.get("properties") or {}
    if "/inboundnatpools/" in reading.id:
        return Unknown()
    ids = ids_of([*(native.get("backendIPConfigurations") or ()), native.get("backendIPConfiguration")])
    members = [each.get("properties") or {} for each in native.get("loadBalancerBackendAddresses") or ()]
    ids += ids_of(each.get("networkInterfaceIPConfiguration") for each in members)
    plain = [str(each["ipAddress"]) for each in members if each.get("ipAddress")]
    found = [*sorted({each.partition("/ipconfigurations/")[0] for each in ids}), *sorted(plain)]
    return Known([{"id": each, "port": None} for each in found], reading.pointer)


POOL = Normaliser(
    native="network.loadbalancer",
    kind="target_group",
    listed=((f"network:{_BALANCERS}",),),
    subjects=_pools,
    holder=holder_of,
    attrs={
        "type": constant("interface"),
        "network": UNTOLD,
        "protocol": constant(None),
        "port": constant(None),
        "load_balancers": Attr(lambda reading: Known([reading.record.id] if reading.record else [])),
        "targets": Attr(_targets, (_BALANCERS,)),
    },
)


def _networks_of(natives: Iterable[Any]) -> list[str]:
    subnets = ids_of((each.get("properties") or {}).get("subnet") for each in natives)
    return sorted({found for each in subnets if (found := network_of(each))})


def _addresses_of(natives: Iterable[Any]) -> list[str]:
    found = ((each.get("properties") or {}).get("privateIPAddress") for each in natives)
    return sorted({str(each) for each in found if each})


GATEWAY = Normaliser(
    native="network.virtualnetworkgateway",
    kind="vpn_gateway",
    listed=((f"network:{_GATEWAYS}",),),
    tags=tags_of(_GATEWAYS),
    name=name_of(_GATEWAYS),
    holder=group_of(_GATEWAYS),
    attrs={
        "networks": field_of(_GATEWAYS, "properties", "ipConfigurations", absent=[], convert=_networks_of),
        "state": constant("available"),
    },
)


def _public_of(reading: Reading) -> Value:
    """The addresses that packets go out with; of a prefix of addresses they are not known."""
    row = properties_of(reading.record, _NATS) if reading.record else {}
    if any(row.get(name) for name in ("publicIpPrefixes", "publicIpPrefixesV6")):
        return Unknown()
    ids = ids_of([*(row.get("publicIpAddresses") or ()), *(row.get("publicIpAddressesV6") or ())])
    found = [reading.world.identified("network.publicipaddress", each) for each in ids]
    told = [properties_of(each, _PUBLIC).get("ipAddress") if each else None for each in found]
    if None in told:
        return Unknown(reading.world.hiding_any(f"network:{_PUBLIC}", reading.scope))
    return Known(sorted(map(str, told)))


NAT = Normaliser(
    native="network.natgateway",
    kind="nat_gateway",
    listed=((f"network:{_NATS}",),),
    tags=tags_of(_NATS),
    name=name_of(_NATS),
    holder=group_of(_NATS),
    attrs={
        "network": field_of(
            _NATS,
            "properties",
            "subnets",
            absent=None,
            convert=lambda natives: network_of(next(iter(ids_of(natives)), None)),
        ),
        "subnet": constant(None),
        "connectivity": constant("public"),
        "state": constant("available"),
        "addresses": constant([]),
        "public_addresses": Attr(_public_of, (_NATS, _PUBLIC)),
        "interfaces": constant([]),
    },
)

FIREWALL = Normaliser(
    native="network.azurefirewall",
    kind="network_firewall",
    listed=((f"network:{_FIREWALLS}",),),
    tags=tags_of(_FIREWALLS),
    name=name_of(_FIREWALLS),
    holder=group_of(_FIREWALLS),
    attrs={
        "network": field_of(
            _FIREWALLS,
            "properties",
            "ipConfigurations",
            absent=None,
            convert=lambda natives: next(iter(_networks_of(natives)), None),
        ),
        "subnets": field_of(
            _FIREWALLS,
            "properties",
            "ipConfigurations",
            absent=[],
            convert=lambda natives: ids_of((each.get("properties") or {}).get("subnet") for each in natives),
        ),
        "transit_gateway": field_of(_FIREWALLS, "properties", "virtualHub", absent=None, convert=id_of),
        "addresses": field_of(_FIREWALLS, "properties", "ipConfigurations", absent=[], convert=_addresses_of),
    },
)


def _traffic(native: dict[str, Any]) -> str:
    """All of it, unless a filter leaves some out: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview."""
    return "FILTERED" if native.get("enabledFilteringCriteria") or native.get("recordTypes") else "ALL"


FLOW_LOG = Normaliser(
    native="network.flowlog",
    kind="flow_log",
    listed=((f"network:{_LOGS}",),),
    tags=tags_of(_LOGS),
    name=name_of(_LOGS),
    holder=group_of(_LOGS),
    attrs={
        "target": field_of(_LOGS, "properties", "targetResourceId", convert=str.lower),
        "traffic": field_of(_LOGS, "properties", convert=_traffic),
        "destination": field_of(_LOGS, "properties", "storageId", absent=None, convert=str.lower),
        "destination_type": constant("storage_account"),
        "status": field_of(_LOGS, "properties", "enabled", convert=lambda on: "ACTIVE" if on else "DISABLED"),
        "delivery": constant(None),
    },
)
