"""EC2: transit gateways, what is attached to them, and their routes (Amazon EC2 API, version 2016-11-15).

A route table costs one search: propagated and static routes alike are among what it finds, and which
attachment is associated with it is said of the attachment (``TransitGatewayAttachmentAssociation``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required

_ARN = "arn:{partition}:ec2:{region}:"
_ATTACHMENTS = Read("ec2", "DescribeTransitGatewayAttachments", page=1000)
_TABLES = Read("ec2", "DescribeTransitGatewayRouteTables", page=1000)
_SEARCH = Read("ec2", "SearchTransitGatewayRoutes", page=1000)
_TABLE = "ec2.transit_gateway_route_table"
_MOST = 1000
"""Routes that one search gives at most: a search that gives as many may have left some out."""

_BITS = {4: 32, 6: 128}
_STATES = {"Name": "state", "Values": ["active", "blackhole"]}


def _tables(desk: Desk) -> Mapping[str, list[Data]]:
    """Route tables, each with its routes."""
    found: list[Data] = []
    for table in required(desk.ask(_TABLES, {}), "TransitGatewayRouteTables"):
        data: Data = {_TABLES.operation: table}
        name = table["TransitGatewayRouteTableId"]
        try:
            data[_SEARCH.operation] = list(_routes(desk, name))
        except UnansweredError as error:
            arn = f"{_ARN}{{account}}:transit-gateway-route-table/".format_map(desk.words)
            desk.miss(_SEARCH, _TABLE, error, f"{arn}{name}")
        found.append(data)
    return {_TABLE: found}


def _routes(desk: Desk, table: str) -> Iterator[Any]:
    """All routes of a table, by more and narrower searches where one does not give them all."""
    whole = _search(desk, table)
    if len(whole) != _MOST:
        yield from whole
        return
    for family in _BITS:
        yield from _within(desk, table, family, 0, 0)


def _within(desk: Desk, table: str, family: int, first: int, length: int) -> Iterator[Any]:
    """The routes for a range and what lies in it."""
    found = _search(desk, table, "subnet-of-match", _spell(family, first, length))
    if len(found) != _MOST or length == _BITS[family]:
        yield from found
        return
    # The halves hold all of its routes but the one for the whole of it.
    yield from _search(desk, table, "exact-match", _spell(family, first, length))
    half = 1 << (_BITS[family] - length - 1)
    yield from _within(desk, table, family, first, length + 1)
    yield from _within(desk, table, family, first + half, length + 1)


def _search(desk: Desk, table: str, match: str = "", cidr: str = "") -> list[Any]:
    filters: list[Any] = [_STATES]
    if match:
        filters.append({"Name": f"route-search.{match}", "Values": [cidr]})
    asked = {"TransitGatewayRouteTableId": table, "Filters": filters}
    return list(required(desk.ask(_SEARCH, asked), "Routes"))


def _spell(family: int, first: int, length: int) -> str:
    return f"{IPv4Address(first) if family == 4 else IPv6Address(first)}/{length}"  # noqa: PLR2004


CALLS = (
    Call(
        Read("ec2", "DescribeTransitGateways", page=1000),
        (Output("ec2.transit_gateway", "TransitGateways[]", "{TransitGatewayArn}"),),
        Span.REGION,
    ),
    # Seen by the gateway's owner and by the attached network's: the id is the owner's.
    Call(
        _ATTACHMENTS,
        (
            Output(
                "ec2.transit_gateway_attachment",
                "TransitGatewayAttachments[]",
                f"{_ARN}{{TransitGatewayOwnerId}}:transit-gateway-attachment/{{TransitGatewayAttachmentId}}",
                defaults={"TransitGatewayOwnerId": "{account}"},
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("ec2", "DescribeTransitGatewayVpcAttachments", page=1000),
        (
            Output(
                "ec2.transit_gateway_vpc_attachment",
                "TransitGatewayVpcAttachments[]",
                f"{_ARN}{{account}}:transit-gateway-attachment/{{TransitGatewayAttachmentId}}",
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("ec2", "DescribeTransitGatewayPeeringAttachments", page=1000),
        (
            Output(
                "ec2.transit_gateway_peering",
                "TransitGatewayPeeringAttachments[]",
                f"{_ARN}{{account}}:transit-gateway-attachment/{{TransitGatewayAttachmentId}}",
            ),
        ),
        Span.REGION,
    ),
    Call(
        _TABLES,
        (
            Output(
                _TABLE, "", f"{_ARN}{{account}}:transit-gateway-route-table/{{TransitGatewayRouteTableId}}"
            ),
        ),
        Span.REGION,
        gather=_tables,
        reads={_SEARCH: _TABLE},
    ),
)
