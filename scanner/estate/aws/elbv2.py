"""Elastic Load Balancing: load balancers and target groups.

Shapes: Elastic Load Balancing API Reference (2015-12-01), ``LoadBalancer``, ``Listener``,
``TargetGroup``, ``TargetDescription``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._native import ids, tags_at
from scanner.estate.normaliser import UNREAD_TAGS, Normaliser, Reading, constant, field_of

_BALANCERS, _LISTENERS = "DescribeLoadBalancers", "DescribeListeners"
_GROUPS, _HEALTH = "DescribeTargetGroups", "DescribeTargetHealth"


def _named(reading: Reading) -> str:
    """``models`` of ``...:loadbalancer/net/models/0123`` and ``...:targetgroup/models/0123``."""
    return reading.id.rsplit("/", 2)[-2]


def _listeners(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where it answers; a listener of a gateway load balancer has neither protocol nor port."""
    return [
        {
            "protocol": native.get("Protocol"),
            "port": native.get("Port"),
            "target_groups": sorted(set(_forwarded(native.get("DefaultActions") or ()))),
            "instance_port": None,
        }
        for native in natives
    ]


def _forwarded(actions: Iterable[dict[str, Any]]) -> Iterable[str]:
    for action in actions:
        if action.get("Type") == "forward":
            if action.get("TargetGroupArn"):
                yield action["TargetGroupArn"]
            yield from ids((action.get("ForwardConfig") or {}).get("TargetGroups") or (), "TargetGroupArn")


def _targets(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": native["Id"], "port": native.get("Port")} for native in natives]


LOAD_BALANCER = Normaliser(
    native="elbv2.load_balancer",
    kind="load_balancer",
    listed=((f"elbv2:{_BALANCERS}",),),
    regional=True,
    tags=tags_at("DescribeTags"),
    name=_named,
    attrs={
        "type": field_of(_BALANCERS, "Type"),
        # A gateway load balancer has no scheme.
        "internet_facing": field_of(
            _BALANCERS, "Scheme", absent=False, convert=lambda word: word == "internet-facing"
        ),
        "network": field_of(_BALANCERS, "VpcId", absent=None),
        "subnets": field_of(
            _BALANCERS, "AvailabilityZones", absent=[], convert=lambda natives: ids(natives, "SubnetId")
        ),
        "groups": field_of(_BALANCERS, "SecurityGroups", absent=[], convert=sorted),
        "listeners": field_of(_LISTENERS, convert=_listeners),
        "instances": field_of(_BALANCERS, convert=lambda _: []),
        "private_link_filtered": field_of(
            _BALANCERS,
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
            absent=True,
            convert=lambda word: word != "off",
        ),
        "state": field_of(_BALANCERS, "State", "Code", absent=None),
        "frontends": constant(None),
    },
)

TARGET_GROUP = Normaliser(
    native="elbv2.target_group",
    kind="target_group",
    listed=((f"elbv2:{_GROUPS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=_named,
    attrs={
        "type": field_of(_GROUPS, "TargetType", absent="instance"),
        "network": field_of(_GROUPS, "VpcId", absent=None),
        "protocol": field_of(_GROUPS, "Protocol", absent=None),
        "port": field_of(_GROUPS, "Port", absent=None),
        "load_balancers": field_of(_GROUPS, "LoadBalancerArns", absent=[], convert=sorted),
        "targets": field_of(_HEALTH, convert=_targets),
    },
)
