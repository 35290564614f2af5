"""Whether the use of machine quotas is watched where machines run (QTA-002).

Azure counts vCPUs by location, all together and by family. A rule over Resource Graph's table of quotas
watches those that its query names (or all of them), goes off below the whole quota, and tells somebody.
Quotas of machine learning are others, which that table does not have: what computes there leaves the answer
open. https://learn.microsoft.com/azure/quotas/how-to-guide-monitoring-alerting
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.answers import NO, OPEN, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri

NEEDS = (
    *READS,
    *("instance.state", "instance.region", "node_pool.type", "node_pool.region", "node_pool.maximum"),
    *("workload.type", "workload.sized", "topic.listeners", "quota.metric", "quota.value", "quota.region"),
    *(f"alarm.{attr}" for attr in ("enabled", "metrics", "threshold", "of_quota", "actions")),
)
_GONE = frozenset({"deallocated", "deallocating"})
_LEARNING = "aml_"
_WHOLE = 100


def derive(estate: Estate) -> Facts:
    """Marks ``quota_use_watched`` on subscriptions."""
    watch = _Watch(estate)
    return Facts(marks=tuple(watch.mark(holding) for holding in holdings(estate)))


class _Watch:
    """Quotas and machines by subscription, and the rules that watch quotas."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._things: dict[tuple[str, str], list[Resource]] = {}
        for kind in ("instance", "node_pool", "quota", "workload"):
            for item in estate.of(kind):
                self._things.setdefault((kind, item.scope.boundary), []).append(item)
        self._hidden = {
            kind: hidden_in(estate, kind) for kind in ("instance", "node_pool", "quota", "workload", "alarm")
        }
        self._alarms = [alarm for alarm in estate.of("alarm") if alarm.attrs.get("of_quota") is not False]

    def mark(self, holding: Holding) -> Mark:
        """Whether every quota in use is watched."""
        boundary = holding.boundary
        answers: list[Answer] = [
            Answer(Tri.UNKNOWN, self._hidden[kind][boundary.id])
            for kind in ("instance", "node_pool", "quota", "workload")
            if boundary.id in self._hidden[kind]
        ]
        steps: list[Step] = []
        counted = set()
        for quota in self._things.get(("quota", boundary.id), ()):
            counted.add(quota.attrs.get("region"))
            watched = unless_hidden(self._watched(boundary.id, quota), self._hidden["alarm"].get(boundary.id))
            answers.append(watched)
            if watched.state is not Tri.YES:
                where = quota.attrs.get("region")
                steps.append(
                    Step(boundary.id, quota.id, f"no alarm on {quota.name} in {where}", quota.source)
                )
        answers += (OPEN for region in self._running(boundary.id) if region not in counted)
        return mark(boundary, "quota_use_watched", every(answers), steps)

    def _running(self, boundary: str) -> Iterator[str | None]:
        """Where machines run; ``None`` for those that count to quotas which are not told."""
        for item in self._things.get(("instance", boundary), ()):
            if item.attrs.get("state") not in _GONE:
                yield str(item.attrs.get("region")).lower()
        for item in self._things.get(("node_pool", boundary), ()):
            if item.attrs.get("maximum") != 0:
                learning = str(item.attrs.get("type")).startswith(_LEARNING)
                yield None if learning else str(item.attrs.get("region")).lower()
        for item in self._things.get(("workload", boundary), ()):
            if str(item.attrs.get("type")).startswith(_LEARNING) and item.attrs.get("sized") is not False:
                yield None

    def _watched(self, boundary: str, quota: Resource) -> Answer:
        return some(self._watches(boundary, quota, alarm) for alarm in self._alarms)

    def _watches(self, boundary: str, quota: Resource, alarm: Resource) -> Answer:
        if "of_quota" in alarm.unknown or "metrics" in alarm.unknown:
            # A query that is not understood may watch anything of the subscription it stands in.
            return OPEN if alarm.scope.boundary == boundary else NO
        wanted = {**quota.attrs.get("metric", {}).get("dimensions", {}), "subscriptions": boundary}
        named = [each["dimensions"] for each in alarm.attrs["metrics"]]
        if not any(self._fits(each, wanted, alarm.scope.boundary == boundary) for each in named):
            return NO
        below = ask(alarm, "threshold", lambda percent: percent is not None and percent < _WHOLE)
        return every((below, ask(alarm, "enabled"), self._tells(alarm)))

    def _fits(self, named: dict[str, str], wanted: dict[str, str], here: bool) -> bool:
        """Whether a query covers a quota; one that names no subscription covers that which it stands in."""
        return all(
            value in named[name].split(",") if named.get(name) else (name != "subscriptions" or here)
            for name, value in wanted.items()
        )

    def _tells(self, alarm: Resource) -> Answer:
        """Whether an action group of it is listened to."""
        topics = [self._estate.by_id.get(identity) for identity in alarm.attrs.get("actions", ())]
        return some(OPEN if topic is None else ask(topic, "listeners") for topic in topics)
