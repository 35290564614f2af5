"""EC2: transit gateways, their attachments, route tables and peerings.

Shapes: Amazon EC2 API Reference, ``TransitGateway``, ``TransitGatewayAttachment``,
``TransitGatewayVpcAttachment``, ``TransitGatewayPeeringAttachment``, ``TransitGatewayRoute``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.estate.aws._native import owner, raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, field_of, inside
from scanner.estate.values import Known, Value
from scanner.estate.world import World

_GATEWAYS, _ATTACHMENTS = "DescribeTransitGateways", "DescribeTransitGatewayAttachments"
_TABLES, _SEARCH = "DescribeTransitGatewayRouteTables", "SearchTransitGatewayRoutes"
_IN_VPC, _PEERINGS = "DescribeTransitGatewayVpcAttachments", "DescribeTransitGatewayPeeringAttachments"
_ATTACHMENT, _VPC_ATTACHMENT = "ec2.transit_gateway_attachment", "ec2.transit_gateway_vpc_attachment"
_TYPES = {"vpc": "network", "peering": "peering", "tgw-peering": "peering"}
_OVER = frozenset(("disassociated", "disassociating"))


def _attachments(world: World) -> Iterator[Reading]:
    """Each attachment with what its network's listing, in the same account, says of it."""
    in_networks = {
        (record.scope, record.id.rsplit("/", 1)[-1]): record
        for record in world.natives.get(_VPC_ATTACHMENT, ())
    }
    for record in world.natives.get(_ATTACHMENT, ()):
        part = in_networks.get((record.scope, record.id.rsplit("/", 1)[-1]))
        yield Reading(record.id, record.scope, record, world, {_VPC_ATTACHMENT: part})


def _in_network(convert: Any, otherwise: Any) -> Attr:
    """What the attachment of a network says; of another sort ``otherwise``."""

    def read(reading: Reading) -> Value:
        kind = inside(reading.answer(_ATTACHMENTS), "ResourceType")
        if isinstance(kind, Known) and kind.value != "vpc":
            return Known(otherwise, kind.pointer)
        return inside(reading.answer(_IN_VPC, of=_VPC_ATTACHMENT), convert=convert)

    return Attr(read, (_ATTACHMENTS, _IN_VPC))


def _option(name: str, default: bool) -> Any:
    return lambda native: (native.get("Options") or {}).get(name, "enable" if default else "") == "enable"


def _table_of(native: dict[str, Any]) -> str | None:
    association = native.get("Association") or {}
    return None if association.get("State") in _OVER else association.get("TransitGatewayRouteTableId")


def _routes(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "destination": native.get("DestinationCidrBlock"),
            "type": native.get("Type"),
            "state": native.get("State"),
            "attachments": [
                {
                    "id": each.get("TransitGatewayAttachmentId"),
                    "type": _TYPES.get(each.get("ResourceType", ""), each.get("ResourceType")),
                    "target": each.get("ResourceId"),
                }
                for each in native.get("TransitGatewayAttachments") or ()
            ],
        }
        for native in natives
    ]


def _side(of: str, attachment: str) -> Attr:
    """One end of a peering; ids of attachments are the same on both sides unless both are said."""

    def read(reading: Reading) -> Value:
        answer = reading.answer(_PEERINGS)

        def side(native: dict[str, Any]) -> dict[str, Any]:
            told = native.get(of) or {}
            return {
                "account": told.get("OwnerId"),
                "transit_gateway": told.get("TransitGatewayId"),
                "region": told.get("Region"),
                "attachment": native.get(attachment) or native.get("TransitGatewayAttachmentId"),
            }

        return inside(answer, convert=side)

    return Attr(read, (_PEERINGS,))


TRANSIT_GATEWAY = Normaliser(
    native="ec2.transit_gateway",
    kind="transit_gateway",
    listed=((f"ec2:{_GATEWAYS}",),),
    regional=True,
    tags=tags_at(_GATEWAYS, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "owner": field_of(_GATEWAYS, "OwnerId"),
        "state": field_of(_GATEWAYS, "State"),
        "group_references": field_of(_GATEWAYS, convert=_option("SecurityGroupReferencingSupport", False)),
    },
)

TRANSIT_ATTACHMENT = Normaliser(
    native=_ATTACHMENT,
    kind="transit_attachment",
    listed=((f"ec2:{_ATTACHMENTS}",),),
    regional=True,
    subjects=_attachments,
    tags=tags_at(_ATTACHMENTS, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "transit_gateway": field_of(_ATTACHMENTS, "TransitGatewayId"),
        "owner": field_of(_ATTACHMENTS, "TransitGatewayOwnerId"),
        "type": field_of(_ATTACHMENTS, "ResourceType", convert=lambda word: _TYPES.get(word, word)),
        "target": field_of(_ATTACHMENTS, "ResourceId", absent=None),
        "target_owner": field_of(_ATTACHMENTS, "ResourceOwnerId", absent=None),
        "state": field_of(_ATTACHMENTS, "State"),
        "route_table": field_of(_ATTACHMENTS, convert=_table_of),
        "subnets": _in_network(lambda native: sorted(native.get("SubnetIds") or ()), []),
        # Of an attachment it is on unless switched off; of a gateway it is off unless switched on.
        "group_references": _in_network(_option("SecurityGroupReferencingSupport", True), False),
        "appliance": _in_network(_option("ApplianceModeSupport", False), False),
    },
)

TRANSIT_ROUTE_TABLE = Normaliser(
    native="ec2.transit_gateway_route_table",
    kind="transit_route_table",
    listed=((f"ec2:{_TABLES}",),),
    regional=True,
    tags=tags_at(_TABLES, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "transit_gateway": field_of(_TABLES, "TransitGatewayId"),
        "state": field_of(_TABLES, "State"),
        "routes": field_of(_SEARCH, convert=_routes),
    },
)

TRANSIT_PEERING = Normaliser(
    native="ec2.transit_gateway_peering",
    kind="transit_peering",
    listed=((f"ec2:{_PEERINGS}",),),
    regional=True,
    tags=tags_at(_PEERINGS, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "status": field_of(_PEERINGS, "State"),
        "requester": _side("RequesterTgwInfo", "TransitGatewayAttachmentId"),
        "accepter": _side("AccepterTgwInfo", "AccepterTransitGatewayAttachmentId"),
    },
)
