"""EC2: VPC endpoints, and endpoint services (AWS PrivateLink).

Shapes: Amazon EC2 API Reference, ``VpcEndpoint``, ``ServiceConfiguration``, ``AllowedPrincipal``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._native import ids, owner, policy_at, raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, field_of

_ENDPOINTS = "DescribeVpcEndpoints"
_SERVICES = "DescribeVpcEndpointServiceConfigurations"
_PERMISSIONS = "DescribeVpcEndpointServicePermissions"
_TYPES = {"Interface": "interface", "Gateway": "gateway", "GatewayLoadBalancer": "gateway_load_balancer"}


def _texts(name: str) -> Attr:
    return field_of(_ENDPOINTS, name, absent=[], convert=sorted)


def _groups(natives: Iterable[dict[str, Any]]) -> list[str]:
    return ids(natives, "GroupId")


def _balancers(native: dict[str, Any]) -> list[str]:
    both = ("NetworkLoadBalancerArns", "GatewayLoadBalancerArns")
    return sorted({arn for name in both for arn in native.get(name) or ()})


ENDPOINT = Normaliser(
    native="ec2.vpc_endpoint",
    kind="endpoint",
    listed=((f"ec2:{_ENDPOINTS}",),),
    regional=True,
    tags=tags_at(_ENDPOINTS, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "network": field_of(_ENDPOINTS, "VpcId"),
        "service": field_of(_ENDPOINTS, "ServiceName", absent=None),
        "type": field_of(_ENDPOINTS, "VpcEndpointType", convert=lambda word: _TYPES.get(word, word)),
        "state": field_of(_ENDPOINTS, "State", convert=str.lower),
        "policy": policy_at(_ENDPOINTS, "PolicyDocument"),
        "subnets": _texts("SubnetIds"),
        "groups": field_of(_ENDPOINTS, "Groups", absent=[], convert=_groups),
        "interfaces": _texts("NetworkInterfaceIds"),
        "route_tables": _texts("RouteTableIds"),
        "owner": field_of(_ENDPOINTS, "OwnerId", absent=None),
    },
)

ENDPOINT_SERVICE = Normaliser(
    native="ec2.vpc_endpoint_service",
    kind="endpoint_service",
    listed=((f"ec2:{_SERVICES}",),),
    regional=True,
    tags=tags_at(_SERVICES, "Tags"),
    name=raw_id,
    attrs={
        "service": field_of(_SERVICES, "ServiceName"),
        "load_balancers": field_of(_SERVICES, convert=_balancers),
        "principals": field_of(_PERMISSIONS, convert=lambda natives: ids(natives, "Principal")),
        "acceptance": field_of(_SERVICES, "AcceptanceRequired", absent=False),
        "state": field_of(_SERVICES, "ServiceState", convert=str.lower),
    },
)
