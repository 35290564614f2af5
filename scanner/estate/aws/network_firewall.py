"""Network Firewall: firewalls, as devices whose inside is not read.

Shapes: AWS Network Firewall API Reference, ``Firewall``, ``SubnetMapping``.
"""

from __future__ import annotations

from scanner.estate.aws._native import id_list, tags_at
from scanner.estate.normaliser import Normaliser, constant, field_of

_FIREWALL = "DescribeFirewall"

NETWORK_FIREWALL = Normaliser(
    native="network-firewall.firewall",
    kind="network_firewall",
    listed=(("network-firewall:ListFirewalls",),),
    regional=True,
    tags=tags_at(_FIREWALL, "Tags"),
    attrs={
        "network": field_of(_FIREWALL, "VpcId", absent=None),
        "subnets": field_of(_FIREWALL, "SubnetMappings", absent=[], convert=id_list("SubnetId")),
        "transit_gateway": field_of(_FIREWALL, "TransitGatewayId", absent=None),
        "addresses": constant(None),
    },
)
