"""Elastic Load Balancing: classic load balancers.

Shapes: Elastic Load Balancing API Reference (2012-06-01), ``LoadBalancerDescription``, ``Listener``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._native import id_list
from scanner.estate.normaliser import UNREAD_TAGS, Normaliser, constant, field_of

_BALANCERS = "DescribeLoadBalancers"


def _listeners(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    listeners = [native.get("Listener") or {} for native in natives]
    return [
        {
            "protocol": listener.get("Protocol"),
            "port": listener.get("LoadBalancerPort"),
            "target_groups": [],
            "instance_port": listener.get("InstancePort"),
        }
        for listener in listeners
    ]


CLASSIC_LOAD_BALANCER = Normaliser(
    native="elb.load_balancer",
    kind="load_balancer",
    listed=((f"elb:{_BALANCERS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("classic"),
        # One outside a VPC has no scheme, and faces the internet.
        "internet_facing": field_of(
            _BALANCERS, "Scheme", absent=True, convert=lambda word: word == "internet-facing"
        ),
        "network": field_of(_BALANCERS, "VPCId", absent=None),
        "subnets": field_of(_BALANCERS, "Subnets", absent=[], convert=sorted),
        "groups": field_of(_BALANCERS, "SecurityGroups", absent=[], convert=sorted),
        "listeners": field_of(_BALANCERS, "ListenerDescriptions", absent=[], convert=_listeners),
        "instances": field_of(_BALANCERS, "Instances", absent=[], convert=id_list("InstanceId")),
        "private_link_filtered": constant(True),
        "state": constant(None),
        "frontends": constant(None),
    },
)
