"""Whether machines stop by themselves, when idle or by a schedule (CST-003).

What stops them is told by their own settings and by schedules that name them. A tag of the Instance
Scheduler says that a machine is meant to be stopped, and nothing of whether that solution is there: unknown.

https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/solution-overview.html
https://learn.microsoft.com/azure/virtual-machines/auto-shutdown-vm
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from scanner.facts.compute.hidden import Hidden
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap

PROVIDERS = ("aws", "azure", "gcp")
NEEDS = (
    *("instance.state", "instance.controller"),
    *("node_pool.type", "node_pool.minimum", "node_pool.maximum", "node_pool.scaling_groups"),
    *("workload.active", "workload.idle_stop", "workload.idle_seconds"),
    *("schedule.stops", "schedule.enabled", "schedule.expression"),
)
_STOPPERS = (
    *("scheduler", "autoscaling", "application-autoscaling"),
    *("devtestlab", "insights", "machinelearning"),
    "compute",
)
_STILL = frozenset(
    (
        "stopped",
        "stopping",
        "terminated",
        "shutting-down",
        "deallocated",
        "deallocating",
        "suspended",
        "suspending",
    )
)

_BY_DEMAND = frozenset({"batch_compute_environment", "aks_agentpool", "aml_cluster"})
"""Pools that make machines as they are asked for, and take them away: with no least number they keep none."""
_SCHEDULER_TAG = "Schedule"
_TWO_HOURS = 7200


def derive(estate: Estate) -> Facts:
    """Marks ``stops_itself`` on machines, pools and workloads."""
    return Facts(marks=tuple(_Stops(estate).marks()))


class _Stops:
    """Boundary and region -> what is stopped there by its name, and the schedule that does it."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._by: dict[tuple[str, str], dict[str, Resource]] = defaultdict(dict)
        self._hidden = Hidden(estate, "schedule")
        self._unread: set[str] = set()
        for schedule in estate.of("schedule"):
            service = _service(schedule)
            for attr in ("stops", "enabled", "expression"):
                if attr in schedule.unknown:
                    self._hidden.add(schedule.scope.boundary, service, schedule.unknown[attr])
                    self._unread.add(schedule.scope.boundary)
            if schedule.attrs.get("enabled") is True and _repeats(schedule.attrs.get("expression")):
                for name in schedule.attrs.get("stops") or ():
                    self._by[schedule.scope.boundary, schedule.scope.region][name] = schedule

    def marks(self) -> Iterator[Mark]:
        """One mark for everything that may idle."""
        for instance in self._estate.of("instance"):
            yield self._instance(instance)
        for pool in self._estate.of("node_pool"):
            yield self._pool(pool)
        for workload in self._estate.of("workload"):
            yield self._workload(workload)

    def _instance(self, instance: Resource) -> Mark:
        if "state" in instance.unknown:
            return _unknown(instance, instance.unknown["state"])
        if instance.attrs.get("state") in _STILL:
            return Mark(instance.id, "stops_itself", None)
        controller = instance.attrs.get("controller")
        names = [_last(instance.id), instance.id, *([str(controller)] if controller else ())]
        found = self._scheduled(instance, names)
        tagged = instance.tags is None or _SCHEDULER_TAG in instance.tags
        if found.value is False and instance.provider == "aws" and tagged:
            return _unknown(instance, ())
        return found

    def _pool(self, pool: Resource) -> Mark:
        for attr in ("minimum", "maximum", "scaling_groups"):
            if attr in pool.unknown:
                return _unknown(pool, pool.unknown[attr])
        keeps_none = pool.attrs.get("type") in _BY_DEMAND and not pool.attrs.get("minimum")
        if pool.attrs.get("maximum") == 0 or keeps_none:
            return Mark(pool.id, "stops_itself", None)
        return self._scheduled(pool, list(pool.attrs.get("scaling_groups") or ()))

    def _workload(self, workload: Resource) -> Mark:
        for attr in ("active", "idle_stop", "idle_seconds"):
            if attr in workload.unknown:
                return _unknown(workload, workload.unknown[attr])
        how = workload.attrs.get("idle_stop")
        if workload.attrs.get("active") is False or how == "maybe":
            return Mark(workload.id, "stops_itself", None)
        if how == "idle":
            seconds = workload.attrs.get("idle_seconds")
            if seconds is None:
                return _unknown(workload, ())
            if seconds <= self._allowed(workload):
                return Mark(workload.id, "stops_itself", True)
        return self._scheduled(workload, [_name(workload.id), workload.id])

    def _allowed(self, item: Resource) -> int:
        environment = self._estate.environments.get(item.environment or "")
        costs: Any = (environment.settings.get("costs") if environment else None) or {}
        return int(costs.get("idle_after_seconds", _TWO_HOURS))

    def _scheduled(self, item: Resource, names: list[str]) -> Mark:
        here = self._by.get((item.scope.boundary, item.scope.region), {})
        for name in names:
            if schedule := here.get(name):
                step = Step(schedule.id, item.id, "stops it by a schedule", schedule.source)
                return Mark(item.id, "stops_itself", True, steps=(step,))
        gaps = self._hidden.within(item.scope.boundary, _STOPPERS)
        if gaps or item.scope.boundary in self._unread:
            return _unknown(item, gaps)
        return Mark(item.id, "stops_itself", False)


def _unknown(item: Resource, gaps: tuple[Gap, ...]) -> Mark:
    return Mark(item.id, "stops_itself", unknown=True, gaps=tuple(gaps))


def _repeats(expression: str | None) -> bool:
    """Whether it stops something again and again: what was stopped once is running again."""
    return bool(expression) and not str(expression).startswith("at(")


def _service(schedule: Resource) -> str | None:
    """The service in the ARN of a schedule; other providers' ids have none."""
    return schedule.id.split(":", 3)[2] if schedule.id.startswith("arn:") else None


def _name(identity: str) -> str:
    """What a schedule calls a workload: of a service of ECS also its cluster, which has names of its own."""
    _, service, rest = identity.partition(":service/")
    return rest if service else _last(identity)


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]
