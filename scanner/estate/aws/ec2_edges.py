"""EC2: gateways out of networks, prefix lists, block public access, flow logs.

Shapes: Amazon EC2 API Reference, ``NatGateway``, ``InternetGateway``, ``EgressOnlyInternetGateway``,
``VpnGateway``, ``ManagedPrefixList``, ``VpcBlockPublicAccessOptions``, ``VpcBlockPublicAccessExclusion``,
``FlowLog``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.estate.aws._native import ids, owner, raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_NATS, _INTERNET, _EGRESS = (
    "DescribeNatGateways",
    "DescribeInternetGateways",
    "DescribeEgressOnlyInternetGateways",
)
_VPNS, _LISTS, _ENTRIES = "DescribeVpnGateways", "DescribeManagedPrefixLists", "GetManagedPrefixListEntries"
_BLOCKS, _EXCLUSIONS = "DescribeVpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessExclusions"
_FLOWS = "DescribeFlowLogs"
_PROVIDER = "AWS"
_MODES = {"off": "off", "block-ingress": "ingress", "block-bidirectional": "both"}
_EXCLUDED = {"allow-egress": "egress", "allow-bidirectional": "both"}


def _addresses(name: str) -> Attr:
    return field_of(_NATS, "NatGatewayAddresses", absent=[], convert=lambda natives: ids(natives, name))


def _attached(field: str) -> Any:
    """The networks of attachments that hold: ``attached`` of a VPN gateway, ``available`` of others."""

    def convert(natives: Iterable[dict[str, Any]]) -> list[str]:
        return ids((each for each in natives if each.get("State") not in ("detached", "detaching")), field)

    return convert


def _entries(reading: Reading) -> Value:
    """The ranges; of the provider's own lists there is nothing to know."""
    holder = inside(reading.answer(_LISTS), "OwnerId")
    if isinstance(holder, Known) and holder.value == _PROVIDER:
        return Known(None, holder.pointer)
    return inside(reading.answer(_ENTRIES), convert=lambda natives: ids(natives, "Cidr"))


def _word(key: str, field: str, words: Mapping[str, str]) -> Attr:
    """A word of the provider's in ours; one that we do not know is not understood."""

    def read(reading: Reading) -> Value:
        found = inside(reading.answer(key), field)
        if isinstance(found, Known):
            return Known(words[found.value], found.pointer) if found.value in words else Unknown()
        return found

    return Attr(read, (key,))


def _kept_in(native: dict[str, Any]) -> str | None:
    return native.get("LogDestination") or native.get("LogGroupName")


NAT_GATEWAY = Normaliser(
    native="ec2.nat_gateway",
    kind="nat_gateway",
    listed=((f"ec2:{_NATS}",),),
    regional=True,
    tags=tags_at(_NATS, "Tags"),
    name=raw_id,
    attrs={
        "network": field_of(_NATS, "VpcId"),
        "subnet": field_of(_NATS, "SubnetId", absent=None),
        "connectivity": field_of(_NATS, "ConnectivityType", absent="public"),
        "state": field_of(_NATS, "State"),
        "addresses": _addresses("PrivateIp"),
        "public_addresses": _addresses("PublicIp"),
        "interfaces": _addresses("NetworkInterfaceId"),
    },
)

INTERNET_GATEWAY = Normaliser(
    native="ec2.internet_gateway",
    kind="internet_gateway",
    listed=((f"ec2:{_INTERNET}",),),
    regional=True,
    tags=tags_at(_INTERNET, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "networks": field_of(_INTERNET, "Attachments", absent=[], convert=_attached("VpcId")),
        "egress_only": constant(False),
    },
)

EGRESS_ONLY_GATEWAY = Normaliser(
    native="ec2.egress_only_internet_gateway",
    kind="internet_gateway",
    listed=((f"ec2:{_EGRESS}",),),
    regional=True,
    tags=tags_at(_EGRESS, "Tags"),
    name=raw_id,
    attrs={
        "networks": field_of(_EGRESS, "Attachments", absent=[], convert=_attached("VpcId")),
        "egress_only": constant(True),
    },
)

VPN_GATEWAY = Normaliser(
    native="ec2.vpn_gateway",
    kind="vpn_gateway",
    listed=((f"ec2:{_VPNS}",),),
    regional=True,
    tags=tags_at(_VPNS, "Tags"),
    name=raw_id,
    attrs={
        "networks": field_of(_VPNS, "VpcAttachments", absent=[], convert=_attached("VpcId")),
        "state": field_of(_VPNS, "State"),
    },
)

PREFIX_LIST = Normaliser(
    native="ec2.prefix_list",
    kind="prefix_list",
    listed=((f"ec2:{_LISTS}",),),
    regional=True,
    tags=tags_at(_LISTS, "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "name": field_of(_LISTS, "PrefixListName", absent=None),
        "owner": field_of(_LISTS, "OwnerId"),
        "family": field_of(_LISTS, "AddressFamily", absent=None, convert=lambda word: str(word)[-1]),
        "entries": Attr(_entries, (_LISTS, _ENTRIES)),
    },
)

PUBLIC_ACCESS_BLOCK = Normaliser(
    native="ec2.vpc_block_public_access",
    kind="public_access_block",
    listed=((f"ec2:{_BLOCKS}",),),
    regional=True,
    attrs={
        "mode": _word(_BLOCKS, "InternetGatewayBlockMode", _MODES),
        "state": field_of(_BLOCKS, "State", absent=None),
    },
)

PUBLIC_ACCESS_EXCLUSION = Normaliser(
    native="ec2.vpc_block_public_access_exclusion",
    kind="public_access_exclusion",
    listed=((f"ec2:{_EXCLUSIONS}",),),
    regional=True,
    tags=tags_at(_EXCLUSIONS, "Tags"),
    name=raw_id,
    attrs={
        "target": field_of(_EXCLUSIONS, "ResourceArn", convert=lambda arn: arn.rsplit("/", 1)[-1]),
        "mode": _word(_EXCLUSIONS, "InternetGatewayExclusionMode", _EXCLUDED),
        "state": field_of(_EXCLUSIONS, "State", absent=None),
    },
)

FLOW_LOG = Normaliser(
    native="ec2.flow_log",
    kind="flow_log",
    listed=((f"ec2:{_FLOWS}",),),
    regional=True,
    tags=tags_at(_FLOWS, "Tags"),
    name=raw_id,
    attrs={
        "target": field_of(_FLOWS, "ResourceId"),
        "traffic": field_of(_FLOWS, "TrafficType", absent=None),
        "destination": field_of(_FLOWS, convert=_kept_in),
        "destination_type": field_of(_FLOWS, "LogDestinationType", absent="cloud-watch-logs"),
        "status": field_of(_FLOWS, "FlowLogStatus", absent=None),
        "delivery": field_of(_FLOWS, "DeliverLogsStatus", absent=None),
    },
)
