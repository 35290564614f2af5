"""Whether the cost of each environment in a boundary can be told apart (CST-002).

An account is a billing scope of its own. Where environments share one, bills tell them apart by a tag that
is active for cost allocation and that every billable thing carries.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.facts.answers import Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_BILLABLE = ("instance", "key", "log", "registry", "secret", "store")
NEEDS = (*READS, *(f"{kind}.tagged_as" for kind in _BILLABLE), "cost_tag.key", "cost_tag.active")
_SHOWN = 5


def derive(estate: Estate) -> Facts:
    """Marks ``costs_apart`` on boundaries."""
    hidden = {kind: hidden_in(estate, kind) for kind in (*_BILLABLE, "cost_tag")}
    inside: dict[str, list[Resource]] = {}
    for kind in _BILLABLE:
        for item in estate.of(kind):
            inside.setdefault(item.scope.boundary, []).append(item)
    return Facts(marks=tuple(_mark(estate, one, hidden, inside) for one in holdings(estate)))


def _mark(
    estate: Estate,
    holding: Holding,
    hidden: Mapping[str, Mapping[str, tuple[Gap, ...]]],
    inside: Mapping[str, list[Resource]],
) -> Mark:
    boundary = holding.boundary
    if len(holding.environments) < 2:  # noqa: PLR2004 - one has the bill for itself
        return mark(boundary, "costs_apart", every((holding.complete,)))
    keys = {
        key
        for name in holding.environments
        for key in estate.environments[name].settings.get("tag_key") or ["environment"]
    }
    tags = [each for each in estate.of("cost_tag") if each.attrs.get("key") in keys]
    active = some(ask(each, "active") for each in tags)
    if not estate.of("cost_tag"):
        active = unless_hidden(active, tuple(gap for each in hidden["cost_tag"].values() for gap in each))
    things = inside.get(boundary.id, [])
    unlisted = [
        Answer(Tri.UNKNOWN, hidden[kind][boundary.id]) for kind in _BILLABLE if boundary.id in hidden[kind]
    ]
    tagged = [_tagged(item, keys) for item in things]
    return mark(
        boundary,
        "costs_apart",
        every((active, holding.complete, *tagged, *unlisted)),
        _steps(boundary, things, keys),
    )


def _tagged(item: Resource, keys: set[str]) -> Answer:
    if item.tags is None:
        return Answer(Tri.UNKNOWN, tuple(item.unknown.get("tagged_as", ())))
    return Answer(Tri.of(bool(keys & set(item.tags))))


def _steps(boundary: Resource, things: list[Resource], keys: set[str]) -> Iterator[Step]:
    bare = [item for item in things if item.tags is not None and not keys & set(item.tags)]
    for item in bare[:_SHOWN]:
        yield Step(boundary.id, item.id, f"{item.kind} {item.name} carries no environment tag", item.source)
