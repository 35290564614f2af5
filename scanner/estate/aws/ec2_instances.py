"""EC2: instances and network interfaces.

Shapes: Amazon EC2 API Reference, ``Instance``, ``NetworkInterface`` (its tags are ``TagSet``). The
controller of an instance is the scaling group that AWS names in a reserved tag, which only it sets.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._native import id_list, pairs, raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.settings import holds_secret
from scanner.estate.values import Known, Unknown, Value

_INSTANCES, _INTERFACES = "DescribeInstances", "DescribeNetworkInterfaces"
_ATTRIBUTE = "DescribeInstanceAttribute"
_SCALING_GROUP = "aws:autoscaling:groupName"


def _lifecycle(native: dict[str, Any]) -> str:
    """The field is only there for instances that are not plainly on demand."""
    return "spot" if native.get("InstanceLifecycle") == "spot" else "on_demand"


def _controller(native: dict[str, Any]) -> str | None:
    return pairs(native.get("Tags") or ()).get(_SCALING_GROUP)


def _metadata(options: dict[str, Any]) -> str:
    if options.get("HttpEndpoint") == "disabled":
        return "disabled"
    return "required" if options.get("HttpTokens") == "required" else "optional"


def _user_data_secret(reading: Reading) -> Value:
    """None of what a scaling group made: its launch template is read instead."""
    answer = reading.answer(_ATTRIBUTE)
    if isinstance(answer, Unknown) or answer.value is None:
        return answer
    return Known(holds_secret(answer.value.get("Value")), answer.pointer)


def _addresses(native: dict[str, Any]) -> list[str]:
    four = {each["PrivateIpAddress"] for each in native.get("PrivateIpAddresses") or ()}
    six = {each["Ipv6Address"] for each in native.get("Ipv6Addresses") or ()}
    own = {native["PrivateIpAddress"]} if native.get("PrivateIpAddress") else set()
    return sorted(four | six | own)


def _public(native: dict[str, Any]) -> list[str]:
    holders = (native, *(native.get("PrivateIpAddresses") or ()))
    found = ((each.get("Association") or {}).get("PublicIp") for each in holders)
    return sorted({address for address in found if address})


def _attached_to(reading: Reading) -> Value:
    """The instance as an ARN; what is attached to nothing, or to a service's own, is None."""
    answer = reading.answer(_INTERFACES)
    if isinstance(answer, Unknown):
        return answer
    attachment = (answer.value or {}).get("Attachment") or {}
    instance = attachment.get("InstanceId")
    if not instance:
        return Known(None, answer.pointer)
    prefix = reading.id.split(":network-interface/", 1)[0].rsplit(":", 1)
    owner = attachment.get("InstanceOwnerId") or prefix[1]
    return Known(f"{prefix[0]}:{owner}:instance/{instance}", f"{answer.pointer}/Attachment/InstanceId")


INSTANCE = Normaliser(
    native="ec2.instance",
    kind="instance",
    listed=((f"ec2:{_INSTANCES}",),),
    regional=True,
    tags=tags_at(_INSTANCES, "Tags"),
    name=raw_id,
    attrs={
        "image": field_of(_INSTANCES, "ImageId"),
        "lifecycle": field_of(_INSTANCES, convert=_lifecycle),
        "type": field_of(_INSTANCES, "InstanceType"),
        "state": field_of(_INSTANCES, "State", "Name"),
        "profile": field_of(_INSTANCES, "IamInstanceProfile", "Arn", absent=None),
        "subnet": field_of(_INSTANCES, "SubnetId", absent=None),
        "interfaces": field_of(
            _INSTANCES, "NetworkInterfaces", absent=[], convert=id_list("NetworkInterfaceId")
        ),
        "controller": field_of(_INSTANCES, convert=_controller),
        "metadata_service": field_of(_INSTANCES, "MetadataOptions", convert=_metadata),
        "boot": constant(None),
        "user_data_secret": Attr(_user_data_secret, (_INSTANCES, _ATTRIBUTE)),
        "own": field_of(_INSTANCES, convert=lambda native: _controller(native) is None),
        "sized": field_of(_INSTANCES, convert=lambda native: _controller(native) is None),
    },
)

INTERFACE = Normaliser(
    native="ec2.network_interface",
    kind="interface",
    listed=((f"ec2:{_INTERFACES}",),),
    regional=True,
    tags=tags_at(_INTERFACES, "TagSet"),
    name=raw_id,
    attrs={
        "network": field_of(_INTERFACES, "VpcId"),
        "subnet": field_of(_INTERFACES, "SubnetId"),
        "groups": field_of(_INTERFACES, "Groups", absent=[], convert=id_list("GroupId")),
        "addresses": field_of(_INTERFACES, convert=_addresses),
        "public_addresses": field_of(_INTERFACES, convert=_public),
        "owner": field_of(_INTERFACES, "OwnerId"),
        "attached_to": Attr(_attached_to, (_INTERFACES,)),
        "description": field_of(_INTERFACES, "Description", absent=""),
        "requester_managed": field_of(_INTERFACES, "RequesterManaged", absent=False),
        "rule_names": constant([]),
        "forwards": field_of(_INTERFACES, "SourceDestCheck", convert=lambda checked: not checked),
        "closed_by_default": constant(True),
    },
)
