"""Virtual machines, and scale sets that make them.

Shapes: Azure Compute REST API, ``VirtualMachine``, ``VirtualMachineScaleSet``. The metadata service of
Azure answers only requests with a header that no link can carry, and none that was forwarded, so that it
demands what it can:
https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#security-and-authentication.
What a machine starts with (custom data) nobody can read again. A scale set that a Kubernetes cluster made,
in the group that it manages, has its settings from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.estate.azure._machines import boot, image, lifecycle
from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside, made_of
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

_VM, _SET = "VirtualMachines", "ScaleSets"
_GROUPS = "resources:ResourceGroups"
_AUTOSCALE = "insights:AutoscaleSettings"
_CLUSTERS = "microsoft.containerservice/managedclusters"
_STATES = {"stopped": "allocated"}
"""A machine that is stopped and not deallocated keeps its place, and its price."""


def _state(properties: Mapping[str, Any]) -> str | None:
    view = (properties.get("extended") or {}).get("instanceView") or {}
    code = str((view.get("powerState") or {}).get("code") or "").lower().removeprefix("powerstate/")
    return _STATES.get(code, code) or None


def _known(value: Value) -> Value:
    return Unknown() if isinstance(value, Known) and value.value is None else value


def _power(reading: Reading) -> Value:
    return _known(inside(reading.answer(_VM), "properties", convert=_state))


def _interfaces(profile: Mapping[str, Any]) -> list[str]:
    found = profile.get("networkInterfaces") or ()
    return sorted(str(each["id"]).lower() for each in found if each.get("id"))


MACHINE = Normaliser(
    native="compute.virtualmachine",
    kind="instance",
    listed=((f"compute:{_VM}",),),
    tags=tags_of(_VM),
    name=name_of(_VM),
    holder=group_of(_VM),
    attrs={
        "region": field_of(_VM, "location"),
        "image": field_of(_VM, "properties", convert=image),
        "lifecycle": field_of(_VM, "properties", convert=lifecycle),
        "type": field_of(_VM, "properties", "hardwareProfile", "vmSize"),
        "state": Attr(_power, (_VM,)),
        "profile": UNTOLD,
        "subnet": UNTOLD,
        "interfaces": field_of(_VM, "properties", "networkProfile", absent=[], convert=_interfaces),
        "controller": field_of(
            _VM, "properties", "virtualMachineScaleSet", "id", absent=None, convert=str.lower
        ),
        "metadata_service": constant("required"),
        "boot": field_of(_VM, "properties", convert=boot),
        "user_data_secret": UNTOLD,
        "own": constant(True),
        "sized": constant(True),
    },
)


def _profile(native: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What machines are made with; a flexible set may have none, and then its machines tell."""
    found: Mapping[str, Any] | None = (native.get("properties") or {}).get("virtualMachineProfile")
    return found or None


def _of_profile(convert: Callable[[Mapping[str, Any]], Any], without: Any) -> Attr:
    def made(native: Mapping[str, Any]) -> Any:
        profile = _profile(native)
        return without if profile is None else convert(profile)

    return field_of(_SET, convert=made)


def _bought(native: Mapping[str, Any]) -> str | None:
    profile = _profile(native)
    if profile is None:
        return None
    mix = (native.get("properties") or {}).get("priorityMixPolicy") or {}
    regular = mix.get("baseRegularPriorityCount") or mix.get("regularPriorityPercentageAboveBase")
    return "mixed" if regular and lifecycle(profile) == "spot" else lifecycle(profile)


def _sizes(native: Mapping[str, Any]) -> list[str]:
    mixed = ((native.get("properties") or {}).get("skuProfile") or {}).get("vmSizes") or ()
    named = (native.get("sku") or {}).get("name")
    found = [each.get("name") for each in mixed] or [named]
    return sorted(str(each) for each in found if each and str(each).lower() != "mix")


def _target(record: Record) -> str:
    native = (record.data.get("AutoscaleSettings") or {}).get("properties") or {}
    return str(native.get("targetResourceUri") or "").lower()


def _capacity(which: str, pick: Callable[[Iterable[int]], int]) -> Attr:
    """How many there are, or may be where an autoscale setting decides. Recurring profiles are schedules."""

    def read(reading: Reading) -> Value:
        count = inside(reading.answer(_SET), "sku", "capacity")
        if isinstance(count, Unknown):
            return count
        settings = reading.world.indexed("insights.autoscale", reading.scope, _target).get(reading.id, ())
        if not settings and (hidden := reading.unread("insights.autoscale", _AUTOSCALE)) is not None:
            return hidden
        told = [
            int((each.get("capacity") or {})[which])
            for record in settings
            if (native := record.data["AutoscaleSettings"].get("properties") or {}).get("enabled")
            is not False
            for each in native.get("profiles") or ()
            if not each.get("recurrence") and (each.get("capacity") or {}).get(which) is not None
        ]
        return Known(pick(told) if told else int(count.value), count.pointer)

    return Attr(read, (_SET,), (_AUTOSCALE,))


def _by_group(record: Record) -> str:
    return record.id.lower()


def _own(reading: Reading) -> Value:
    """Whether nobody but its owner chose its settings: no Kubernetes cluster made it in its own group."""
    native = reading.answer(_SET)
    if isinstance(native, Unknown):
        return native
    if _profile(native.value) is None:
        return Known(False, native.pointer)
    if not any(str(tag).lower().startswith("aks-managed-") for tag in native.value.get("tags") or {}):
        return Known(True, native.pointer)
    holder = group_of(_SET)(reading)
    groups = reading.world.indexed("resources.group", reading.scope, _by_group).get(holder, ())
    if not groups:
        return Unknown(reading.world.hiding_any(_GROUPS, reading.scope))
    manager = str((groups[0].data.get("ResourceGroups") or {}).get("managedBy") or "").lower()
    return Known(f"/providers/{_CLUSTERS}/" not in manager, native.pointer)


def _subnets(profile: Mapping[str, Any]) -> list[str]:
    cards = (profile.get("networkProfile") or {}).get("networkInterfaceConfigurations") or ()
    addresses = [
        address.get("properties") or {}
        for card in cards
        for address in (card.get("properties") or {}).get("ipConfigurations") or ()
    ]
    return sorted(
        {str(each["subnet"]["id"]).lower() for each in addresses if (each.get("subnet") or {}).get("id")}
    )


_OWN = Attr(_own, (_SET,), (_GROUPS,))

SCALE_SET = Normaliser(
    native="compute.scaleset",
    kind="node_pool",
    listed=((f"compute:{_SET}",),),
    tags=tags_of(_SET),
    name=name_of(_SET),
    holder=group_of(_SET),
    attrs={
        "region": field_of(_SET, "location"),
        "type": constant("scale_set"),
        "cluster": constant(None),
        "lifecycle": field_of(_SET, convert=_bought),
        "machine_types": field_of(_SET, convert=_sizes),
        "minimum": _capacity("minimum", min),
        "maximum": _capacity("maximum", max),
        "identity": UNTOLD,
        "taints": constant([]),
        "labels": constant({}),
        "template": constant(None),
        "scaling_groups": made_of(_SET, lambda reading, _: [reading.id]),
        "metadata_service": _of_profile(lambda _: "required", None),
        "boot": _of_profile(boot, None),
        "user_data_secret": UNTOLD,
        "own": _OWN,
        "sized": _OWN,
        "subnets": _of_profile(_subnets, []),
    },
)
