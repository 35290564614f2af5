"""Network interfaces: those of machines, of private endpoints, and of scale sets.

Shapes: Azure Virtual Network REST API, ``NetworkInterface``, ``PublicIPAddress``. An interface stands in one
subnet, of a network of its own subscription. Those of a scale set's instances are in no listing: the network
says which configurations have addresses in its subnets, and all of one scale set become one interface, of
which neither groups nor addresses are known. A public address of the SKU Standard takes nothing in that no
security group allows: https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.azure._parts import (
    Part,
    holder_of,
    id_of,
    ids_of,
    network_of,
    of_part,
    parts_of,
    properties_of,
)
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.world import World
from scanner.model.snapshot import Record

_ROWS, _NETWORKS, _PUBLIC = "NetworkInterfaces", "VirtualNetworks", "PublicIPAddresses"
_SCALE_SET, _INTERFACE, _MACHINE = "/virtualmachinescalesets/", "/networkinterfaces/", "/virtualmachines/"


def _configurations(reading: Reading) -> list[dict[str, Any]]:
    row = properties_of(reading.record, _ROWS) if reading.record else {}
    return [each.get("properties") or {} for each in row.get("ipConfigurations") or ()]


def _of_configurations(read: Any) -> Attr:
    """What all IP configurations together say; unknown of an interface that shows none."""

    def value(reading: Reading) -> Value:
        found = _configurations(reading)
        if not found:
            return Unknown()
        return Known(read(found), f"/data/{_ROWS}/properties/ipConfigurations")

    return Attr(value, (_ROWS,))


def _subnet(reading: Reading) -> Value:
    found = {id_of(each.get("subnet")) for each in _configurations(reading)}
    where = f"/data/{_ROWS}/properties/ipConfigurations/0/properties/subnet"
    return Known(found.pop(), where) if len(found) == 1 and None not in found else Unknown()


def _network(reading: Reading) -> Value:
    subnet = _subnet(reading)
    return Known(network_of(subnet.value), subnet.pointer) if isinstance(subnet, Known) else subnet


def _addresses(found: list[dict[str, Any]]) -> list[str]:
    return sorted({_range(each) for each in found if each.get("privateIPAddress")})


def _range(native: dict[str, Any]) -> str:
    """An address, or the block of addresses that a configuration may hold instead."""
    address, length = native["privateIPAddress"], native.get("privateIPAddressPrefixLength")
    return f"{address}/{length}" if length and "/" not in address else str(address)


def _public_records(reading: Reading) -> list[Record | None]:
    ids = ids_of(each.get("publicIPAddress") for each in _configurations(reading))
    return [reading.world.identified("network.publicipaddress", each) for each in ids]


def _public(reading: Reading) -> Value:
    """Public addresses; one that is given when a machine starts, or that is not shown, is not known."""
    if not _configurations(reading):
        return Unknown()
    told = [
        properties_of(each, _PUBLIC).get("ipAddress") if each else None for each in _public_records(reading)
    ]
    if None in told:
        return Unknown(union([reading.world.hiding_any(f"network:{_PUBLIC}", reading.scope)]))
    return Known(sorted(map(str, told)), f"/data/{_ROWS}/properties/ipConfigurations")


def _closed(reading: Reading) -> Value:
    """Whether each of its public addresses is of a SKU that is closed by default; of none, it is."""
    skus = {str(_sku(each)).lower() if each else None for each in _public_records(reading)}
    if None in skus or not _configurations(reading):
        return Unknown(reading.world.hiding_any(f"network:{_PUBLIC}", reading.scope))
    return Known(skus <= {"standard", "standardv2"})


def _sku(record: Record) -> Any:
    return ((record.data.get(_PUBLIC) or {}).get("sku") or {}).get("name")


def _description(native: dict[str, Any]) -> str:
    """What a service of the provider made it for, in words."""
    for name, word in (
        ("privateEndpoint", "Private endpoint"),
        ("privateLinkService", "Private link service"),
    ):
        if made_for := id_of(native.get(name)):
            return f"{word} {made_for}"
    return ""


INTERFACE = Normaliser(
    native="network.networkinterface",
    kind="interface",
    listed=((f"network:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "network": Attr(_network, (_ROWS,)),
        "subnet": Attr(_subnet, (_ROWS,)),
        "groups": field_of(
            _ROWS,
            "properties",
            "networkSecurityGroup",
            absent=[],
            convert=lambda native: [found] if (found := id_of(native)) else [],
        ),
        "addresses": _of_configurations(_addresses),
        "public_addresses": Attr(_public, (_ROWS, _PUBLIC)),
        "owner": Attr(lambda reading: Known(reading.scope.boundary)),
        "attached_to": field_of(_ROWS, "properties", "virtualMachine", absent=None, convert=id_of),
        "description": field_of(_ROWS, "properties", convert=_description),
        "requester_managed": field_of(_ROWS, "properties", convert=lambda native: bool(_description(native))),
        "rule_names": _of_configurations(
            lambda found: sorted(
                {name for each in found for name in ids_of(each.get("applicationSecurityGroups"))}
            )
        ),
        "forwards": field_of(_ROWS, "properties", "enableIPForwarding", absent=False),
        "closed_by_default": Attr(_closed, (_ROWS, _PUBLIC)),
    },
)


def scale_set_interface(configuration: str) -> str | None:
    """Of an IP configuration's id the interface of the scale set that it stands for; ``None`` of others."""
    before, found, rest = configuration.partition(_SCALE_SET)
    if not found or _INTERFACE not in rest:
        return None
    scale_set = rest.partition(_MACHINE)[0]
    interface = rest.partition(_INTERFACE)[2].split("/", 1)[0]
    return f"{before}{_SCALE_SET}{scale_set}{_INTERFACE}{interface}"


def _scale_sets(world: World) -> Iterator[Part]:
    """One interface for each scale set, subnet and name of an interface in its model."""
    for subnet in parts_of("network.virtualnetwork", _NETWORKS, "subnets")(world):
        native = subnet.native.get("properties") or {}
        found = {scale_set_interface(each) for each in ids_of(native.get("ipConfigurations"))}
        for interface in sorted(each for each in found if each):
            where = f"{subnet.pointer}/properties/ipConfigurations"
            yield Part(interface, subnet.scope, subnet.record, world, {}, {"subnet": subnet.id}, where)


SCALE_SET_INTERFACE = Normaliser(
    native="network.virtualnetwork",
    kind="interface",
    listed=((f"network:{_NETWORKS}",),),
    subjects=_scale_sets,
    holder=holder_of,
    attrs={
        "network": of_part(_NETWORKS, "subnet", convert=network_of),
        "subnet": of_part(_NETWORKS, "subnet"),
        "groups": UNTOLD,
        "addresses": UNTOLD,
        "public_addresses": UNTOLD,
        "owner": Attr(lambda reading: Known(reading.scope.boundary)),
        "attached_to": constant(None),
        "description": constant("Instances of a scale set"),
        "requester_managed": constant(False),
        "rule_names": UNTOLD,
        "forwards": UNTOLD,
        "closed_by_default": UNTOLD,
    },
)
