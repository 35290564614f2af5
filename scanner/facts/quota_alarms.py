"""Whether the use of machine quotas is watched where machines run (QTA-002).

EC2 counts vCPUs by class of machine and way of buying, and CloudWatch has them as AWS/Usage ResourceCount.
An alarm watches a class if it measures it, goes off below the quota, and tells somebody.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.answers import NO, OPEN, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    *("instance.type", "instance.lifecycle", "instance.state", "topic.listeners"),
    *(f"alarm.{attr}" for attr in ("enabled", "metrics", "threshold", "of_quota", "actions", "members")),
    *("quota.metric", "quota.value"),
)
_STANDARD = frozenset("acdhimrtz")
_FAMILY = re.compile(r"[a-z]+")
_NAMED = {
    "g": "G",
    "gr": "G",
    "vt": "G",
    "p": "P",
    "f": "F",
    "inf": "Inf",
    "trn": "Trn",
    "dl": "DL",
    "x": "X",
}


def derive(estate: Estate) -> Facts:
    """Marks ``quota_use_watched`` on boundaries."""
    things: dict[tuple[str, str], list[Resource]] = {}
    for kind in ("instance", "alarm", "quota"):
        for item in estate.of(kind):
            things.setdefault((kind, item.scope.boundary), []).append(item)
    hidden = {kind: hidden_in(estate, kind) for kind in ("instance", "alarm")}
    return Facts(
        marks=tuple(
            _mark(
                _Site(
                    estate,
                    *(
                        tuple(things.get((kind, one.boundary.id), ()))
                        for kind in ("instance", "alarm", "quota")
                    ),
                ),
                one,
                hidden["instance"].get(one.boundary.id),
                hidden["alarm"].get(one.boundary.id),
            )
            for one in holdings(estate)
        )
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """What is in one account."""

    estate: Estate
    instances: tuple[Resource, ...]
    alarms: tuple[Resource, ...]
    quotas: tuple[Resource, ...]


def _mark(
    site: _Site,
    holding: Holding,
    instances: tuple[Gap, ...] | None,
    alarms: tuple[Gap, ...] | None,
) -> Mark:
    boundary = holding.boundary
    answers, steps = [], []
    for (region, name), item in sorted(_classes(site).items()):
        watched = unless_hidden(_watched(site, region, name), alarms)
        answers.append(watched)
        if watched.state is not Tri.YES:
            steps.append(Step(boundary.id, item.id, f"no alarm on {name} vCPUs in {region}", item.source))
    answers += [_told(item) for item in _running(site)]
    if instances is not None:
        answers.append(Answer(Tri.UNKNOWN, instances))
    return mark(boundary, "quota_use_watched", every(answers), steps)


def _classes(site: _Site) -> dict[tuple[str, str], Resource]:
    """(region, ``Standard/OnDemand``) -> an instance of it that is not gone."""
    found: dict[tuple[str, str], Resource] = {}
    for item in _running(site):
        if _told(item).state is Tri.YES:
            bought = "Spot" if item.attrs["lifecycle"] == "spot" else "OnDemand"
            found.setdefault((item.scope.region, f"{_class(str(item.attrs['type']))}/{bought}"), item)
    return found


def _running(site: _Site) -> Iterator[Resource]:
    """Instances that are not gone, or of which it is not known."""
    return (item for item in site.instances if item.attrs.get("state") not in ("terminated", "stopped"))


def _told(instance: Resource) -> Answer:
    """Whether it is known of which class an instance is."""
    return every(ask(instance, attr, lambda _: True) for attr in ("type", "lifecycle"))


def _class(size: str) -> str:
    match = _FAMILY.match(size)
    family = match[0] if match else ""
    return _NAMED.get(family) or ("Standard" if family[:1] in _STANDARD else family.upper())


def _watched(site: _Site, region: str, name: str) -> Answer:
    here = [one for one in site.alarms if one.scope.region == region]
    parents = {member: one for one in here for member in one.attrs.get("members", ())}
    quotas = [
        quota
        for quota in site.quotas
        if quota.scope.region == region
        and quota.attrs.get("metric", {}).get("dimensions", {}).get("Class") == name
    ]
    known = all("value" in quota.attrs for quota in quotas)
    limit = min((quota.attrs["value"] for quota in quotas), default=None) if known else None
    return some(
        every(
            (
                _below(alarm, limit),
                some(_tells(site.estate, one) for one in (alarm, parents.get(alarm.name)) if one),
            )
        )
        for alarm in here
        if any(metric["dimensions"].get("Class") == name for metric in alarm.attrs.get("metrics", ()))
    )


def _below(alarm: Resource, limit: float | None) -> Answer:
    """Whether it can go off before the quota is used up; unknown where the quota was not read."""
    if alarm.attrs.get("of_quota") is True:
        return ask(alarm, "threshold", lambda percent: percent is not None and percent < 100)  # noqa: PLR2004
    if limit is None:
        return OPEN
    return ask(alarm, "threshold", lambda most: most is None or most < limit)


def _tells(estate: Estate, alarm: Resource) -> Answer:
    """Whether it does something that is no topic, or tells a topic that somebody listens to."""

    def one(identity: str) -> Iterator[Answer]:
        topic = estate.by_id.get(identity)
        if ":sns:" not in identity:
            yield YES
        elif topic is not None:
            yield ask(topic, "listeners")
        else:
            yield OPEN

    told = some(answer for identity in alarm.attrs.get("actions", ()) for answer in one(identity))
    return every((ask(alarm, "enabled"), told if alarm.attrs.get("actions") else NO))
