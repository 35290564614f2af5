"""Machines, and what stops them at set times.

Shapes: Compute Engine API v1, ``Instance``, ``ResourcePolicy``. The metadata server answers requests alone
that carry a header which no link can: https://cloud.google.com/compute/docs/metadata/querying-metadata.
What it did before is switched off for good:
https://cloud.google.com/compute/docs/deprecations/v0.1-v1beta1-metadata-server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scanner.estate.gcp._native import (
    data_of,
    full_name,
    labels_of,
    location_of,
    made,
    name_of,
    told,
    told_by_labels,
)
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.settings import holds_secret, mapped, plain_secrets
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_KEY, _POLICIES = "Instances", "ResourcePolicies"
_MAKER = "created-by"


def _items(instance: dict[str, Any]) -> list[dict[str, Any]]:
    return list((instance.get("metadata") or {}).get("items") or ())


def _own(instance: dict[str, Any]) -> bool:
    """No group made it: a managed group says so in the metadata of its machines."""
    return not any(each.get("key") == _MAKER for each in _items(instance))


def _controller(reading: Reading) -> Value:
    """Which group it was is in a value, and values are not kept."""
    data = data_of(reading, _KEY)
    if isinstance(data, Unknown) or not _own(data.value):
        return Unknown()
    return Known(None, data.pointer)


def _lifecycle(instance: dict[str, Any]) -> str:
    scheduling = instance.get("scheduling") or {}
    spot = scheduling.get("preemptible") is True or scheduling.get("provisioningModel") == "SPOT"
    return "spot" if spot else "on_demand"


def _boot(instance: dict[str, Any]) -> str:
    shielded = instance.get("shieldedInstanceConfig") or {}
    checks = shielded.get("enableSecureBoot") is True and shielded.get("enableVtpm") is True
    return "verified" if checks else "unverified"


def _secret(instance: dict[str, Any]) -> bool:
    """Whether a script of it, or any other item of its metadata, holds a secret."""
    items = {str(each.get("key")): each.get("value") for each in _items(instance)}
    return any(map(holds_secret, items.values())) or bool(plain_secrets(mapped(items)))


def _account(instance: dict[str, Any]) -> str | None:
    return next((each.get("email") for each in instance.get("serviceAccounts") or ()), None)


def _subnet(instance: dict[str, Any]) -> str | None:
    found = next((each.get("subnetwork") for each in instance.get("networkInterfaces") or ()), None)
    return full_name(found) if found else None


INSTANCE = Normaliser(
    native="compute.instance",
    kind="instance",
    listed=((f"compute:{_KEY}",),),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "region": location_of(_KEY),
        "image": UNTOLD,
        "lifecycle": made(_KEY, _lifecycle),
        "type": told(_KEY, "machineType", convert=lambda kind: kind.rsplit("/", 1)[-1]),
        "state": told(_KEY, "status", convert=str.lower),
        "profile": made(_KEY, _account),
        "subnet": made(_KEY, _subnet),
        "interfaces": UNTOLD,
        "controller": Attr(_controller, (_KEY,)),
        "metadata_service": made(_KEY, lambda _: "required"),
        "boot": made(_KEY, _boot),
        "user_data_secret": made(_KEY, _secret),
        "own": made(_KEY, _own),
        "sized": made(_KEY, _own),
    },
)


def _ends(instance: dict[str, Any]) -> bool:
    """Whether it runs for a set time only, or until a set one."""
    scheduling = instance.get("scheduling") or {}
    return bool(scheduling.get("maxRunDuration") or scheduling.get("terminationTime"))


def _limited(world: World) -> Iterator[Reading]:
    for record in world.natives.get("compute.instance", ()):
        reading = Reading(f"{record.id}#limit", record.scope, record, world)
        data = data_of(reading, _KEY)
        if isinstance(data, Known) and _ends(data.value):
            yield reading


RUN_LIMIT = Normaliser(
    native="compute.instance",
    kind="schedule",
    listed=((f"compute:{_KEY}",),),
    subjects=_limited,
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("run_limit"),
        "expression": constant("after a while"),
        "pattern": constant(False),
        "enabled": constant(True),
        "targets": Attr(lambda reading: Known([reading.id.removesuffix("#limit")])),
        "target_types": constant(["compute.googleapis.com/instance"]),
        "identity": constant(None),
        "capacity": constant(None),
        "stops": Attr(lambda reading: Known([reading.id.removesuffix("#limit")])),
    },
)


def _policies_of(record: Record) -> list[str]:
    """The policies of an instance, by their full names."""
    data = ((record.data.get(_KEY) or {}).get("resource") or {}).get("data") or {}
    return [full_name(each) for each in data.get("resourcePolicies") or ()]


def _schedules(wanted: bool) -> Callable[[World], Iterator[Reading]]:
    """Policies that start or stop instances (or may), or those of other sorts."""

    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get("compute.resourcepolicy", ()):
            reading = Reading(record.id, record.scope, record, world)
            data = data_of(reading, _POLICIES)
            schedule = isinstance(data, Unknown) or "instanceSchedulePolicy" in data.value
            if schedule is wanted:
                yield reading

    return readings


def _stopped(reading: Reading) -> Value:
    world, scope = reading.world, reading.scope
    if not world.listed(scope.boundary, "compute.instance"):
        return Unknown(world.hiding_any(f"compute:{_KEY}", scope))
    found = world.indexed("compute.instance", scope, _policies_of).get(reading.id, ())
    return Known(sorted(record.id for record in found))


def _stop(policy: dict[str, Any]) -> str | None:
    schedule = (policy.get("instanceSchedulePolicy") or {}).get("vmStopSchedule") or {}
    return schedule.get("schedule")


_STOPPED = Attr(_stopped, (), (f"compute:{_KEY}",))
SCHEDULE = Normaliser(
    native="compute.resourcepolicy",
    kind="schedule",
    listed=((f"compute:{_POLICIES}",),),
    subjects=_schedules(True),
    tags=labels_of(_POLICIES),
    name=name_of,
    attrs={
        "type": constant("instance_schedule"),
        "expression": made(_POLICIES, _stop),
        "pattern": constant(False),
        # Of one that has run out, or names no valid time, the status says so.
        "enabled": told(_POLICIES, "status", convert=lambda word: word == "READY"),
        "targets": _STOPPED,
        "target_types": constant(["compute.googleapis.com/instance"]),
        "identity": constant(None),
        "capacity": constant(None),
        "stops": _STOPPED,
    },
)
_OTHER = told_by_labels("compute.resourcepolicy", _POLICIES)
OTHER_POLICY = Normaliser(
    native="compute.resourcepolicy",
    kind="other_resource",
    listed=_OTHER.listed,
    subjects=_schedules(False),
    tags=_OTHER.tags,
    name=name_of,
    attrs=_OTHER.attrs,
)
