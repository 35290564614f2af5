"""Networks and their subnets. Shapes: Compute Engine API v1, ``Network``, ``Subnetwork``; neither has labels.

A network is named by its full name: names are told apart by project alone, and a subnet of another project
may stand in it.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.gcp._native import full_name, labels_of, made, name_of, told
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

_SUBNETS = "compute:Subnetworks"


def _ranges(subnet: dict[str, Any]) -> list[str]:
    """Its own ranges, those of pods and services among them."""
    several = [subnet.get("ipCidrRange"), subnet.get("externalIpv6Prefix"), subnet.get("internalIpv6Prefix")]
    several += [each.get("ipCidrRange") for each in subnet.get("secondaryIpRanges") or ()]
    return sorted(each for each in several if each)


def _network_of(record: Record) -> str:
    asset = record.data.get("Subnetworks") or {}
    return full_name(((asset.get("resource") or {}).get("data") or {}).get("network"))


def _cidrs(reading: Reading) -> Value:
    world, scope = reading.world, reading.scope
    if not world.listed(scope.boundary, "compute.subnetwork"):
        return Unknown(world.hiding_any(_SUBNETS, scope))
    found: set[str] = set()
    for record in world.indexed("compute.subnetwork", scope, _network_of).get(reading.id, ()):
        data = ((record.data.get("Subnetworks") or {}).get("resource") or {}).get("data")
        if data is None:
            return Unknown()
        found.update(_ranges(data))
    return Known(sorted(found))


NETWORK = Normaliser(
    native="compute.network",
    kind="network",
    listed=(("compute:Networks",),),
    tags=labels_of("Networks"),
    name=name_of,
    attrs={
        "cidrs": Attr(_cidrs, (), (_SUBNETS,)),
        # https://cloud.google.com/vpc/docs/vpc#default-network
        "default": made("Networks", lambda network: network.get("name") == "default"),
        # Policies of firewalls that come before those of the network, and hubs, are not read yet.
        "admin_rules": UNTOLD,
        "grouped": UNTOLD,
    },
)
SUBNET = Normaliser(
    native="compute.subnetwork",
    kind="subnet",
    listed=((_SUBNETS,),),
    tags=labels_of("Subnetworks"),
    name=name_of,
    attrs={
        "network": told("Subnetworks", "network", convert=full_name),
        "cidrs": made("Subnetworks", _ranges),
        "owner": Attr(lambda reading: Known(reading.scope.boundary)),
        # Firewalls and routes are the network's, and name machines by tags and accounts.
        "security_group": constant(None),
        "route_table": constant(None),
        "endpoint_policies": constant([]),
        "delegated": UNTOLD,
        "occupants": UNTOLD,
    },
)
_LOGGED = "Subnetworks"
_OF_PROXIES = frozenset({"INTERNAL_HTTPS_LOAD_BALANCER", "REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY"})
"""Purposes of subnets that have no flow logs, https://cloud.google.com/vpc/docs/flow-logs."""


def _traffic(subnet: dict[str, Any]) -> str | None:
    """``ALL`` where every connection may be recorded: nothing filtered, and no sampling beside Google's own.

    https://cloud.google.com/vpc/docs/flow-logs: a rate of 1 keeps what was sampled.
    """
    logs = subnet.get("logConfig") or {}
    whole = logs.get("flowSampling", 0) == 1 and str(logs.get("filterExpr") or "true") == "true"
    return "ALL" if whole else "SAMPLED"


def _on(subnet: dict[str, Any]) -> str:
    if str(subnet.get("purpose")) in _OF_PROXIES:
        return "UNSUPPORTED"
    logs = subnet.get("logConfig") or {}
    return "ACTIVE" if logs.get("enable", subnet.get("enableFlowLogs")) is True else "OFF"


FLOW_LOG = Normaliser(
    native="compute.subnetwork",
    kind="flow_log",
    listed=((_SUBNETS,),),
    name=name_of,
    attrs={
        "target": Attr(lambda reading: Known(reading.id)),
        "traffic": made(_LOGGED, _traffic),
        "destination": constant("logging.googleapis.com"),
        "destination_type": constant("cloud_logging"),
        "status": made(_LOGGED, _on),
        "delivery": constant(None),
    },
)
