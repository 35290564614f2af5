"""EC2: security groups and network ACLs.

Shapes: Amazon EC2 API Reference, ``SecurityGroup``, ``IpPermission``, ``NetworkAcl``,
``NetworkAclEntry``. Both come out alike: protocols are IANA numbers as strings, ``-1`` is every
protocol on every port, ports are None where a protocol has none, ICMP has type and code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanner.estate.aws._native import id_list, owner, raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}
_WITH_PORTS, _ICMP = ("-1", "6", "17"), ("1", "58")
_EVERY_PORT = (0, 65535)


def _protocol(native: Any) -> str:
    text = str(native).lower()
    return _NUMBERS.get(text, text)


def _reach(protocol: str, low: Any, high: Any) -> dict[str, Any]:
    """The four fields that say how far a rule reaches; ``-1`` and nothing at all are everything."""
    reach: dict[str, Any] = {"from_port": None, "to_port": None, "icmp_type": None, "icmp_code": None}
    if protocol in _ICMP:
        reach |= {"icmp_type": -1 if low is None else low, "icmp_code": -1 if high is None else high}
    elif protocol in _WITH_PORTS:
        every = protocol == "-1" or low is None or high is None or low == -1
        reach["from_port"], reach["to_port"] = _EVERY_PORT if every else (low, high)
    return reach


def _entries(natives: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the provider's order, so that an entry's place is its pointer's end; its number says its turn."""
    return [_entry(native) for native in natives]


def _entry(native: dict[str, Any]) -> dict[str, Any]:
    protocol = _protocol(native["Protocol"])
    ports, icmp = native.get("PortRange") or {}, native.get("IcmpTypeCode") or {}
    limits = (ports.get("From"), ports.get("To"))
    if protocol in _ICMP:
        limits = (icmp.get("Type"), icmp.get("Code"))
    return {
        "number": native["RuleNumber"],
        "egress": bool(native.get("Egress")),
        "allow": native.get("RuleAction") == "allow",
        "protocol": protocol,
        "cidr": native.get("CidrBlock") or native.get("Ipv6CidrBlock"),
        **_reach(protocol, *limits),
    }


def _permission(native: dict[str, Any], account: str) -> dict[str, Any]:
    protocol = _protocol(native["IpProtocol"])
    four = {each["CidrIp"] for each in native.get("IpRanges") or () if each.get("CidrIp")}
    six = {each["CidrIpv6"] for each in native.get("Ipv6Ranges") or () if each.get("CidrIpv6")}
    named = [each for each in native.get("UserIdGroupPairs") or () if each.get("GroupId")]
    groups = {(each["GroupId"], each.get("UserId") or account) for each in named}
    return {
        "protocol": protocol,
        **_reach(protocol, native.get("FromPort"), native.get("ToPort")),
        "cidrs": sorted(four | six),
        "groups": [{"id": group, "account": holder} for group, holder in sorted(groups)],
        "prefix_lists": id_list("PrefixListId")(native.get("PrefixListIds") or ()),
    }


def _rules(name: str) -> Attr:
    """The rules of one direction, in the provider's order, so that a rule's number is its pointer's end.

    A group named without an account is one of the same account.
    """

    def read(reading: Reading) -> Value:
        answer = reading.answer("DescribeSecurityGroups")
        if isinstance(answer, Unknown):
            return answer
        made = [_permission(each, answer.value.get("OwnerId", "")) for each in answer.value.get(name) or ()]
        return Known(made, f"{answer.pointer}/{name}" if made else answer.pointer)

    return Attr(read, ("DescribeSecurityGroups",))


SECURITY_GROUP = Normaliser(
    native="ec2.security_group",
    kind="security_group",
    listed=(("ec2:DescribeSecurityGroups",),),
    regional=True,
    tags=tags_at("DescribeSecurityGroups", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "network": field_of("DescribeSecurityGroups", "VpcId", absent=None),
        "name": field_of("DescribeSecurityGroups", "GroupName"),
        "ingress": _rules("IpPermissions"),
        "egress": _rules("IpPermissionsEgress"),
        "rules": constant(None),
    },
)

NETWORK_ACL = Normaliser(
    native="ec2.network_acl",
    kind="network_acl",
    listed=(("ec2:DescribeNetworkAcls",),),
    regional=True,
    tags=tags_at("DescribeNetworkAcls", "Tags"),
    name=raw_id,
    holder=owner,
    attrs={
        "network": field_of("DescribeNetworkAcls", "VpcId"),
        "subnets": field_of("DescribeNetworkAcls", "Associations", absent=[], convert=id_list("SubnetId")),
        "entries": field_of("DescribeNetworkAcls", "Entries", absent=[], convert=_entries),
    },
)
