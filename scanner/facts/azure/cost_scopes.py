"""Whether the cost of each environment in a subscription can be told apart (CST-002).

A subscription has a bill of its own. In one that environments share, costs are told apart by resource group
and by the tags of each resource, without anything to turn on: so each thing in it has to be in a group of
an environment, or carry its tag.
https://learn.microsoft.com/azure/cost-management-billing/costs/group-filter
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.answers import NO, YES, Answer, every, mark
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri

_BILLABLE = (
    *("cluster", "instance", "key", "log", "node_pool", "other_resource", "registry", "secret", "store"),
    "workload",
)
NEEDS = (*READS, *(f"{kind}.assigned_by" for kind in _BILLABLE))
_SHOWN = 5


def derive(estate: Estate) -> Facts:
    """Marks ``costs_apart`` on subscriptions."""
    hidden = {kind: hidden_in(estate, kind) for kind in _BILLABLE}
    inside: dict[str, list[Resource]] = {}
    for kind in _BILLABLE:
        for item in estate.of(kind):
            inside.setdefault(item.scope.boundary, []).append(item)

    def made(holding: Holding) -> Mark:
        boundary = holding.boundary
        if len(holding.environments) < 2:  # noqa: PLR2004 - one has the bill for itself
            return mark(boundary, "costs_apart", every((holding.complete,)))
        things = inside.get(boundary.id, [])
        unlisted = [
            Answer(Tri.UNKNOWN, hidden[kind][boundary.id])
            for kind in _BILLABLE
            if boundary.id in hidden[kind]
        ]
        answers = every((holding.complete, *map(_told, things), *unlisted))
        return mark(boundary, "costs_apart", answers, _steps(boundary, things))

    return Facts(marks=tuple(made(holding) for holding in holdings(estate)))


def _told(item: Resource) -> Answer:
    """Whether it is known whose something is."""
    if item.place is not None:
        return YES
    return Answer(Tri.UNKNOWN, tuple(item.unknown["assigned_by"])) if "assigned_by" in item.unknown else NO


def _steps(boundary: Resource, things: list[Resource]) -> Iterator[Step]:
    bare = [item for item in things if _told(item).state is Tri.NO]
    for item in bare[:_SHOWN]:
        yield Step(boundary.id, item.id, f"{item.kind} {item.name} is of no environment", item.source)
