"""Virtual networks. Security groups and route tables are told by their tags until a fact reads them.

Shapes: Azure Virtual Network REST API, ``VirtualNetwork``.
"""

from __future__ import annotations

from scanner.estate.azure._native import group_of, name_of, tags_of, told_by_tags
from scanner.estate.normaliser import Normaliser, constant, field_of

_ROWS = "VirtualNetworks"


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
    },
)
SECURITY_GROUP = told_by_tags("network.networksecuritygroup", "NetworkSecurityGroups")
ROUTE_TABLE = told_by_tags("network.routetable", "RouteTables")
