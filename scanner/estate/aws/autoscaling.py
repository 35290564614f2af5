"""Auto Scaling: groups as pools of machines, and their scheduled actions.

A group that another service made (an EKS node group, a Batch compute environment) is judged there: its
settings are that service's.

Shapes: Auto Scaling API Reference, ``AutoScalingGroup``, ``MixedInstancesPolicy``, ``InstancesDistribution``
(100 percent on demand unless it says else), ``ScheduledUpdateGroupAction``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._launch import (
    CONFIGURATIONS,
    TEMPLATES,
    configuration,
    machines,
    profile_id,
    template,
)
from scanner.estate.aws._native import raw_id, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

GROUPS, ACTIONS = "DescribeAutoScalingGroups", "DescribeScheduledActions"
_ALL = 100
_MADE_BY = ("eks:nodegroup-name", "AWSBatchServiceTag", "aws:elasticmapreduce:job-flow-id")
_CALLS = (TEMPLATES, CONFIGURATIONS)


def launched_from(reading: Reading, group: dict[str, Any]) -> Value:
    """The data of the template, or configuration, that a group makes its machines from."""
    mixed = (group.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    if named := group.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification"):
        return template(reading, named)
    if name := group.get("LaunchConfigurationName"):
        return configuration(reading, name)
    return Unknown()


def _launched(reading: Reading) -> Value:
    group = reading.answer(GROUPS)
    if isinstance(group, Unknown):
        return group
    data = launched_from(reading, group.value)
    return data if isinstance(data, Unknown) else Known(data.value, group.pointer)


def _profile(reading: Reading) -> Value:
    data = _launched(reading)
    return data if isinstance(data, Unknown) else Known(profile_id(reading, data.value), data.pointer)


def _overrides(group: dict[str, Any]) -> list[dict[str, Any]]:
    policy = (group.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    return list(policy.get("Overrides") or ())


def _types(reading: Reading) -> Value:
    """Sizes that the group names itself, else its template's; what is chosen by demands is not told."""
    group = reading.answer(GROUPS)
    if isinstance(group, Unknown):
        return group
    overrides = _overrides(group.value)
    if any(each.get("InstanceRequirements") for each in overrides):
        return Unknown()
    if named := {each["InstanceType"] for each in overrides if each.get("InstanceType")}:
        return Known(sorted(named), group.pointer)
    data = _launched(reading)
    if isinstance(data, Unknown):
        return data
    size = data.value.get("InstanceType")
    return Known([size], data.pointer) if size else Unknown()


def _lifecycle(reading: Reading) -> Value:
    group = reading.answer(GROUPS)
    if isinstance(group, Unknown):
        return group
    if policy := group.value.get("MixedInstancesPolicy"):
        shares = policy.get("InstancesDistribution") or {}
        above = shares.get("OnDemandPercentageAboveBaseCapacity", _ALL)
        if above == _ALL:
            return Known("on_demand", group.pointer)
        return Known("mixed" if above or shares.get("OnDemandBaseCapacity") else "spot", group.pointer)
    data = _launched(reading)
    if isinstance(data, Unknown):
        return data
    market = (data.value.get("InstanceMarketOptions") or {}).get("MarketType")
    return Known("spot" if market == "spot" else "on_demand", data.pointer)


def _made_alone(group: dict[str, Any]) -> bool:
    """Whether nobody but its account chose its settings."""
    return not {tag.get("Key") for tag in group.get("Tags") or ()} & set(_MADE_BY)


GROUP = Normaliser(
    native="autoscaling.group",
    kind="node_pool",
    listed=((f"autoscaling:{GROUPS}",),),
    regional=True,
    tags=tags_at(GROUPS, "Tags"),
    name=raw_id,
    attrs={
        "type": constant("scaling_group"),
        "cluster": constant(None),
        "lifecycle": Attr(_lifecycle, (GROUPS,), _CALLS),
        "machine_types": Attr(_types, (GROUPS,), _CALLS),
        "minimum": field_of(GROUPS, "MinSize", absent=None),
        "maximum": field_of(GROUPS, "MaxSize", absent=None),
        "identity": Attr(_profile, (GROUPS,), _CALLS),
        "taints": constant([]),
        "labels": constant({}),
        "scaling_groups": field_of(GROUPS, "AutoScalingGroupName", convert=lambda name: [name]),
        **machines(_launched, (GROUPS,), *_CALLS),
        "own": field_of(GROUPS, convert=_made_alone),
        "sized": field_of(GROUPS, convert=_made_alone),
        "subnets": field_of(
            GROUPS,
            "VPCZoneIdentifier",
            absent=[],
            convert=lambda named: sorted(filter(None, named.split(","))),
        ),
    },
)


def _target(reading: Reading) -> Value:
    """The group that an action scales, as an ARN; one that was not listed by its name."""
    name = field_of(ACTIONS, "AutoScalingGroupName").read(reading)
    if isinstance(name, Unknown):
        return name
    found = group_named(reading, name.value)
    return Known([found.id if found else name.value], name.pointer)


def group_named(reading: Reading, name: str) -> Record | None:
    """The scaling group of a name beside a reading, if it was listed."""
    groups = reading.world.indexed("autoscaling.group", reading.scope, _group_name).get(name, ())
    return groups[0] if groups else None


def _group_name(record: Record) -> str:
    return record.id.rsplit("/", 1)[-1]


def _capacity(action: dict[str, Any]) -> int | None:
    """The most machines that it leaves: what it wants, else the most that it allows."""
    wanted, most = action.get("DesiredCapacity"), action.get("MaxSize")
    return int(wanted) if wanted is not None else int(most) if most is not None else None


def _stops(action: dict[str, Any]) -> list[str]:
    return [action["AutoScalingGroupName"]] if _capacity(action) == 0 else []


ACTION = Normaliser(
    native="autoscaling.scheduled_action",
    kind="schedule",
    listed=((f"autoscaling:{ACTIONS}",),),
    regional=True,
    name=raw_id,
    attrs={
        "type": constant("scaling_action"),
        "expression": field_of(ACTIONS, "Recurrence", absent=None),
        "pattern": constant(False),
        "enabled": constant(True),
        "targets": Attr(_target, (ACTIONS,)),
        "target_types": constant(["autoscaling"]),
        "identity": constant(None),
        "capacity": field_of(ACTIONS, convert=_capacity),
        "stops": field_of(ACTIONS, convert=_stops),
    },
)
