"""Amazon EC2: SearchTransitGatewayRoutes, which moto answers without propagated routes, and fails when paged.

Shape and limits: Amazon EC2 API Reference, SearchTransitGatewayRoutes (1,000 routes at most,
``additionalRoutesAvailable`` when there are more); Amazon VPC Transit Gateways, "Routing" (the ranges of an
attached network are propagated into the tables that it propagates to; a static route goes before).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from tests.faults.wire import Request

_MOST = 1000
_WITHIN = {
    "route-search.exact-match": lambda route, asked: route == asked,
    "route-search.subnet-of-match": lambda route, asked: (
        route.version == asked.version and route.subnet_of(asked)
    ),
}


def search(request: Request) -> bytes:
    """The routes of a table of moto's that pass the filters."""
    table = _backend(request).transit_gateways_route_tables[request.params["TransitGatewayRouteTableId"]]
    most = int(request.params.get("MaxResults", _MOST))
    if not 5 <= most <= _MOST:
        raise ValueError(most)
    found = [route for route in _routes(request, table) if all(keep(route) for keep in _filters(request))]
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    more = str(len(found) > most).lower()
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><SearchTransitGatewayRoutesResponse xmlns="{namespace}">'
        f"<requestId>r-1</requestId><routeSet>{''.join(map(_item, found[:most]))}</routeSet>"
        f"<additionalRoutesAvailable>{more}</additionalRoutesAvailable></SearchTransitGatewayRoutesResponse>"
    ).encode()


def _backend(request: Request) -> Any:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import

    return ec2_backends[request.account][request.region]


def _filters(request: Request) -> Iterator[Callable[[dict[str, Any]], bool]]:
    names = {key: value for key, value in request.params.items() if re.fullmatch(r"Filter\.\d+\.Name", key)}
    if not names:
        raise ValueError("filters are required")
    for key, name in names.items():
        prefix = key.removesuffix("Name") + "Value."
        values = [value for other, value in request.params.items() if other.startswith(prefix)]
        yield _filter(name, values)


def _filter(name: str, values: list[str]) -> Callable[[dict[str, Any]], bool]:
    if name in ("state", "type"):
        return lambda route: route[name] in values
    within, asked = _WITHIN[name], [ip_network(value) for value in values]
    return lambda route: any(within(ip_network(route["destinationCidrBlock"]), one) for one in asked)


def _routes(request: Request, table: Any) -> Iterator[dict[str, Any]]:
    yield from table.routes.values()
    for one in table.route_table_propagation:
        network = _network(request, one.resourceId)
        for cidr in network.get_cidr_block_association_set() if network else ():
            if cidr["cidr_block"] not in table.routes:
                yield {
                    "destinationCidrBlock": cidr["cidr_block"],
                    "state": "active",
                    "type": "propagated",
                    "transitGatewayAttachments": vars(one),
                }


def _network(request: Request, name: str) -> Any:
    """A network that is attached, of whichever account."""
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import

    for regions in list(ec2_backends.values()):
        if request.region in regions and name in regions[request.region].vpcs:
            return regions[request.region].vpcs[name]
    return None


def _item(route: dict[str, Any]) -> str:
    attachment = route.get("transitGatewayAttachments")
    names = ("resourceId", "transitGatewayAttachmentId", "resourceType")
    told = "".join(f"<{name}>{attachment[name]}</{name}>" for name in names) if attachment else ""
    inner = f"<transitGatewayAttachments><item>{told}</item></transitGatewayAttachments>" if told else ""
    said = "".join(f"<{name}>{route[name]}</{name}>" for name in ("destinationCidrBlock", "type", "state"))
    return f"<item>{said}{inner}</item>"


ANSWERS = {"ec2:SearchTransitGatewayRoutes": search}
